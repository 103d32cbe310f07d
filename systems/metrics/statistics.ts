/**
 * Moments, ranks and intervals, in a fixed order of summation.
 *
 * @module
 */
import { below } from "../../kernels/philox/mod.ts";
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

function ranks(values: Values): Float64Array {
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
