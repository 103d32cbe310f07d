/**
 * What a reaction-diffusion model is: two species a and b, ∂a/∂t = Da ∇²a + f(a, b), ∂b/∂t = Db ∇²b + g(a, b).
 *
 * CONTRIBUTING.md says how to add one.
 *
 * @module
 */
import type { Arithmetic } from "./arithmetic.ts";
import type { Update } from "./update.ts";

/** One thing for each of the two species. */
export type Pair<T> = readonly [T, T];

/** Values of a model's parameters by name. */
export type Parameters<P extends string> = Readonly<Record<P, number>>;

/** A model of two species; P names its parameters. */
export interface Model<P extends string = string> {
  /** An identifier: the row function in the kernel has this name. */
  readonly name: string;
  readonly title: string;
  /** Who wrote the equations in this form, and where. */
  readonly reference: string;
  readonly species: Pair<string>;
  /** Every parameter with its default; together they make a pattern. */
  readonly parameters: Parameters<P>;
  /** Which parameters are the diffusion coefficients. */
  readonly diffusion: Pair<P>;
  /** The numbers that {@linkcode reaction} uses, in f64; the kernel gets each rounded once to f32. */
  coefficients(parameters: Parameters<P>): Readonly<Record<string, number>>;
  /** (f, g), without diffusion. Every operation is computed as written, in this order. */
  reaction<T>(
    state: Pair<T>,
    coefficients: Readonly<Record<string, T>>,
    arithmetic: Arithmetic<T>,
  ): Pair<T>;
  /** The uniform states where f = g = 0. */
  steadyStates(parameters: Parameters<P>): Pair<number>[];
  /** In place of {@linkcode reaction} in the kernel: the same Euler step in fewer operations. */
  readonly update?: Update<P>;
  /** In place of the general limit of `stability.ts`: from which δt on Euler amplifies the finest wave. */
  stableTimeStep?(parameters: Parameters<P>, finest: { diffusion: Pair<number>; wave: number }): number;
}
