/**
 * The results of a run, read from what the report stage wrote.
 *
 * @module
 */
import type { StageInput } from "../pipeline/mod.ts";
import { significant } from "../stages/figures/significant.ts";
import { table } from "./table.ts";

/** A metric worth showing, and what it should be. */
export interface Headline {
  /** `<system>.<metric>`. */
  readonly metric: string;
  readonly description: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** Numbers of all systems. */
export interface Results {
  /** `<system>.<metric>` → value. */
  readonly metrics: Readonly<Record<string, number>>;
  /** 95 % bootstrap intervals of those that are averages. */
  readonly intervals: Readonly<Record<string, readonly [low: number, high: number]>>;
  /** Of those that are means over several trainings, the standard deviation and each value. */
  readonly repeats: Readonly<
    Record<string, { readonly deviation: number; readonly values: readonly number[] }>
  >;
  /** The metrics that the table shows, in its order. */
  readonly bars: readonly Headline[];
}

/**
 * The results among the artifacts of the report.
 *
 * @throws {Error} when they are not what was stored.
 */
export async function readResults({ read: readBytes }: StageInput): Promise<Results> {
  const read = async (name: string) => JSON.parse(new TextDecoder().decode(await readBytes(name)));
  const [metrics, intervals, repeats, bars] = await Promise.all(
    ["metrics.json", "intervals.json", "repeats.json", "bars.json"].map(read),
  );
  return { metrics, intervals, repeats, bars };
}

/**
 * The headlines as a table. Bars are for a `paper` run; at toy size they are shown and not judged.
 *
 * @example
 * ```ts
 * import { resultsTable } from "./results.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const results = {
 *   metrics: { "linear.agreement": 0.95 },
 *   intervals: { "linear.agreement": [0.94, 0.96] },
 *   repeats: { "linear.agreement": { deviation: 0.0141, values: [0.94, 0.96] } },
 *   bars: [{ metric: "linear.agreement", description: "", atLeast: 0.93 }],
 * } as const;
 * assertEquals(
 *   resultsTable(results, { isJudged: true }),
 *   "system  metric     value  ± over seeds  95 % interval  bar\n" +
 *     "linear  agreement   0.95        0.0141   0.94 to 0.96  ≥ 0.93  met",
 * );
 * ```
 */
export function resultsTable(
  { metrics, intervals, repeats, bars }: Results,
  { isJudged }: { isJudged: boolean },
): string {
  const rows = bars.filter(({ metric }) => metrics[metric] !== undefined).map((bar) => {
    const dot = bar.metric.indexOf(".");
    const interval = intervals[bar.metric];
    return [
      bar.metric.slice(0, dot),
      bar.metric.slice(dot + 1),
      significant(metrics[bar.metric]),
      bar.metric in repeats ? significant(repeats[bar.metric].deviation) : "",
      interval === undefined ? "" : `${significant(interval[0])} to ${significant(interval[1])}`,
      limit(bar),
      isJudged ? judged(metrics[bar.metric], bar) : "",
    ];
  });
  return table([["system", "metric", "value", "± over seeds", "95 % interval", "bar", ""], ...rows], {
    right: [2, 3, 4],
  });
}

function limit({ atLeast, atMost }: Headline): string {
  if (atLeast !== undefined) return `≥ ${significant(atLeast)}`;
  return atMost === undefined ? "" : `≤ ${significant(atMost)}`;
}

function judged(value: number, { atLeast, atMost }: Headline): string {
  if (atLeast === undefined && atMost === undefined) return "";
  return value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity) ? "met" : "missed";
}
