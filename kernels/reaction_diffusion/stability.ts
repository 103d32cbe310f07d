/**
 * Linear stability: of uniform states against waves, and of explicit Euler against its time step.
 *
 * A small wave of eigenvalue λ of −∇² on a uniform steady state evolves by the matrix J − λ diag(Da, Db), where J is
 * the reaction's Jacobian there, taken exactly from the model's own reaction by dual numbers.
 *
 * @module
 */
import { dual } from "./arithmetic.ts";
import type { Model, Pair, Parameters } from "./model.ts";
import { finestWave, type Laplacian } from "./stencil.ts";

/** A growth rate per unit of time and an angular frequency. */
export interface Eigenvalue {
  readonly re: number;
  readonly im: number;
}

/** ((∂f/∂a, ∂f/∂b), (∂g/∂a, ∂g/∂b)) at a state. */
export function jacobian<P extends string>(
  model: Model<P>,
  { parameters, state: [a, b] }: { parameters: Parameters<P>; state: Pair<number> },
): Pair<Pair<number>> {
  const coefficients = Object.entries(model.coefficients(parameters)).map((
    [name, value],
  ) => [name, dual.number(value)]);
  const [f, g] = model.reaction(
    [{ value: a, slopes: [1, 0] }, { value: b, slopes: [0, 1] }],
    Object.fromEntries(coefficients),
    dual,
  );
  return [f.slopes, g.slopes];
}

/**
 * The two eigenvalues of a wave on a uniform steady state, the faster growing first. The state is Turing unstable where
 * both decay at λ = 0 and one grows at some λ > 0.
 *
 * @example The Brusselator's threshold, b = (1 + a √(Du / Dv))²
 * ```ts
 * import { ok } from "node:assert/strict";
 * import { brusselator, growthRates } from "./mod.ts";
 *
 * const rate = (b: number) => {
 *   const parameters = { Du: 1, Dv: 4, a: 1, b };
 *   return growthRates(brusselator, { parameters, state: [1, b], wave: 0.5 })[0].re;
 * };
 * ok(rate(2.24) < 0 && rate(2.26) > 0);
 * ```
 */
export function growthRates<P extends string>(
  model: Model<P>,
  { parameters, state, wave }: { parameters: Parameters<P>; state: Pair<number>; wave: number },
): Pair<Eigenvalue> {
  const [[faa, fab], [gba, gbb]] = jacobian(model, { parameters, state });
  const [Da, Db] = model.diffusion.map((name) => parameters[name]);
  const [m, n] = [faa - Da * wave, gbb - Db * wave];
  const middle = (m + n) / 2, discriminant = (m - n) * (m - n) / 4 + fab * gba;
  const root = Math.sqrt(Math.abs(discriminant));
  return discriminant >= 0
    ? [{ re: middle + root, im: 0 }, { re: middle - root, im: 0 }]
    : [{ re: middle, im: root }, { re: middle, im: -root }];
}

/**
 * The time step from which explicit Euler no longer damps the grid's finest wave, the chequerboard, on a uniform steady
 * state where it should decay.
 *
 * A step multiplies a wave by 1 + δt μ, for each of its eigenvalues μ; |1 + δt μ| < 1 needs δt < −2 Re μ / |μ|². Without
 * reaction that is δt < 2 / (8 D / dx²) by the 5-point Laplacian and 2 / (16 D / 3 dx²) by the 9-point one.
 *
 * The limit is necessary, not sufficient: far from its steady states a reaction may be faster. A model may bring its
 * own limit.
 */
export function stableTimeStep<P extends string>(
  model: Model<P>,
  parameters: Parameters<P>,
  { dx = 1, laplacian = 5 }: { dx?: number; laplacian?: Laplacian } = {},
): number {
  const wave = finestWave({ dx, laplacian });
  const [Da, Db] = model.diffusion.map((name) => parameters[name]);
  if (model.stableTimeStep) return model.stableTimeStep(parameters, { diffusion: [Da, Db], wave });
  const limits = model.steadyStates(parameters).filter((state) => state.every(Number.isFinite))
    .flatMap((state) => growthRates(model, { parameters, state, wave }))
    .filter(({ re }) => re < 0).map(({ re, im }) => -2 * re / (re * re + im * im));
  return Math.min(...(limits.length > 0 ? limits : [2 / (Math.max(Da, Db) * wave)]));
}
