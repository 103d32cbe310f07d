/**
 * φ_v for patterns: from a two-species field to its macrostate, and back.
 *
 * Beside the field v stand noise coordinates ε ~ N(0, I), one for each number of the macrostate. Two couplings make the
 * network, exactly invertible and with an exact log-determinant:
 *
 * 1. α = ε·e^s + t, where (s, t) is a perceptron of a {@link summary} of v, which does not see where the pattern lies.
 * 2. z = G(v; α), a conditional {@linkcode gaussianisation}, a {@linkcode waveWhitening} and a
 *    {@linkcode meanWhitening}: run backwards it makes patterns of white noise.
 *
 * G is learned after the rest. While α is, independent Haar coefficients stand in for it, {@linkcode haarBands}. Those
 * need of a field only ε, its summary, and the sum and the sum of squares of each band: some 220 numbers, computed
 * once. Then φ is frozen and G fitted to the fields themselves.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import { negativeLogLikelihood } from "../macronet/base_distribution.ts";
import type { Bijection, Mapped, Parameters } from "../macronet/bijection.ts";
import { type HiddenLayers, multilayerPerceptron } from "../macronet/conditioner.ts";
import { partOf } from "../macronet/flat_parameters.ts";
import { held } from "../macronet/frozen.ts";
import type { FieldShape } from "../macronet/haar.ts";
import type { ConditionalBijection } from "../macronet/conditional.ts";
import { conditionalChain } from "../macronet/conditional_chain.ts";
import { gaussianisation } from "../macronet/gaussianisation/mod.ts";
import { meanWhitening } from "../macronet/gaussianisation/mean_whitening.ts";
import { waveWhitening } from "../macronet/gaussianisation/wave_whitening.ts";
import { checkMacroDimension, type MacrostateMap } from "../macronet/macrostate_map.ts";
import { type Matrix, matrix, rowRange } from "../macronet/matrix.ts";
import { prefixed } from "../macronet/names.ts";
import { noiseCoordinates } from "../macronet/noise_coordinates.ts";
import type { Remainder } from "../macronet/remainder.ts";
import { standardising } from "../macronet/standardise.ts";
import { haarBands } from "./haar_bands.ts";
import { summary, SUMMARY_PARTS, SUMMARY_SIZE } from "./metrics/patterns.ts";
import { sampledPatterns, type SampledPatternsOptions } from "./sampled_patterns.ts";

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
  /**
   * G: see {@linkcode gaussianisation}; and how much it matters what is sampled looks like, see
   * {@linkcode sampledPatterns}, and what is left of α in z, by default not at all. Where it is absent, what stands in
   * for it stays.
   */
  readonly pattern?: {
    readonly layers: number;
    readonly conditioner: HiddenLayers;
    readonly weights?: Readonly<Record<"looks" | "traces", number>>;
  };
  /** Weights in the loss, per dimension, of −log p(α | v) and of −log p(v | α). */
  readonly weights: Readonly<Record<"macro" | "abandoned", number>>;
}

/** Prefixes of the parameters of G, and of what stands in for it. */
const PATTERN = "pattern", BANDS = "bands";

