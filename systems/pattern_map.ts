/**
 * φ_v for patterns: from a two-species field to its macrostate, and back.
 *
 * The field's Haar coefficients (an orthonormal transform) are split in d *carriers*, the coarsest ones, and the
 * rest r. Two affine couplings make the network, exactly invertible and with an exact log-determinant:
 *
 * 1. α = c·e^s + t, where (s, t) is a perceptron of a {@link summary} of the field with the carriers set to zero,
 *    hence a function of r alone. Summaries do not see where the pattern lies, and the first two carriers, the
 *    mean of each species, do not either; a third is a detail at a fixed place and lets a little of it in.
 * 2. z = (r − μ(α))·e^(−σ(α)), one mean and one scale for each band of coefficients.
 *
 * The loss needs of a field only its carriers, its summary, and the sum and the sum of squares of each band:
 * some 160 numbers, computed once. That they give the likelihood of the whole network is tested.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import { log } from "../kernels/elementary/mod.ts";
import type { Bijection, Mapped, Parameters } from "../macronet/bijection.ts";
import { type HiddenLayers, multilayerPerceptron } from "../macronet/conditioner.ts";
import { partOf } from "../macronet/flat_parameters.ts";
import { type FieldShape, haarAnalysis, haarPyramid, haarSynthesis } from "../macronet/haar.ts";
import { checkMacroDimension, type MacrostateMap } from "../macronet/macrostate_map.ts";
import { besideEachOther, type Matrix, matrix } from "../macronet/matrix.ts";
import { prefixed } from "../macronet/names.ts";
import { summary, SUMMARY_SIZE } from "./metrics/patterns.ts";

/** Size of a {@link patternMap}. */
export interface PatternMapOptions {
  /** Two channels, sides a power of two. */
  readonly shape: FieldShape;
  /** d, at most the 8 coefficients of the coarsest level. */
  readonly macroDimension: number;
  /** From a summary to (s, t). */
  readonly conditioner: HiddenLayers;
  /** Range of s. Below 0, so that a carrier's own value is a small part of its α. */
  readonly carrierLogScale: readonly [least: number, most: number];
  /** Weight of −log p(α | r) per macro dimension, and of −log p(r | α) per abandoned one, in the loss. */
  readonly weights: { readonly macro: number; readonly abandoned: number };
}

/** Coefficients of both species at the coarsest level of the pyramid, the mean among them. */
const MOST_CARRIERS = 8;

/** ½ log 2π */
const HALF_LOG_TAU = 0.5 * log(2 * Math.PI);

/** Network from α to the bands: it has few inputs and a smooth job. */
const BAND_CONDITIONER: HiddenLayers = { width: 32, hiddenLayers: 2 };

/**
 * The map of a field `[height, width, 2]`, flattened.
 *
 * @throws {RangeError} If d is not from 1 to 8.
 */
