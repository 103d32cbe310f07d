/**
 * The results of a run, read from what the report stage wrote.
 *
 * @module
 */
import { table } from "./table.ts";

/** What a metric should be. */
export interface Bar {
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
  /** In the order in which they are to be shown. */
  readonly bars: readonly Bar[];
}

/** The results in a report folder. */
export async function readResults(folder: string): Promise<Results> {
  const read = async (name: string) => JSON.parse(await Deno.readTextFile(`${folder}/${name}`));
  const [metrics, intervals, bars] = await Promise.all(
    ["metrics.json", "intervals.json", "bars.json"].map(read),
  );
  return { metrics, intervals, bars };
}

/**
 * The metrics that have a bar, as a table.
 *
 * @example
 * ```ts
 * import { resultsTable } from "./results.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const bars = [{ metric: "linear.agreement", description: "", atLeast: 0.93 }];
 * assertEquals(
 *   resultsTable({ metrics: { "linear.agreement": 0.95 }, intervals: { "linear.agreement": [0.94, 0.96] }, bars }),
 *   "system  metric     value  95 % interval  bar\nlinear  agreement   0.95   0.94 to 0.96  ≥ 0.93  met",
 * );
 * ```
 */
export function resultsTable({ metrics, intervals, bars }: Results): string {
  const rows = bars.filter(({ metric }) => metrics[metric] !== undefined).map((bar) => {
    const dot = bar.metric.indexOf(".");
    const interval = intervals[bar.metric];
    return [
      bar.metric.slice(0, dot),
      bar.metric.slice(dot + 1),
      format(metrics[bar.metric]),
      interval === undefined ? "" : `${format(interval[0])} to ${format(interval[1])}`,
      bar.atLeast === undefined ? `≤ ${format(bar.atMost!)}` : `≥ ${format(bar.atLeast)}`,
      isMet(metrics[bar.metric], bar) ? "met" : "missed",
    ];
  });
  return table([["system", "metric", "value", "95 % interval", "bar", ""], ...rows], { right: [2, 3] });
}

function isMet(value: number, { atLeast = -Infinity, atMost = Infinity }: Bar): boolean {
  return value >= atLeast && value <= atMost;
}

/** Four significant digits. */
function format(value: number): string {
  const magnitude = Math.abs(value);
  const isPlain = magnitude === 0 || (magnitude >= 1e-4 && magnitude < 1e6);
  return isPlain ? String(Number(value.toPrecision(4))) : value.toExponential(2);
}
