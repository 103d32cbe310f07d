/**
 * Reaction and diffusion of two species on a grid of any size: models from one description each.
 *
 * ∂a/∂t = Da ∇²a + f(a, b) and ∂b/∂t = Db ∇²b + g(a, b), by explicit Euler in f32, with the 5- or 9-point Laplacian,
 * on a periodic grid or one that nothing flows out of.
 *
 * ```ts
 * import { ok } from "node:assert/strict";
 * import { brusselator, initialState, simulate } from "./mod.ts";
 *
 * const grid = { width: 50, height: 40 };
 * const [steady] = brusselator.steadyStates(brusselator.parameters);
 * const start = initialState({ ...grid, background: steady, noise: 0.1, draw: { seed: 1, purpose: "example" } });
 * const { a } = simulate(brusselator, { ...grid, ...start, steps: 5000, timeStep: 0.02 });
 * ok(Math.max(...a) - Math.min(...a) > 0.5, "there is a pattern");
 * ```
 *
 * @module
 */
import { requireFinite, requireParameters, requireRanges } from "./checks.ts";
import { type Boundary, integrate, type Integration, type Result } from "./integrate.ts";
import type { Model, Parameters } from "./model.ts";
import { MODELS } from "./models/mod.ts";
import { stableTimeStep } from "./stability.ts";
import { finestWave, type Laplacian } from "./stencil.ts";

export { requireFinite, requireRanges } from "./checks.ts";
export { type Fields, initialState, type InitialStateOptions, type Place } from "./initial_state.ts";
export { type RandomPlaces, type Shapes } from "./initial_state.ts";
export { type Boundary, drive, integrate, type Integration } from "./integrate.ts";
export { type Result, type Snapshot, type State } from "./integrate.ts";
export { type Model, type Pair, type Parameters } from "./model.ts";
export { brusselator, fitzHughNagumo, giererMeinhardt, grayScott, MODELS } from "./models/mod.ts";
export { type FailedRun, NonFiniteFieldError } from "./non_finite_field_error.ts";
export { type Eigenvalue, growthRates, jacobian, stableTimeStep } from "./stability.ts";
export { finestWave, type Laplacian } from "./stencil.ts";

/** What {@linkcode simulate} computes. */
export interface SimulateOptions<P extends string = string> {
  /** Cells in a row, at least 1. */
  width: number;
  /** Rows, at least 1. */
  height: number;
  /** The start's first species, row-major [height, width]. Left as it is. */
  a: Float32Array;
  /** The start's second species, alike. */
  b: Float32Array;
  /** Those that differ from the model's own. */
  parameters?: Partial<Parameters<P>>;
  /** How many Euler steps, an integer ≥ 0. */
  steps: number;
  /** δt, below {@linkcode stableTimeStep}. */
  timeStep: number;
  /** The side of a cell, by default 1. */
  dx?: number;
  /** How many points the discrete Laplacian has, by default 5. */
  laplacian?: Laplacian;
  /** By default periodic. */
  boundary?: Boundary;
  /** After which steps to keep the fields as well, in any order. */
  snapshots?: readonly number[];
  /**
   * How often to look whether the state equals, in every bit, that of so many steps ago, by default 250. If it does it
   * will for ever, and the rest is skipped: the fields that come back are those of all `steps`.
   */
  exitEvery?: number;
}

/**
 * The fields after `steps` Euler steps.
 *
 * Every cell is computed by the same operations in the same order. So a start that is turned by half a turn or mirrored
 * at a diagonal gives the result so turned or mirrored, bit for bit, and one that is moved, where the grid is periodic.
 * With the 9-point Laplacian that holds of all symmetries of the square. The 5-point one adds its neighbours in diagonal
 * pairs, so that quarter turns and mirrors at an axis hold up to rounding.
 *
 * @throws {RangeError} if the shape does not fit, an option or parameter is out of range, or the time step is not stable
 * @throws {NonFiniteFieldError} if a cell of the result is NaN or infinite
 */
export function simulate<P extends string>(model: Model<P>, options: SimulateOptions<P>): Result {
  const run = withDefaults(model, options);
  const action = `Cannot simulate ${model.title}`;
  if (!MODELS.some(({ name }) => name === model.name)) {
    throw new RangeError(
      `${action}: the kernel must be built with the model, but it knows none of that name`,
    );
  }
  requireRanges(run, action);
  requireParameters(model, run.parameters, action);
  const limit = stableTimeStep(model, run.parameters, run);
  if (!(run.timeStep > 0 && run.timeStep < limit)) {
    throw new RangeError(
      `${action}: timeStep must be above 0 and below ${limit}, from where explicit Euler amplifies the grid's ` +
        `finest wave (λ = ${finestWave(run)}), but it is ${run.timeStep}`,
    );
  }
  return requireFinite(integrate(model, run), { model: model.title, run });
}

function withDefaults<P extends string>(model: Model<P>, options: SimulateOptions<P>): Integration<P> {
  return {
    dx: 1,
    laplacian: 5,
    boundary: "periodic",
    snapshots: [],
    exitEvery: 250,
    ...options,
    parameters: { ...model.parameters, ...options.parameters },
  };
}
