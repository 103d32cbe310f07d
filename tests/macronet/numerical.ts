/**
 * Derivatives by differences, the oracle of the law tests, and equality within a tolerance.
 *
 * @module
 */
import { deepStrictEqual, ok } from "node:assert/strict";

/** A map of rows, `[batch, n]` flattened to `[batch, n]`. */
export type BatchMap = (rows: Float32Array) => Float32Array;

/**
 * log |det| of the Jacobian of `map` at `point`, by central differences with steps h and h / 2, extrapolated
 * (Richardson), and LU decomposition in 64 bits. Coordinates of `point` should be multiples of 2⁻⁸, so that the steps
 * are exact.
 *
 * @param step h, a power of two: the more the map bends, the smaller; the rounding of 32 bits is divided by it.
 */
export function numericalLogDet(map: BatchMap, point: Float32Array, step = 2 ** -6): number {
  const wide = differences(map, point, step);
  const narrow = differences(map, point, step / 2);
  return logAbsDeterminant(narrow.map((row, i) => row.map((value, j) => (4 * value - wide[i][j]) / 3)));
}

/** Rows ∂map/∂x_j: the transposed Jacobian, which has the same determinant. */
function differences(map: BatchMap, point: Float32Array, step: number): number[][] {
  const n = point.length;
  const rows = new Float32Array(2 * n * n);
  for (let j = 0; j < n; j++) {
    for (const [k, sign] of [[2 * j, 1], [2 * j + 1, -1]]) {
      rows.set(point, k * n);
      rows[k * n + j] += sign * step;
    }
  }
  const mapped = map(rows);
  return Array.from(
    { length: n },
    (_, j) =>
      Array.from({ length: n }, (_, i) =>
        (mapped[2 * j * n + i] - mapped[(2 * j + 1) * n + i]) /
        (rows[2 * j * n + j] - rows[(2 * j + 1) * n + j])),
  );
}

/** log |det| by Gaussian elimination with partial pivoting. */
export function logAbsDeterminant(matrix: readonly (readonly number[])[]): number {
  const rows = matrix.map((row) => [...row]);
  let sum = 0;
  for (let pivot = 0; pivot < rows.length; pivot++) {
    let best = pivot;
    for (let i = pivot + 1; i < rows.length; i++) {
      if (Math.abs(rows[i][pivot]) > Math.abs(rows[best][pivot])) best = i;
    }
    [rows[pivot], rows[best]] = [rows[best], rows[pivot]];
    sum += Math.log(Math.abs(rows[pivot][pivot]));
    for (let i = pivot + 1; i < rows.length; i++) {
      const factor = rows[i][pivot] / rows[pivot][pivot];
      for (let j = pivot; j < rows.length; j++) rows[i][j] -= factor * rows[pivot][j];
    }
  }
  return sum;
}

/** Equal but for `tolerance` times the size of the number, or times 1 if it is smaller. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what = "value",
): void {
  deepStrictEqual(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++) {
    const error = Math.abs(actual[i] - expected[i]) / Math.max(1, Math.abs(expected[i]));
    ok(error <= tolerance, `${what} at ${i}: ${actual[i]} is not ${expected[i]} within ${tolerance}`);
  }
}
