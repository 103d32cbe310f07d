/**
 * Moves computed by loops over typed arrays, as one operation of tfjs each: from stock operations they would be two
 * hundred small ones with their gradients.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import type { Moved } from "./move.ts";

/** One row of fields, `[2, n]`, and its numbers. */
export interface Row {
  readonly x: Float32Array;
  readonly numbers: Float32Array;
}

/** A move of a row and its gradient, in plain loops. */
export interface RowMove {
  /** Puts z into `z`, and returns what of the log-determinant depends on x. */
  forward(row: Row, z: Float32Array): number;
  /** From the gradients in z and in what `forward` returned, those in x and in the numbers. */
  backward(
    row: Row,
    given: { readonly dz: Float32Array; readonly dLogDet: number },
    found: { readonly dx: Float32Array; readonly dNumbers: Float64Array },
  ): void;
}

/** Applies the move to every row of `[batch, 2, n]`, differentiable in x and in the numbers `[batch, count]`. */
export function fused(move: RowMove, x: Tensor3D, numbers: Tensor2D): Moved {
  const [batch, species, n] = x.shape, size = species * n, count = numbers.shape[1];
  const rowsOf = (xs: Float32Array, all: Float32Array) => (i: number): Row => ({
    x: xs.subarray(i * size, (i + 1) * size),
    numbers: all.subarray(i * count, (i + 1) * count),
  });
  const both = tf.customGrad((x, numbers, save) => {
    (save as tf.GradSaveFunc)([x as Tensor, numbers as Tensor]);
    const row = rowsOf((x as Tensor).dataSync<"float32">(), (numbers as Tensor).dataSync<"float32">());
    const output = new Float32Array(batch * (size + 1));
    for (let i = 0; i < batch; i++) {
      const at = i * (size + 1);
      output[at + size] = move.forward(row(i), output.subarray(at, at + size));
    }
    return {
      value: tf.tensor2d(output, [batch, size + 1]),
      gradFunc: (dy, saved) => {
        const [x, numbers] = saved;
        const row = rowsOf(x.dataSync<"float32">(), numbers.dataSync<"float32">());
        const given = (dy as Tensor).dataSync<"float32">();
        const dx = new Float32Array(batch * size), dNumbers = new Float32Array(batch * count);
        const sums = new Float64Array(count);
        for (let i = 0; i < batch; i++) {
          const at = i * (size + 1);
          const dz = given.subarray(at, at + size), dLogDet = given[at + size];
          move.backward(row(i), { dz, dLogDet }, {
            dx: dx.subarray(i * size, (i + 1) * size),
            dNumbers: sums.fill(0),
          });
          dNumbers.set(sums, i * count);
        }
        return [tf.tensor(dx, x.shape), tf.tensor(dNumbers, numbers.shape)];
      },
    };
  })(x, numbers) as Tensor2D;
  return {
    value: tf.reshape(tf.slice(both, [0, 0], [-1, size]), [batch, species, n]),
    logDet: tf.reshape(tf.slice(both, [0, size], [-1, 1]), [batch]),
  };
}
