/**
 * What a run said and when: `runs/<id>.jsonl`, one event a line. Kept for people and for `explain`; nothing
 * that is computed depends on it.
 *
 * @module
 */
import { dirname } from "node:path";
import type { RunEvent } from "./events.ts";
import type { Layout } from "./layout.ts";

/** A log that is being written. */
export interface RunLog {
  readonly path: string;
  add(event: RunEvent): void;
  close(): void;
}

/**
 * Opens the log of a run, with its first event. Progress is left out: it would be most of the file, and tells nothing afterwards.
 *
 * A log must not end a run. On a full disk it stays short or is missing, and who has more to lose says why.
 *
 * @param now Milliseconds since 1970.
 */
export function openRunLog(id: string, { layout, now }: { layout: Layout; now: () => number }): RunLog {
  const path = layout.run(id);
  let file: Deno.FsFile | undefined;
  let isOpen = false;
  const encoder = new TextEncoder();
  return {
    path,
    add(event) {
      if (event.type === "progress") return;
      if (!isOpen) file = open(path);
      isOpen = true;
      if (file === undefined) return;
      const line = JSON.stringify({ at: new Date(now()).toISOString(), ...event }) + "\n";
      const bytes = encoder.encode(line);
      try {
        for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
      } catch {
        // As above.
      }
    },
    close: () => file?.close(),
  };
}

function open(path: string): Deno.FsFile | undefined {
  try {
    Deno.mkdirSync(dirname(path), { recursive: true });
    return Deno.openSync(path, { write: true, createNew: true });
  } catch {
    return undefined;
  }
}

/**
 * The name of a run: when it began, and the session that made it, so that no two are alike. Names sort in the order
 * of the runs, also when the clock was set back: then a run counts as begun just after the one before.
 *
 * @param begun Milliseconds since 1970.
 * @param before The name of the run before, if there is one.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const first = runId(5, "42-abc");
 * assert.equal(first, "1970-01-01T00-00-00.005Z-42-abc");
 * assert.equal(runId(3, "43-def", first), "1970-01-01T00-00-00.006Z-43-def");
 * ```
 */
export function runId(begun: number, session: string, before = ""): string {
  const [, day, hour, minute, second] = /^([^T]+)T(\d+)-(\d+)-([\d.]+)Z-/.exec(before) ?? [];
  const last = Date.parse(`${day}T${hour}:${minute}:${second}Z`);
  const stamp = Number.isNaN(last) ? begun : Math.max(begun, last + 1);
  return `${new Date(stamp).toISOString().replaceAll(":", "-")}-${session}`;
}
