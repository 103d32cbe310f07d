/**
 * Where two pictures differ: by pixel and channel.
 *
 * @module
 */
import type { Difference } from "../../pipeline/mod.ts";
import { decodePng } from "../formats/png.ts";

const CHANNELS = ["red", "green", "blue", "alpha"];

/**
 * Where two PNG files differ in their pixels, or `undefined`: then it is the compressor.
 *
 * @throws {TypeError} when one of them cannot be read.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodePng } from "../formats/png.ts";
 * import { pictureDifference } from "./picture.ts";
 *
 * const picture = (red: number) => encodePng({ width: 2, height: 1, rgba: Uint8Array.of(0, 0, 0, 255, red, 0, 0, 255) });
 * assertEquals(pictureDifference("a.png", picture(7), picture(9)), {
 *   what: "a.png",
 *   at: "pixel (1, 0), red",
 *   stored: "7",
 *   recomputed: "9",
 *   differing: 1,
 *   of: 2,
 *   place: "pixel",
 *   largest: 2,
 * });
 * ```
 */
export function pictureDifference(
  what: string,
  stored: Uint8Array,
  recomputed: Uint8Array,
): Difference | undefined {
  const [before, after] = [decodePng(stored), decodePng(recomputed)];
  const of = before.width * before.height;
  if (before.width !== after.width || before.height !== after.height) {
    const size = ({ width, height }: { width: number; height: number }) => `${width} × ${height}`;
    const sizes = { stored: size(before), recomputed: size(after) };
    return { what, at: "width × height", ...sizes, differing: of, of, place: "pixel" };
  }
  let first: number | undefined;
  let largest = 0;
  const pixels = new Set<number>();
  before.rgba.forEach((value, i) => {
    if (value === after.rgba[i]) return;
    first ??= i;
    pixels.add(i >> 2);
    largest = Math.max(largest, Math.abs(value - after.rgba[i]));
  });
  if (first === undefined) return undefined;
  const [x, y] = [(first >> 2) % before.width, Math.floor((first >> 2) / before.width)];
  return {
    what,
    at: `pixel (${x}, ${y}), ${CHANNELS[first & 3]}`,
    stored: `${before.rgba[first]}`,
    recomputed: `${after.rgba[first]}`,
    differing: pixels.size,
    of,
    place: "pixel",
    largest,
  };
}
