/**
 * How far a run is, counted from its events.
 *
 * @module
 */
import type { RunEvent, UnitName } from "./events.ts";
import type { Readings } from "./stage.ts";

/** A unit on its way, as it last said. */
export interface UnitProgress {
  readonly done: number;
  readonly total: number;
  /** In words. */
  readonly detail?: string;
  /** In numbers. */
  readonly readings?: Readings;
  /** The points of its curve so far. */
  readonly curve?: number[];
  /** When, in the milliseconds of the clock, it had done how much: its last reports with readings. */
  readonly marks?: readonly { readonly at: number; readonly done: number }[];
}

/** Reports that the rate of a unit is taken from: enough to be steady, few enough to follow a change. */
const MARKS = 16;

/** A stage on its way. */
export interface StageProgress {
  readonly stage: string;
  readonly units: number;
  readonly cost: number;
  /** Units done, executed or reused. */
  done: number;
  reused: number;
  /** Units running, by their shard. */
  readonly running: Map<number | null, UnitProgress>;
  /** When its first unit started, in the milliseconds of the clock. */
  begun?: number;
}

/** Counts events. The clock is the caller's. */
export class ProgressState {
  readonly stages = new Map<string, StageProgress>();
  readonly #begun: number;

  /** @param now Milliseconds at the start. */
  constructor(now: number) {
    this.#begun = now;
  }

  add(event: RunEvent, now: number): void {
    switch (event.type) {
      case "plan":
        for (const { stage, units, cost } of event.stages) {
          this.stages.set(stage, { stage, units, cost, done: 0, reused: 0, running: new Map() });
        }
        return;
      case "reused":
        this.#of(event.stage).done += event.units;
        this.#of(event.stage).reused += event.units;
        return;
      case "unit-start":
        this.#of(event.stage).begun ??= now;
        this.#of(event.stage).running.set(event.shard, { done: 0, total: 0 });
        return;
      case "progress":
        this.#report(event, now);
        return;
      case "unit-done":
        this.#of(event.stage).done++;
        this.#of(event.stage).running.delete(event.shard);
        return;
      case "failed":
        this.#stop(event);
    }
  }

  /** Units done and units in all. */
  counts(): { done: number; units: number } {
    let [done, units] = [0, 0];
    for (const stage of this.stages.values()) {
      done += Math.min(stage.done, stage.units);
      units += stage.units;
    }
    return { done, units };
  }

  /** Share of the effort that is done, 0 … 1. */
  fraction(): number {
    let [done, cost] = [0, 0];
    for (const stage of this.stages.values()) {
      done += stage.cost * stageFraction(stage);
      cost += stage.cost;
    }
    return cost === 0 ? 1 : done / cost;
  }

  /**
   * Milliseconds that are left, if the rest goes like what was executed so far; `undefined` in the first
   * seconds, when nobody knows.
   */
  remaining(now: number): number | undefined {
    let [executed, left] = [0, 0];
    for (const stage of this.stages.values()) {
      const fraction = stageFraction(stage);
      executed += stage.cost * (fraction - Math.min(stage.reused, stage.units) / stage.units);
      left += stage.cost * (1 - fraction);
    }
    const elapsed = now - this.#begun;
    return elapsed < 2000 || executed <= 0 ? undefined : elapsed * left / executed;
  }

  /** Stages with running units, in the order of the graph. */
  running(): StageProgress[] {
    return [...this.stages.values()].filter(({ running }) => running.size > 0);
  }

  /** Words replace numbers and numbers words; a report without either leaves the last. */
  #report({ stage, shard, done, total, detail }: RunEvent & { type: "progress" }, now: number): void {
    const { running } = this.#of(stage);
    const { curve = [], marks = [], ...last } = running.get(shard) ?? { done, total };
    if (typeof detail !== "object") {
      const words = detail === undefined ? last : { detail };
      running.set(shard, { ...words, curve, marks, done, total });
      return;
    }
    if (detail.curve !== undefined) curve.push(detail.curve[1]);
    running.set(shard, {
      done,
      total,
      readings: detail,
      curve,
      marks: [...marks, { at: now, done }].slice(-MARKS),
    });
  }

  #stop({ stage, shard }: UnitName): void {
    this.#of(stage).running.delete(shard);
  }

  #of(stage: string): StageProgress {
    return this.stages.get(stage)!;
  }
}

/**
 * Share of a stage that is done, with what its running units say of themselves.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const running = new Map([[2, { done: 1, total: 2 }]]);
 * assert.equal(stageFraction({ stage: "s", units: 4, cost: 1, done: 2, reused: 0, running }), 0.625);
 * ```
 */
export function stageFraction({ units, done, running }: StageProgress): number {
  let partial = 0;
  for (const unit of running.values()) if (unit.total > 0) partial += Math.min(1, unit.done / unit.total);
  return Math.min(1, (done + partial) / units);
}

/**
 * What a stage does per second: units when it has several, else the steps of its one unit.
 */
export function stageRate(stage: StageProgress, now: number): number | undefined {
  const seconds = (now - (stage.begun ?? now)) / 1000;
  if (seconds < 0.5) return undefined;
  const [unit] = stage.running.values();
  const executed = stage.units > 1 ? stage.done - stage.reused : unit?.done ?? 0;
  return executed === 0 ? undefined : executed / seconds;
}

/**
 * Steps per second of one unit over its last reports; `undefined` before there are two, on a clock that moved.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(unitRate({ done: 9, total: 20, marks: [{ at: 500, done: 4 }, { at: 3000, done: 9 }] }), 2);
 * ```
 */
export function unitRate({ marks = [] }: UnitProgress): number | undefined {
  if (marks.length < 2) return undefined;
  const [first, last] = [marks[0], marks[marks.length - 1]];
  const rate = 1000 * (last.done - first.done) / (last.at - first.at);
  return Number.isFinite(rate) && rate > 0 ? rate : undefined;
}

/** Milliseconds that are left of one unit, if it goes on at its {@link unitRate}. */
export function unitRemaining(unit: UnitProgress, now: number): number | undefined {
  const rate = unitRate(unit);
  if (rate === undefined) return undefined;
  const last = unit.marks![unit.marks!.length - 1];
  return Math.max(0, 1000 * (unit.total - last.done) / rate - (now - last.at));
}
