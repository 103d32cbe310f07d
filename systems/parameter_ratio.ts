/**
 * The diffusion coefficients as one of them and their ratio.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import type { Bijection } from "../macronet/bijection.ts";

/**
 * (x₀, x₁, …) ↦ (x₀, x₁ / x₀, …), for x₀ > 0, with log |det| = −log x₀. Rules of Gray-Scott fill a box in
 * (Da, Db/Da, F, k), not in (Da, Db, F, k).
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { useWasmBackend } from "../macronet/backend.ts";
 * import { ratioOfFirstTwo } from "./parameter_ratio.ts";
 *
 * await useWasmBackend();
 * const { value } = ratioOfFirstTwo(3).forward(tf.tensor2d([[2, 1, 9]]), {});
 * assertEquals([...value.dataSync()], [2, 0.5, 9]);
 * ```
 */
export function ratioOfFirstTwo(dimension: number): Bijection {
  const parts = (x: Tensor2D) => [
    tf.slice(x, [0, 0], [-1, 1]),
    tf.slice(x, [0, 1], [-1, 1]),
    tf.slice(x, [0, 2], [-1, -1]),
  ];
  const join = (columns: tf.Tensor[]) => tf.concat(columns, 1) as Tensor2D;
  return {
    name: "ratio of the first two",
    dimension,
    parameters: {},
    forward(x) {
      const [first, second, rest] = parts(x);
      const logDet = tf.neg(tf.reshape(tf.log(first), [-1])) as Tensor1D;
      return { value: join([first, tf.div(second, first), rest]), logDet };
    },
    inverse(z) {
      const [first, ratio, rest] = parts(z);
      const logDet = tf.reshape(tf.log(first), [-1]) as Tensor1D;
      return { value: join([first, tf.mul(ratio, first), rest]), logDet };
    },
  };
}
