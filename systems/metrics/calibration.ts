/**
 * Whether a sampled posterior is as wide as it should be, and in the right place.
 *
 * Both tests ask where the truth lies among draws of its posterior; if truth and draws are exchangeable, anywhere with
 * equal chance. So the truths must be those that the posterior is of, drawn at random: not picked by what they are.
 *
 * @module
 */
import { exp } from "../../kernels/elementary/mod.ts";
import { uniforms } from "../../kernels/philox/mod.ts";
import { column, type Matrix, rowIsFinite } from "../../macronet/matrix.ts";
import { quantile, type Values, variance } from "./statistics.ts";

/** Truths and draws of their posteriors. */
export interface Posterior {
  /** One row per case, `[cases, n]`. */
  readonly truth: Matrix;
  /** As many rows for each case, those of a case beside each other, `[cases · draws, n]`. Rows not finite are left out. */
  readonly draws: Matrix;
}

/**
 * Simulation-based calibration (Talts et al. 2018): the p-value, one per parameter, of the ranks of truths among their
 * draws being uniform, by the Kolmogorov-Smirnov test. Small if the posterior is too narrow, too wide or shifted.
 *
 * A rank r among L draws becomes (r + ξ) / (L + 1), ξ uniform by Philox, and so does any rank among equal values: which
 * is exactly uniform for any L if all is well, so the test may be that of a continuous distribution.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { normals } from "../../kernels/philox/mod.ts";
 * import { matrix } from "../../macronet/matrix.ts";
 * import { rankPValues } from "./calibration.ts";
 *
 * const [truth, same] = [100, 1600].map((n) => matrix(normals(n, { seed: 1, purpose: `${n}` }), 1));
 * assert(rankPValues({ truth, draws: same }, { seed: 1 })[0] > 0.05);
 * const narrow = matrix(same.data.map((value) => value / 2), 1);
 * assert(rankPValues({ truth, draws: narrow }, { seed: 1 })[0] < 0.01);
 * ```
 */
export function rankPValues(posterior: Posterior, { seed }: { seed: number }): number[] {
  return ranks(posterior, { seed }).map(kolmogorovPValue);
}

/** (r + ξ) / (L + 1) of every case, a list for each parameter: what {@link rankPValues} tests. */
export function ranks({ truth, draws }: Posterior, { seed }: { seed: number }): number[][] {
  const cases = casesOf({ truth, draws });
  return Array.from({ length: truth.columns }, (_, j) => {
    const luck = uniforms(truth.rows, { seed, purpose: "calibration.ranks", sample: j });
    const own = column(truth, j), all = column(draws, j);
    return cases.map((rows, i) => shareBelow(own[i], rows.map((row) => all[row]), luck[i]));
  });
}

/** Reference points for each truth: several steady what a single one leaves to chance. */
const REFERENCES = 8;

/** Below it, the series is 1 to 9 digits; from it on, so many terms are all that count. */
const LEAST_LAMBDA = 0.25, SERIES_TERMS = 20;

/** How often the deviation of an exactly calibrated posterior is drawn. */
const NULL_DRAWS = 100;

/** What {@link expectedCoverage} finds. */
export interface Coverage {
  /** Largest |expected coverage − credibility| over all credibilities, 0 to 1. */
  readonly deviation: number;
  /** The shares of draws nearer than the truth, whose distribution deviates. */
  readonly shares: readonly number[];
  /** Its 95 % quantile, were the posterior exact: what that many cases and draws cannot tell from 0. */
  readonly deviationOfExact: number;
}

/**
 * TARP, tests of accuracy with random points (Lemos et al. 2023): the share of a posterior's draws that lie nearer to a
 * random point than the truth does is uniform if the posterior is right. In all parameters at once, so it sees what
 * ranks do not: wrong relations between parameters.
 *
 * Points are uniform in the range of the truths, distances Euclidean in units of their standard deviation. Shares are
 * made continuous as ranks are in {@link rankPValues}. With points on all sides a shift shows less than a wrong width.
 * For the deviation of an exact posterior, one draw of each case takes the place of the truth.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { normals } from "../../kernels/philox/mod.ts";
 * import { matrix } from "../../macronet/matrix.ts";
 * import { expectedCoverage } from "./calibration.ts";
 *
 * const [truth, draws] = [400, 12800].map((n) => matrix(normals(n, { seed: 1, purpose: `${n}` }), 2));
 * const exact = expectedCoverage({ truth, draws }, { seed: 1 });
 * assert(exact.deviation < exact.deviationOfExact);
 * ```
 */
