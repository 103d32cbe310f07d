/**
 * Names of parameters, prefixed by whom they belong to.
 *
 * @module
 */

/** The record with `prefix.` before each name. */
export function prefixed<T>(prefix: string, record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [`${prefix}.${name}`, value]));
}

/**
 * The part of the record whose names start with `prefix.`, without it. The inverse of {@linkcode prefixed}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { unprefixed } from "./names.ts";
 *
 * assertEquals(unprefixed("1", { "0.bias": "a", "1.bias": "b", "10.bias": "c" }), { bias: "b" });
 * ```
 */
export function unprefixed<T>(prefix: string, record: Readonly<Record<string, T>>): Record<string, T> {
  const start = `${prefix}.`;
  const own: Record<string, T> = {};
  for (const name in record) if (name.startsWith(start)) own[name.slice(start.length)] = record[name];
  return own;
}
