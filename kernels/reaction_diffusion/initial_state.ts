import { type Draw, uniforms } from "../philox/mod.ts";
import type { Pair } from "./model.ts";

/** Two concentrations on a grid. */
export interface Fields {
  /** The first species, row-major [height, width]. */
  a: Float32Array<ArrayBuffer>;
  /** The second, alike. */
  b: Float32Array<ArrayBuffer>;
}

/** A disc or square, in cells. A square's radius is half its side. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** Places anywhere on the grid; count and radius are uniform between their bounds. */
export interface RandomPlaces {
  readonly count: readonly [least: number, most: number];
  readonly radius: readonly [least: number, most: number];
}

/** Shapes of one kind, and the state inside. */
export interface Shapes {
  readonly places: readonly Place[] | RandomPlaces;
  readonly values: Pair<number>;
}

/** What {@linkcode initialState} makes. */
export interface InitialStateOptions {
  width: number;
  height: number;
  /** The state to start from: the same everywhere, such as a steady state, or given fields (left as they are). */
  background: Pair<number> | Fields;
  discs?: Shapes;
  /** Drawn over discs. */
  squares?: Shapes;
  /** Half the width of the uniform noise on both fields, by default 0. Nothing is clamped. */
  noise?: number;
  /** Whether shapes reach over the edge to the opposite one, by default yes. */
  wrap?: boolean;
  /** Where the randomness comes from. The purpose is extended by "/discs", "/squares" and "/noise". */
  draw?: Draw;
}

/**
 * A start: a background with shapes on it, and noise.
 *
 * @throws {RangeError} if a bound is not finite, negative or above its partner, given fields do not fit the grid, or
 *   something is random and there is no draw, or a bad one
 *
 * @example One square in the middle, as Pearson did
 * ```ts
 * import { strictEqual } from "node:assert/strict";
 * const { b } = initialState({
 *   width: 256,
 *   height: 256,
 *   background: [1, 0],
 *   squares: { places: [{ x: 127.5, y: 127.5, radius: 10 }], values: [0.5, 0.25] },
 *   noise: 0.01,
 *   draw: { seed: 1, purpose: "pearson" },
 * });
 * strictEqual(b.filter((value) => value > 0.1).length, 20 * 20);
 * ```
 */
export function initialState(options: InitialStateOptions): Fields {
  const { width, height, noise = 0 } = options;
  const { a, b } = background(options);
  for (const kind of ["discs", "squares"] as const) {
    const shapes = options[kind];
    if (shapes === undefined) continue;
    for (const place of placesOf(shapes.places, kind, options)) {
      for (const cell of cellsIn(place, kind, options)) [a[cell], b[cell]] = shapes.values;
    }
  }
  if (noise !== 0) {
    const jitter = uniforms(2 * width * height, drawFor("noise", options));
    for (let cell = 0; cell < a.length; cell++) {
      a[cell] += noise * (2 * jitter[2 * cell] - 1);
      b[cell] += noise * (2 * jitter[2 * cell + 1] - 1);
    }
  }
  return { a, b };
}

function background({ width, height, background }: InitialStateOptions): Fields {
  const cells = width * height;
  if (!("a" in background)) {
    const [a, b] = background;
    return { a: new Float32Array(cells).fill(a), b: new Float32Array(cells).fill(b) };
  }
  if (background.a.length === cells && background.b.length === cells) {
    return { a: background.a.slice(), b: background.b.slice() };
  }
  throw new RangeError(
    `Cannot make an initial state: given fields must hold ${height} × ${width} cells, ` +
      `but they hold ${background.a.length} and ${background.b.length}`,
  );
}

function placesOf(
  places: Shapes["places"],
  kind: "discs" | "squares",
  options: InitialStateOptions,
): readonly Place[] {
  if (!("count" in places)) return places;
  const { count: [fewest, most], radius: [smallest, largest] } = places;
  requireBounds("count", [fewest, most], kind);
  requireBounds("radius", [smallest, largest], kind);
  const [amount, ...at] = uniforms(1 + 3 * most, drawFor(kind, options));
  const count = fewest + Math.floor(amount * (most - fewest + 1));
  return Array.from({ length: count }, (_, i) => ({
    x: at[3 * i] * options.width,
    y: at[3 * i + 1] * options.height,
    radius: smallest + at[3 * i + 2] * (largest - smallest),
  }));
}

function drawFor(what: string, { draw }: InitialStateOptions): Draw {
  if (draw !== undefined) return { ...draw, purpose: `${draw.purpose}/${what}` };
  throw new RangeError(`Cannot make an initial state: random ${what} need a draw, but there is none`);
}

/** The cells whose centres lie in a shape. Most rows do not reach it, and are left out as a whole. */
function cellsIn(
  { x, y, radius }: Place,
  kind: "discs" | "squares",
  { width, height, wrap = true }: InitialStateOptions,
): number[] {
  const dx = distances(width, x, wrap), dy = distances(height, y, wrap);
  const cells: number[] = [];
  for (let row = 0; row < height; row++) {
    if (dy[row] > radius) continue;
    for (let column = 0; column < width; column++) {
      const isInside = kind === "discs"
        ? dx[column] * dx[column] + dy[row] * dy[row] <= radius * radius
        : dx[column] <= radius;
      if (isInside) cells.push(row * width + column);
    }
  }
  return cells;
}

/** From each cell of an axis to a point on it, around the edge if that is shorter and they wrap. */
function distances(size: number, point: number, wrap: boolean): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => {
    const distance = Math.abs(i - point);
    return wrap ? Math.min(distance, size - distance) : distance;
  });
}

function requireBounds(name: string, [least, most]: readonly [number, number], kind: string): void {
  if (least >= 0 && least <= most && most < Infinity) return;
  throw new RangeError(
    `Cannot make an initial state: the ${kind}' ${name} must lie between bounds 0 ≤ least ≤ most, ` +
      `but they are ${least} and ${most}`,
  );
}