export function expectedCoverage(posterior: Posterior, { seed }: { seed: number }): Coverage {
  const { truth, draws } = posterior;
  const units = Array.from({ length: truth.columns }, (_, j) => unitOf(column(truth, j)));
  const place = ({ data, columns }: Matrix, row: number) =>
    units.map(({ lowest, deviation }, j) => (data[row * columns + j] - lowest) / deviation);
  const distances = casesOf(posterior).flatMap((rows, i) => {
    if (rows.length === 0) return [];
    const points = [place(truth, i), ...rows.map((row) => place(draws, row))];
    return Array.from({ length: REFERENCES }, (_, reference) => {
      const sample = i * REFERENCES + reference;
      const shares = uniforms(units.length, { seed, purpose: "calibration.reference", sample });
      const target = units.map(({ range }, j) => range * shares[j]);
      return {
        case: i,
        truth: squaredDistance(points[0], target),
        draws: points.slice(1).map((point) => squaredDistance(point, target)),
      };
    });
  });
  const luck = uniforms(distances.length, { seed, purpose: "calibration.coverage" });
  const exact = Float64Array.from({ length: NULL_DRAWS }, (_, sample) => {
    const lot = uniforms(truth.rows, { seed, purpose: "calibration.exact", sample });
    return deviationFromUniform(distances.map(({ case: i, draws }, at) => {
      const one = Math.floor(lot[i] * draws.length);
      return shareBelow(draws[one], draws.toSpliced(one, 1), luck[at]);
    }));
  });
  const shares = distances.map(({ truth, draws }, at) => shareBelow(truth, draws, luck[at]));
  return {
    deviation: deviationFromUniform(shares),
    shares,
    deviationOfExact: quantile(exact, 0.95),
  };
}

/** The rows of the finite draws of each case. */
function casesOf({ truth, draws }: Posterior): number[][] {
  const each = draws.rows / truth.rows;
  return Array.from(
    { length: truth.rows },
    (_, i) => Array.from({ length: each }, (_, k) => i * each + k).filter((row) => rowIsFinite(draws, row)),
  );
}

/** The rank of a value among others, as a share: uniform in [0, 1] if they are exchangeable. */
function shareBelow(value: number, others: readonly number[], luck: number): number {
  let below = 0, equal = 0;
  for (const other of others) {
    if (other < value) below++;
    if (other === value) equal++;
  }
  return (below + luck * (equal + 1)) / (others.length + 1);
}

/** Where a parameter starts, and how far it goes in units of its standard deviation. */
function unitOf(values: Float64Array): { lowest: number; deviation: number; range: number } {
  const deviation = Math.sqrt(variance(values)) || 1;
  const lowest = Math.min(...values);
  return { lowest, deviation, range: (Math.max(...values) - lowest) / deviation };
}

function squaredDistance(x: readonly number[], y: readonly number[]): number {
  return x.reduce((sum, value, j) => sum + (value - y[j]) * (value - y[j]), 0);
}

/** Kolmogorov's D: the largest |share of the values up to x − x| for x in [0, 1]. */
function deviationFromUniform(values: Values): number {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  return sorted.reduce((most, x, i) => Math.max(most, (i + 1) / n - x, x - i / n), 0);
}

/**
 * P(D ≥ what is found) of as many uniform values: Kolmogorov's series at (√n + 0.12 + 0.11 / √n) D (Stephens 1970), off
 * by less than 0.01 from n = 5 on.
 */
export function kolmogorovPValue(values: Values): number {
  const root = Math.sqrt(values.length);
  const lambda = (root + 0.12 + 0.11 / root) * deviationFromUniform(values);
  if (lambda < LEAST_LAMBDA) return 1;
  let sum = 0;
  for (let j = 1; j <= SERIES_TERMS; j++) sum += (j % 2 === 1 ? 2 : -2) * exp(-2 * j * j * lambda * lambda);
  return Math.max(0, Math.min(1, sum));
}