/** Of the weight of looks, in the turn that the flow begins with. */
const FIRST_SHARE = 0.1;

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
  const bands = haarBands({ shape, context: d });
  const toMacrostate = multilayerPerceptron({ inputs: SUMMARY_SIZE, outputs: 2 * d, ...conditioner });
  const pattern = options.pattern && patternFlow(options.pattern, { size: shape.height, context: d });
  /** From fields given α to what is abandoned of them, and where its parameters are. */
  const [density, prefix] = pattern ? [pattern.whole, PATTERN] as const : [bands, BANDS] as const;
  const columns = SUMMARY_SIZE + d + bands.sumsSize;

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

  /** α of noise coordinates and summaries, and the log-determinant of that step. */
  function toAlpha(noise: Tensor2D, summaries: Tensor2D, parameters: Parameters): Mapped {
    const { logScale, shift } = noiseMove(summaries, parameters);
    return {
      value: tf.add(tf.mul(noise, tf.exp(logScale)), shift) as Tensor2D,
      logDet: tf.sum(logScale, 1),
    };
  }

  function prepare(x: Matrix): Matrix {
    const data = new Float32Array(x.rows * columns);
    const noise = noiseCoordinates(x, d);
    for (let i = 0; i < x.rows; i++) {
      const field = rowRange(x, i, i + 1).data;
      const own = rowRange(noise, i, i + 1).data;
      data.set([...summary(field), ...own, ...bands.sumsOf(field)], i * columns);
    }
    return matrix(data, columns);
  }

  function observe(prepared: Tensor2D, parameters: Parameters) {
    const { summaries: raw, noise, sums } = partsOf(prepared);
    const summaries = standardised(raw, parameters);
    const { value: macrostate, logDet } = toAlpha(noise, summaries, parameters);
    return {
      macrostate,
      negativeLogLikelihood: {
        macro: negativeLogLikelihood(macrostate, logDet),
        abandoned: bands.negativeLogLikelihood(sums, macrostate, partOf(BANDS, parameters)),
      },
    };
  }

  function partsOf(prepared: Tensor2D): Record<"summaries" | "noise" | "sums", Tensor2D> {
    const part = (from: number, size: number) => tf.slice(prepared, [0, from], [-1, size]);
    return {
      summaries: part(0, SUMMARY_SIZE),
      noise: part(SUMMARY_SIZE, d),
      sums: part(SUMMARY_SIZE + d, bands.sumsSize),
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
      ...(pattern && prefixed(PATTERN, pattern.whole.parameters)),
    },
    forward(x, parameters) {
      const [fields, noise] = tf.split(x, [cells, d], 1) as Tensor2D[];
      const summaries = standardised(summariesOf(fields), parameters);
      const { value: macrostate, logDet } = toAlpha(noise, summaries, parameters);
      const abandoned = density.forward(fields, macrostate, partOf(prefix, parameters));
      return {
        value: tf.concat([macrostate, abandoned.value], 1) as Tensor2D,
        logDet: tf.add(logDet, abandoned.logDet) as Tensor1D,
      };
    },
    inverse(latent, parameters) {
      const [macrostate, z] = tf.split(latent, [d, cells], 1) as Tensor2D[];
      const fields = density.inverse(z, macrostate, partOf(prefix, parameters));
      const move = noiseMove(standardised(summariesOf(fields.value), parameters), parameters);
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
    ...(pattern && { remainders: pattern.turns }),
    weights: { macro: weights.macro / d, abandoned: weights.abandoned / cells },
    prepare,
    observe,
    initialise(prepared) {
      const { summaries, sums } = partsOf(prepared);
      return { ...standardising("summary", summaries), ...prefixed(BANDS, bands.startFrom(sums)) };
    },
  };
}

/**
 * G and the turns that it is learned in. The flow begins by likelihood, with just enough of looks to keep its samples
 * within reach of them, and goes on by looks. Gains whiten what that has made of z, orbit by orbit; through them, held as
 * they are, the flow goes on while traces of α are taken from z; and in the end the means of z are whitened.
 */
function patternFlow(
  { layers, conditioner, weights }: NonNullable<PatternMapOptions["pattern"]>,
  fields: { readonly size: number; readonly context: number },
): { readonly whole: ConditionalBijection; readonly turns: readonly Remainder[] } {
  const flow = gaussianisation({ ...fields, layers, conditioner });
  const gains = waveWhitening({ ...fields, conditioner }), means = meanWhitening({ ...fields, conditioner });
  const whitened = conditionalChain([["flow", flow], ["gains", gains]]);
  const turn = (name: string, prefix: string, bijection: ConditionalBijection): Remainder => ({
    name,
    prefix: `${PATTERN}.${prefix}`,
    bijection,
  });
  const seen = (turn: Remainder, weights: SampledPatternsOptions["weights"]): Remainder => ({
    ...turn,
    resemblance: sampledPatterns({ size: fields.size, bijection: turn.bijection, weights }),
  });
  const ofFlow = (name: string) => turn(name, "whitened.flow", flow);
  const ofMeans = turn("means", "means", means);
  const whole = conditionalChain([["whitened", whitened], ["means", means]]);
  if (!weights) return { whole, turns: [ofFlow("flow"), ofMeans] };
  const { looks, traces } = weights;
  const through = conditionalChain([["flow", flow], ["gains", held(gains)]]);
  return {
    whole,
    turns: [
      seen(ofFlow("flow"), { noise: FIRST_SHARE * looks, others: 0, traces: 0 }),
      seen(ofFlow("looks"), { noise: looks, others: looks, traces: 0 }),
      turn("gains", "whitened.gains", gains),
      seen(turn("traces", "whitened", through), { noise: looks, others: looks, traces }),
      ofMeans,
    ],
  };
}

/** Log spectra and Minkowski functionals of prepared patterns, `[batch, …]`, the first numbers of a summary. */
export function looksOf(prepared: Tensor2D): Tensor2D {
  return tf.slice(prepared, [0, 0], [-1, SUMMARY_PARTS.spectra + SUMMARY_PARTS.minkowski]);
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

function valuesOf(tensor: Tensor2D): Float32Array {
  return tensor.dataSync() as Float32Array;
}
