/**
 * φ_v for patterns: from a two-species field to its macrostate, and back.
 *
 * Beside the field v stand noise coordinates ε ~ N(0, I): d for the macrostate, and one for each number of the spectra
 * and Minkowski functionals S(v), the first of a {@link summary} of v, which does not see where the pattern lies. Three
 * couplings make the network, exactly invertible and with an exact log-determinant:
 *
 * 1. α = ε·e^s + t, where (s, t) is a perceptron of the summary.
 * 2. z = (S(v) + σε − μ(α))·e^(−ℓ(α)): what α leaves unexplained of S(v), noisy and standardised. ℓ is
 *    from log σ, as if α explained all but the noise, to ½ log(1 + σ²), as if nothing.
 * 3. z = G(v; α), a conditional {@linkcode gaussianisation}: run backwards it makes patterns of white noise.
 *
 * The likelihood of 2 decides *which* d numbers α are. Nearly all of a rule can be told from its pattern, so each d
 * functions of the rule predict themselves from it, and prediction alone leaves the choice to chance; those that
 * explain most of what patterns look like make this likelihood largest.
 *
 * G is learned after the rest. While α is, independent Haar coefficients stand in for it, {@linkcode haarBands}. Those need
 * of a field only ε, its summary, and the sum and the sum of squares of each band: some 340 numbers, computed once. Then φ is frozen and G
 * fitted to the fields themselves.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import { log } from "../kernels/elementary/mod.ts";
import { negativeLogLikelihood } from "../macronet/base_distribution.ts";
import type { Bijection, Mapped, Parameters } from "../macronet/bijection.ts";
import { type HiddenLayers, multilayerPerceptron } from "../macronet/conditioner.ts";
import { partOf } from "../macronet/flat_parameters.ts";
import type { FieldShape } from "../macronet/haar.ts";
import { gaussianisation } from "../macronet/gaussianisation/mod.ts";
import { checkMacroDimension, type MacrostateMap } from "../macronet/macrostate_map.ts";
import { type Matrix, matrix, rowRange } from "../macronet/matrix.ts";
import { prefixed } from "../macronet/names.ts";
import { noiseCoordinates } from "../macronet/noise_coordinates.ts";
import { haarBands } from "./haar_bands.ts";
import { summary, SUMMARY_PARTS, SUMMARY_SIZE } from "./metrics/patterns.ts";

/** Size of a {@link patternMap}. */
export interface PatternMapOptions {
  /** Two channels, sides a power of two. */
  readonly shape: FieldShape;
  /** d */
  readonly macroDimension: number;
  /** From a summary to (s, t). */
  readonly conditioner: HiddenLayers;
  /** Range of s. Below 0, so that the noise is a small part of α. */
  readonly noiseLogScale: readonly [least: number, most: number];
  /** G: see {@linkcode gaussianisation}. Where it is absent, what stands in for it stays. */
  readonly pattern?: { readonly layers: number; readonly conditioner: HiddenLayers };
  /** σ of the noise on the standardised summary: differences much smaller than it count for little. */
  readonly summaryNoise: number;
  /** Weights in the loss, per dimension, of −log p(α | v), of −log p(v | α) and of those of the noisy summary. */
  readonly weights: Readonly<Record<"macro" | "abandoned" | "spectra" | "minkowski", number>>;
}

/** Numbers of a summary that α is to explain. */
const EXPLAINED = SUMMARY_PARTS.spectra + SUMMARY_PARTS.minkowski;

/** Network from α to the summary: it has few inputs and a smooth job. */
const SUMMARY_CONDITIONER: HiddenLayers = { width: 64, hiddenLayers: 2 };

/** Prefixes of the parameters of G and of what stands in for it. */
const PATTERN = "pattern", BANDS = "bands";

/**
 * The map of a square field `[height, width, 2]`, flattened, with its noise coordinates.
 *
 * @throws {RangeError} If d is not from 1 to the number of values in a field, or the side is not even.
 */
