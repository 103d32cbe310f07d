import type { Draw } from "../philox/mod.ts";
import { type Fields, initialState as anyInitialState } from "../reaction_diffusion/mod.ts";

export type { Fields };

/** How many shapes and how large, each uniform between its bounds. */
interface Bounds {
  count: [least: number, most: number];
  /** In cells; of a square, half its side. */
  radius: [least: number, most: number];
}

/** What {@linkcode initialState} makes. */
export interface InitialStateOptions {
  width: number;
  height: number;
  /** Where the randomness comes from. The purpose is extended by "/discs", "/squares" and "/noise". */
  draw: Draw;
  /** By default 4 to 8 of radius 3 to 6 cells, if no squares are asked for. */
  discs?: Bounds;
  /** By default none. */
  squares?: Bounds;
}

/** Half the width of the uniform noise on both fields. */
const noise = 0.005;

/**
 * A random start: (a, b) = (1, 0), but (0.5, 0.25) in a few discs or squares at random places that wrap around the
 * edges, plus uniform noise in ±0.005 on both fields. Nothing is clamped: b is negative here and there.
 *
 * Other starts: `initialState` of kernels/reaction_diffusion, or any fields of your own.
 *
 * @throws {RangeError} if a bound is not finite, negative or above its partner, or the draw is bad
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 * const options = { width: 64, height: 64, draw: { seed: 1, purpose: "example", sample: 3 } };
 * deepStrictEqual(initialState(options), initialState(options));
 * ```
 */
export function initialState({ width, height, draw, discs, squares }: InitialStateOptions): Fields {
  const seeded = (places: Bounds) => ({ places, values: [0.5, 0.25] as const });
  return anyInitialState({
    width,
    height,
    background: [1, 0],
    ...(squares === undefined
      ? { discs: seeded(discs ?? { count: [4, 8], radius: [3, 6] }) }
      : { squares: seeded(squares), ...(discs && { discs: seeded(discs) }) }),
    noise,
    draw,
  });
}
