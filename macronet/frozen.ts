/**
 * Values that a loss uses without teaching them.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "@tensorflow/tfjs";
import type { Parameters } from "./bijection.ts";

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
