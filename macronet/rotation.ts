/**
 * Random rotations, in plain 64-bit arithmetic, so that every machine makes the same one.
 *
 * @module
 */
import { normals } from "../kernels/philox/mod.ts";

/**
 * A random orthogonal matrix, `[n, n]` in row-major order: Gram-Schmidt on rows of normal draws, each row
 * orthogonalised twice (Giraud et al. 2005: twice is enough), which gives the uniform (Haar) distribution.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { randomRotation } from "./rotation.ts";
 *
 * const [a, b, c, d] = randomRotation(2, { seed: 1, purpose: "example" });
 * assertAlmostEquals(a * c + b * d, 0, 1e-15);
 * ```
 */
export function randomRotation(n: number, draw: { seed: number; purpose: string }): Float64Array {
  const matrix = Float64Array.from(normals(n * n, draw));
  for (let i = 0; i < n; i++) {
    const row = matrix.subarray(i * n, (i + 1) * n);
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) removeComponent(row, matrix.subarray(j * n, (j + 1) * n));
    }
    const norm = Math.sqrt(dot(row, row));
    for (let k = 0; k < n; k++) row[k] /= norm;
  }
  return matrix;
}

function removeComponent(row: Float64Array, unit: Float64Array): void {
  const component = dot(row, unit);
  for (let k = 0; k < row.length; k++) row[k] -= component * unit[k];
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}
