/**
 * φ_v for patterns: from a two-species field to its macrostate, and back.
 *
 * Beside the field v stand d noise coordinates ε ~ N(0, I). Two couplings make the network, exactly invertible and
 * with an exact log-determinant:
 *
 * 1. α = ε·e^s + t, where (s, t) is a perceptron of a {@link summary} of v, which does not see where the pattern lies.
 * 2. z = G(v; α), a conditional {@linkcode gaussianisation}: run backwards it makes patterns of white noise.
 *
 * They are learned one after the other. While α is, a Gaussian stands in for p(v | α): independent Haar coefficients
 * (an orthonormal transform), one mean and one scale for each band of them as functions of α, which rewards an α that
 * tells how strong the pattern is at which scale. That needs of a field only ε, its summary, and the sum and the sum of
 * squares of each band: some 160 numbers, computed once. Then φ is frozen and G fitted to the fields themselves.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import { log } from "../kernels/elementary/mod.ts";
import type { Bijection, Mapped, Parameters } from "../macronet/bijection.ts";
import { type HiddenLayers, multilayerPerceptron } from "../macronet/conditioner.ts";
import { partOf } from "../macronet/flat_parameters.ts";
import { type Band, type FieldShape, haarAnalysis, haarPyramid } from "../macronet/haar.ts";
import { gaussianisation } from "../macronet/gaussianisation/mod.ts";
import { checkMacroDimension, type MacrostateMap } from "../macronet/macrostate_map.ts";
import { type Matrix, matrix, rowRange } from "../macronet/matrix.ts";
import { prefixed } from "../macronet/names.ts";
import { noiseCoordinates } from "../macronet/noise_coordinates.ts";
import { summary, SUMMARY_SIZE } from "./metrics/patterns.ts";

/** Size of a {@link patternMap}. */
export interface PatternMapOptions {
  /** Two channels, sides a power of two. */
  readonly shape: FieldShape;
  /** d, and as many noise coordinates. */
  readonly macroDimension: number;
  /** From a summary to (s, t). */
  readonly conditioner: HiddenLayers;
  /** Range of s. Below 0, so that the noise is a small part of α. */
  readonly noiseLogScale: readonly [least: number, most: number];
  /** G: see {@linkcode gaussianisation}. */
  readonly pattern: { readonly layers: number; readonly conditioner: HiddenLayers };
  /** Weight of −log p(α | v) per macro dimension, and of −log p(v | α) per abandoned one, in the loss. */
  readonly weights: { readonly macro: number; readonly abandoned: number };
}

/** ½ log 2π */
const HALF_LOG_TAU = 0.5 * log(2 * Math.PI);

/** Network from α to the bands: it has few inputs and a smooth job. */
const BAND_CONDITIONER: HiddenLayers = { width: 32, hiddenLayers: 2 };

/** Prefix of the parameters of G. */
const PATTERN = "pattern";

/**
 * The map of a square field `[height, width, 2]`, flattened, with its noise coordinates.
 *
 * @throws {RangeError} If d is not from 1 to the number of values in a field, or the side is not even.
 */
