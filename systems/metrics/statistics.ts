/**
 * Moments, ranks and intervals, in a fixed order of summation.
 *
 * @module
 */
import { normalQuantile } from "../../kernels/elementary/mod.ts";
import { below, permutation } from "../../kernels/philox/mod.ts";
import type { Metric } from "../system.ts";

/** Values in any array that is indexed by number. */
export type Values = ArrayLike<number>;

/** Arithmetic mean. */
export function mean(values: Values): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** Variance about the mean, divided by n. */
export function variance(values: Values): number {
  const centre = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] - centre) * (values[i] - centre);
  return sum / values.length;
}

/** Standard deviation of the population that a sample is from: over n − 1. */
export function sampleDeviation(values: Values): number {
  return Math.sqrt(variance(values) * values.length / (values.length - 1));
}

/** The q-quantile, linear between order statistics. */
export function quantile(values: Values, q: number): number {
  const sorted = Float64Array.from(values).sort();
  const position = q * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

/** Pearson's correlation. */
export function correlation(x: Values, y: Values): number {
  const mx = mean(x);
  const my = mean(y);
  let xy = 0, xx = 0, yy = 0;
  for (let i = 0; i < x.length; i++) {
    xy += (x[i] - mx) * (y[i] - my);
    xx += (x[i] - mx) * (x[i] - mx);
    yy += (y[i] - my) * (y[i] - my);
  }
  return xy / Math.sqrt(xx * yy);
}

/**
 * Spearman's rank correlation; ties share their mean rank.
 *
 * @example
 * ```ts
 * import { spearman } from "./statistics.ts";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(spearman([1, 2, 3, 4], [1, 8, 27, 64]), 1);
 * ```
 */
export function spearman(x: Values, y: Values): number {
  return correlation(ranks(x), ranks(y));
}

/** Place of each value among all, from 0; ties share their mean place. */
export function ranks(values: Values): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((i, j) =>
    values[i] - values[j] || i - j
  );
  const result = new Float64Array(values.length);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && values[order[end]] === values[order[start]]) end++;
    for (let i = start; i < end; i++) result[order[i]] = (start + end - 1) / 2;
    start = end;
  }
  return result;
}

/**
 * Φ⁻¹ of each value's share of the way through all of them: standard normal whatever the values' own distribution.
 * Equal values are ranked by their index.
 *
 * @example
 * ```ts
 * import { normalScores } from "./statistics.ts";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const [low, high] = normalScores([1, 1000]);
 * assertAlmostEquals(high, 0.6744897501960817); // Φ⁻¹(3/4)
 * assertAlmostEquals(low, -high);
 * ```
 */
export function normalScores(values: Values): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i)
    .sort((i, j) => values[i] - values[j] || i - j);
  const scores = new Float64Array(values.length);
  order.forEach((index, rank) => scores[index] = normalQuantile((rank + 0.5) / values.length));
  return scores;
}

/** How an interval is drawn. */
export interface Bootstrap {
  readonly seed: number;
  readonly resamples: number;
  /** Keeps the draws of different metrics apart. */
  readonly purpose: string;
}

/**
 * A statistic of n independent cases with its 95 % percentile interval (Efron 1979).
 *
 * @param cases n
 * @param statistic The value for a choice of cases, given by their indices.
 */
export function bootstrap(
  cases: number,
  statistic: (chosen: Values) => number,
  { seed, resamples, purpose }: Bootstrap,
): Metric {
  const all = Uint32Array.from({ length: cases }, (_, i) => i);
  const values = Float64Array.from(
    { length: resamples },
    (_, sample) => statistic(below(cases, cases, { seed, purpose: `bootstrap.${purpose}`, sample })),
  );
  return { value: statistic(all), interval: [quantile(values, 0.025), quantile(values, 0.975)] };
}

/**
 * Mean of one value per case, with its interval.
 *
 * @example
 * ```ts
 * import { bootstrapMean } from "./statistics.ts";
 * import { assert } from "@std/assert";
 *
 * const { value, interval } = bootstrapMean([1, 2, 3, 4], { seed: 1, resamples: 100, purpose: "example" });
 * assert(value === 2.5 && interval![0] < 2.5 && interval![1] > 2.5);
 * ```
 */
export function bootstrapMean(values: Values, options: Bootstrap): Metric {
  return bootstrap(values.length, (chosen) => {
    let sum = 0;
    for (let i = 0; i < chosen.length; i++) sum += values[chosen[i]];
    return sum / chosen.length;
  }, options);
}

/**
 * Rows of a subsample: a quarter of all up to 256, from where on a tenth will do; at least 16, but no more than half.
 * A statistic of nearest neighbours of n = 500 had an interval a quarter too narrow from 50 rows, and none from 125.
 */
function subsampleRows(cases: number): number {
  const few = Math.max(16, Math.min(256, Math.floor(cases / 4)));
  return Math.min(Math.floor(cases / 2), Math.max(few, Math.floor(cases / 10)));
}

/**
 * A statistic of n independent cases with its 95 % interval by subsampling without replacement (Politis & Romano
 * 1994), for a statistic that repeated cases would break, such as one of nearest neighbours. Its spread is taken to
 * shrink as 1/√n. What it is off by at the smaller size is left out: the interval lies around the value.
 *
 * @param cases n, at least 8
 * @param statistic The value for a choice of cases, given by their indices, in no order.
 *
 * @example
 * ```ts
 * import { mean, subsample } from "./statistics.ts";
 * import { assert } from "@std/assert";
 *
 * const values = Array.from({ length: 100 }, (_, i) => i);
 * const { value, interval } = subsample(100, (chosen) => mean(Array.from(chosen, (i) => values[i])), {
 *   seed: 1,
 *   resamples: 100,
 *   purpose: "example",
 * });
 * assert(value === 49.5 && interval![0] < 46 && interval![1] > 53);
 * ```
 */
export function subsample(
  cases: number,
  statistic: (chosen: Values) => number,
  { seed, resamples, purpose }: Bootstrap,
): Metric {
  const rows = subsampleRows(cases);
  const values = Float64Array.from({ length: resamples }, (_, sample) => {
    const order = permutation(cases, { seed, purpose: `subsample.${purpose}`, sample });
    return statistic(order.subarray(0, rows));
  });
  // Var of a mean of m of n, drawn without replacement, is that of one of n times (n − m) / m.
  const shrink = Math.sqrt(rows / (cases - rows));
  const centre = mean(values);
  const value = statistic(Uint32Array.from({ length: cases }, (_, i) => i));
  const off = (q: number) => shrink * (quantile(values, q) - centre);
  return { value, interval: [value + off(0.025), value + off(0.975)] };
}

/**
 * What a statistic of pairs reaches by chance: its 95 % quantile over pairs whose second halves are permuted.
 *
 * @param cases Number of pairs.
 * @param statistic The value when pair i has the second half of pair `partners[i]`.
 *
 * @example
 * ```ts
 * import { correlation, permutationNull } from "./statistics.ts";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const x = Array.from({ length: 400 }, (_, i) => i);
 * const chance = permutationNull(400, (partners) => correlation(x, partners), { seed: 1, resamples: 200, purpose: "" });
 * assertAlmostEquals(chance, 1.645 / Math.sqrt(400), 0.02);
 * ```
 */
export function permutationNull(
  cases: number,
  statistic: (partners: Values) => number,
  { seed, resamples, purpose }: Bootstrap,
): number {
  const values = Float64Array.from(
    { length: resamples },
    (_, sample) => statistic(permutation(cases, { seed, purpose: `permutation.${purpose}`, sample })),
  );
  return quantile(values, 0.95);
}
