/**
 * Where two texts differ: by line and column, from 1.
 *
 * @module
 */
import type { Difference } from "../../pipeline/mod.ts";

/** Characters that are shown from the first difference on. */
const SHOWN = 40;

/**
 * Where two texts differ, or `undefined`. Lines are compared one to one: a line that one of them has more makes all
 * after it differ.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { textDifference } from "./text.ts";
 *
 * assertEquals(textDifference("a.svg", "<svg>\n<g x='1'/>\n", "<svg>\n<g x='2'/>\n"), {
 *   what: "a.svg",
 *   at: "line 2, column 7",
 *   stored: `"1'/>"`,
 *   recomputed: `"2'/>"`,
 *   differing: 1,
 *   of: 3,
 *   place: "line",
 * });
 * ```
 */
export function textDifference(what: string, stored: string, recomputed: string): Difference | undefined {
  const [before, after] = [stored.split("\n"), recomputed.split("\n")];
  const of = Math.max(before.length, after.length);
  const unequal = Array.from({ length: of }, (_, i) => i).filter((i) => before[i] !== after[i]);
  if (unequal.length === 0) return undefined;
  const [line] = unequal;
  const column = firstUnequal(before[line] ?? "", after[line] ?? "");
  return {
    what,
    at: `line ${line + 1}, column ${column + 1}`,
    stored: excerpt(before[line], column),
    recomputed: excerpt(after[line], column),
    differing: unequal.length,
    of,
    place: "line",
  };
}

/** Both are different, and where one ends is a difference too. */
function firstUnequal(a: string, b: string): number {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  return i;
}

function excerpt(line: string | undefined, column: number): string {
  if (line === undefined) return "nothing";
  const rest = line.slice(column);
  return rest.length <= SHOWN ? JSON.stringify(rest) : `${JSON.stringify(rest.slice(0, SHOWN))}…`;
}
