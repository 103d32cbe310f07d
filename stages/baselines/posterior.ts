/**
 * What the methods with a conditional flow share.
 *
 * @module
 */
import { normals } from "../../kernels/philox/mod.ts";
import { type Matrix, repeatRows } from "../../macronet/matrix.ts";
import { rowsOf } from "../../systems/rows.ts";
import type { BaselineSizes } from "../../systems/system.ts";
import type { ConditionalFlow, ConditionalFlowOptions } from "./conditional_flow.ts";

/** The size of a flow over u among a system's. */
export function sizeOf(
  { blocks, width, hiddenLayers, logScaleBound }: BaselineSizes,
): ConditionalFlowOptions {
  return { blocks, conditioner: { width, hiddenLayers }, logScaleBound };
}

/** Samples of the flow, `draws` rows `[…, dimension]` for each row of `contexts`. */
export function posteriorDraws(
  flow: ConditionalFlow,
  contexts: Matrix,
  { draws, dimension, seed }: { readonly draws: number; readonly dimension: number; readonly seed: number },
): Matrix {
  const z = rowsOf(
    contexts.rows * draws,
    dimension,
    (sample) => normals(dimension, { seed, purpose: "baseline.posterior", sample }),
  );
  return flow.sample(repeatRows(contexts, draws), z);
}
