/**
 * A flow over u that is told a context: p(u | context), to be fitted by maximum likelihood and sampled.
 *
 * Events are rows `[u | context]`. The context goes through every layer unmoved, as a part of what every coupling's
 * network reads, and adds nothing to the log-determinant; so layers of the model serve as they are.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import { log } from "../../kernels/elementary/mod.ts";
import { actnorm } from "../../macronet/actnorm.ts";
import { negativeLogLikelihood } from "../../macronet/base_distribution.ts";
import type { Bijection, Parameters } from "../../macronet/bijection.ts";
import { chain } from "../../macronet/chain.ts";
import { routeColumns } from "../../macronet/columns.ts";
import type { HiddenLayers } from "../../macronet/conditioner.ts";
import { affineCoupling } from "../../macronet/coupling.ts";
import { linear } from "../../macronet/linear.ts";
import { inBatches } from "../../macronet/macrostate_map.ts";
import { besideEachOther, columnRange, type Matrix, rowRange } from "../../macronet/matrix.ts";
import { minimise, type MinimiseRequest } from "../../macronet/minimise.ts";
import type { Pairs } from "../../macronet/objective.ts";
import { unflatten } from "../../macronet/parameters.ts";
import { split } from "../../macronet/split.ts";

/** Size of a conditional flow. */
export interface ConditionalFlowOptions {
  readonly blocks: number;
  readonly conditioner: HiddenLayers;
  readonly logScaleBound: number;
}

/** A fitted conditional flow. */
export interface ConditionalFlow {
  /** u for each row of context, from draws of the base distribution, `[rows, n_u]` both. */
  sample(context: Matrix, draws: Matrix): Matrix;
  /** −log p(u | context) of every pair, in nats. */
  negativeLogLikelihood(pairs: Pairs): Float64Array;
}

/**
 * Fits p(u | v) to pairs.
 *
 * @throws {NonFiniteLossError} With the step, when the training diverges.
 */
export function fitConditionalFlow(
  { size, ...request }:
    & { readonly size: ConditionalFlowOptions }
    & Omit<MinimiseRequest, "objective">,
): ConditionalFlow {
  const { seed } = request.options;
  const dimension = request.train.u.columns;
  const own = { from: 0, to: 0, count: dimension, width: dimension };
  const flow = layersOf(size, {
    dimension,
    context: request.train.v.columns,
    seed,
    purpose: `${request.purpose}.rotation`,
  });
  const surprise = (event: Tensor2D, parameters: Parameters): Tensor1D => {
    const { value, logDet } = flow.forward(event, parameters);
    return negativeLogLikelihood(routeColumns(value, own), logDet);
  };
  const joined = (u: Tensor2D, v: Tensor2D) => tf.concat([u, v], 1) as Tensor2D;
  const { parameters: vector } = minimise({
    ...request,
    objective: {
      parameters: flow.parameters,
      loss: (parameters, { u, v }) => tf.mean(surprise(joined(u, v), parameters)),
      initialise: ({ u, v }, parameters) => flow.initialise?.(joined(u, v), parameters) ?? {},
    },
  });
  const mapped = (events: Matrix, way: "forward" | "inverse") =>
    inBatches(events, (batch) => flow[way](batch, unflatten(vector, flow.parameters)));
  return {
    sample: (context, draws) =>
      columnRange(mapped(besideEachOther(draws, context), "inverse").value, 0, dimension),
    negativeLogLikelihood({ u, v }) {
      const { value, logDet } = mapped(besideEachOther(u, v), "forward");
      const z = columnRange(value, 0, dimension);
      return Float64Array.from(logDet.data, (logDet, i) => {
        let squares = 0;
        for (const one of rowRange(z, i, i + 1).data) squares += one * one;
        return 0.5 * (squares + dimension * LOG_TAU) - logDet;
      });
    },
  };
}

/** log 2π */
const LOG_TAU = log(2 * Math.PI);

/** Blocks of actnorm, and twice a linear map and a coupling that moves the first half of u by the rest and the context. */
function layersOf(
  { blocks, conditioner, logScaleBound }: ConditionalFlowOptions,
  { dimension, context, seed, purpose }: {
    readonly dimension: number;
    readonly context: number;
    readonly seed: number;
    readonly purpose: string;
  },
): Bijection {
  const whole = dimension + context;
  const onU = (inner: Bijection) => split({ dimension: whole, inner });
  const half = Math.ceil(dimension / 2);
  const layers = Array.from({ length: blocks }, (_, block) => [
    onU(actnorm({ dimension })),
    ...[0, 1].flatMap((turn) => [
      onU(linear({ dimension, seed, purpose: `${purpose}.${block}.${turn}` })),
      affineCoupling({ dimension: whole, split: half, transforms: "first", conditioner, logScaleBound }),
    ]),
  ]);
  return chain([...layers.flat(), onU(actnorm({ dimension }))]);
}
