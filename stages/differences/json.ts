/**
 * Where two JSON values differ: by the path of a leaf, `metrics[3].value`.
 *
 * @module
 */
import type { Difference } from "../../pipeline/mod.ts";

/** A leaf that differs; `undefined` where one of the two has none. */
interface LeafDifference {
  readonly path: string;
  readonly stored: unknown;
  readonly recomputed: unknown;
}

/**
 * Where two JSON texts differ in what they say, or `undefined` when they say the same: then it is the spelling.
 *
 * @throws {SyntaxError} when one of them is no JSON.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { jsonDifference } from "./json.ts";
 *
 * assertEquals(jsonDifference("m.json", '{"a": [1, 2]}', '{"a": [1, 2.5]}'), {
 *   what: "m.json",
 *   at: "a[1]",
 *   stored: "2",
 *   recomputed: "2.5",
 *   differing: 1,
 *   of: 2,
 *   place: "value",
 *   largest: 0.5,
 * });
 * assertEquals(jsonDifference("m.json", "[1]", " [1.0]"), undefined);
 * ```
 */
export function jsonDifference(what: string, stored: string, recomputed: string): Difference | undefined {
  return valueDifference(what, JSON.parse(stored), JSON.parse(recomputed));
}

/**
 * The same for JSON lines: paths begin with the number of the line, from 1.
 *
 * @throws {SyntaxError} when a line is no JSON.
 */
export function jsonLinesDifference(
  what: string,
  stored: string,
  recomputed: string,
): Difference | undefined {
  const values = (text: string) =>
    text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
  const [before, after] = [values(stored), values(recomputed)];
  const lines = Array.from({ length: Math.max(before.length, after.length) }, (_, i) => i);
  const named = (values: unknown[]) =>
    Object.fromEntries(lines.filter((i) => i < values.length).map((i) => [`line ${i + 1}`, values[i]]));
  return valueDifference(what, named(before), named(after));
}

function valueDifference(what: string, stored: unknown, recomputed: unknown): Difference | undefined {
  const leaves: LeafDifference[] = [];
  const of = compare({ path: "", stored, recomputed }, leaves);
  const [first] = leaves;
  if (first === undefined) return undefined;
  const distances = leaves.flatMap(({ stored, recomputed }) =>
    typeof stored === "number" && typeof recomputed === "number" ? Math.abs(stored - recomputed) : []
  );
  return {
    what,
    at: first.path === "" ? "the value" : first.path,
    stored: valueText(first.stored),
    recomputed: valueText(first.recomputed),
    differing: leaves.length,
    of,
    place: "value",
    ...(distances.length > 0 && { largest: distances.reduce((a, b) => Math.max(a, b)) }),
  };
}

/** Collects leaves that differ, in the order of the stored value. Returns how many leaves there are in both. */
function compare(pair: LeafDifference, found: LeafDifference[]): number {
  const { path, stored, recomputed } = pair;
  const [a, b] = [children(stored), children(recomputed)];
  if (a === undefined || b === undefined || Array.isArray(stored) !== Array.isArray(recomputed)) {
    if (!isSame(stored, recomputed)) found.push(pair);
    return 1;
  }
  const keys = new Set([...a.keys(), ...b.keys()]);
  if (keys.size === 0) return 1;
  let leaves = 0;
  for (const key of keys) {
    const inner = typeof key === "number" ? `${path}[${key}]` : joined(path, key);
    leaves += compare({ path: inner, stored: a.get(key), recomputed: b.get(key) }, found);
  }
  return leaves;
}

function children(value: unknown): Map<string | number, unknown> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return Array.isArray(value) ? new Map(value.entries()) : new Map(Object.entries(value));
}

function isSame(a: unknown, b: unknown): boolean {
  return Object.is(a, b) || (typeof a === "object" && JSON.stringify(a) === JSON.stringify(b));
}

function joined(path: string, key: string): string {
  const isPlain = /^[\p{L}_$][\p{L}\p{N}_$]*$|^line \d+$/u.test(key);
  if (!isPlain) return `${path}[${JSON.stringify(key)}]`;
  if (path === "") return key;
  return `${path}.${key}`;
}

function valueText(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`;
}
