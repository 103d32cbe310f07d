/**
 * Gray-Scott reaction and diffusion on a periodic grid.
 *
 * ∂a/∂t = Da ∇²a − a b² + F (1 − a) and ∂b/∂t = Db ∇²b + a b² − (F + k) b (Gray and Scott 1984; Pearson 1993;
 * Zhang and Walker, arXiv 2210.07374, Eq. 9), with the 5-point Laplacian at dx = 1 and explicit Euler in f32.
 *
 * ```ts
 * import { ok } from "node:assert/strict";
 * import { initialState, simulate } from "./mod.ts";
 *
 * const grid = { width: 64, height: 64 };
 * const start = initialState({ ...grid, draw: { seed: 1, purpose: "example" } });
 * const { b } = simulate({ ...grid, ...start, Da: 0.2, Db: 0.1, F: 0.037, k: 0.06, steps: 2000 });
 * ok(Math.max(...b) > 0.2, "there is a pattern");
 * ```
 *
 * @module
 */
import { floatViews } from "../memory.ts";
import * as wasm from "./gray_scott.wasm";
import type { Fields } from "./initial_state.ts";
import { NonFiniteFieldError } from "./non_finite_field_error.ts";
import { type Rule, stableTimeStep } from "./rule.ts";

export { type Fields, initialState, type InitialStateOptions } from "./initial_state.ts";
export { type FailedSimulation, NonFiniteFieldError } from "./non_finite_field_error.ts";
export { type Rule, stableTimeStep } from "./rule.ts";

/** What {@linkcode simulate} computes. */
export interface SimulateOptions extends Rule {
  /** Cells in a row: a multiple of 4, and fastest at a multiple of 16. */
  width: number;
  /** Rows. */
  height: number;
  /** The start's substrate, row-major [height, width]. Left as it is. */
  a: Float32Array;
  /** The start's catalyst, row-major [height, width]. Left as it is. */
  b: Float32Array;
  /** How many Euler steps, an integer ≥ 0. */
  steps: number;
  /** δt, by default 1; below {@linkcode stableTimeStep}. */
  timeStep?: number;
  /**
   * How often to look whether the state equals, in every bit, that of so many steps ago, by default 250. If it
   * does it will for ever, and the rest is skipped: the fields that come back are those of all `steps`.
   */
  exitEvery?: number;
}

/** What {@linkcode simulate} gives. */
export interface SimulateResult extends Fields {
  /** How many steps were computed: fewer than asked for if the state had settled. */
  steps: number;
}

/**
 * The fields after `steps` Euler steps.
 *
 * Every cell is computed by the same operations in the same order, so that a start that is moved, turned by half a turn
 * or mirrored at a diagonal gives the result so moved, turned or mirrored, bit for bit. Quarter turns and mirrors at an
 * axis add the neighbours in another order, and give it up to rounding. (A sum that is the same under all eight
 * symmetries of the square takes two more additions a cell, and a tenth more time.)
 *
 * Positive values of b below 1e-18 count as 0: they would soon be denormal numbers, which are slow.
 *
 * @throws {RangeError} if the shape does not fit, a parameter is negative or not finite, or the time step is not
 *   stable
 * @throws {NonFiniteFieldError} if a cell of the result is NaN or infinite
 *
 * @example The state without catalyst is a fixed point
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 * const a = new Float32Array(16).fill(1), b = new Float32Array(16);
 * const rule = { Da: 0.125, Db: 0.0625, F: 0.03125, k: 0.0625 };
 * const result = simulate({ width: 4, height: 4, a, b, ...rule, steps: 100_000 });
 * deepStrictEqual(result, { a, b, steps: 250 });
 * ```
 */
export function simulate(options: SimulateOptions): SimulateResult {
  const { width, height, Da, Db, F, k, steps, timeStep = 1, exitEvery = 250 } = options;
  requireShape(options);
  requireStable({ Da, Db, F, k }, timeStep);
  requireInteger("steps", steps, 0);
  requireInteger("exitEvery", exitEvery, 1);
  const cells = width * height;
  const stateFloats = wasm.stateBytes(width, height) / 4;
  const [a, b, state, snapshot] = floatViews([cells, cells, stateFloats, stateFloats], {
    memory: wasm.memory,
    start: wasm.freeMemory(),
  });
  a.set(options.a);
  b.set(options.b);
  wasm.setRule(Da, Db, F, k, timeStep);
  wasm.lift(a.byteOffset, b.byteOffset, width, height, state.byteOffset);
  const computed = wasm.advance(state.byteOffset, width, height, steps, exitEvery, snapshot.byteOffset);
  wasm.lower(state.byteOffset, width, height, a.byteOffset, b.byteOffset);
  if (!a.every(Number.isFinite) || !b.every(Number.isFinite)) {
    throw new NonFiniteFieldError({ width, height, Da, Db, F, k, steps, timeStep });
  }
  return { a: a.slice(), b: b.slice(), steps: computed };
}

function requireShape({ width, height, a, b }: SimulateOptions): void {
  requireInteger("height", height, 1);
  if (!Number.isInteger(width) || width < 4 || width % 4 !== 0) {
    throw new RangeError(
      `Cannot simulate Gray-Scott: width must be a multiple of 4, the lanes of a SIMD vector, but it is ${width}`,
    );
  }
  if (a.length === width * height && b.length === width * height) return;
  throw new RangeError(
    `Cannot simulate Gray-Scott: a and b must hold ${height} × ${width} cells, ` +
      `but they hold ${a.length} and ${b.length}`,
  );
}

function requireStable(rule: Rule, timeStep: number): void {
  for (const [name, value] of Object.entries({ ...rule, timeStep })) {
    if (value >= 0 && value < Infinity) continue;
    throw new RangeError(`Cannot simulate Gray-Scott: ${name} must be finite and ≥ 0, but it is ${value}`);
  }
  const limit = stableTimeStep(rule);
  if (timeStep < limit) return;
  throw new RangeError(
    `Cannot simulate Gray-Scott: timeStep must be below ${limit}, from where explicit Euler amplifies the grid's ` +
      `finest wave (it needs δt (8 Da + F + b²) < 2 and δt (8 Db + F + k) < 2), but it is ${timeStep}`,
  );
}

function requireInteger(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least && value <= 0x7fff_ffff) return;
  throw new RangeError(
    `Cannot simulate Gray-Scott: ${name} must be an integer from ${least} to 2³¹ − 1, but it is ${value}`,
  );
}
