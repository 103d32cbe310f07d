/**
 * The square matrix of an invertible linear map, R · L · U, in plain loops, every operation rounded to 32 bits: to
 * matrices this small, handing over one operation of tfjs costs as much as its arithmetic, and this would be twenty.
 *
 * R is a fixed rotation. L, unit lower triangular, and U, upper triangular with a positive diagonal, come in one
 * matrix: L below the diagonal, U above it, and log diag U on it. All matrices are `[n, n]` in row-major order.
 *
 * @module
 */
import { exp } from "../kernels/elementary/mod.ts";

/** R · L · U */
export function assembled(
  lowerUpper: ArrayLike<number>,
  rotation: ArrayLike<number>,
  n: number,
): Float32Array {
  const { lower, upper } = triangles(lowerUpper, n);
  return multiplied(multiplied(rotation, lower, n), upper, n);
}

/** The gradient in the one matrix of L and U, given that in R · L · U. */
export function assembledGradient(
  lowerUpper: ArrayLike<number>,
  rotation: ArrayLike<number>,
  gradient: ArrayLike<number>,
  n: number,
): Float32Array {
  const { lower, upper } = triangles(lowerUpper, n);
  const inLower = multiplied(transposed(rotation, n), multiplied(gradient, transposed(upper, n), n), n);
  const inUpper = multiplied(transposed(multiplied(rotation, lower, n), n), gradient, n);
  return inUpper.map((value, i) => {
    const row = Math.floor(i / n), column = i % n;
    if (row > column) return inLower[i];
    return row < column ? value : value * upper[i];
  });
}

/** Σ of the diagonal: log |det R · L · U| of the one matrix of L and U. */
export function trace(matrix: ArrayLike<number>, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += matrix[i * (n + 1)];
  return sum;
}

/** The inverse, by Gauss-Jordan elimination with partial pivoting, in 64 bits. */
export function inverseOf(matrix: ArrayLike<number>, n: number): Float32Array {
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

/** The identity matrix. */
export function identity(n: number): Float32Array {
  const matrix = new Float32Array(n * n);
  for (let i = 0; i < n; i++) matrix[i * (n + 1)] = 1;
  return matrix;
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
  const result = new Float32Array(n * n);
  for (let row = 0, i = 0; row < n; row++) {
    for (let column = 0; column < n; column++) result[i++] = a[column * n + row];
  }
  return result;
}
