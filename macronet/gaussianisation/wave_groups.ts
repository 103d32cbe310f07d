/**
 * Waves of a field that are treated alike.
 *
 * @module
 */
import { waveNumbers } from "./hartley.ts";

/** Which group, counted from 0, each of n coefficients belongs to. The mean, the first of them, is one by itself. */
export interface WaveGroups {
  readonly count: number;
  /** `[n]` */
  readonly of: Int32Array;
}

/** Rings that are split into orbits, by the radius: those of the waves that patterns are made of. */
const MOST_SPLIT = 10;

/**
 * The rings of coefficients with these pairs of wave numbers: all of one |k|, rounded.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ringsOf } from "./wave_groups.ts";
 *
 * assertEquals(ringsOf([[3, 4], [0, 0], [5, 0]]), { count: 2, of: Int32Array.of(1, 0, 1) });
 * ```
 */
export function ringsOf(pairs: readonly (readonly [number, number])[]): WaveGroups {
  return groupsBy(pairs, ringOf);
}

/**
 * The same, with each ring of at most ten waves to a side split into its orbits: the waves that become one another when
 * the square is turned or mirrored. On a grid waves of one length may still differ, by how they lie on it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { orbitsOf } from "./wave_groups.ts";
 *
 * assertEquals(orbitsOf([[0, 0], [3, 4], [5, 0], [-4, 3]]), { count: 3, of: Int32Array.of(0, 1, 2, 1) });
 * ```
 */
export function orbitsOf(pairs: readonly (readonly [number, number])[]): WaveGroups {
  return groupsBy(pairs, (pair) => {
    const ring = ringOf(pair), [least, most] = pair.map(Math.abs).sort((a, b) => a - b);
    return ring <= MOST_SPLIT ? most + least / (most + 1) : ring; // below the next whole number: each orbit its own
  });
}

/**
 * The groups of the coefficients of a field: of its longer waves, those of a field of half the size, and of the shorter
 * ones.
 */
export function groupsOfField(size: number): Record<"innerRings" | "innerOrbits" | "outerRings", WaveGroups> {
  const half = size / 2, numbers = waveNumbers(size, half);
  const longer: [number, number][] = [], beside: [number, number][] = [], bottom: [number, number][] = [];
  for (const [j, kj] of numbers.entries()) {
    for (const [i, ki] of numbers.entries()) {
      (j >= half ? bottom : i >= half ? beside : longer).push([kj, ki]);
    }
  }
  return {
    innerRings: ringsOf(longer),
    innerOrbits: orbitsOf(longer),
    outerRings: ringsOf([...beside, ...bottom]),
  };
}

function ringOf([x, y]: readonly [number, number]): number {
  return Math.round(Math.sqrt(x * x + y * y));
}

/** Groups of equal labels, in their order. */
function groupsBy<T>(waves: readonly T[], labelOf: (wave: T) => number): WaveGroups {
  const labels = waves.map(labelOf);
  const present = [...new Set(labels)].sort((a, b) => a - b);
  return { count: present.length, of: Int32Array.from(labels, (label) => present.indexOf(label)) };
}
