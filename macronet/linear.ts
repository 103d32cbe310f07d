/**
 * The invertible linear map, which mixes dimensions between coupling layers.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor2D } from "@tensorflow/tfjs";
import { onEveryRow } from "./batch.ts";
import type { Bijection, Parameters } from "./bijection.ts";
import { product, timesTransposed, transposedTimes } from "./dense.ts";
import { randomRotation } from "./rotation.ts";

/**
 * z = x · R · L · U on rows, with R a fixed random rotation, L unit lower and U upper triangular with a positive
 * diagonal: log |det| = Σ log diag U, the same at every x.
 *
 * This is the PLU form of Kingma & Dhariwal 2018 (Glow, Eqs. 10–11) with one change. Theirs has a permutation
 * where we have R, and starts by factoring a random rotation into P · L · U, so that the signs of the diagonal
 * have to be stored apart and L and U start badly conditioned. With the rotation itself in that place L = U = I at
 * the start.
 *
 * The one parameter `lowerUpper` `[dimension, dimension]` holds both triangles, as LAPACK does: L below the
 * diagonal, U above it, and log diag U on it.
 *
 * @param options.seed Decides R, together with `purpose`: layers of one model need different purposes.
 * @throws {RangeError} If the dimension is not a whole number of at least 1.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { useWasmBackend } from "./backend.ts";
 * import { linear } from "./linear.ts";
 *
 * await useWasmBackend();
 * const map = linear({ dimension: 2, seed: 1, purpose: "example" });
 * const lowerUpper = tf.tensor2d([[1, 5], [5, 2]]); // log diag U = (1, 2)
 * assertEquals([...map.forward(tf.zeros([3, 2]), { lowerUpper }).logDet.dataSync()], [3, 3, 3]);
 * ```
 */
export function linear(
  { dimension, seed, purpose }: {
    readonly dimension: number;
    readonly seed: number;
    readonly purpose: string;
  },
): Bijection {
  if (!Number.isInteger(dimension) || dimension < 1) {
    throw new RangeError(
      `Cannot build a linear map: dimension must be a whole number of at least 1, but it is ${dimension}`,
    );
  }
  const shape: [number, number] = [dimension, dimension];
  const rotation = Float32Array.from(randomRotation(dimension, { seed, purpose }));
  const { below, above, diagonal } = masks(dimension);

  /** R · L · U, and Σ log diag U. */
  function assemble({ lowerUpper }: Parameters): { matrix: Tensor2D; logDet: Tensor } {
    const identity = tf.tensor2d(diagonal, shape);
    const logDiagonal = tf.mul(lowerUpper, identity);
    const lower = tf.add(tf.mul(lowerUpper, tf.tensor2d(below, shape)), identity) as Tensor2D;
    const upper = tf.add(
      tf.mul(lowerUpper, tf.tensor2d(above, shape)),
      tf.mul(tf.exp(logDiagonal), identity),
    ) as Tensor2D;
    const matrix = product(product(tf.tensor2d(rotation, shape), lower), upper);
    return { matrix, logDet: tf.sum(logDiagonal) };
  }
  return {
    name: "linear",
    dimension,
    parameters: { lowerUpper: { shape, start: "zeros" } },
    forward(x, parameters) {
      const { matrix, logDet } = assemble(parameters);
      return { value: product(x, matrix), logDet: onEveryRow(logDet, x) };
    },
    inverse(z, parameters) {
      const { matrix, logDet } = assemble(parameters);
      return { value: product(z, inverted(matrix)), logDet: onEveryRow(tf.neg(logDet), z) };
    },
  };
}

/** Zeros and ones that pick a triangle or the diagonal. */
function masks(n: number) {
  const pick = (rule: (row: number, column: number) => boolean) =>
    Float32Array.from({ length: n * n }, (_, i) => rule(Math.floor(i / n), i % n) ? 1 : 0);
  return {
    below: pick((row, column) => row > column),
    above: pick((row, column) => row < column),
    diagonal: pick((row, column) => row === column),
  };
}

/** Matrix inverse, `[n, n]`, with the gradient −M⁻ᵀ · dy · M⁻ᵀ. */
function inverted(matrix: Tensor2D): Tensor2D {
  return tf.customGrad((matrix, save) => {
    const n = (matrix as Tensor2D).shape[0];
    const value = tf.tensor2d(gaussJordan((matrix as Tensor2D).dataSync(), n), [n, n]);
    (save as tf.GradSaveFunc)([value]);
    return {
      value,
      gradFunc: (dy, saved) => {
        const [inverse] = saved as Tensor2D[];
        return tf.neg(timesTransposed(transposedTimes(inverse, dy as Tensor2D), inverse));
      },
    };
  })(matrix) as Tensor2D;
}

/** Inverse of a row-major `[n, n]` matrix by Gauss-Jordan elimination with partial pivoting, in 64 bits. */
function gaussJordan(matrix: ArrayLike<number>, n: number): Float32Array {
  const rows = Array.from({ length: n }, (_, i) => {
    const row = new Float64Array(2 * n);
    for (let j = 0; j < n; j++) row[j] = matrix[i * n + j];
    row[n + i] = 1;
    return row;
  });
  for (let pivot = 0; pivot < n; pivot++) {
    let best = pivot;
    for (let i = pivot + 1; i < n; i++) if (Math.abs(rows[i][pivot]) > Math.abs(rows[best][pivot])) best = i;
    [rows[pivot], rows[best]] = [rows[best], rows[pivot]];
    const scale = rows[pivot][pivot];
    for (let j = 0; j < 2 * n; j++) rows[pivot][j] /= scale;
    for (let i = 0; i < n; i++) {
      if (i === pivot) continue;
      const factor = rows[i][pivot];
      for (let j = 0; j < 2 * n; j++) rows[i][j] -= factor * rows[pivot][j];
    }
  }
  return Float32Array.from({ length: n * n }, (_, i) => rows[Math.floor(i / n)][n + i % n]);
}
