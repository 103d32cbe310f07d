/**
 * Values that a loss uses without teaching them.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "@tensorflow/tfjs";
import type { Parameters } from "./bijection.ts";
import type { ConditionalBijection } from "./conditional.ts";

/**
 * The same values, through which no gradient passes.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { useWasmBackend } from "./backend.ts";
 * import { constant } from "./frozen.ts";
 *
 * await useWasmBackend();
 * const slope = tf.grad((x: tf.Tensor) => tf.mul(x, constant(x)))(tf.scalar(3));
 * assertEquals(slope.dataSync()[0], 3); // of x², it would be 6
 * ```
 */
export function constant<T extends Tensor>(tensor: T): T {
  return tf.tensor(tensor.dataSync().slice(), tensor.shape, "float32") as T;
}

/** The parameters of these names as {@link constant}s. */
export function frozen(parameters: Parameters, specs: Readonly<Record<string, unknown>>): Parameters {
  return Object.fromEntries(Object.keys(specs).map((name) => [name, constant(parameters[name])]));
}

/**
 * The same bijection, of which nothing is learned: its parameters stay what they are, beside those of others that learn.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { useWasmBackend } from "./backend.ts";
 * import { held } from "./frozen.ts";
 * import { meanWhitening } from "./gaussianisation/mean_whitening.ts";
 * import { startParameters } from "./parameters.ts";
 *
 * await useWasmBackend();
 * const whitening = meanWhitening({ size: 8, context: 3, conditioner: { width: 4, hiddenLayers: 1 } });
 * const start = startParameters(whitening.parameters, { seed: 1, purpose: "example" });
 * const [name, bias] = Object.entries(start).at(-1)!;
 * const slopeOf = (bijection: typeof whitening) =>
 *   tf.grad((bias: tf.Tensor) => {
 *     const parameters = { ...start, [name]: bias };
 *     const z = bijection.forward(tf.ones([1, 128]), tf.ones([1, 3]), parameters).value;
 *     return tf.add(tf.sum(z), tf.mul(0, tf.sum(bias)));
 *   })(bias).dataSync();
 * assertEquals(slopeOf(whitening).some((slope) => slope !== 0), true);
 * assertEquals(slopeOf(held(whitening)).some((slope) => slope !== 0), false);
 * ```
 */
export function held(bijection: ConditionalBijection): ConditionalBijection {
  const { parameters: specs, forward, inverse } = bijection;
  return {
    ...bijection,
    forward: (x, context, parameters) => forward(x, context, frozen(parameters, specs)),
    inverse: (z, context, parameters) => inverse(z, context, frozen(parameters, specs)),
  };
}