export function patternMap(options: PatternMapOptions): MacrostateMap {
  const { shape, macroDimension: d, conditioner, noiseLogScale: [least, most], summaryNoise, weights } =
    options;
  const cells = shape.height * shape.width * shape.channels;
  const noiseSize = d + EXPLAINED;
  const dimension = cells + noiseSize;
  checkMacroDimension(d, cells);
  const bands = haarBands({ shape, context: d });
  const toMacrostate = multilayerPerceptron({ inputs: SUMMARY_SIZE, outputs: 2 * d, ...conditioner });
  const pattern = options.pattern && gaussianisation({ size: shape.height, context: d, ...options.pattern });
  /** From fields given α to what is abandoned of them, and where its parameters are. */
  const [density, prefix] = pattern ? [pattern, PATTERN] as const : [bands, BANDS] as const;
  const toSummary = multilayerPerceptron({ inputs: d, outputs: 2 * EXPLAINED, ...SUMMARY_CONDITIONER });
  const leastRest = log(summaryNoise), mostRest = 0.5 * log(1 + summaryNoise * summaryNoise);
  const preparedColumns = [d, EXPLAINED, SUMMARY_SIZE, bands.sumsSize];

  /** Summaries with mean 0 and variance 1 over the data, `[batch, SUMMARY_SIZE]`. */
  function standardised(summaries: Tensor2D, parameters: Parameters): Tensor2D {
    return tf.add(tf.mul(summaries, tf.exp(parameters["summary.logScale"])), parameters["summary.bias"]);
  }

  /** s and t of every noise coordinate of α, `[batch, d]` each, from standardised summaries. */
  function noiseMove(summaries: Tensor2D, parameters: Parameters) {
    const [raw, shift] = tf.split(toMacrostate.apply(summaries, partOf("macrostate", parameters)), 2, 1);
    const bounded = tf.add(least, tf.mul(most - least, tf.sigmoid(raw)));
    return { logScale: bounded as Tensor2D, shift: shift as Tensor2D };
  }

  /** ℓ and μ of every number that α is to explain, `[batch, EXPLAINED]` each, from macrostates `[batch, d]`. */
  function summaryMove(macrostate: Tensor2D, parameters: Parameters) {
    const [raw, mean] = tf.split(toSummary.apply(macrostate, partOf("rest", parameters)), 2, 1);
    const bounded = tf.add(leastRest, tf.mul(mostRest - leastRest, tf.sigmoid(raw)));
    return { logScale: bounded as Tensor2D, mean: mean as Tensor2D };
  }

  /** α of noise coordinates and summaries, and the log-determinant of that step. */
  function toAlpha(noise: Tensor2D, summaries: Tensor2D, parameters: Parameters): Mapped {
    const { logScale, shift } = noiseMove(summaries, parameters);
    return {
      value: tf.add(tf.mul(noise, tf.exp(logScale)), shift) as Tensor2D,
      logDet: tf.sum(logScale, 1),
    };
  }

  /** What α leaves unexplained of noisy spectra and functionals, and the log-determinant, dimension by dimension. */
  function toRest(
    { noise, summaries, macrostate }: Record<"noise" | "summaries" | "macrostate", Tensor2D>,
    parameters: Parameters,
  ): { value: Tensor2D; logScale: Tensor2D } {
    const { logScale, mean } = summaryMove(macrostate, parameters);
    const noisy = tf.add(explainedOf(summaries), tf.mul(summaryNoise, noise));
    return {
      value: tf.mul(tf.sub(noisy, mean), tf.exp(tf.neg(logScale))) as Tensor2D,
      logScale: tf.sub(log(summaryNoise), logScale) as Tensor2D,
    };
  }

  function prepare(x: Matrix): Matrix {
    const columns = preparedColumns.reduce((sum, size) => sum + size, 0);
    const data = new Float32Array(x.rows * columns);
    const noise = noiseCoordinates(x, noiseSize);
    for (let i = 0; i < x.rows; i++) {
      const field = rowRange(x, i, i + 1).data;
      const own = rowRange(noise, i, i + 1).data;
      data.set([...own, ...summary(field), ...bands.sumsOf(field)], i * columns);
    }
    return matrix(data, columns);
  }

  function observe(prepared: Tensor2D, parameters: Parameters) {
    const [own, noise, raw, sums] = tf.split(prepared, preparedColumns, 1) as Tensor2D[];
    const summaries = standardised(raw, parameters);
    const { value: macrostate, logDet } = toAlpha(own, summaries, parameters);
    const rest = toRest({ noise, summaries, macrostate }, parameters);
    const part = (from: number, size: number) => {
      const [value, logScale] = [rest.value, rest.logScale].map((all) =>
        tf.slice(all, [0, from], [-1, size])
      );
      return negativeLogLikelihood(value, tf.sum(logScale, 1));
    };
    return {
      macrostate,
      negativeLogLikelihood: {
        macro: negativeLogLikelihood(macrostate, logDet),
        abandoned: bands.negativeLogLikelihood(sums, macrostate, partOf(BANDS, parameters)),
        spectra: part(0, SUMMARY_PARTS.spectra),
        minkowski: part(SUMMARY_PARTS.spectra, SUMMARY_PARTS.minkowski),
      },
    };
  }

  const bijection: Bijection = {
    name: "pattern map",
    dimension,
    parameters: {
      "summary.logScale": { shape: [SUMMARY_SIZE], start: "zeros" },
      "summary.bias": { shape: [SUMMARY_SIZE], start: "zeros" },
      ...prefixed("macrostate", toMacrostate.parameters),
      ...prefixed(BANDS, bands.parameters),
      ...prefixed("rest", toSummary.parameters),
      ...(pattern && prefixed(PATTERN, pattern.parameters)),
    },
    forward(x, parameters) {
      const [fields, own, noise] = tf.split(x, [cells, d, EXPLAINED], 1) as Tensor2D[];
      const summaries = standardised(summariesOf(fields), parameters);
      const { value: macrostate, logDet } = toAlpha(own, summaries, parameters);
      const rest = toRest({ noise, summaries, macrostate }, parameters);
      const abandoned = density.forward(fields, macrostate, partOf(prefix, parameters));
      return {
        value: tf.concat([macrostate, abandoned.value, rest.value], 1) as Tensor2D,
        logDet: tf.addN([logDet, tf.sum(rest.logScale, 1), abandoned.logDet]) as Tensor1D,
      };
    },
    inverse(latent, parameters) {
      const [macrostate, z, rest] = tf.split(latent, [d, cells, EXPLAINED], 1) as Tensor2D[];
      const fields = density.inverse(z, macrostate, partOf(prefix, parameters));
      const summaries = standardised(summariesOf(fields.value), parameters);
      const move = noiseMove(summaries, parameters);
      const own = tf.mul(tf.sub(macrostate, move.shift), tf.exp(tf.neg(move.logScale)));
      const explained = summaryMove(macrostate, parameters);
      const noisy = tf.add(tf.mul(rest, tf.exp(explained.logScale)), explained.mean);
      const noise = tf.div(tf.sub(noisy, explainedOf(summaries)), summaryNoise);
      const others = tf.add(
        tf.sum(move.logScale, 1),
        tf.sum(tf.sub(log(summaryNoise), explained.logScale), 1),
      );
      return {
        value: tf.concat([fields.value, own, noise], 1) as Tensor2D,
        logDet: tf.sub(fields.logDet, others) as Tensor1D,
      };
    },
  };

  return {
    bijection,
    macroDimension: d,
    noiseCoordinates: noiseSize,
    ...(pattern && { remainder: { prefix: PATTERN, bijection: pattern } }),
    weights: {
      macro: weights.macro / d,
      abandoned: weights.abandoned / cells,
      spectra: weights.spectra / SUMMARY_PARTS.spectra,
      minkowski: weights.minkowski / SUMMARY_PARTS.minkowski,
    },
    prepare,
    observe,
    initialise(prepared) {
      const [, , summaries, sums] = tf.split(prepared, preparedColumns, 1) as Tensor2D[];
      return { ...standardising("summary", summaries), ...prefixed(BANDS, bands.startFrom(sums)) };
    },
  };
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

/** Spectra and Minkowski functionals of summaries. */
function explainedOf(summaries: Tensor2D): Tensor2D {
  return tf.slice(summaries, [0, 0], [-1, EXPLAINED]);
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
