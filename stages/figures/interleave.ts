/**
 * The order in which groups of dots are drawn.
 *
 * @module
 */

/**
 * Takes turns between the groups, so that no colour lies on top of all others.
 *
 * @example
 * ```ts
 * import { interleave } from "./interleave.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(interleave([["a", "a", "a"], ["b"]]), ["a", "b", "a", "a"]);
 * ```
 */
export function interleave<T>(groups: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...groups.map((group) => group.length));
  return Array.from(
    { length: longest },
    (_, i) => groups.flatMap((group) => i < group.length ? [group[i]] : []),
  )
    .flat();
}
