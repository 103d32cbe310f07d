/**
 * How far one side's macrostate is known from the other's.
 *
 * @module
 */
import { uniforms } from "../../kernels/philox/mod.ts";
import { type Matrix, matrix } from "../../macronet/matrix.ts";

/** Pairs whose differences stand for those of a pair, the nearest ones in β: what is off may depend on where. */
const NEAREST = 50;

/**
 * Draws of α given β, `[cases · draws, d]`, those of a case beside each other: its β, and the difference α − β of one
 * of the pairs that lie nearest in β, by lot. Its own difference is never among them.
 *
 * @param alpha α of all pairs, `[pairs, d]`
 * @param beta β of all pairs, `[pairs, d]`
 * @param options `cases`: of the first so many pairs.
 *
 * @example
 * ```ts
 * import { matrix } from "../../macronet/matrix.ts";
 * import { macrostatesGiven } from "./residuals.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const alpha = matrix(Float32Array.of(10, 21, 29), 1), beta = matrix(Float32Array.of(10, 20, 30), 1);
 * const { data } = macrostatesGiven(alpha, beta, { cases: 1, draws: 50, seed: 1 });
 * assertEquals([...new Set(data)].sort(), [11, 9]);
 * ```
 */
export function macrostatesGiven(
  alpha: Matrix,
  beta: Matrix,
  { cases, draws, seed }: { cases: number; draws: number; seed: number },
): Matrix {
  const d = beta.columns;
  const data = new Float32Array(cases * draws * d);
  for (let i = 0; i < cases; i++) {
    const nearest = nearestRows(beta, i);
    const lots = uniforms(draws, { seed, purpose: "calibration.residual", sample: i });
    for (let k = 0; k < draws; k++) {
      const other = nearest[Math.floor(lots[k] * nearest.length)];
      for (let j = 0; j < d; j++) {
        const difference = alpha.data[other * d + j] - beta.data[other * d + j];
        data[(i * draws + k) * d + j] = beta.data[i * d + j] + difference;
      }
    }
  }
  return matrix(data, d);
}

/** The rows nearest to row i, without it. */
function nearestRows({ rows, columns, data }: Matrix, i: number): Uint32Array {
  const distance = Float64Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let j = 0; j < columns; j++) {
      const difference = data[row * columns + j] - data[i * columns + j];
      sum += difference * difference;
    }
    return sum;
  });
  const others = Uint32Array.from({ length: rows - 1 }, (_, row) => row < i ? row : row + 1);
  return others.sort((p, q) => distance[p] - distance[q] || p - q).subarray(0, NEAREST);
}
