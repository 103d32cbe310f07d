/**
 * What a simulation can be asked for, on any grid.
 *
 * @module
 */
import type { Integration, Result } from "./integrate.ts";
import type { Model, Parameters } from "./model.ts";
import { NonFiniteFieldError } from "./non_finite_field_error.ts";

/**
 * Shapes, counts and choices.
 *
 * @param action how the error begins, such as "Cannot simulate Gray-Scott"
 * @throws {RangeError} if one does not fit
 */
export function requireRanges(run: Omit<Integration<string>, "parameters">, action: string): void {
  const { width, height, a, b, steps, snapshots } = run;
  requireInteger("width", width, { least: 1, action });
  requireInteger("height", height, { least: 1, action });
  if (a.length !== width * height || b.length !== width * height) {
    throw new RangeError(
      `${action}: a and b must hold ${height} × ${width} cells, but they hold ${a.length} and ${b.length}`,
    );
  }
  requireInteger("steps", steps, { least: 0, action });
  requireInteger("exitEvery", run.exitEvery, { least: 1, action });
  for (const step of snapshots) requireInteger("a snapshot's step", step, { least: 0, most: steps, action });
  requireOneOf("laplacian", run.laplacian, { choices: [5, 9], action });
  requireOneOf("boundary", run.boundary, { choices: ["periodic", "no-flux"], action });
  if (run.dx > 0 && run.dx < Infinity) return;
  throw new RangeError(`${action}: dx must be finite and above 0, but it is ${run.dx}`);
}

/**
 * All parameters of a model and no others, finite; diffusion never negative.
 *
 * @throws {RangeError} if one is not so
 */
export function requireParameters<P extends string>(
  model: Model<P>,
  parameters: Parameters<P>,
  action: string,
): void {
  const known = Object.keys(model.parameters);
  for (const [name, value] of Object.entries<number>(parameters)) {
    if (!known.includes(name)) {
      throw new RangeError(`${action}: parameters must be among ${known.join(", ")}, but one is ${name}`);
    }
    const least = model.diffusion.includes(name as P) ? 0 : -Infinity;
    if (Number.isFinite(value) && value >= least) continue;
    const range = least === 0 ? "finite and ≥ 0" : "finite";
    throw new RangeError(`${action}: ${name} must be ${range}, but it is ${value}`);
  }
}

/**
 * A result without NaN and infinities.
 *
 * @param model the model's title
 * @throws {NonFiniteFieldError} if a cell is one
 */
export function requireFinite<P extends string>(
  result: Result,
  { model, run }: { model: string; run: Integration<P> },
): Result {
  if (result.a.every(Number.isFinite) && result.b.every(Number.isFinite)) return result;
  const { parameters, width, height, steps, timeStep, dx, laplacian, boundary } = run;
  throw new NonFiniteFieldError({
    model,
    parameters,
    width,
    height,
    steps,
    timeStep,
    dx,
    laplacian,
    boundary,
  });
}

function requireInteger(
  name: string,
  value: number,
  { least, most = 0x7fff_ffff, action }: { least: number; most?: number; action: string },
): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  const end = most === 0x7fff_ffff ? "2³¹ − 1" : most;
  throw new RangeError(`${action}: ${name} must be an integer from ${least} to ${end}, but it is ${value}`);
}

function requireOneOf<T>(
  name: string,
  value: T,
  { choices, action }: { choices: readonly T[]; action: string },
): void {
  if (choices.includes(value)) return;
  throw new RangeError(`${action}: ${name} must be ${choices.join(" or ")}, but it is ${value}`);
}
