/**
 * How far one side's macrostate is known from the other's.
 *
 * @module
 */
import { uniforms } from "../../kernels/philox/mod.ts";
import { type Matrix, matrix } from "../../macronet/matrix.ts";

/** Pairs whose differences stand for those of another, the nearest ones in β: what is off may depend on where. */
const NEAREST = 50;

/** Macrostates of pairs, a row each, `[pairs, d]`. */
export interface MacrostatePairs {
  readonly alpha: Matrix;
  readonly beta: Matrix;
}

/**
 * Draws of α for each given β, `[given · draws, d]`, those of one beside each other: β itself, and the difference α − β
 * of one of the pairs that lie nearest to it, by lot.
 *
 * @param given `[given, d]`
 * @param pairs Others than those whose β is given.
 *
 * @example
 * ```ts
 * import { matrix } from "../../macronet/matrix.ts";
 * import { macrostatesGiven } from "./residuals.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const pairs = { alpha: matrix(Float32Array.of(21, 29), 1), beta: matrix(Float32Array.of(20, 30), 1) };
 * const { data } = macrostatesGiven(matrix(Float32Array.of(10), 1), pairs, { draws: 50, seed: 1 });
 * assertEquals([...new Set(data)].sort(), [11, 9]);
 * ```
 */
export function macrostatesGiven(
  given: Matrix,
  { alpha, beta }: MacrostatePairs,
  { draws, seed }: { draws: number; seed: number },
): Matrix {
  const d = beta.columns;
  const data = new Float32Array(given.rows * draws * d);
  for (let i = 0; i < given.rows; i++) {
    const own = given.data.subarray(i * d, (i + 1) * d);
    const nearest = nearestRows(own, beta);
    const lots = uniforms(draws, { seed, purpose: "calibration.residual", sample: i });
    for (let k = 0; k < draws; k++) {
      const other = nearest[Math.floor(lots[k] * nearest.length)];
      for (let j = 0; j < d; j++) {
        const difference = alpha.data[other * d + j] - beta.data[other * d + j];
        data[(i * draws + k) * d + j] = own[j] + difference;
      }
    }
  }
  return matrix(data, d);
}

/** The rows nearest to a point. */
function nearestRows(point: Float32Array, { rows, columns, data }: Matrix): Uint32Array {
  const distance = Float64Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let j = 0; j < columns; j++) {
      const difference = data[row * columns + j] - point[j];
      sum += difference * difference;
    }
    return sum;
  });
  const order = Uint32Array.from({ length: rows }, (_, row) => row);
  return order.sort((p, q) => distance[p] - distance[q] || p - q).subarray(0, NEAREST);
}
