/**
 * Gray-Scott reaction and diffusion.
 *
 * ∂a/∂t = Da ∇²a − a b² + F (1 − a) and ∂b/∂t = Db ∇²b + a b² − (F + k) b (Gray and Scott 1984; Pearson 1993;
 * Zhang and Walker, arXiv 2210.07374, Eq. 9), by explicit Euler in f32.
 *
 * A periodic grid whose width is a multiple of 4, with the 5-point Laplacian, goes the fast way, through the kernel of
 * this folder. All else goes the general way, through kernels/reaction_diffusion, in the same
 * operations and order: what both can do, they do bit for bit alike.
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
import {
  type Boundary,
  drive,
  finestWave,
  grayScott,
  integrate,
  type Integration,
  type Laplacian,
  requireFinite,
  requireRanges,
  type Result,
} from "../reaction_diffusion/mod.ts";
import { fastState } from "./fast_state.ts";
import { type Rule, stableTimeStep } from "./rule.ts";

export { type Fields, initialState, type InitialStateOptions } from "./initial_state.ts";
export { type FailedRun, NonFiniteFieldError } from "../reaction_diffusion/mod.ts";
export { type Rule, stableTimeStep } from "./rule.ts";

/** What {@linkcode simulate} computes. */
export interface SimulateOptions extends Rule {
  /** Cells in a row: any number, but a multiple of 4 for the fast way, which is fastest at a multiple of 16. */
  width: number;
  /** Rows, any number. */
  height: number;
  /** The start's substrate, row-major [height, width]. Left as it is. */
  a: Float32Array;
  /** The start's catalyst, row-major [height, width]. Left as it is. */
  b: Float32Array;
  /** How many Euler steps, an integer ≥ 0. */
  steps: number;
  /** δt, by default 1; below {@linkcode stableTimeStep}. */
  timeStep?: number;
  /** The side of a cell, by default 1. */
  dx?: number;
  /** How many points the discrete Laplacian has, by default 5. Nine take the general way. */
  laplacian?: Laplacian;
  /** By default periodic. "no-flux" takes the general way. */
  boundary?: Boundary;
  /** After which steps to keep the fields as well, in any order. */
  snapshots?: readonly number[];
  /**
   * How often to look whether the state equals, in every bit, that of so many steps ago, by default 250. If it
   * does it will for ever, and the rest is skipped: the fields that come back are those of all `steps`.
   */
  exitEvery?: number;
}

/** What {@linkcode simulate} gives. */
export type SimulateResult = Result;

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
 * deepStrictEqual(result, { a, b, steps: 250, snapshots: [] });
 * ```
 */
export function simulate(options: SimulateOptions): SimulateResult {
  const { Da, Db, F, k } = options;
  const run: Run = {
    timeStep: 1,
    dx: 1,
    laplacian: 5,
    boundary: "periodic",
    snapshots: [],
    exitEvery: 250,
    ...options,
    parameters: { Da, Db, F, k },
  };
  requireRanges(run, "Cannot simulate Gray-Scott");
  requireStable(run);
  const result = goesFast(run) ? drive(fastState(run), run) : integrate(grayScott, run);
  return requireFinite(result, { model: grayScott.title, run });
}

type Run = Integration<keyof Rule>;

function goesFast({ width, laplacian, boundary }: Run): boolean {
  return width % 4 === 0 && laplacian === 5 && boundary === "periodic";
}

function requireStable(run: Run): void {
  const { parameters, timeStep } = run;
  for (const [name, value] of Object.entries({ ...parameters, timeStep })) {
    if (value >= 0 && value < Infinity) continue;
    throw new RangeError(`Cannot simulate Gray-Scott: ${name} must be finite and ≥ 0, but it is ${value}`);
  }
  const limit = stableTimeStep(parameters, run);
  if (timeStep < limit) return;
  const wave = finestWave(run);
  throw new RangeError(
    `Cannot simulate Gray-Scott: timeStep must be below ${limit}, from where explicit Euler amplifies the grid's ` +
      `finest wave (it needs δt (${wave} Da + F + b²) < 2 and δt (${wave} Db + F + k) < 2), but it is ${timeStep}`,
  );
}