export function patternMap(options: PatternMapOptions): MacrostateMap {
  const { shape, macroDimension: d, conditioner, noiseLogScale: [least, most], weights } = options;
  const cells = shape.height * shape.width * shape.channels;
  const dimension = cells + d;
  checkMacroDimension(d, cells);
  const { bands } = haarPyramid(shape);
  const counts = Float32Array.from(bands, (band) => band.count);
  const toMacrostate = multilayerPerceptron({ inputs: SUMMARY_SIZE, outputs: 2 * d, ...conditioner });
  const pattern = gaussianisation({ size: shape.height, context: d, ...options.pattern });
  const toBands = multilayerPerceptron({ inputs: d, outputs: 2 * bands.length, ...BAND_CONDITIONER });
  const preparedColumns = [d, SUMMARY_SIZE, bands.length, bands.length];

  /** s and t of every noise coordinate, `[batch, d]` each, from summaries `[batch, SUMMARY_SIZE]`. */
  function noiseMove(summaries: Tensor2D, parameters: Parameters) {
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
      mean: tf.add(tf.mul(mean, tf.exp(parameters["band.logScale"])), parameters["band.mean"]) as Tensor2D,
    };
  }

  /** α of noise coordinates and summaries, and the log-determinant of that step. */
  function toAlpha(noise: Tensor2D, summaries: Tensor2D, parameters: Parameters): Mapped {
    const { logScale, shift } = noiseMove(summaries, parameters);
    return {
      value: tf.add(tf.mul(noise, tf.exp(logScale)), shift) as Tensor2D,
      logDet: tf.sum(logScale, 1),
    };
  }

  function prepare(x: Matrix): Matrix {
    const columns = preparedColumns.reduce((sum, size) => sum + size, 0);
    const data = new Float32Array(x.rows * columns);
    const noise = noiseCoordinates(x, d);
    for (let i = 0; i < x.rows; i++) {
      const field = rowRange(x, i, i + 1).data;
      const { sums, squares } = bandSums(haarAnalysis(field, shape), bands);
      const own = rowRange(noise, i, i + 1).data;
      data.set([...own, ...summary(field), ...sums, ...squares], i * columns);
    }
    return matrix(data, columns);
  }

  function observe(prepared: Tensor2D, parameters: Parameters) {
    const [noise, summaries, sums, squares] = tf.split(prepared, preparedColumns, 1) as Tensor2D[];
    const { value: macrostate, logDet } = toAlpha(noise, summaries, parameters);
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

  const bijection: Bijection = {
    name: "pattern map",
    dimension,
    parameters: {
      "summary.logScale": { shape: [SUMMARY_SIZE], start: "zeros" },
      "summary.bias": { shape: [SUMMARY_SIZE], start: "zeros" },
      "band.logScale": { shape: [bands.length], start: "zeros" },
      "band.mean": { shape: [bands.length], start: "zeros" },
      ...prefixed("macrostate", toMacrostate.parameters),
      ...prefixed("bands", toBands.parameters),
      ...prefixed(PATTERN, pattern.parameters),
    },
    forward(x, parameters) {
      const [fields, noise] = tf.split(x, [cells, d], 1) as Tensor2D[];
      const { value: macrostate, logDet } = toAlpha(noise, summariesOf(fields), parameters);
      const abandoned = pattern.forward(fields, macrostate, partOf(PATTERN, parameters));
      return {
        value: tf.concat([macrostate, abandoned.value], 1) as Tensor2D,
        logDet: tf.add(logDet, abandoned.logDet) as Tensor1D,
      };
    },
    inverse(latent, parameters) {
      const [macrostate, z] = tf.split(latent, [d, cells], 1) as Tensor2D[];
      const fields = pattern.inverse(z, macrostate, partOf(PATTERN, parameters));
      const move = noiseMove(summariesOf(fields.value), parameters);
      const noise = tf.mul(tf.sub(macrostate, move.shift), tf.exp(tf.neg(move.logScale)));
      return {
        value: tf.concat([fields.value, noise], 1) as Tensor2D,
        logDet: tf.sub(fields.logDet, tf.sum(move.logScale, 1)) as Tensor1D,
      };
    },
  };

  return {
    bijection,
    macroDimension: d,
    noiseCoordinates: d,
    remainder: { prefix: PATTERN, bijection: pattern },
    weights: { macro: weights.macro / d, abandoned: weights.abandoned / cells },
    prepare,
    observe,
    initialise(prepared) {
      const [, summaries, sums, squares] = tf.split(prepared, preparedColumns, 1) as Tensor2D[];
      const { mean, variance } = tf.moments(tf.div(sums, tf.tensor1d(counts)), 0);
      const within = tf.mean(
        tf.div(tf.sub(squares, tf.div(tf.square(sums), tf.tensor1d(counts))), tf.tensor1d(counts)),
        0,
      );
      return {
        ...standardising("summary", summaries),
        "band.mean": mean,
        "band.logScale": tf.mul(0.5, tf.log(tf.maximum(tf.add(variance, within), 1e-12))),
      };
    },
  };
}

/** Sum and sum of squares of each band. */
function bandSums(coefficients: Float32Array, bands: readonly Band[]) {
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
  return { sums, squares };
}

/** Summaries `[batch, SUMMARY_SIZE]` of fields `[batch, cells]`. No gradient passes. */
function summariesOf(fields: Tensor2D): Tensor2D {
  const [batch, cells] = fields.shape;
  const values = valuesOf(fields);
  const summaries = new Float32Array(batch * SUMMARY_SIZE);
  for (let i = 0; i < batch; i++) {
    summaries.set(summary(values.subarray(i * cells, (i + 1) * cells)), i * SUMMARY_SIZE);
  }
  return tf.tensor2d(summaries, [batch, SUMMARY_SIZE]);
}

/** Log-scale and bias that give every column mean 0 and variance 1. */
function standardising(name: string, values: Tensor2D): Record<string, Tensor> {
  const { mean, variance } = tf.moments(values, 0);
  const logScale = tf.mul(-0.5, tf.log(tf.add(variance, 1e-8)));
  return { [`${name}.logScale`]: logScale, [`${name}.bias`]: tf.neg(tf.mul(mean, tf.exp(logScale))) };
}

function valuesOf(tensor: Tensor2D): Float32Array {
  return tensor.dataSync() as Float32Array;
}
