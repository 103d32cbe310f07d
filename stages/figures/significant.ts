/**
 * Numbers as people read them.
 *
 * @module
 */

/**
 * Four significant digits, or as many as it takes to tell a value from the whole number beside it: a rank
 * correlation of 0.99996 is not 1.
 *
 * @example
 * ```ts
 * import { significant } from "./significant.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(significant(0.123456), "0.1235");
 * assertEquals(significant(0.99996), "0.99996");
 * assertEquals(significant(0.0000123), "1.23e-5");
 * ```
 */
export function significant(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && !(magnitude >= 1e-4 && magnitude < 1e6)) return value.toExponential(2);
  let digits = 4;
  while (digits < 15 && isMistakenForWhole(value, digits)) digits++;
  return String(Number(value.toPrecision(digits)));
}

function isMistakenForWhole(value: number, digits: number): boolean {
  return Math.abs(value) < 1000 && !Number.isInteger(value) &&
    Number.isInteger(Number(value.toPrecision(digits)));
}
