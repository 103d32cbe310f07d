/**
 * One explicit Euler step of one cell, as arithmetic on anything: compiled by `emit.ts`, computed by `reference.ts`.
 *
 * @module
 */
import type { Arithmetic } from "./arithmetic.ts";
import type { Model, Pair, Parameters } from "./model.ts";
import { type Laplacian, STENCILS } from "./stencil.ts";

/** The step's part in the coefficients of an {@linkcode Update}. */
export interface StepSize {
  readonly timeStep: number;
  /** What a sum of neighbours is multiplied by to diffuse, per unit of time: D · weight / dx². */
  readonly diffusion: Pair<number>;
  /** How many times a cell is taken from that sum. */
  readonly centre: number;
}

/** A form of the Euler step. */
export interface Update<P extends string = string> {
  /**
   * The least positive value of either species, 0 for none: what is positive and less is raised to it before the first
   * step (in the scaled state), and given back as 0 after the last. {@linkcode next} keeps it so.
   */
  readonly least: Pair<number>;
  /** What the state is multiplied by before the first step, and divided by after the last. */
  scale(timeStep: number): number;
  coefficients(parameters: Parameters<P>, step: StepSize): Readonly<Record<string, number>>;
  /** The state after the step, from the one before and its sums of neighbours. */
  next<T>(
    state: Pair<T>,
    sums: Pair<T>,
    coefficients: Readonly<Record<string, T>>,
    arithmetic: Arithmetic<T>,
  ): Pair<T>;
}

/** A model's own form, or else a' = ((1 − n d δt) a + δt f) + d δt Σa for n neighbours and d = D · weight / dx². */
export function updateOf<P extends string>(model: Model<P>): Update<P> {
  return model.update ?? {
    least: [0, 0],
    scale: () => 1,
    coefficients: (parameters, { timeStep, diffusion: [a, b], centre }) => ({
      ...model.coefficients(parameters),
      timeStep,
      keepA: 1 - centre * a * timeStep,
      keepB: 1 - centre * b * timeStep,
      spreadA: a * timeStep,
      spreadB: b * timeStep,
    }),
    next: ([a, b], [sumA, sumB], coefficients, arithmetic) => {
      const { add, mul } = arithmetic;
      const { timeStep, keepA, keepB, spreadA, spreadB } = coefficients;
      const [f, g] = model.reaction([a, b], coefficients, arithmetic);
      return [
        add(add(mul(keepA, a), mul(timeStep, f)), mul(spreadA, sumA)),
        add(add(mul(keepB, b), mul(timeStep, g)), mul(spreadB, sumB)),
      ];
    },
  };
}

/** {@linkcode StepSize} of a model on a grid. */
export function stepSize<P extends string>(
  model: Model<P>,
  { parameters, timeStep, dx, laplacian }: {
    parameters: Parameters<P>;
    timeStep: number;
    dx: number;
    laplacian: Laplacian;
  },
): StepSize {
  const { centre, weight } = STENCILS[laplacian];
  const [a, b] = model.diffusion;
  const scaled = (name: P) => parameters[name] * weight / (dx * dx);
  return { timeStep, diffusion: [scaled(a), scaled(b)], centre };
}
