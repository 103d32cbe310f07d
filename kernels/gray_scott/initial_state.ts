import { type Draw, uniforms } from "../philox/mod.ts";

/** Two concentrations on a periodic grid. */
export interface Fields {
  /** The substrate, row-major [height, width]. */
  a: Float32Array<ArrayBuffer>;
  /** The catalyst, row-major [height, width]. */
  b: Float32Array<ArrayBuffer>;
}

/** What {@linkcode initialState} makes. */
export interface InitialStateOptions {
  width: number;
  height: number;
  /** Where the randomness comes from. The purpose is extended by "/discs" and "/noise". */
  draw: Draw;
  /** How many discs and how large, each uniform between its bounds: by default 4 to 8 of radius 3 to 6 cells. */
  discs?: { count: [least: number, most: number]; radius: [least: number, most: number] };
}

/** Half the width of the uniform noise on both fields. */
const noise = 0.005;

/**
 * A random start: (a, b) = (1, 0), but (0.5, 0.25) in a few discs at random places that wrap around the edges,
 * plus uniform noise in ±0.005 on both fields. Nothing is clamped: b is negative here and there.
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
export function initialState(options: InitialStateOptions): Fields {
  const { width, height, draw } = options;
  const discs = randomDiscs(options);
  const jitter = uniforms(2 * width * height, { ...draw, purpose: `${draw.purpose}/noise` });
  const a = new Float32Array(width * height), b = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cell = y * width + x;
      const inside = discs.some((disc) => holds(disc, { x, y, width, height }));
      a[cell] = (inside ? 0.5 : 1) + noise * (2 * jitter[2 * cell] - 1);
      b[cell] = (inside ? 0.25 : 0) + noise * (2 * jitter[2 * cell + 1] - 1);
    }
  }
  return { a, b };
}

interface Disc {
  x: number;
  y: number;
  radius: number;
}

function randomDiscs({ width, height, draw, discs }: InitialStateOptions): Disc[] {
  const { count: [fewest, most], radius: [smallest, largest] } = discs ?? { count: [4, 8], radius: [3, 6] };
  requireBounds("count", fewest, most);
  requireBounds("radius", smallest, largest);
  const [amount, ...places] = uniforms(1 + 3 * most, { ...draw, purpose: `${draw.purpose}/discs` });
  const count = fewest + Math.floor(amount * (most - fewest + 1));
  return Array.from({ length: count }, (_, i) => ({
    x: places[3 * i] * width,
    y: places[3 * i + 1] * height,
    radius: smallest + places[3 * i + 2] * (largest - smallest),
  }));
}

function holds(disc: Disc, cell: { x: number; y: number; width: number; height: number }): boolean {
  const dx = periodicDistance(cell.x, disc.x, cell.width);
  const dy = periodicDistance(cell.y, disc.y, cell.height);
  return dx * dx + dy * dy <= disc.radius * disc.radius;
}

function periodicDistance(one: number, other: number, period: number): number {
  const distance = Math.abs(one - other);
  return Math.min(distance, period - distance);
}

function requireBounds(name: string, least: number, most: number): void {
  if (least >= 0 && least <= most && most < Infinity) return;
  throw new RangeError(
    `Cannot make an initial state: the discs' ${name} must lie between bounds 0 ≤ least ≤ most, ` +
      `but they are ${least} and ${most}`,
  );
}
