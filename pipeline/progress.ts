/**
 * Shows a run: a live view on a terminal, plain lines elsewhere, JSON lines for programs.
 *
 * @module
 */
import { ProgressBar } from "@std/cli/unstable-progress-bar";
import type { OnEvent, RunEvent } from "./events.ts";
import { liveLine, liveLines, type Watched, watched } from "./live_view.ts";
import { clip, clock, rateText } from "./progress_text.ts";
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
  /** Size of the terminal. Default: 80 columns of 24 rows. */
  readonly columns?: () => number;
  /** Height of the terminal, asked for at every picture. */
  readonly rows?: () => number;
}

/** A display that follows a run. */
export interface ProgressDisplay {
  /** Takes the events of the run. */
  readonly onEvent: OnEvent;
  /** Takes the live view away. Lines that were written stay. */
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
  const isDue = everyTenth();
  return {
    onEvent(event) {
      const at = now();
      state.add(event, at);
      const line = notice(event, options) ?? boundary(event, state, at);
      if (line !== undefined) write(line + "\n");
      if (event.type !== "progress" && event.type !== "unit-done") return;

      const stage = state.stages.get(event.stage)!;
      const watching = watched(state).find(({ stage, shard }) =>
        stage === event.stage && shard === event.shard
      );
      if (watching !== undefined) {
        if (isDue(watching, at)) write(`${liveLine(watching, at)}\n`);
        return;
      }
      const fraction = stageFraction(stage);
      const last = told.get(event.stage) ?? { at: stage.begun ?? at, fraction: 0 };
      const waited = at - last.at;
      if (waited < 30_000 && (waited < 5000 || fraction - last.fraction < 0.1)) return;
      if (stage.done === stage.units) return;
      told.set(event.stage, { at, fraction });
      write(`${describe(stage, at)}${left(state, at)}\n`);
    },
    close: () => Promise.resolve(),
  };
}

function showBar(options: ProgressOptions): ProgressDisplay {
  const { write, now, columns = () => 80, rows = () => 24 } = options;
  const state = new ProgressState(now());
  // The cursor rests at the start of the first line, so that whatever comes next, be it a line that stays or the
  // shell's prompt, finds the place to write over.
  const bar = new ProgressBar({
    max: 1,
    barLength: 20,
    refreshMilliseconds: 100,
    clear: true,
    formatter: ({ progressBar }) => {
      const [at, size] = [now(), { columns: columns() - 1, rows: rows() - 1 }];
      const head = clip(`[${progressBar}] ${summary(state, at)}`, size.columns);
      return inPlace([head, ...liveLines(watched(state), { ...size, rows: size.rows - 1, now: at })]);
    },
    writable: new WritableStream({ write: (chunk) => write(new TextDecoder().decode(chunk)) }),
  });
  return {
    onEvent(event) {
      state.add(event, now());
      bar.value = state.fraction();
      const line = notice(event, options);
      if (line !== undefined) write(`\r${CLEAR_BELOW}${line}\n`);
    },
    async close() {
      await bar.stop();
      write(`\r${CLEAR_BELOW}`);
    },
  };
}

/** Clears from the cursor to the end of the screen. */
const CLEAR_BELOW = "\u001b[J";

/** Lines below each other, over those that are there, and the cursor back at the start of the first. */
function inPlace(lines: readonly string[]): string {
  const up = lines.length > 1 ? `\u001b[${lines.length - 1}A` : "";
  return `${lines.map((line) => `${line}\u001b[K`).join("\r\n")}${CLEAR_BELOW}\r${up}`;
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

/** `12/58 · 2:10 left · turing/simulate 34 % 81/s`: what a narrow terminal cuts off matters least. */
function summary(state: ProgressState, now: number): string {
  const { done, units } = state.counts();
  const own = new Set(watched(state).map(({ stage }) => stage));
  const stages = state.running().filter(({ stage }) => !own.has(stage)).map((stage) => describe(stage, now));
  return `${done}/${units}${left(state, now)}${stages.map((text) => ` · ${text}`).join("")}`;
}

function describe(stage: StageProgress, now: number): string {
  const rate = stageRate(stage, now);
  const detail = [...stage.running.values()].find((unit) => unit.detail !== undefined)?.detail;
  return `${stage.stage} ${Math.floor(stageFraction(stage) * 100)} %` +
    (rate === undefined ? "" : ` ${rateText(rate)}/s`) +
    (detail === undefined ? "" : ` ${detail}`);
}

function left(state: ProgressState, now: number): string {
  const remaining = state.remaining(now);
  return remaining === undefined ? "" : ` · ${clock(remaining)} left`;
}

function unit({ stage, shard }: { stage: string; shard: number | null }): string {
  return shard === null ? stage : `${stage}, shard ${shard}`;
}

function plural(units: number): string {
  return units === 1 ? "unit" : "units";
}

/** Whether a line on a unit is due: at first, at each tenth of its way, and at least every 30 s. */
function everyTenth(): (watched: Watched, now: number) => boolean {
  const told = new Map<string, { at: number; tenths: number }>();
  return ({ stage, shard, unit: { done, total } }, now) => {
    const [name, tenths] = [`${stage} ${shard}`, total > 0 ? Math.floor(10 * done / total) : 0];
    const last = told.get(name);
    const isDue = last === undefined || now - last.at >= 30_000 || tenths > last.tenths;
    if (isDue) told.set(name, { at: now, tenths });
    return isDue;
  };
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
