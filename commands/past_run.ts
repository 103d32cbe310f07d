/**
 * Runs of the store as a call names them.
 *
 * @module
 */
import { findRun, type PastRun, readRun } from "../pipeline/mod.ts";
import { CallError } from "./call.ts";

/** Characters of a day and a time to the second: enough of an id for most stores. */
const SECONDS = "2026-01-01T00-00-00".length;

/**
 * The run that a call names: an id, the beginning of one, `last`, `last~2`.
 *
 * @throws {CallError} when there is none, or several.
 */
export function chosenRun(name: string, artifacts: string): PastRun {
  try {
    return readRun(findRun(name, artifacts), artifacts);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CallError(`${error.message}; deno task macronet log lists them`, { cause: error });
  }
}

/**
 * The shortest beginning of an id, from the second on, that is no other run's.
 *
 * @param ids Of the store, sorted either way.
 *
 * @example
 * ```ts
 * import { shortId } from "./past_run.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const ids = ["2026-01-01T00-00-00.250Z-7-ab", "2026-01-01T00-00-00.125Z-7-cd", "2025-01-01T00-00-00.000Z-7-ef"];
 * assertEquals(ids.map((id) => shortId(id, ids)), [
 *   "2026-01-01T00-00-00.2",
 *   "2026-01-01T00-00-00.1",
 *   "2025-01-01T00-00-00",
 * ]);
 * ```
 */
export function shortId(id: string, ids: readonly string[]): string {
  const at = ids.indexOf(id);
  // Of sorted ids, those most alike stand side by side.
  const alike = [ids[at - 1], ids[at + 1]].map((other) => commonLength(id, other ?? ""));
  return id.slice(0, Math.max(SECONDS, ...alike.map((length) => length + 1)));
}

/** The command line of a run, as far as it is known. */
export function commandOf({ about }: PastRun): string {
  return typeof about.command === "string" ? about.command : "";
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
