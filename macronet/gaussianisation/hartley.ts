/**
 * The Hartley transform of square fields: a Fourier transform that stays real.
 *
 * The matrix cas(2π j k / n) / √n, cas = cos + sin, is symmetric and its own inverse (Hartley 1942; Bracewell 1983).
 * Applied to both axes it takes a periodic field to coefficients of which those of one |k| belong to waves of one
 * wavelength in all directions: to scale them alike commutes with translations and with the symmetries of the square.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import { cos, sin } from "../../kernels/elementary/mod.ts";

/**
 * Wave numbers of n coefficients: 0, 1, …, n/2 − 1, −n/2, …, −1, or those of a smaller field first and then the
 * others.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { waveNumbers } from "./hartley.ts";
 *
 * assertEquals(waveNumbers(4), [0, 1, -2, -1]);
 * assertEquals(waveNumbers(4, 2), [0, -1, 1, -2]);
 * ```
 */
export function waveNumbers(size: number, first = size): number[] {
  const all = Array.from({ length: size }, (_, i) => i < size / 2 ? i : i - size);
  const isFirst = (k: number) => k >= -first / 2 && k < first / 2;
  return [...all.filter(isFirst), ...all.filter((k) => !isFirst(k))];
}

/** Rows of the orthonormal Hartley matrix, `[wave numbers, size]`, row-major. */
export function hartleyMatrix(size: number, numbers: readonly number[]): Float32Array {
  const matrix = new Float32Array(numbers.length * size);
  for (const [row, k] of numbers.entries()) {
    for (let x = 0; x < size; x++) {
      const turn = (2 * Math.PI * ((((k * x) % size) + size) % size)) / size;
      matrix[row * size + x] = (cos(turn) + sin(turn)) / Math.sqrt(size);
    }
  }
  return matrix;
}

/** A transform of both axes of fields `[batch, size, size]`, and back. */
export interface Hartley {
  analyse(fields: Tensor3D): Tensor3D;
  synthesise(coefficients: Tensor3D): Tensor3D;
}

/**
 * The transform with its coefficients at [j, i] for wave number j along a row and i along a column, in the given order.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { useWasmBackend } from "../backend.ts";
 * import { hartley, waveNumbers } from "./hartley.ts";
 *
 * await useWasmBackend();
 * const coefficients = hartley(2, waveNumbers(2)).analyse(tf.tensor3d([[[1, 2], [1, 2]]]));
 * assertEquals([...coefficients.dataSync()].map(Math.round), [3, 0, -1, 0]);
 * ```
 */
export function hartley(size: number, numbers: readonly number[]): Hartley {
  const matrix = hartleyMatrix(size, numbers);
  const rows = () => tf.tensor2d(matrix, [numbers.length, size]);
  const columns = () => tf.transpose(rows());
  const both = (x: Tensor3D, there: () => Tensor2D, back: () => Tensor2D) =>
    tf.customGrad((x) => ({
      value: alongBothAxes(x as Tensor3D, there()),
      gradFunc: (dy) => alongBothAxes(dy as Tensor3D, back()),
    }))(x) as Tensor3D;
  return {
    analyse: (fields) => both(fields, columns, rows),
    synthesise: (coefficients) => both(coefficients, rows, columns),
  };
}

/** y[j, i] = Σ x[p, q] matrix[q, j] matrix[p, i]: twice a product with the last axis, and a transposition. */
function alongBothAxes(x: Tensor3D, matrix: Tensor2D): Tensor3D {
  return tf.tidy(() => {
    const last = (y: Tensor3D) => {
      const [batch, rows, columns] = y.shape;
      const flat = tf.matMul(tf.reshape(y, [batch * rows, columns]) as Tensor2D, matrix);
      return tf.reshape(flat, [batch, rows, matrix.shape[1]]) as Tensor3D;
    };
    return last(tf.transpose(last(x), [0, 2, 1]) as Tensor3D);
  });
}
