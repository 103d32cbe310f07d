/**
 * Small positive definite matrices by their Cholesky factors.
 *
 * @module
 */
import { log } from "../../kernels/elementary/mod.ts";

/** Rows of a small matrix. */
export type Square = readonly (readonly number[])[];

/** Lower Cholesky factor of a positive definite matrix. */
export function cholesky(source: Square): number[][] {
  const factor = source.map((row) => row.map(() => 0));
  for (let i = 0; i < source.length; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = source[i][j];
      for (let k = 0; k < j; k++) sum -= factor[i][k] * factor[j][k];
      factor[i][j] = i === j ? Math.sqrt(Math.max(sum, Number.MIN_VALUE)) : sum / factor[j][j];
    }
  }
  return factor;
}

/** log det A, A positive definite. */
export function logDeterminant(source: Square): number {
  return cholesky(source).reduce((sum, row, i) => sum + 2 * log(row[i]), 0);
}

/** x with A x = b, A positive definite. */
export function solve(source: Square, right: readonly number[]): number[] {
  const factor = cholesky(source);
  const size = right.length;
  const x = [...right];
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) x[i] -= factor[i][k] * x[k];
    x[i] /= factor[i][i];
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) x[i] -= factor[k][i] * x[k];
    x[i] /= factor[i][i];
  }
  return x;
}
