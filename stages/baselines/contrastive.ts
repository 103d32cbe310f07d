/**
 * Baseline: encoders of u and of v into d dimensions by contrast (InfoNCE, van den Oord, Li & Vinyals 2018), and
 * afterwards a flow over u of their own: what MacroNet has in one, in two steps.
 *
 * The flow is told e_v, as it is when it is sampled. p(u | e_u) has no density, e_u being a function of u: a flow
 * fitted to it gets as sharp as it can, and does not stand the difference of e_v.
 *
 * Pairs are scored by −½ |e_u − e_v|². What others call temperature is the scale of the encoders, which is free. On a
 * sphere, where it would be a number of its own, d coordinates are d − 1.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Scalar, Tensor2D } from "@tensorflow/tfjs";
import type { ParameterSpec } from "../../macronet/bijection.ts";
import { type Conditioner, type HiddenLayers, multilayerPerceptron } from "../../macronet/conditioner.ts";
import { product } from "../../macronet/dense.ts";
import { partOf } from "../../macronet/flat_parameters.ts";
import type { Matrix } from "../../macronet/matrix.ts";
import { minimise, type MinimiseRequest } from "../../macronet/minimise.ts";
import { prefixed } from "../../macronet/names.ts";
import type { Objective, Pairs } from "../../macronet/objective.ts";
import { count } from "../../macronet/parameters.ts";
import { gaussianMutualInformation } from "../../systems/metrics/information.ts";
import { bootstrap, bootstrapMean } from "../../systems/metrics/statistics.ts";
import { fitConditionalFlow } from "./conditional_flow.ts";
import { lessonsOf, type Method, standardising } from "./method.ts";
import { outputsOf } from "./outputs.ts";
import { posteriorDraws, sizeOf } from "./posterior.ts";

/** Samples of p(u | e_v). */
export const method: Method = {
  async propose(problem) {
    const { train, validation, test, examples, toU } = await lessonsOf(problem);
    const { learning: { macroDimension, sizes, train: options }, resampling } = problem;
    const hidden = { width: sizes.encoderWidth, hiddenLayers: sizes.hiddenLayers };
    const encoders = fitEncoders({
      macroDimension,
      hidden,
      train,
      validation,
      options,
      purpose: "baseline.encoders",
      onStep: (step) => problem.progress(step, "encoders"),
    });
    const standardise = standardising(encoders.v(train.v));
    const seen = (v: Matrix) => standardise(encoders.v(v));
    const codes = ({ u, v }: Pairs): Pairs => ({ u, v: seen(v) });
    const flow = fitConditionalFlow({
      size: sizeOf(sizes),
      train: codes(train),
      validation: codes(validation),
      options,
      purpose: "baseline.contrastive",
      onStep: (step) => problem.progress(step, "flow over u"),
    });
    const own = encoders.u(test.u), other = encoders.v(test.v);
    return {
      u: toU(posteriorDraws(flow, seen(examples), { ...problem, dimension: train.u.columns })),
      metrics: {
        mutual_information_nats: bootstrap(
          own.rows,
          (rows) => gaussianMutualInformation(own, other, rows),
          { ...resampling, purpose: "information" },
        ),
        nll_u_given_v: bootstrapMean(
          flow.negativeLogLikelihood(codes(test)),
          { ...resampling, purpose: "nll.posterior" },
        ),
      },
    };
  },
};

/** Two encoders into the same space, `[rows, d]` each. */
export interface Encoders {
  u(rows: Matrix): Matrix;
  v(rows: Matrix): Matrix;
}

/** Trains two encoders to tell which u and v of a batch belong together. */
export function fitEncoders(
  { macroDimension, hidden, ...request }:
    & { readonly macroDimension: number; readonly hidden: HiddenLayers }
    & Omit<MinimiseRequest, "objective">,
): Encoders {
  const encoder = (side: Matrix) => encoderOf({ inputs: side.columns, outputs: macroDimension, ...hidden });
  const own = { u: encoder(request.train.u), v: encoder(request.train.v) };
  const objective: Objective = {
    parameters: { ...prefixed("u", own.u.parameters), ...prefixed("v", own.v.parameters) },
    loss: (parameters, batch) =>
      contrast(
        own.u.apply(batch.u, partOf("u", parameters)),
        own.v.apply(batch.v, partOf("v", parameters)),
      ),
  };
  const { parameters } = minimise({ ...request, objective });
  const size = count(own.u.parameters);
  return {
    u: (rows) => outputsOf(own.u, parameters.subarray(0, size), rows),
    v: (rows) => outputsOf(own.v, parameters.subarray(size), rows),
  };
}

/** A perceptron whose last layer does not start at zero, where all things are equally far apart for ever. */
function encoderOf(size: HiddenLayers & { inputs: number; outputs: number }): Conditioner {
  const network = multilayerPerceptron(size);
  const last: ParameterSpec = {
    shape: [size.width, size.outputs],
    start: { normal: Math.sqrt(2 / size.width) },
  };
  return { ...network, parameters: { ...network.parameters, [`${size.hiddenLayers}.weight`]: last } };
}

/**
 * The symmetric InfoNCE loss of codes `[batch, d]`, in nats: the cross-entropy of choosing row i of the other side for
 * row i, among all rows of the batch, averaged over both sides. Chance is log batch.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertAlmostEquals } from "@std/assert";
 * import { useWasmBackend } from "../../macronet/backend.ts";
 * import { log } from "../../kernels/elementary/mod.ts";
 * import { contrast } from "./contrastive.ts";
 *
 * await useWasmBackend();
 * const apart = tf.tensor2d([[0], [100]]);
 * assertAlmostEquals(contrast(apart, apart).dataSync()[0], 0, 1e-6);
 * const alike = tf.zeros<tf.Rank.R2>([2, 1]);
 * assertAlmostEquals(contrast(alike, alike).dataSync()[0], log(2), 1e-6);
 * ```
 */
export function contrast(u: Tensor2D, v: Tensor2D): Scalar {
  const halfSquares = (code: Tensor2D) => tf.mul(0.5, tf.sum(tf.square(code), 1, true)) as Tensor2D;
  const scores = (one: Tensor2D, other: Tensor2D) =>
    tf.sub(
      tf.sub(product(one, tf.transpose(other)), halfSquares(one)),
      tf.transpose(halfSquares(other)),
    ) as Tensor2D;
  const batch = u.shape[0];
  const together = tf.eye(batch);
  const hit = (scores: Tensor2D) => tf.sum(tf.mul(together, tf.logSoftmax(scores)));
  const logLikelihood = tf.add(hit(scores(u, v)), hit(scores(v, u)));
  return tf.mul(-0.5 / batch, logLikelihood) as Scalar;
}
