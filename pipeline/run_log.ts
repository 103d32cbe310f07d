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
 * Opens the log of a run. Progress is left out: it would be most of the file, and tells nothing afterwards.
 *
 * @param now Milliseconds since 1970.
 */
export function openRunLog(id: string, { layout, now }: { layout: Layout; now: () => number }): RunLog {
  const path = layout.run(id);
  Deno.mkdirSync(dirname(path), { recursive: true });
  const file = Deno.openSync(path, { write: true, createNew: true });
  const encoder = new TextEncoder();
  return {
    path,
    add(event) {
      if (event.type === "progress") return;
      const line = JSON.stringify({ at: new Date(now()).toISOString(), ...event }) + "\n";
      const bytes = encoder.encode(line);
      try {
        for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
      } catch {
        // On a full disk the units say so themselves; a log must not end a run.
      }
    },
    close: () => file.close(),
  };
}

/**
 * The name of a run: when it began, and the session that made it, so that no two are alike.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(runId(0, "42-abc"), "1970-01-01T00-00-00Z-42-abc");
 * ```
 */
export function runId(milliseconds: number, session: string): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19).replaceAll(":", "-")}Z-${session}`;
}
