/**
 * What a training says of itself from time to time: its loss, and how exactly its networks can be undone.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Evaluation, LossValues, Pairs } from "./evaluation.ts";
import { decode, encode, type MacrostateMap, microstateDimension } from "./macrostate_map.ts";
import { type Matrix, rowRange } from "./matrix.ts";
import type { Parameters } from "./bijection.ts";
import { unflatten } from "./parameters.ts";
import { type Relation, relationParameters, type Side, sideParameters } from "./relation.ts";

/** One record: the training batch and, at the same parameters, held-out pairs. */
export interface LossRecord {
  readonly step: number;
  readonly train: LossValues;
  readonly validation: LossValues;
  /**
   * The largest |f⁻¹(f(x)) − x| / max(1, |x|) over all values of held-out microstates of both sides: what rounding
   * leaves of invertibility. 0 where no microstates are known.
   */
  readonly roundTrip: number;
}

/** Held-out rows that a record looks at. */
export interface HeldOut {
  /** Prepared pairs, for the loss. */
  readonly pairs: Pairs;
  /** Microstates, for the round trip, of the sides where they are known. */
  readonly microstates: Partial<Pairs>;
}

/** Prepared pairs that a record looks at. */
const PAIRS = 1024;

/** Most microstates that a record takes through f and back. */
export const TRIP_ROWS = 256;

/** Most values of them: of wide microstates, such as fields, it takes fewer. */
const TRIP_VALUES = 1 << 15;

/**
 * The rows that records look at.
 *
 * @param microstates Held-out microstates. By default the prepared rows stand for them on the sides where they are
 * as wide as f; a side that is prepared to summaries has no round trip then.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { macrostateMap } from "./macrostate_map.ts";
 * import { matrix } from "./matrix.ts";
 * import { standardise } from "./standardise.ts";
 * import { heldOut } from "./training_record.ts";
 *
 * const map = macrostateMap(standardise({ mean: [0, 0], deviation: [1, 1] }), { macroDimension: 1 });
 * const x = matrix(new Float32Array(2000 * 2), 2);
 * const { pairs, microstates } = heldOut({ u: map, v: map, shared: true }, { u: x, v: x });
 * assertEquals([pairs.u.rows, microstates.v!.rows], [1024, 256]);
 * ```
 */
export function heldOut(relation: Relation, validation: Pairs, microstates: Partial<Pairs> = {}): HeldOut {
  const tripOf = (side: Side) => {
    const dimension = microstateDimension(relation[side]);
    const rows = microstates[side] ?? validation[side];
    const most = Math.max(1, Math.min(TRIP_ROWS, Math.floor(TRIP_VALUES / dimension)));
    return rows.columns === dimension ? { [side]: copyOfFirst(rows, most) } : {};
  };
  return {
    pairs: { u: copyOfFirst(validation.u, PAIRS), v: copyOfFirst(validation.v, PAIRS) },
    microstates: { ...tripOf("u"), ...tripOf("v") },
  };
}

/** A copy, so that the rest of a data set can be freed. */
function copyOfFirst(source: Matrix, most: number): Matrix {
  const rows = rowRange(source, 0, Math.min(most, source.rows));
  return { ...rows, data: rows.data.slice() };
}

/** The record of a step, before it. `parameters` are flat, in the order of {@link relationParameters}. */
export function recordOf(
  step: number,
  { relation, evaluation, parameters, batch, held }: {
    relation: Relation;
    evaluation: Evaluation;
    parameters: Float32Array;
    batch: Pairs;
    held: HeldOut;
  },
): LossRecord {
  evaluation.load(parameters);
  return {
    step,
    train: evaluation.terms(batch),
    validation: evaluation.terms(held.pairs),
    roundTrip: tf.tidy(() => {
      const tensors = unflatten(parameters, relationParameters(relation));
      const errors = (Object.entries(held.microstates) as [Side, Matrix][]).map(([side, x]) =>
        roundTrip(relation[side], sideParameters(relation, side, tensors), x)
      );
      return Math.max(0, ...errors);
    }),
  };
}

/**
 * The largest |f⁻¹(f(x)) − x| / max(1, |x|) over all values of microstates `[rows, n]`; NaN if one comes back as NaN.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { useWasmBackend } from "./backend.ts";
 * import { macrostateMap } from "./macrostate_map.ts";
 * import { matrix } from "./matrix.ts";
 * import { standardise } from "./standardise.ts";
 * import { roundTrip } from "./training_record.ts";
 *
 * await useWasmBackend();
 * const map = macrostateMap(standardise({ mean: [1, 2], deviation: [2, 4] }), { macroDimension: 1 });
 * assertEquals(roundTrip(map, {}, matrix(Float32Array.of(5, 6), 2)), 0);
 * ```
 */
export function roundTrip(map: MacrostateMap, parameters: Parameters, x: Matrix): number {
  const back = decode(map, parameters, encode(map, parameters, x)).data;
  let largest = 0;
  for (let i = 0; i < back.length; i++) {
    const value = x.data[i];
    largest = Math.max(largest, Math.abs(back[i] - value) / Math.max(1, Math.abs(value)));
  }
  return largest;
}
