/**
 * Units that say numbers of themselves, each in a few lines: how far it is and how fast, the numbers, a curve.
 *
 * @module
 */
import { clip, clock, numberText, rateText } from "./progress_text.ts";
import { type ProgressState, type UnitProgress, unitRate, unitRemaining } from "./progress_state.ts";
import { sparkline } from "./sparkline.ts";
import type { Readings } from "./stage.ts";

/** A running unit with readings. */
export interface Watched {
  readonly stage: string;
  readonly shard: number | null;
  readonly unit: UnitProgress & { readonly readings: Readings };
}

/** Room for the lines, and the time at which they are drawn. */
export interface LiveViewOptions {
  readonly columns: number;
  readonly rows: number;
  /** In the milliseconds of the clock of the state. */
  readonly now: number;
}

/** A curve is drawn in at most so many columns; in fewer than the least it says nothing. */
const MOST_COLUMNS = 48;
const LEAST_COLUMNS = 4;

/** Running units that have readings, in the order of the graph. */
export function watched(state: ProgressState): Watched[] {
  return state.running().flatMap(({ stage, running }) =>
    [...running].filter((entry): entry is [number | null, Watched["unit"]] => entry[1].readings !== undefined)
      .map(([shard, unit]) => ({ stage, shard, unit }))
  );
}

/**
 * The lines of all units, none wider than `columns`, no more than `rows`: three for each where there is room for
 * all, otherwise two, otherwise one, and where even that is too much those of the first units.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const readings = { values: [["loss", 1.5], ["Var α", 1]], curve: ["validation loss", 2] } as const;
 * const marks = [{ at: 0, done: 0 }, { at: 1000, done: 50 }];
 * const unit = { done: 50, total: 100, readings, curve: [4, 3, 2], marks };
 * const lines = liveLines([{ stage: "train", shard: null, unit }], { columns: 70, rows: 10, now: 1000 });
 * assert.deepEqual(lines, [
 *   "train [##########----------] 50/100 · 50 steps/s · 0:01 left",
 *   "  loss 1.50  Var α 1.00",
 *   "  validation loss 2.00 █▅▁",
 * ]);
 * ```
 */
export function liveLines(units: readonly Watched[], { columns, rows, now }: LiveViewOptions): string[] {
  const each = Math.min(3, Math.max(1, Math.floor(rows / units.length)));
  const lines = each === 1
    ? units.map((unit) => liveLine(unit, now))
    : units.flatMap((unit) =>
      [pace(unit, { columns, now }), numbers(unit), curve(unit, columns)].slice(0, each)
    );
  return lines.filter((line) => line !== "").slice(0, Math.max(0, rows)).map((line) => clip(line, columns));
}

/** All of a unit in one line: `train 50/100, 50 steps/s, 0:01 left, loss 1.50, …`. */
export function liveLine({ stage, shard, unit }: Watched, now: number): string {
  const { values, curve } = unit.readings;
  const shown = [...values, ...(curve === undefined ? [] : [curve])];
  const texts = shown.map(([name, value]) => `${name} ${numberText(value)}`);
  return `${nameOf(stage, shard)} ${
    [`${unit.done}/${unit.total}`, ...speed(unit, now), ...texts].join(", ")
  }`;
}

function pace({ stage, shard, unit }: Watched, { columns, now }: { columns: number; now: number }): string {
  const share = unit.total > 0 ? Math.min(1, unit.done / unit.total) : 0;
  const length = columns >= 60 ? 20 : columns >= 40 ? 10 : 0;
  const filled = Math.floor(share * length);
  const bar = length === 0
    ? `${Math.floor(100 * share)} %`
    : `[${"#".repeat(filled)}${"-".repeat(length - filled)}]`;
  const facts = [`${unit.done}/${unit.total}`, ...speed(unit, now)];
  return `${nameOf(stage, shard)} ${bar} ${facts.join(" · ")}`;
}

/** Steps per second and the remaining time, once they are known. */
function speed(unit: UnitProgress, now: number): string[] {
  const [rate, remaining] = [unitRate(unit), unitRemaining(unit, now)];
  return [
    ...(rate === undefined ? [] : [`${rateText(rate)} steps/s`]),
    ...(remaining === undefined ? [] : [`${clock(remaining)} left`]),
  ];
}

function numbers({ unit: { readings: { values } } }: Watched): string {
  return values.length === 0
    ? ""
    : `  ${values.map(([name, value]) => `${name} ${numberText(value)}`).join("  ")}`;
}

function curve({ unit: { readings, curve = [] } }: Watched, columns: number): string {
  if (readings.curve === undefined) return "";
  const [name, value] = readings.curve;
  const text = `  ${name} ${numberText(value)}`;
  const room = Math.min(MOST_COLUMNS, columns - text.length - 1);
  return room < LEAST_COLUMNS ? text : `${text} ${sparkline(curve, room)}`;
}

function nameOf(stage: string, shard: number | null): string {
  return shard === null ? stage : `${stage}, shard ${shard}`;
}
