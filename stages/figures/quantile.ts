/**
 * Where the axes of a chart should end, given data with outliers or gaps.
 *
 * @module
 */

/**
 * The value below which a share `q` of the finite values lies; 0 where there are none.
 *
 * @example
 * ```ts
 * import { quantile } from "./quantile.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(quantile([4, NaN, 1, 2, 3], 0.5), 2);
 * assertEquals(quantile([4, NaN, 1, 2, 3], 1), 4);
 * ```
 */
export function quantile(values: Iterable<number>, q: number): number {
  const sorted = [...values].filter(Number.isFinite).sort((a, b) => a - b);
  return sorted[Math.floor(q * (sorted.length - 1))] ?? 0;
}

/** An axis that shows all but a share `outside` at either end, widened by a share `margin`. */
export function domainOf(
  values: Iterable<number>,
  { outside, margin }: { outside: number; margin: number },
): [number, number] {
  const all = [...values];
  const [low, high] = [quantile(all, outside), quantile(all, 1 - outside)];
  const extra = (high - low || 1) * margin;
  return [low - extra, high + extra];
}
