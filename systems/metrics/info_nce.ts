/**
 * A lower bound of mutual information: how well a critic tells a row's own partner from those of others.
 *
 * @module
 */
import { exp, log } from "../../kernels/elementary/mod.ts";
import { column, type Matrix, rowRange } from "../../macronet/matrix.ts";
import { correlation, mean, variance } from "./statistics.ts";

/** Bandwidths that are tried, as multiples of what a Gaussian would have; ∞ is the critic that tells nothing. */
const BANDWIDTHS = [0.25, 0.5, 0.7, 1, 1.4, 2, 4, 8, Infinity];

/** Logarithm of a share that is lost in the rounding of a sum of 64-bit numbers. */
const NEGLIGIBLE = -45;

/** What {@link infoNce} finds. */
export interface InfoNce {
  /** One term per row looked at, in nats: their mean is a lower bound of I(α; β), for any critic. */
  readonly terms: Float64Array;
  /** log of the number of rows looked at: no term is larger, whatever the information. */
  readonly cap: number;
}

/**
 * InfoNCE (van den Oord, Li & Vinyals 2018): E log [e^f(α, β) / mean over the batch of e^f(α, β′)] ≤ I(α; β), the
 * batch being all rows that it is evaluated on.
 *
 * The critic is f = Σ over dimensions of β²/2 − (β − ρ α)² / (2 h² (1 − ρ²)), standardised: with bandwidth h = 1 the
 * exact one of Gaussians whose dimensions predict each other one by one, as L_P has macrostates do. Means, variances,
 * ρ and h are found on the first half of the rows, and the bound is evaluated on the second: no row grades itself.
 *
 * @throws {RangeError} When the two are not of one shape, or have fewer than 4 rows.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { log } from "../../kernels/elementary/mod.ts";
 * import { normals } from "../../kernels/philox/mod.ts";
 * import { matrix } from "../../macronet/matrix.ts";
 * import { infoNce } from "./info_nce.ts";
 * import { mean } from "./statistics.ts";
 *
 * const [x, noise] = ["x", "noise"].map((purpose) => normals(2000, { seed: 1, purpose }));
 * const y = x.map((value, i) => 0.6 * value + 0.8 * noise[i]);
 * const { terms, cap } = infoNce(matrix(x, 1), matrix(y, 1));
 * assertAlmostEquals(mean(terms), -log(0.8), 0.05);
 * assertAlmostEquals(cap, log(1000));
 * ```
 */
export function infoNce(alpha: Matrix, beta: Matrix): InfoNce {
  const n = alpha.rows, d = alpha.columns;
  if (beta.rows !== n || beta.columns !== d || n < 4) {
    throw new RangeError(
      `Cannot bound information: both sides need one shape of at least 4 rows, but they are [${n}, ${d}] and ` +
        `[${beta.rows}, ${beta.columns}]`,
    );
  }
  const half = Math.floor(n / 2);
  const halves = ([[0, half], [half, n]] as const)
    .map(([from, to]) => [rowRange(alpha, from, to), rowRange(beta, from, to)] as const);
  const critic = gaussianCritic(...halves[0]);
  const [fitted, heldOut] = halves.map((pair) => critic(...pair));
  const bounds = BANDWIDTHS.map((bandwidth) => mean(terms(fitted, bandwidth)));
  const best = BANDWIDTHS[bounds.indexOf(Math.max(...bounds))];
  return { terms: terms(heldOut, best), cap: log(n - half) };
}

/** Two sides in the units of a critic, a row each: f = Σ y² / 2 − (y − x)² / (2 h² s²). */
interface Sides {
  /** ρ α */
  readonly x: readonly Float64Array[];
  /** β */
  readonly y: readonly Float64Array[];
  /** s², about 1 − ρ², of each dimension. */
  readonly noise: readonly number[];
}

/** Means, variances and correlations of some rows, to be applied to any. */
function gaussianCritic(alpha: Matrix, beta: Matrix): (alpha: Matrix, beta: Matrix) => Sides {
  const { rows } = alpha;
  const dimensions = Array.from({ length: alpha.columns }, (_, j) => {
    const a = column(alpha, j), b = column(beta, j);
    const varies = variance(a) > 0 && variance(b) > 0;
    return {
      a: { centre: mean(a), deviation: Math.sqrt(variance(a)) || 1 },
      b: { centre: mean(b), deviation: Math.sqrt(variance(b)) || 1 },
      rho: varies ? correlation(a, b) : 0,
    };
  });
  const scaled = (source: Matrix, side: "a" | "b", factor: (j: number) => number) =>
    Array.from(
      { length: source.rows },
      (_, i) =>
        Float64Array.from(dimensions, ({ [side]: { centre, deviation } }, j) =>
          factor(j) * (source.data[i * source.columns + j] - centre) / deviation),
    );
  return (alpha, beta) => ({
    x: scaled(alpha, "a", (j) => dimensions[j].rho),
    y: scaled(beta, "b", () => 1),
    // Of a few rows the correlation may be 1 by chance: no smaller share than one of theirs is taken for noise.
    noise: dimensions.map(({ rho }) => Math.max(1 - rho * rho, 1 / rows)),
  });
}

/** f(αᵢ, βᵢ) − log of the mean over j of e^f(αᵢ, βⱼ), of every row i. */
function terms({ x, y, noise }: Sides, bandwidth: number): Float64Array {
  if (bandwidth === Infinity) return new Float64Array(x.length);
  const weights = noise.map((square) => 0.5 / (square * bandwidth * bandwidth));
  const own = Float64Array.from(y, (row) => 0.5 * row.reduce((sum, value) => sum + value * value, 0));
  const scores = new Float64Array(y.length);
  return Float64Array.from(x, (row, i) => {
    let largest = -Infinity;
    for (let j = 0; j < y.length; j++) {
      let score = own[j];
      for (let k = 0; k < weights.length; k++) {
        const difference = y[j][k] - row[k];
        score -= weights[k] * difference * difference;
      }
      scores[j] = score;
      if (score > largest) largest = score;
    }
    let sum = 0;
    for (let j = 0; j < scores.length; j++) {
      if (scores[j] - largest > NEGLIGIBLE) sum += exp(scores[j] - largest);
    }
    return scores[i] - largest - log(sum / y.length);
  });
}
