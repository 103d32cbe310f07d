/**
 * The invertible linear map, which mixes dimensions between coupling layers.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import { exp } from "../kernels/elementary/mod.ts";
import type { Bijection } from "./bijection.ts";
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
  return {
    name: "linear",
    dimension,
    parameters: { lowerUpper: { shape, start: "zeros" } },
    forward(x, { lowerUpper }) {
      const value = product(x, assembled(lowerUpper as Tensor2D, rotation));
      return { value, logDet: traceOnRows(lowerUpper as Tensor2D, { batch: x.shape[0], sign: 1 }) };
    },
    inverse(z, { lowerUpper }) {
      const value = product(z, inverted(assembled(lowerUpper as Tensor2D, rotation)));
      return { value, logDet: traceOnRows(lowerUpper as Tensor2D, { batch: z.shape[0], sign: -1 }) };
    },
  };
}

/**
 * R · L · U, `[n, n]`, and its gradient, in plain loops, every operation rounded to 32 bits: to matrices this small, handing over one
 * operation of tfjs costs as much as its arithmetic, and this would be twenty.
 */
function assembled(lowerUpper: Tensor2D, rotation: ArrayLike<number>): Tensor2D {
  const n = lowerUpper.shape[0];
  return tf.customGrad((lowerUpper, save) => {
    (save as tf.GradSaveFunc)([lowerUpper as Tensor2D]);
    const { lower, upper } = triangles((lowerUpper as Tensor2D).dataSync(), n);
    const matrix = multiplied(multiplied(rotation, lower, n), upper, n);
    return {
      value: tf.tensor2d(matrix, [n, n]),
      gradFunc: (dy, [lowerUpper]) => {
        const { lower, upper } = triangles(lowerUpper.dataSync(), n);
        const d = dy.dataSync();
        const inLower = multiplied(transposed(rotation, n), multiplied(d, transposed(upper, n), n), n);
        const inUpper = multiplied(transposed(multiplied(rotation, lower, n), n), d, n);
        const gradient = inUpper.map((value, i) => {
          const row = Math.floor(i / n), column = i % n;
          if (row > column) return inLower[i];
          return row < column ? value : value * upper[i];
        });
        return tf.tensor2d(gradient, [n, n]);
      },
    };
  })(lowerUpper) as Tensor2D;
}

/** sign · Σ diagonal on every row of a batch, `[batch]`. */
function traceOnRows(
  matrix: Tensor2D,
  { batch, sign }: { readonly batch: number; readonly sign: 1 | -1 },
): Tensor1D {
  const n = matrix.shape[0];
  return tf.customGrad((matrix) => {
    const values = (matrix as Tensor2D).dataSync();
    let trace = 0;
    for (let i = 0; i < n; i++) trace += values[i * (n + 1)];
    return {
      value: tf.tensor1d(new Float32Array(batch).fill(sign * trace)),
      gradFunc: (dy) => {
        const sum = sign * (dy.dataSync() as Float32Array).reduce((sum, value) => sum + value, 0);
        return tf.tensor2d(identity(n).map((value) => value * sum), [n, n]);
      },
    };
  })(matrix) as Tensor1D;
}

/** L and U of the one matrix that holds them. */
function triangles(lowerUpper: ArrayLike<number>, n: number): { lower: Float32Array; upper: Float32Array } {
  const lower = identity(n), upper = identity(n);
  for (let row = 0, i = 0; row < n; row++) {
    for (let column = 0; column < n; column++, i++) {
      if (row > column) lower[i] = lowerUpper[i];
      else upper[i] = row < column ? lowerUpper[i] : exp(lowerUpper[i]);
    }
  }
  return { lower, upper };
}

function identity(n: number): Float32Array {
  return Float32Array.from({ length: n * n }, (_, i) => i % (n + 1) === 0 ? 1 : 0);
}

function multiplied(a: ArrayLike<number>, b: ArrayLike<number>, n: number): Float32Array {
  const c = new Float32Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const factor = a[i * n + k];
      for (let j = 0; j < n; j++) c[i * n + j] += Math.fround(factor * b[k * n + j]);
    }
  }
  return c;
}

function transposed(a: ArrayLike<number>, n: number): Float32Array {
  return Float32Array.from({ length: n * n }, (_, i) => a[(i % n) * n + Math.floor(i / n)]);
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
