/**
 * Amounts of memory and disk.
 *
 * @module
 */
import { brief } from "../pipeline/mod.ts";
import { CallError } from "./call.ts";

const UNITS = ["", "K", "M", "G", "T"];

/**
 * Bytes as a person writes them: `500M`, `20G`, `1.5T`, or a plain number; powers of 1024.
 *
 * @throws {CallError} for anything else.
 *
 * @example
 * ```ts
 * import { parseSize } from "./size.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(["512", "1.5K", "20G", "20 GiB"].map((text) => parseSize("max-size", text)), [
 *   512,
 *   1536,
 *   20 * 1024 ** 3,
 *   20 * 1024 ** 3,
 * ]);
 * ```
 */
export function parseSize(flag: string, text: string): number {
  const [, number, unit = ""] = /^(\d{1,15}(?:\.\d{1,6})?) ?([KMGT]?)(?:i?B)?$/i.exec(text) ?? [];
  const bytes = Number(number) * 2 ** (10 * UNITS.indexOf(unit.toUpperCase()));
  if (Number.isFinite(bytes)) return Math.round(bytes);
  throw new CallError(
    `Cannot use --${flag} ${brief(text)}: it must be a size such as 500M or 20G, but is not`,
  );
}

/**
 * Bytes for people.
 *
 * @example
 * ```ts
 * import { size } from "./size.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([0, 1023, 1536, 5 * 1024 ** 3].map(size), ["0 B", "1023 B", "1.5 KiB", "5 GiB"]);
 * ```
 */
export function size(bytes: number): string {
  let unit = 0;
  while (unit < UNITS.length - 1 && bytes >= 1024) {
    bytes /= 1024;
    unit++;
  }
  return `${Number(bytes.toPrecision(unit === 0 ? 4 : 3))} ${UNITS[unit]}${unit === 0 ? "B" : "iB"}`;
}
