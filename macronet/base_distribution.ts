/**
 * The base distribution of every flow: the standard normal.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import { type Draw, normals } from "../kernels/philox/mod.ts";

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
