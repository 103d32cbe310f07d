/**
 * φ: one side of a relation, from microstate to macrostate and back.
 *
 * The invertible network f maps a microstate x to `(α, z)`: the first d outputs are the macrostate, the rest
 * is what is abandoned (Zhang & Walker 2022, Fig. 3). A map may add noise coordinates to x; whoever uses the map
 * does not see them.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import { negativeLogLikelihood } from "./base_distribution.ts";
import type { Bijection, Parameters } from "./bijection.ts";
import { besideEachOther, columnRange, type Matrix, matrix, rowRange } from "./matrix.ts";
import { noiseCoordinates } from "./noise_coordinates.ts";
import type { Remainder } from "./remainder.ts";

/** What the loss needs to know of a batch. */
export interface Observation {
  /** α, `[batch, d]` */
  readonly macrostate: Tensor2D;
  /**
   * −log p(x) in nats, `[batch]`, in named terms that add up to the whole; a loss may weigh them apart.
   */
  readonly negativeLogLikelihood: Readonly<Record<string, Tensor1D>>;
}

/** One side of a relation. */
export interface MacrostateMap {
  /** The whole invertible network f. */
  readonly bijection: Bijection;
  /** d, the number of macro dimensions. */
  readonly macroDimension: number;
  /** How many of the bijection's dimensions, the last ones, are {@link noiseCoordinates}. By default none. */
  readonly noiseCoordinates?: number;
  /**
   * What is learned when φ is, one after the other: the distribution of microstates given their macrostates.
   * {@link MacrostateMap.observe} then has a simpler one stand in for it. By default nothing is left.
   */
  readonly remainders?: readonly Remainder[];
  /** Weight of each term of the negative log-likelihood in the loss, by the name of the term. */
  readonly weights: Readonly<Record<string, number>>;
  /** What of the microstates enters the loss, without any parameter: computed once for a data set. */
  prepare(x: Matrix): Matrix;
  /** Macrostate and likelihood of prepared rows. Differentiable in the parameters. */
  observe(prepared: Tensor2D, parameters: Parameters): Observation;
  /** Start values that depend on data, as in {@link Bijection.initialise}. */
  initialise?(prepared: Tensor2D, parameters: Parameters): Record<string, Tensor>;
}

/**
 * The map whose macrostate is the first d outputs of a bijection, and whose likelihood is one term,
 * `all`, weighed per dimension unless told otherwise.
 *
 * With d = n nothing is abandoned on this side.
 *
 * @throws {RangeError} If d is not from 1 to n.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { useWasmBackend } from "./backend.ts";
 * import { decode, encode, macrostateMap } from "./macrostate_map.ts";
 * import { matrix } from "./matrix.ts";
 * import { standardise } from "./standardise.ts";
 *
 * await useWasmBackend();
 * const map = macrostateMap(standardise({ mean: [1, 2], deviation: [2, 4] }), { macroDimension: 1 });
 * const x = matrix(Float32Array.of(5, 6), 2);
 * const { macrostate, abandoned } = encode(map, {}, x);
 * assertEquals([...macrostate.data, ...abandoned.data], [2, 1]);
 * assertEquals(decode(map, {}, { macrostate, abandoned }), x);
 * ```
 */
export function macrostateMap(
  bijection: Bijection,
  { macroDimension, weight = 1 / bijection.dimension }: { macroDimension: number; weight?: number },
): MacrostateMap {
  checkMacroDimension(macroDimension, bijection.dimension);
  return {
    bijection,
    macroDimension,
    weights: { all: weight },
    prepare: (x) => x,
    observe(prepared, parameters) {
      const { value, logDet } = bijection.forward(prepared, parameters);
      const macrostate = tf.slice(value, [0, 0], [-1, macroDimension]);
      return { macrostate, negativeLogLikelihood: { all: negativeLogLikelihood(value, logDet) } };
    },
    initialise: (prepared, parameters) => bijection.initialise?.(prepared, parameters) ?? {},
  };
}

/**
 * Refuses a d that is not a whole number from 1 to n.
 *
 * @throws {RangeError} With the limit and its reason.
 *
 * @example
 * ```ts
 * import { checkMacroDimension } from "./macrostate_map.ts";
 * import { assertThrows } from "@std/assert";
 *
 * checkMacroDimension(4, 4);
 * assertThrows(() => checkMacroDimension(5, 4), RangeError, "from 1 to 4");
 * ```
 */
export function checkMacroDimension(macroDimension: number, dimension: number): void {
  if (Number.isInteger(macroDimension) && macroDimension >= 1 && macroDimension <= dimension) return;
  throw new RangeError(
    `Cannot build a macrostate map: macroDimension must be a whole number from 1 to ${dimension}, the dimension of ` +
      `the smaller observation, but it is ${macroDimension}`,
  );
}

