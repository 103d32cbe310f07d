/**
 * The base distribution of every flow: the standard normal.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import { type Draw, normals } from "../kernels/philox/mod.ts";
import { defineOperation, isNative, valuesOf } from "./native.ts";

/** log √(2π), nats that one dimension costs at its mean. */
const LOG_ROOT_TWO_PI = 0.9189385332046727;

/**
 * log N(z; 0, I) of every row, in nats: `[batch, dimension]` to `[batch]`, summed over dimensions.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertAlmostEquals } from "@std/assert";
 * import { useWasmBackend } from "./backend.ts";
 * import { log } from "../kernels/elementary/mod.ts";
 * import { logProb } from "./base_distribution.ts";
 *
 * await useWasmBackend();
 * assertAlmostEquals(logProb(tf.tensor2d([[0, 1]])).dataSync()[0], -log(2 * Math.PI) - 0.5, 1e-6);
 * ```
 */
export function logProb(z: Tensor2D): Tensor1D {
  const dimension = z.shape[1];
  return tf.sub(tf.mul(-0.5, tf.sum(tf.square(z), 1)), dimension * LOG_ROOT_TWO_PI) as Tensor1D;
}

/**
 * −log p(x) = −log N(z; 0, I) − log |det ∂z/∂x| of every row, in nats, for a flow from x to z: `[batch]`, from z
 * `[batch, dimension]` and the log-determinants `[batch]`. Differentiable in both.
 */
export function negativeLogLikelihood(z: Tensor2D, logDet: Tensor1D): Tensor1D {
  if (isNative()) return likelihood([z, logDet], {})[0] as Tensor1D;
  return tf.neg(tf.add(logProb(z), logDet));
}

const likelihood = defineOperation(
  "NegativeLogLikelihood",
  (call) => {
    const [batch, dimension] = call.inputs[0].shape;
    const result = call.memory.allocate([batch]);
    const [z, logDet, values] = [...call.inputs, result].map((tensor) => valuesOf(call, tensor));
    for (let row = 0; row < batch; row++) {
      let squares = 0;
      for (let i = row * dimension; i < (row + 1) * dimension; i++) squares += z[i] * z[i];
      values[row] = 0.5 * squares + dimension * LOG_ROOT_TWO_PI - logDet[row];
    }
    return [result];
  },
  { saves: ["0"], of: ([dy], [z]) => likelihoodGradient([dy, z], {}) },
);

const likelihoodGradient = defineOperation("NegativeLogLikelihoodGradient", (call) => {
  const [dy, z] = call.inputs;
  const results = [call.memory.allocate(z.shape), call.memory.allocate(dy.shape)];
  const [d, values, inZ, inLogDet] = [dy, z, ...results].map((tensor) => valuesOf(call, tensor));
  const dimension = z.shape[1];
  for (let i = 0; i < values.length; i++) inZ[i] = values[i] * d[Math.floor(i / dimension)];
  for (let row = 0; row < d.length; row++) inLogDet[row] = -d[row];
  return results;
});

/**
 * Draws from N(0, I), `[batch, dimension]`. A function of the draw alone: the first rows of a larger batch are the
 * smaller one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { useWasmBackend } from "./backend.ts";
 * import { sample } from "./base_distribution.ts";
 *
 * await useWasmBackend();
 * assertEquals(sample([100, 2], { seed: 1, purpose: "example" }).shape, [100, 2]);
 * ```
 */
export function sample([batch, dimension]: readonly [number, number], draw: Draw): Tensor2D {
  return tf.tensor2d(normals(batch * dimension, draw), [batch, dimension]);
}
