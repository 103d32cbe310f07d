/**
 * What a format of `export` is, and what all of them need.
 *
 * @module
 */
import { ProgressBar } from "@std/cli/unstable-progress-bar";
import { type Call, CallError, type Command, type Flag } from "./call.ts";
import { fromHere, requirePermission } from "./selection.ts";

/** A format: one file in this folder, one line in export.ts. */
export interface ExportFormat {
  readonly name: string;
  /** What it writes, in a few words. */
  readonly help: string;
  /** Where the files go without `--to`, among the artifacts. */
  readonly folder: string;
  readonly flags: readonly Flag[];
  readonly examples: Command["examples"];
  /** What there is of it when it was stopped. */
  readonly stopped: string;
  /** Writes the files. Ends early, with an error, when the signal is given. */
  run(call: Call, signal: AbortSignal): Promise<void>;
}

/**
 * Refuses to write over what is there.
 *
 * @throws {CallError} when there is something at the path.
 */
export function requireNew(path: string): void {
  if (!isThere(path)) return;
  throw new CallError(
    `Cannot export to ${
      fromHere(path)
    }: it must be new, but is there already; remove it or choose another --to`,
  );
}

/** Shows on a terminal how many of `max` are done, while something runs. */
export async function withBar(
  max: number,
  run: (show: (done: number) => void) => Promise<void>,
): Promise<void> {
  const bar = Deno.stderr.isTerminal()
    ? new ProgressBar({ max, barLength: 20, refreshMilliseconds: 100, clear: true })
    : undefined;
  try {
    await run((done) => {
      if (bar) bar.value = done;
    });
  } finally {
    await bar?.stop();
  }
}

function isThere(path: string): boolean {
  try {
    requirePermission("read", path);
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}
