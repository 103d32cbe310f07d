/**
 * Fixed orthogonal maps that are quicker as a loop than as tensor operations: permutations, wavelets.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor2D } from "@tensorflow/tfjs";
import type { Bijection } from "./bijection.ts";

/** A map of rows, `[batch, dimension]` in row-major order to the same. Must not keep or change its argument. */
export type RowMap = (rows: Float32Array) => Float32Array;

/**
 * The bijection of an orthogonal map, given with its adjoint, which is its inverse as well as the map of its
 * gradient. It keeps volume: the log-determinant is 0. No parameters.
 */
export function orthogonal(
  { name, dimension, apply, adjoint }: {
    readonly name: string;
    readonly dimension: number;
    readonly apply: RowMap;
    readonly adjoint: RowMap;
  },
): Bijection {
  return {
    name,
    dimension,
    parameters: {},
    forward: (x) => ({ value: mapRows(x, apply, adjoint), logDet: tf.zeros([x.shape[0]]) }),
    inverse: (z) => ({ value: mapRows(z, adjoint, apply), logDet: tf.zeros([z.shape[0]]) }),
  };
}

function mapRows(x: Tensor2D, apply: RowMap, adjoint: RowMap): Tensor2D {
  const mapped = (x: Tensor2D, map: RowMap) => tf.tensor2d(map(x.dataSync<"float32">()), x.shape);
  return tf.customGrad((x) => ({
    value: mapped(x as Tensor2D, apply),
    gradFunc: (dy) => mapped(dy as Tensor2D, adjoint),
  }))(x) as Tensor2D;
}
