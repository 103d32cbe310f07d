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
 * A log must not end a run. On a full disk it stays short or is missing, and who has more to lose says why.
 *
 * @param now Milliseconds since 1970.
 */
export function openRunLog(id: string, { layout, now }: { layout: Layout; now: () => number }): RunLog {
  const path = layout.run(id);
  const file = open(path);
  const encoder = new TextEncoder();
  return {
    path,
    add(event) {
      if (event.type === "progress" || file === undefined) return;
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
