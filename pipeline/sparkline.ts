/**
 * A curve in one line of text.
 *
 * @module
 */

const BLOCKS = "▁▂▃▄▅▆▇█";

/**
 * Values as blocks of eight heights, first to last. Where there are more than `width`, each block is the mean of its
 * share. The height spans the lowest to the highest, less what lies far above nearly all of them: the first steps of
 * a training would press the rest flat. Infinite values are as high or low as can be, a gap is what is no number.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { sparkline } from "./sparkline.ts";
 *
 * assert.equal(sparkline([7, 6, 5, 4, 3, 2, 1, 0], 8), "█▇▆▅▄▃▂▁");
 * assert.equal(sparkline([3, 3, 2, 2, 1, NaN], 3), "█▅▁");
 * assert.equal(sparkline([0, NaN, 7, Infinity], 8), "▁ ██");
 * ```
 */
export function sparkline(values: readonly number[], width: number): string {
  const columns = Math.max(0, Math.min(Math.floor(width), values.length));
  const points = Array.from({ length: columns }, (_, i) => {
    const [from, to] = [i, i + 1].map((edge) => Math.floor(edge * values.length / columns));
    return meanOf(values.slice(from, to).filter((value) => !Number.isNaN(value)));
  });
  const finite = points.filter(Number.isFinite).sort((a, b) => a - b);
  const [low, most, highest] = [0, 0.9, 1].map((share) => finite[Math.floor(share * (finite.length - 1))]);
  const high = Math.min(highest, 2 * most - low);
  return points.map((point) => {
    if (Number.isNaN(point)) return " ";
    const height = point === low ? 0 : (point - low) / (high - low);
    const level = Number.isNaN(height)
      ? (point > 0 ? 7 : 0)
      : Math.round(7 * Math.min(1, Math.max(0, height)));
    return BLOCKS[level];
  }).join("");
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