export function patternMap(options: PatternMapOptions): MacrostateMap {
  const { shape, macroDimension: d, conditioner, carrierLogScale: [least, most], weights } = options;
  const dimension = shape.height * shape.width * shape.channels;
  checkMacroDimension(d, Math.min(dimension, MOST_CARRIERS));
  const bands = bandsWithoutCarriers(shape, d);
  const counts = Float32Array.from(bands, (band) => band.count);
  const rest = dimension - d;
  const toMacrostate = multilayerPerceptron({ inputs: SUMMARY_SIZE, outputs: 2 * d, ...conditioner });
  const toBands = multilayerPerceptron({ inputs: d, outputs: 2 * bands.length, ...BAND_CONDITIONER });
  const preparedColumns = [d, SUMMARY_SIZE, bands.length, bands.length];

  /** s and t of every carrier, `[batch, d]` each, from summaries `[batch, SUMMARY_SIZE]`. */
  function carrierMove(summaries: Tensor2D, parameters: Parameters) {
    const scaled = tf.add(
      tf.mul(summaries, tf.exp(parameters["summary.logScale"])),
      parameters["summary.bias"],
    ) as Tensor2D;
    const [raw, shift] = tf.split(toMacrostate.apply(scaled, partOf("macrostate", parameters)), 2, 1);
    const bounded = tf.add(least, tf.mul(most - least, tf.sigmoid(raw)));
    return { logScale: bounded as Tensor2D, shift: shift as Tensor2D };
  }

  /** log σ and μ of every band, `[batch, bands]` each, from macrostates `[batch, d]`. */
  function bandMove(macrostate: Tensor2D, parameters: Parameters) {
    const [raw, mean] = tf.split(toBands.apply(macrostate, partOf("bands", parameters)), 2, 1);
    return {
      logScale: tf.add(raw, parameters["band.logScale"]) as Tensor2D,
      mean: tf.mul(mean, tf.exp(parameters["band.logScale"])) as Tensor2D,
    };
  }

  /** α of carriers and summaries, and the log-determinant of that step. */
  function toAlpha(carriers: Tensor2D, summaries: Tensor2D, parameters: Parameters): Mapped {
    const { logScale, shift } = carrierMove(summaries, parameters);
    const own = parameters["carrier.logScale"];
    const centred = tf.add(tf.mul(carriers, tf.exp(own)), parameters["carrier.bias"]);
    return {
      value: tf.add(tf.mul(centred, tf.exp(logScale)), shift) as Tensor2D,
      logDet: tf.add(tf.sum(logScale, 1), tf.sum(own)) as Tensor1D,
    };
  }

  function prepare(x: Matrix): Matrix {
    const columns = preparedColumns.reduce((sum, size) => sum + size, 0);
    const data = new Float32Array(x.rows * columns);
    for (let i = 0; i < x.rows; i++) {
      const field = x.data.subarray(i * dimension, (i + 1) * dimension);
      data.set(preparedRow(haarAnalysis(field, shape), { shape, d, bands }), i * columns);
    }
    return matrix(data, columns);
  }

  function observe(prepared: Tensor2D, parameters: Parameters) {
    const [carriers, summaries, sums, squares] = tf.split(prepared, preparedColumns, 1) as Tensor2D[];
    const { value: macrostate, logDet } = toAlpha(carriers, summaries, parameters);
    const { logScale, mean } = bandMove(macrostate, parameters);
    const deviations = tf.add(
      tf.sub(squares, tf.mul(2, tf.mul(mean, sums))),
      tf.mul(tf.square(mean), tf.tensor1d(counts)),
    );
    const halfSquares = tf.mul(0.5, tf.mul(deviations, tf.exp(tf.mul(-2, logScale))));
    const volumes = tf.mul(tf.add(logScale, HALF_LOG_TAU), tf.tensor1d(counts));
    const normal = tf.add(tf.mul(0.5, tf.square(macrostate)), HALF_LOG_TAU);
    return {
      macrostate,
      negativeLogLikelihood: {
        macro: tf.sub(tf.sum(normal, 1), logDet) as Tensor1D,
        abandoned: tf.sum(tf.add(halfSquares, volumes), 1) as Tensor1D,
      },
    };
  }

  /** Band values on every coefficient of the rest, `[batch, bands]` to `[batch, n − d]`. */
  function spread(values: Tensor2D): Tensor2D {
    const pieces = tf.split(values, bands.length, 1).map((column, b) => tf.tile(column, [1, bands[b].count]));
    return tf.concat(pieces, 1) as Tensor2D;
  }

  const bijection: Bijection = {
    name: "pattern map",
    dimension,
    parameters: {
      "carrier.logScale": { shape: [d], start: "zeros" },
      "carrier.bias": { shape: [d], start: "zeros" },
      "summary.logScale": { shape: [SUMMARY_SIZE], start: "zeros" },
      "summary.bias": { shape: [SUMMARY_SIZE], start: "zeros" },
      "band.logScale": { shape: [bands.length], start: "zeros" },
      ...prefixed("macrostate", toMacrostate.parameters),
      ...prefixed("bands", toBands.parameters),
    },
    forward(x, parameters) {
      const coefficients = haarAnalysis(x.dataSync() as Float32Array, shape);
      const { carriers, summaries, others } = takeApart(coefficients, { shape, d });
      const { value: macrostate, logDet } = toAlpha(tensorOf(carriers), tensorOf(summaries), parameters);
      const { logScale, mean } = bandMove(macrostate, parameters);
      const z = tf.mul(tf.sub(tensorOf(others), spread(mean)), tf.exp(tf.neg(spread(logScale))));
      const volume = tf.sum(tf.mul(logScale, tf.tensor1d(counts)), 1);
      return {
        value: tf.concat([macrostate, z], 1) as Tensor2D,
        logDet: tf.sub(logDet, volume) as Tensor1D,
      };
    },
    inverse(latent, parameters) {
      const [macrostate, z] = tf.split(latent, [d, rest], 1) as Tensor2D[];
      const { logScale, mean } = bandMove(macrostate, parameters);
      const others = tf.add(tf.mul(z, tf.exp(spread(logScale))), spread(mean)) as Tensor2D;
      const batch = latent.shape[0];
      const coefficients = besideEachOther(matrix(new Float32Array(batch * d), d), matrixOf(others));
      const { summaries } = takeApart(coefficients.data, { shape, d });
      const move = carrierMove(tensorOf(summaries), parameters);
      const own = parameters["carrier.logScale"];
      const centred = tf.mul(tf.sub(macrostate, move.shift), tf.exp(tf.neg(move.logScale)));
      const carriers = tf.mul(tf.sub(centred, parameters["carrier.bias"]), tf.exp(tf.neg(own))) as Tensor2D;
      const whole = besideEachOther(matrixOf(carriers), matrixOf(others));
      const volume = tf.sum(tf.mul(logScale, tf.tensor1d(counts)), 1);
      return {
        value: tf.tensor2d(haarSynthesis(whole.data, shape), [batch, dimension]),
        logDet: tf.sub(volume, tf.add(tf.sum(move.logScale, 1), tf.sum(own))) as Tensor1D,
      };
    },
  };

  return {
    bijection,
    macroDimension: d,
    weights: { macro: weights.macro / d, abandoned: weights.abandoned / rest },
    prepare,
    observe,
    initialise(prepared) {
      const [carriers, summaries, , squares] = tf.split(prepared, preparedColumns, 1) as Tensor2D[];
      const bandVariance = tf.div(tf.mean(squares, 0), tf.tensor1d(counts));
      return {
        ...standardising("carrier", carriers),
        ...standardising("summary", summaries),
        "band.logScale": tf.mul(0.5, tf.log(tf.maximum(bandVariance, 1e-12))),
      };
    },
  };
}