/** A microstate taken apart: n are the dimensions of the bijection, noise coordinates among them. */
export interface Encoded {
  /** α, `[rows, d]` */
  readonly macrostate: Matrix;
  /** z, `[rows, n − d]` */
  readonly abandoned: Matrix;
  /** log |det ∂(α, z)/∂x|, `[rows, 1]` */
  readonly logDet: Matrix;
}

/** Rows that go through a network at once; bounds the memory, changes no bit. */
const ROWS_AT_ONCE = 512;

/** Size of a microstate, the map's noise coordinates not counted. */
export function microstateDimension({ bijection, noiseCoordinates = 0 }: MacrostateMap): number {
  return bijection.dimension - noiseCoordinates;
}

/** f: microstates `[rows, n]`, and their noise coordinates, to macrostates and abandoned parts. */
export function encode(map: MacrostateMap, parameters: Parameters, x: Matrix): Encoded {
  const d = map.macroDimension;
  const whole = map.noiseCoordinates ? besideEachOther(x, noiseCoordinates(x, map.noiseCoordinates)) : x;
  const { value, logDet } = inBatches(whole, (batch) => map.bijection.forward(batch, parameters));
  return {
    macrostate: columnRange(value, 0, d),
    abandoned: columnRange(value, d, value.columns),
    logDet,
  };
}

/**
 * f⁻¹: microstates from macrostates `[rows, d]` and abandoned parts `[rows, n − d]`, without their noise coordinates.
 *
 * With z drawn from N(0, I) this designs microstates that share a macrostate.
 */
export function decode(
  map: MacrostateMap,
  parameters: Parameters,
  { macrostate, abandoned }: Pick<Encoded, "macrostate" | "abandoned">,
): Matrix {
  const latent = besideEachOther(macrostate, abandoned);
  const { value } = inBatches(latent, (batch) => map.bijection.inverse(batch, parameters));
  return map.noiseCoordinates ? columnRange(value, 0, microstateDimension(map)) : value;
}

/** What {@link observeAll} finds. */
export interface Observed {
  /** α, `[rows, d]` */
  readonly macrostate: Matrix;
  /** −log p(x) in nats, all terms together, `[rows]` */
  readonly negativeLogLikelihood: Float64Array;
}

/** Macrostate and likelihood of all rows, through the prepared form that training used. */
export function observeAll(map: MacrostateMap, parameters: Parameters, prepared: Matrix): Observed {
  const macrostate = new Float32Array(prepared.rows * map.macroDimension);
  const negativeLogLikelihood = new Float64Array(prepared.rows);
  for (let from = 0; from < prepared.rows; from += ROWS_AT_ONCE) {
    const rows = rowRange(prepared, from, Math.min(from + ROWS_AT_ONCE, prepared.rows));
    tf.tidy(() => {
      const observation = map.observe(toTensor(rows), parameters);
      macrostate.set(observation.macrostate.dataSync(), from * map.macroDimension);
      for (const term of Object.values(observation.negativeLogLikelihood)) {
        term.dataSync().forEach((value, i) => negativeLogLikelihood[from + i] += value);
      }
    });
  }
  return { macrostate: matrix(macrostate, map.macroDimension), negativeLogLikelihood };
}

/** φ: macrostates `[rows, d]` of microstates, in their prepared form. */
export function macrostates(map: MacrostateMap, parameters: Parameters, prepared: Matrix): Matrix {
  return observeAll(map, parameters, prepared).macrostate;
}

/** A matrix as a tensor, its data copied. */
export function toTensor(source: Matrix): Tensor2D {
  return tf.tensor2d(source.data.slice(), [source.rows, source.columns], "float32");
}

/** What a map of batches makes of all rows, its tensors gone afterwards. */
export function inBatches(
  x: Matrix,
  apply: (batch: Tensor2D) => { value: Tensor2D; logDet: Tensor1D },
): { value: Matrix; logDet: Matrix } {
  const value = new Float32Array(x.rows * x.columns);
  const logDet = new Float32Array(x.rows);
  for (let from = 0; from < x.rows; from += ROWS_AT_ONCE) {
    const rows = rowRange(x, from, Math.min(from + ROWS_AT_ONCE, x.rows));
    tf.tidy(() => {
      const mapped = apply(toTensor(rows));
      value.set(mapped.value.dataSync(), from * x.columns);
      logDet.set(mapped.logDet.dataSync(), from);
    });
  }
  return { value: matrix(value, x.columns), logDet: matrix(logDet, 1) };
}
