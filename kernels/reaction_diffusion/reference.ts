/**
 * The models' updates cell by cell, each operation rounded to f32: the oracle that `mod.ts` equals bit for bit. It
 * takes every step that it is asked for.
 *
 * @module
 */
import { float32 } from "./arithmetic.ts";
import type { Boundary } from "./integrate.ts";
import type { Model, Parameters } from "./model.ts";
import { type Laplacian, type Neighbours, STENCILS } from "./stencil.ts";
import { stepSize, updateOf } from "./update.ts";

/** What {@linkcode simulate} computes. */
export interface ReferenceOptions<P extends string> {
  readonly width: number;
  readonly height: number;
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly parameters: Parameters<P>;
  readonly steps: number;
  readonly timeStep: number;
  readonly dx: number;
  readonly laplacian: Laplacian;
  readonly boundary: Boundary;
}

/** As `simulate` in mod.ts, without its defaults, checks and early exit. */
export function simulate<P extends string>(
  model: Model<P>,
  options: ReferenceOptions<P>,
): { a: Float32Array; b: Float32Array } {
  const { width, height, steps, laplacian, boundary } = options;
  const update = updateOf(model);
  const exact = Object.entries(update.coefficients(options.parameters, stepSize(model, options)));
  const coefficients = Object.fromEntries(exact.map(([name, value]) => [name, Math.fround(value)]));
  const scale = Math.fround(update.scale(options.timeStep));
  const [leastA, leastB] = update.least.map(Math.fround);
  const enter = (field: Float32Array, least: number) =>
    field.map((value) => float32.raise(float32.mul(value, scale), least));
  const leave = (field: Float32Array, least: number) =>
    field.map((value) => value === least ? 0 : value / scale);
  let a = enter(options.a, leastA), b = enter(options.b, leastB);
  for (let step = 0; step < steps; step++) {
    const nextA = new Float32Array(a.length), nextB = new Float32Array(b.length);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const cell = y * width + x;
        const [sumA, sumB] = [a, b].map((field) =>
          STENCILS[laplacian].sum(neighbours(field, { x, y, width, height, boundary }), float32)
        );
        [nextA[cell], nextB[cell]] = update.next([a[cell], b[cell]], [sumA, sumB], coefficients, float32);
      }
    }
    [a, b] = [nextA, nextB];
  }
  return { a: leave(a, leastA), b: leave(b, leastB) };
}

/** The cells around (x, y). */
export function neighbours(
  field: ArrayLike<number>,
  { x, y, width, height, boundary }: {
    x: number;
    y: number;
    width: number;
    height: number;
    boundary: Boundary;
  },
): Neighbours<number> {
  const inside = (at: number, size: number) =>
    boundary === "periodic" ? (at + size) % size : Math.min(Math.max(at, 0), size - 1);
  const at = (dy: number, dx: number) => field[inside(y + dy, height) * width + inside(x + dx, width)];
  return {
    left: at(0, -1),
    right: at(0, 1),
    up: at(-1, 0),
    down: at(1, 0),
    upLeft: at(-1, -1),
    upRight: at(-1, 1),
    downLeft: at(1, -1),
    downRight: at(1, 1),
  };
}