interface RestBand {
  /** Index of the first coefficient among all. */
  readonly start: number;
  readonly count: number;
}

/** The bands of the pyramid, less the first d coefficients. */
function bandsWithoutCarriers(shape: FieldShape, d: number): RestBand[] {
  return haarPyramid(shape).bands
    .map(({ start, count }) => ({ start: Math.max(start, d), count: start + count - Math.max(start, d) }))
    .filter(({ count }) => count > 0);
}

/** What the loss needs of one field: carriers, summary, sum and sum of squares of each band. */
function preparedRow(
  coefficients: Float32Array,
  { shape, d, bands }: { shape: FieldShape; d: number; bands: readonly RestBand[] },
): Float32Array {
  const { carriers, summaries } = takeApart(coefficients, { shape, d });
  const sums = new Float32Array(bands.length), squares = new Float32Array(bands.length);
  for (const [b, { start, count }] of bands.entries()) {
    let sum = 0, square = 0;
    for (let i = start; i < start + count; i++) {
      sum += coefficients[i];
      square += coefficients[i] * coefficients[i];
    }
    sums[b] = sum;
    squares[b] = square;
  }
  return Float32Array.of(...carriers.data, ...summaries.data, ...sums, ...squares);
}

/** Carriers, the rest, and the summaries of the fields that the rest alone makes. */
function takeApart(
  coefficients: Float32Array,
  { shape, d }: { shape: FieldShape; d: number },
): { carriers: Matrix; others: Matrix; summaries: Matrix } {
  const dimension = shape.height * shape.width * shape.channels;
  const rows = coefficients.length / dimension;
  const carriers = new Float32Array(rows * d);
  const others = new Float32Array(rows * (dimension - d));
  const bare = coefficients.slice();
  for (let i = 0; i < rows; i++) {
    carriers.set(coefficients.subarray(i * dimension, i * dimension + d), i * d);
    others.set(coefficients.subarray(i * dimension + d, (i + 1) * dimension), i * (dimension - d));
    bare.fill(0, i * dimension, i * dimension + d);
  }
  const fields = haarSynthesis(bare, shape);
  const summaries = new Float32Array(rows * SUMMARY_SIZE);
  for (let i = 0; i < rows; i++) {
    summaries.set(summary(fields.subarray(i * dimension, (i + 1) * dimension)), i * SUMMARY_SIZE);
  }
  return {
    carriers: matrix(carriers, d),
    others: matrix(others, dimension - d),
    summaries: matrix(summaries, SUMMARY_SIZE),
  };
}

/** Log-scale and bias that give every column mean 0 and variance 1. */
function standardising(name: string, values: Tensor2D): Record<string, Tensor> {
  const { mean, variance } = tf.moments(values, 0);
  const logScale = tf.mul(-0.5, tf.log(tf.add(variance, 1e-8)));
  return { [`${name}.logScale`]: logScale, [`${name}.bias`]: tf.neg(tf.mul(mean, tf.exp(logScale))) };
}

function tensorOf({ rows, columns, data }: Matrix): Tensor2D {
  return tf.tensor2d(data, [rows, columns]);
}

function matrixOf(tensor: Tensor2D): Matrix {
  return matrix(tensor.dataSync() as Float32Array, tensor.shape[1]);
}
