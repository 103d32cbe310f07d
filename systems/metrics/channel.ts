/**
 * What one side's macrostate says of the other's: α given β.
 *
 * The two predict each other up to an error. So what β = φ_v(v) says of u is not p(u | α = β) but that, averaged over
 * the α that go with β: p(u | β) = ∫ p(u | α) p(α | β) dα. To leave the second factor out is to be too sure of u.
 *
 * @module
 */
import { column, type Matrix } from "../../macronet/matrix.ts";
import { rowsOf } from "../rows.ts";
import { cholesky, solve } from "./cholesky.ts";
import { mean } from "./statistics.ts";

/** p(α | β) as a normal distribution whose mean is affine in β. */
export interface Channel {
  /** Mean of β over the pairs that it was fitted on. */
  readonly centre: readonly number[];
  /** Mean of α over them. */
  readonly offset: readonly number[];
  /** Row i: how the mean of αᵢ changes with β. */
  readonly slopes: readonly (readonly number[])[];
  /** Lower Cholesky factor of the covariance of what is left. */
  readonly factor: readonly (readonly number[])[];
}

/** The channel that pairs `[rows, d]` show, by least squares. */
export function fitChannel(alpha: Matrix, beta: Matrix): Channel {
  const x = centredColumns(beta), y = centredColumns(alpha);
  const gram = x.columns.map((a) => x.columns.map((b) => dot(a, b)));
  const slopes = y.columns.map((target) => solve(gram, x.columns.map((one) => dot(one, target))));
  const residuals = y.columns.map((target, i) =>
    target.map((value, row) =>
      value - slopes[i].reduce((sum, slope, j) => sum + slope * x.columns[j][row], 0)
    )
  );
  const covariance = residuals.map((a) => residuals.map((b) => dot(a, b) / alpha.rows));
  return { centre: x.means, offset: y.means, slopes, factor: cholesky(covariance) };
}

/**
 * A draw of α for every β `[rows, d]`.
 *
 * @param draws Standard normal numbers, `[rows, d]`.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { normals } from "../../kernels/philox/mod.ts";
 * import { matrix } from "../../macronet/matrix.ts";
 * import { drawThrough, fitChannel } from "./channel.ts";
 * import { variance } from "./statistics.ts";
 *
 * const [beta, error, draws] = ["b", "e", "d"].map((purpose) => matrix(normals(4000, { seed: 1, purpose }), 1));
 * const alpha = matrix(beta.data.map((value, i) => 2 * value + 0.5 * error.data[i]), 1);
 * assertAlmostEquals(variance(drawThrough(fitChannel(alpha, beta), beta, draws).data), 4.25, 0.2);
 * ```
 */
export function drawThrough(
  { centre, offset, slopes, factor }: Channel,
  beta: Matrix,
  draws: Matrix,
): Matrix {
  const d = offset.length;
  return rowsOf(beta.rows, d, (row) =>
    offset.map((middle, i) => {
      let sum = middle;
      for (let j = 0; j < beta.columns; j++) {
        sum += slopes[i][j] * (beta.data[row * beta.columns + j] - centre[j]);
      }
      for (let j = 0; j <= i; j++) sum += factor[i][j] * draws.data[row * d + j];
      return sum;
    }));
}

function centredColumns(source: Matrix): { means: number[]; columns: Float64Array[] } {
  const columns = Array.from({ length: source.columns }, (_, i) => column(source, i));
  const means = columns.map(mean);
  return { means, columns: columns.map((values, i) => values.map((value) => value - means[i])) };
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}
