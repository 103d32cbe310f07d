/**
 * The Gray-Scott equations cell by cell, each operation rounded to f32: the oracle that `mod.ts` equals bit for
 * bit. It takes every step that it is asked for.
 *
 * @module
 */
import type { SimulateOptions } from "./mod.ts";

const f32 = Math.fround;

/** B that is positive and less than this is raised to it: see assembly.ts. */
const least = f32(1e-18);

/** As `simulate` in mod.ts goes the fast way at dx = 1, without its checks and without early exit. */
export function simulate(options: SimulateOptions): { a: Float32Array; b: Float32Array } {
  const { width, height, Da, Db, F, k, steps, timeStep: dt = 1 } = options;

  // A = √δt a and B = √δt b: then δt a b² = A B² and the equations lose their δt.
  const root = f32(Math.sqrt(dt));
  let A = options.a.map((value) => value * root);
  let B = options.b.map((value) => raised(f32(value * root)));

  // A' = A + δt (Da (ΣA − 4 A) + F (√δt − A)) − A B²   = ((c0 A − A B²) + c1 ΣA) + c2
  // B' = B + δt (Db (ΣB − 4 B) − (F + k) B) + A B²     = (A B² + c3 B) + c4 ΣB
  const c0 = f32(1 - (4 * Da + F) * dt);
  const c1 = f32(Da * dt);
  const c2 = f32(F * dt * Math.sqrt(dt));
  const c3 = f32(1 - (4 * Db + F + k) * dt);
  const c4 = f32(Db * dt);

  /** The sum of a cell's four neighbours. */
  const sum = (field: Float32Array, y: number, x: number) => {
    const at = (y: number, x: number) => field[((y + height) % height) * width + (x + width) % width];
    return f32(f32(at(y, x - 1) + at(y + 1, x)) + f32(at(y - 1, x) + at(y, x + 1)));
  };

  for (let step = 0; step < steps; step++) {
    const nextA = new Float32Array(A.length), nextB = new Float32Array(B.length);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const cell = y * width + x;
        const a = A[cell], b = B[cell], reaction = f32(a * f32(b * b));
        nextA[cell] = f32(f32(f32(c0 * a) - reaction) + f32(c1 * sum(A, y, x))) + c2;
        nextB[cell] = raised(f32(f32(reaction + f32(c3 * b)) + f32(c4 * sum(B, y, x))));
      }
    }
    [A, B] = [nextA, nextB];
  }
  return { a: A.map((value) => value / root), b: B.map((value) => value === least ? 0 : value / root) };
}

function raised(value: number): number {
  return value < least && (value > 0 || Object.is(value, 0)) ? least : value;
}
