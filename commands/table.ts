/**
 * Text in columns, for terminals.
 *
 * @module
 */

/**
 * Rows as lines, columns two spaces apart. Columns named in `right` are set flush right.
 *
 * @example
 * ```ts
 * import { table } from "./table.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(table([["cache", "1"], ["train", "12"]], { right: [1] }), "cache   1\ntrain  12");
 * ```
 */
export function table(
  rows: readonly (readonly string[])[],
  { right = [] }: { right?: readonly number[] } = {},
): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    rows.reduce((width, row) => Math.max(width, row[column].length), 0)
  );
  const cell = (text: string, column: number) =>
    right.includes(column) ? text.padStart(widths[column]) : text.padEnd(widths[column]);
  return rows.map((row) => row.map(cell).join("  ").trimEnd()).join("\n");
}

/** `1 unit`, `2 units`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/**
 * A length of time as a person would say it.
 *
 * @example
 * ```ts
 * import { duration } from "./table.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([240, 12_340, 201_000].map(duration), ["0.24 s", "12.3 s", "3 min 21 s"]);
 * ```
 */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 59.95) return `${Number(seconds.toPrecision(seconds < 1 ? 2 : 3))} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/**
 * How long ago something was, in one number.
 *
 * @example
 * ```ts
 * import { age } from "./table.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([-5, 59_000, 61_000, 7_200_000, 90_000_000].map(age), [
 *   "0 s ago",
 *   "59 s ago",
 *   "1 min ago",
 *   "2 h ago",
 *   "1 d ago",
 * ]);
 * ```
 */
export function age(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [size, unit] = ([[86_400, "d"], [3600, "h"], [60, "min"], [1, "s"]] as const)
    .find(([size]) => seconds >= size) ?? [1, "s"];
  return `${Math.floor(seconds / size)} ${unit} ago`;
}
