/**
 * How a system is observed: with what noise, and without knowledge of what.
 *
 * Which macrostate can be learned is decided by what the observer does not know. Whatever a random transformation
 * of a view destroys cannot be predicted from it; what it leaves alone, its *invariants*, are what is left to share
 * (docs/observation.md derives this for each system). So a system declares its transformations by name, its settings
 * say which of them are unknown, and every view is made through {@link observe}: those of the training set, of held-out
 * examples and of what designs grow into.
 *
 * @module
 */
import { normals, uniforms } from "../kernels/philox/mod.ts";
import type { Matrix } from "../macronet/matrix.ts";
import { checkNumber } from "./domain.ts";
import { rowsOf } from "./rows.ts";
import type { Randomness } from "./system.ts";

/** What of a system its settings say about the observer. Plain JSON. */
export interface Observation<Name extends string = string> {
  /** Standard deviation of the normal noise on every observed number. */
  readonly noise: number;
  /** Whether each of the system's transformations is unknown: drawn anew for every view. */
  readonly unknown: Readonly<Record<Name, boolean>>;
}

/** A transformation that may be unknown. It works in place, and on every row by draws of its own. */
export interface Transformation {
  /** How many uniform numbers in [0, 1) one view takes. */
  readonly draws: number;
  /** Moves the things themselves, `[rows, n_u]`, before they are observed. */
  readonly thing?: (things: Matrix, draws: Matrix) => void;
  /** Moves the views, `[rows, n_v]`. */
  readonly view?: (views: Matrix, draws: Matrix) => void;
}

/** The transformations of a system by name. */
export type Transformations<Name extends string = string> = Readonly<Record<Name, Transformation>>;

/** What views are made from. */
export interface View<Name extends string> {
  readonly observation: Observation<Name>;
  readonly transformations: Transformations<Name>;
  readonly randomness: Randomness;
}

/**
 * The things as they are when they are observed: moved by what is unknown of them. The given ones stay as they are.
 *
 * @param things `[rows, n_u]`
 */
export function disguise<Name extends string>(things: Matrix, view: View<Name>): Matrix {
  const moved = { ...things, data: things.data.slice() };
  for (const { transformation, draws } of unknowns(moved.rows, view)) transformation.thing?.(moved, draws);
  return moved;
}

/**
 * Makes views of what there is to see, in place: moved by what is unknown, then with noise.
 *
 * @param views `[rows, n_v]`
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { matrix } from "../macronet/matrix.ts";
 * import { observe, type Transformations } from "./observation.ts";
 *
 * const sign = (draw: number) => draw < 0.5 ? -1 : 1;
 * const transformations: Transformations<"sign"> = {
 *   sign: { draws: 1, view: ({ data }, draws) => data.forEach((x, i) => data[i] = x * sign(draws.data[i])) },
 * };
 * const views = matrix(new Float32Array(100).fill(1), 1);
 * const observation = { noise: 0, unknown: { sign: true } };
 * observe(views, { observation, transformations, randomness: { seed: 1, purpose: "example", from: 0 } });
 * assertEquals(new Set(views.data), new Set([-1, 1]));
 * ```
 */
export function observe<Name extends string>(views: Matrix, view: View<Name>): void {
  for (const { transformation, draws } of unknowns(views.rows, view)) transformation.view?.(views, draws);
  addNoise(views, view);
}

/** The transformations that are unknown, each with the draws `[rows, draws]` of every view. */
function unknowns<Name extends string>(
  rows: number,
  { observation, transformations, randomness: { seed, purpose, from } }: View<Name>,
): { transformation: Transformation; draws: Matrix }[] {
  const names = Object.keys(transformations) as Name[];
  return names.filter((name) => observation.unknown[name]).map((name) => {
    const transformation = transformations[name];
    const draw = (i: number) => ({ seed, purpose: `${purpose}.${name}`, sample: from + i });
    return {
      transformation,
      draws: rowsOf(rows, transformation.draws, (i) => uniforms(transformation.draws, draw(i))),
    };
  });
}

function addNoise<Name extends string>(
  { data, rows, columns }: Matrix,
  { observation: { noise }, randomness: { seed, purpose, from } }: View<Name>,
): void {
  if (noise === 0) return;
  for (let i = 0; i < rows; i++) {
    const errors = normals(columns, { seed, purpose: `${purpose}.noise`, sample: from + i });
    for (let j = 0; j < columns; j++) data[i * columns + j] += noise * errors[j];
  }
}

/**
 * Refuses a noise outside its domain.
 *
 * @param reason Why it may not be less than `least`.
 * @throws {RangeError} With the limit and its reason.
 */
export function checkObservation(
  { noise }: Observation,
  { least, reason }: { readonly least: number; readonly reason: string },
): void {
  checkNumber("physics.observation.noise", noise, { least, most: 1e6, reason });
}
