/**
 * Numbers and lines as progress shows them.
 *
 * @module
 */

/**
 * Minutes and seconds, hours when there are any.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(clock(83_000), "1:23");
 * assert.equal(clock(3_600_000), "1:00:00");
 * ```
 */
export function clock(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const two = (n: number) => String(Math.floor(n)).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** A rate, with a decimal where it is small. */
export function rateText(perSecond: number): string {
  return perSecond >= 10 ? perSecond.toFixed(0) : perSecond.toFixed(1);
}

/**
 * A number in three digits, in few characters whatever it is.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual([0, 0.98765, -12.34, 4321.5].map(numberText), ["0.00", "0.988", "-12.3", "4322"]);
 * assert.deepEqual([2.13e-6, 1e9, NaN, -Infinity].map(numberText), ["2.1e-6", "1.0e+9", "NaN", "-∞"]);
 * ```
 */
export function numberText(value: number): string {
  const size = Math.abs(value);
  if (Number.isNaN(value)) return "NaN";
  if (size === Infinity) return value > 0 ? "∞" : "-∞";
  if (size !== 0 && (size < 0.001 || size >= 999_999.5)) return value.toExponential(1);
  return size >= 999.5 ? value.toFixed(0) : value.toPrecision(3);
}

/**
 * The start of a line that is too wide, and a sign that there was more.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(clip("abcdef", 6), "abcdef");
 * assert.equal(clip("abcdef", 4), "abc…");
 * assert.equal(clip("abcdef", 0), "");
 * ```
 */
export function clip(text: string, width: number): string {
  if (text.length <= width) return text;
  return width < 1 ? "" : `${text.slice(0, width - 1)}…`;
}
