/**
 * Repeats: what an experiment comes to over trainings that differ in their seed alone.
 *
 * @module
 */
import type { StageRun } from "../pipeline/stage.ts";
import { mean, sampleDeviation } from "../systems/metrics/statistics.ts";
import type { Metric, RepeatedMetric } from "../systems/system.ts";
import { METRICS } from "./evaluate.ts";

/** Writes `metrics.json`: the mean of every metric, its deviation, all values. */
export const run: StageRun = async (context) => {
  const repeats: Record<string, Metric>[] = [];
  for (let i = 1; i <= Number(context.params.repeats); i++) {
    repeats.push(JSON.parse(new TextDecoder().decode(await context.input(roleOf(i)).read(METRICS))));
  }
  const names = Object.keys(repeats[0]);
  const metrics = Object.fromEntries(
    names.map((name) => [name, joined(repeats.map((metrics) => metrics[name]))]),
  );
  await context.write(METRICS, new TextEncoder().encode(JSON.stringify(metrics, null, 2) + "\n"));
};

/** Role of the evaluation of repeat i, counted from 1. */
export function roleOf(repeat: number): string {
  return `repeat_${repeat}`;
}

/**
 * One metric over all repeats: the mean of its values, and of both ends of its intervals, which tell how far the choice
 * of held-out examples moves the value of one training.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { joined } from "./repeats.ts";
 *
 * const metric = joined([{ value: 1, interval: [0, 3] }, { value: 3, interval: [2, 5] }]);
 * assertEquals(metric, { value: 2, interval: [1, 4], deviation: Math.SQRT2, values: [1, 3] });
 * ```
 */
export function joined(repeats: readonly Metric[]): RepeatedMetric {
  const values = repeats.map(({ value }) => value);
  const intervals = repeats.map(({ interval }) => interval).filter((interval) => interval !== undefined);
  return {
    value: mean(values),
    ...(intervals.length === repeats.length && {
      interval: [mean(intervals.map(([low]) => low)), mean(intervals.map(([, high]) => high))] as const,
    }),
    ...(values.length > 1 && { deviation: sampleDeviation(values) }),
    values,
  };
}
