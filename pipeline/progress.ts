/**
 * Shows a run: one live bar on a terminal, plain lines elsewhere, JSON lines for programs.
 *
 * @module
 */
import { ProgressBar } from "@std/cli/unstable-progress-bar";
import type { OnEvent, RunEvent } from "./events.ts";
import { ProgressState, stageFraction, type StageProgress, stageRate } from "./progress_state.ts";

/** How progress looks. */
export type ProgressStyle = "bar" | "lines" | "json";

/** Options of {@link showProgress}. */
export interface ProgressOptions {
  /** Takes text that is to appear as it is. */
  readonly write: (text: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Colour failures. Default: unless NO_COLOR is set. */
  readonly color?: boolean;
  /** Width of the terminal. Default: 80. */
  readonly columns?: () => number;
}

/** A display that follows a run. */
export interface ProgressDisplay {
  readonly onEvent: OnEvent;
  /** Takes the bar away. Lines that were written stay. */
  close(): Promise<void>;
}

/**
 * A display in one of the styles.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * let shown = "";
 * const display = showProgress("lines", { write: (text) => shown += text, now: () => 0 });
 * display.onEvent({ type: "plan", run: "r", stages: [{ stage: "s", units: 2, reuse: 2, run: 0, cost: 1 }] });
 * display.onEvent({ type: "reused", stage: "s", units: 2 });
 * await display.close();
 * assert.equal(shown, "s: reused 2 units\n");
 * ```
 */
export function showProgress(style: ProgressStyle, options: ProgressOptions): ProgressDisplay {
  return { bar: showBar, lines: showLines, json: showJson }[style](options);
}

function showJson({ write, now }: ProgressOptions): ProgressDisplay {
  const isDue = throttle(250);
  return {
    onEvent(event) {
      const at = now();
      const isLast = event.type === "progress" && event.done === event.total;
      if (event.type === "progress" && !isLast && !isDue(`${event.stage} ${event.shard}`, at)) return;
      write(JSON.stringify({ at: new Date(at).toISOString(), ...event }) + "\n");
    },
    close: () => Promise.resolve(),
  };
}

function showLines(options: ProgressOptions): ProgressDisplay {
  const { write, now } = options;
  const state = new ProgressState(now());
  const told = new Map<string, { at: number; fraction: number }>();
  return {
    onEvent(event) {
      const at = now();
      state.add(event, at);
      const line = notice(event, options) ?? boundary(event, state, at);
      if (line !== undefined) write(line + "\n");
      if (event.type !== "progress" && event.type !== "unit-done") return;

      const stage = state.stages.get(event.stage)!;
      const fraction = stageFraction(stage);
      const last = told.get(event.stage) ?? { at: stage.begun ?? at, fraction: 0 };
      const waited = at - last.at;
      const isDue = waited >= 30_000 || (waited >= 5000 && fraction - last.fraction >= 0.1);
      if (!isDue || stage.done === stage.units) return;
      told.set(event.stage, { at, fraction });
      write(`${describe(stage, at)}${left(state, at)}\n`);
    },
    close: () => Promise.resolve(),
  };
}

function showBar(options: ProgressOptions): ProgressDisplay {
  const { write, now, columns = () => 80 } = options;
  const state = new ProgressState(now());
  const bar = new ProgressBar({
    max: 1,
    barLength: 20,
    refreshMilliseconds: 100,
    clear: true,
    formatter: ({ progressBar }) => clip(`[${progressBar}] ${summary(state, now())}`, columns() - 1),
    writable: new WritableStream({ write: (chunk) => write(new TextDecoder().decode(chunk)) }),
  });
  return {
    onEvent(event) {
      state.add(event, now());
      bar.value = state.fraction();
      const line = notice(event, options);
      if (line !== undefined) write(`\r\u001b[K${line}\n`);
    },
    close: () => bar.stop(),
  };
}

/** What nobody should miss, in every style for people. */
function notice(event: RunEvent, { color = !Deno.noColor }: ProgressOptions): string | undefined {
  const mark = (text: string, code: number) => color ? `\u001b[${code}m${text}\u001b[0m` : text;
  switch (event.type) {
    case "broken":
      return mark(`${unit(event)}: ${event.what} is broken (${event.found}); making it again`, 33);
    case "drifted":
      return mark(
        `${unit(event)}: made again from the same ingredients, ${
          event.names.join(", ")
        } came out differently`,
        33,
      );
    case "said":
      return `${unit(event)}: ${event.text}`;
    case "failed":
      return mark(event.message, 31);
    default:
      return undefined;
  }
}

/** Where a stage begins and ends, for those who read lines. */
function boundary(event: RunEvent, state: ProgressState, at: number): string | undefined {
  const stage = "stage" in event ? state.stages.get(event.stage) : undefined;
  if (stage === undefined) return undefined;
  if (
    event.type === "unit-start" && stage.begun === at && stage.running.size === 1 &&
    stage.done === stage.reused
  ) {
    const reused = stage.reused > 0 ? `, ${stage.reused} reused` : "";
    return `${stage.stage}: ${stage.units - stage.reused} ${
      plural(stage.units - stage.reused)
    } to run${reused}`;
  }
  if (event.type === "reused" && stage.reused >= stage.units) {
    return `${stage.stage}: reused ${stage.reused} ${plural(stage.reused)}`;
  }
  if (event.type === "stage-done" && event.executed > 0) {
    return `${stage.stage}: done in ${((at - (stage.begun ?? at)) / 1000).toFixed(1)} s`;
  }
  return undefined;
}

/** `12/58 · 2:10 left · turing/train 34 % 81/s loss 1.2`: what a narrow terminal cuts off matters least. */
function summary(state: ProgressState, now: number): string {
  const { done, units } = state.counts();
  const stages = state.running().map((stage) => describe(stage, now));
  return `${done}/${units}${left(state, now)}${stages.map((text) => ` · ${text}`).join("")}`;
}

function describe(stage: StageProgress, now: number): string {
  const rate = stageRate(stage, now);
  const detail = [...stage.running.values()].find((unit) => unit.detail !== undefined)?.detail;
  return `${stage.stage} ${Math.floor(stageFraction(stage) * 100)} %` +
    (rate === undefined ? "" : ` ${rate >= 10 ? rate.toFixed(0) : rate.toFixed(1)}/s`) +
    (detail === undefined ? "" : ` ${detail}`);
}

function left(state: ProgressState, now: number): string {
  const remaining = state.remaining(now);
  return remaining === undefined ? "" : ` · ${clock(remaining)} left`;
}

/**
 * Minutes and seconds, hours when there are any.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(clock(83_000), "1:23");
 * assert.equal(clock(3_600_000), "1:00:00");
 * ```
 */
export function clock(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const two = (n: number) => String(Math.floor(n)).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

function unit({ stage, shard }: { stage: string; shard: number | null }): string {
  return shard === null ? stage : `${stage}, shard ${shard}`;
}

function plural(units: number): string {
  return units === 1 ? "unit" : "units";
}

function clip(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

/** Whether something is due again: at most once in so many milliseconds for each name. */
function throttle(milliseconds: number): (name: string, now: number) => boolean {
  const last = new Map<string, number>();
  return (name, now) => {
    if (now - (last.get(name) ?? -Infinity) < milliseconds) return false;
    last.set(name, now);
    return true;
  };
}
