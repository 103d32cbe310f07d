/**
 * What is left to learn when φ is: how microstates that share a macrostate are distributed.
 *
 * Where a macrostate is read from a summary of a microstate, φ is learned from summaries alone, thousands of rows to a
 * batch. The conditional density needs the microstates themselves and tells φ nothing: so it is learned afterwards, φ
 * being frozen. That is training by the same loss in turns: with α given, L_P and the likelihood of α are constants, and
 * what is left of L_D is −log p(x | α). What one turn leaves, another may go on with; and one bijection may be learned in
 * several turns, alone or together with others, each going on from where those before have ended.
 *
 * @module
 */
import type { ConditionalBijection } from "./conditional.ts";
import { besideContext } from "./conditional.ts";
import { partOf } from "./flat_parameters.ts";
import { inBatches, type MacrostateMap, macrostateMap, macrostates } from "./macrostate_map.ts";
import { besideEachOther, type Matrix, matrix } from "./matrix.ts";
import type { Parameters } from "./bijection.ts";
import { valuesByName } from "./parameters.ts";
import { type Relation, relationParameters, type Resemblance } from "./relation.ts";
import { standardise } from "./standardise.ts";

/** A part of a map that is learned when the rest of it is. */
export interface Remainder {
  /** Of its turn: its settings and its records go by it. */
  readonly name: string;
  /**
   * The map's parameters that start with `prefix.` are those of the bijection. What turns before have learned of them,
   * this one goes on from.
   */
  readonly prefix: string;
  /** From microstates, as the remainders before have left them, to what is abandoned, given the macrostate. */
  readonly bijection: ConditionalBijection;
  /** What sampled microstates are to have in common with those that share their macrostate. By default nothing. */
  readonly resemblance?: Resemblance;
}

/**
 * The relation of macrostates with microstates that {@link fit} learns the remainder in: u is α, which knows itself,
 * and v is (α, x), whose macrostate is the α that it is given. Its loss is γ times −log p(α, x) per dimension of x,
 * and what a resemblance adds.
 */
export function remainderRelation({ bijection, resemblance }: Remainder): Relation {
  const { context, dimension } = bijection;
  const ones = new Float32Array(context + 1).fill(1);
  const identity = standardise({ mean: new Float32Array(context + 1), deviation: ones });
  return {
    u: macrostateMap(identity, { macroDimension: context, weight: 0 }),
    v: macrostateMap(besideContext(bijection), { macroDimension: context, weight: 1 / dimension }),
    shared: false,
    ...(resemblance && { resemblance }),
  };
}

/**
 * The v side of {@linkcode remainderRelation} in a turn: microstates with their macrostates before them, `[rows, d + n]`,
 * taken through what the turns before have learned, but for the bijection that this one goes on with.
 *
 * @param parameters Of the map; those of the remainders that are taken are learned.
 */
export function rowsLeft(
  map: MacrostateMap,
  parameters: Parameters,
  { x, turn }: { readonly x: Matrix; readonly turn: number },
): Matrix {
  const known = besideEachOther(macrostates(map, parameters, map.prepare(x)), x);
  const remainders = map.remainders!, passed: Remainder[] = [];
  for (const before of remainders.slice(0, turn).toReversed()) {
    const isPartOf = (later: Remainder) => isWithin(before.prefix, later.prefix);
    if (![remainders[turn], ...passed].some(isPartOf)) passed.unshift(before);
  }
  return passed.reduce((rows, { prefix, bijection }) => {
    const beside = besideContext(bijection), own = partOf(prefix, parameters);
    return inBatches(rows, (batch) => beside.forward(batch, own)).value;
  }, known);
}

/** Whether a turn goes on with something that an earlier one has learned. */
export function goesOn(
  { prefix }: Remainder,
  before: readonly { readonly remainder: Pick<Remainder, "prefix"> }[],
): boolean {
  return before.some(({ remainder }) => isWithin(remainder.prefix, prefix));
}

/** Whether names that start with one prefix start with another. */
function isWithin(prefix: string, other: string): boolean {
  return `${prefix}.`.startsWith(`${other}.`);
}

/** The u side to the rows of {@linkcode rowsLeft}: α and a number that is 0. */
export function knownMacrostates(rows: Matrix, d: number): Matrix {
  const data = new Float32Array(rows.rows * (d + 1));
  for (let i = 0; i < rows.rows; i++) {
    data.set(rows.data.subarray(i * rows.columns, i * rows.columns + d), i * (d + 1));
  }
  return matrix(data, d + 1);
}

/**
 * What a remainder of the v side of a relation has learned, by the names of {@linkcode remainderRelation}: views of all
 * its parameters, flat.
 */
export function learnedOf(
  relation: Relation,
  vector: Float32Array,
  { prefix, bijection }: Pick<Remainder, "prefix" | "bijection">,
): Record<string, Float32Array> {
  const values = valuesByName(vector, relationParameters(relation));
  return Object.fromEntries(
    Object.keys(bijection.parameters).map((name) => [`v.${name}`, values[`v.${prefix}.${name}`]]),
  );
}

/**
 * All parameters of a relation, flat, with those of a remainder of its v side replaced.
 *
 * @param found Flat in the order of the parameters of {@linkcode remainderRelation}.
 */
export function withRemainder(
  relation: Relation,
  vector: Float32Array,
  { remainder, found }: { readonly remainder: Remainder; readonly found: Float32Array },
): Float32Array {
  const result = vector.slice();
  const values = valuesByName(found, relationParameters(remainderRelation(remainder)));
  for (const [name, place] of Object.entries(learnedOf(relation, result, remainder))) place.set(values[name]);
  return result;
}
