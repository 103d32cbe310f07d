/**
 * How much two macrostates tell about each other.
 *
 * @module
 */
import { permutation } from "../../kernels/philox/mod.ts";
import { column, type Matrix } from "../../macronet/matrix.ts";
import { logDeterminant, solve } from "./cholesky.ts";
import { mean, normalScores, type Values } from "./statistics.ts";

/**
 * I(α; β) in nats under a Gaussian copula: each dimension is first mapped to normal scores by its ranks, then
 * I = ½ log(det Σ_α det Σ_β / det Σ_αβ). With Gaussian marginals the Gaussian value is a lower bound of the
 * true one in one dimension a side (Foster & Grassberger 2011), and it is invariant under monotone maps of
 * single dimensions.
 *
 * @param rows Indices of the rows to use; all when absent.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { log } from "../../kernels/elementary/mod.ts";
 * import { normals } from "../../kernels/philox/mod.ts";
 * import { matrix } from "../../macronet/matrix.ts";
 * import { gaussianMutualInformation } from "./information.ts";
 *
 * const [x, noise] = ["x", "noise"].map((purpose) => normals(4000, { seed: 1, purpose }));
 * const y = x.map((value, i) => 0.6 * value + 0.8 * noise[i]);
 * assertAlmostEquals(gaussianMutualInformation(matrix(x, 1), matrix(y, 1)), -log(0.8), 0.03);
 * ```
 */
export function gaussianMutualInformation(alpha: Matrix, beta: Matrix, rows?: Values): number {
  const scores = [alpha, beta].flatMap((source) =>
    Array.from({ length: source.columns }, (_, i) => normalScores(pick(column(source, i), rows)))
  );
  const d = alpha.columns;
  const covariance = scores.map((x) => scores.map((y) => dot(x, y) / x.length));
  const block = (from: number, to: number) => covariance.slice(from, to).map((row) => row.slice(from, to));
  return 0.5 * (logDeterminant(block(0, d)) + logDeterminant(block(d, scores.length)) -
    logDeterminant(covariance));
}

/**
 * E|α_u − α_v|² / E|α_u − α_v′|², v′ shuffled: 0 is perfect prediction, 1 is none.
 *
 * @param rows Indices of the rows to use; all when absent.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { matrix } from "../../macronet/matrix.ts";
 * import { normalisedMacroError } from "./information.ts";
 *
 * const alpha = matrix(Float32Array.of(1, 2, 3, 4), 1);
 * assertEquals(normalisedMacroError(alpha, alpha), 0);
 * ```
 */
export function normalisedMacroError(alpha: Matrix, beta: Matrix, rows?: Values): number {
  const chosen = rows ?? Uint32Array.from({ length: alpha.rows }, (_, i) => i);
  const shuffled = permutation(chosen.length, { seed: 0, purpose: "metrics.shuffle" });
  let together = 0, apart = 0;
  for (let i = 0; i < chosen.length; i++) {
    together += squaredDistance(alpha, chosen[i], beta, chosen[i]);
    apart += squaredDistance(alpha, chosen[i], beta, chosen[shuffled[i]]);
  }
  return together / apart;
}

/**
 * Share of the variance of y that a linear map of the columns of x explains (R²), both centred.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { matrix } from "../../macronet/matrix.ts";
 * import { explainedVariance } from "./information.ts";
 *
 * assertAlmostEquals(explainedVariance(matrix(Float32Array.of(1, 2, 3), 1), [10, 8, 6]), 1);
 * ```
 */
export function explainedVariance(x: Matrix, y: Values): number {
  const centred = Array.from({ length: x.columns }, (_, i) => centre(column(x, i)));
  const target = centre(y);
  const gram = centred.map((a) => centred.map((b) => dot(a, b)));
  const projections = centred.map((a) => dot(a, target));
  const coefficients = solve(gram, projections);
  const explained = coefficients.reduce((sum, c, i) => sum + c * projections[i], 0);
  return explained / dot(target, target);
}

function pick(values: Float64Array, rows: Values | undefined): Float64Array {
  return rows ? Float64Array.from(rows, (row) => values[row]) : values;
}

function centre(values: Values): Float64Array {
  const middle = mean(values);
  return Float64Array.from(values, (value) => value - middle);
}

function dot(x: Values, y: Values): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}

function squaredDistance(x: Matrix, i: number, y: Matrix, j: number): number {
  let sum = 0;
  for (let k = 0; k < x.columns; k++) {
    const difference = x.data[i * x.columns + k] - y.data[j * y.columns + k];
    sum += difference * difference;
  }
  return sum;
}
