/**
 * Fields as independent Haar coefficients, of each band its own mean and scale: the plainest density of a field given a
 * macrostate. Of a field it needs two numbers a band, so that it can be learned from thousands of fields to a batch; what
 * it samples has the right strength at each scale and does not look like a pattern.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import { log } from "../kernels/elementary/mod.ts";
import type { Parameters } from "../macronet/bijection.ts";
import type { ConditionalBijection } from "../macronet/conditional.ts";
import { type HiddenLayers, multilayerPerceptron } from "../macronet/conditioner.ts";
import { partOf } from "../macronet/flat_parameters.ts";
import { type FieldShape, haarAnalysis, haarPyramid, haarSynthesis } from "../macronet/haar.ts";
import { prefixed } from "../macronet/names.ts";

/** z = (c − μ(α))·e^(−ℓ(α)) of the Haar coefficients c of a field, and what can be said of it by sums over its bands. */
export interface HaarBands extends ConditionalBijection {
  /** Numbers in {@link sumsOf} of a field. */
  readonly sumsSize: number;
  /** The sum of each band, then the sum of squares of each, `[sumsSize]`. */
  sumsOf(field: Float32Array): Float32Array;
  /** −log p(x | context) in nats, `[batch]`, from sums `[batch, sumsSize]` alone. */
  negativeLogLikelihood(sums: Tensor2D, context: Tensor2D, parameters: Parameters): Tensor1D;
  /** Start values from sums: means and scales of the data, whatever the context. */
  startFrom(sums: Tensor2D): Record<string, Tensor>;
}

/** ½ log 2π */
const HALF_LOG_TAU = 0.5 * log(2 * Math.PI);

/** Network from the context to the bands: it has few inputs and a smooth job. */
const CONDITIONER: HiddenLayers = { width: 32, hiddenLayers: 2 };

/**
 * The bands of fields of a shape, given a context.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { haarBands } from "./haar_bands.ts";
 *
 * const bands = haarBands({ shape: { height: 8, width: 8, channels: 2 }, context: 3 });
 * assertEquals([bands.dimension, bands.sumsOf(new Float32Array(128)).length], [128, bands.sumsSize]);
 * ```
 */
export function haarBands(
  { shape, context }: { readonly shape: FieldShape; readonly context: number },
): HaarBands {
  const dimension = shape.height * shape.width * shape.channels;
  const { bands } = haarPyramid(shape);
  const counts = Float32Array.from(bands, (band) => band.count);
  const network = multilayerPerceptron({ inputs: context, outputs: 2 * bands.length, ...CONDITIONER });

  /** ℓ and μ of every band, `[batch, bands]` each. */
  function move(given: Tensor2D, parameters: Parameters) {
    const [raw, mean] = tf.split(network.apply(given, partOf("network", parameters)), 2, 1);
    return {
      logScale: tf.add(raw, parameters.logScale) as Tensor2D,
      mean: tf.add(tf.mul(mean, tf.exp(parameters.logScale)), parameters.mean) as Tensor2D,
    };
  }

  /** Σ ℓ over all coefficients, `[batch]`. */
  const volume = (logScale: Tensor2D) => tf.sum(tf.mul(logScale, tf.tensor1d(counts)), 1) as Tensor1D;

  /** Values of bands on each of their coefficients, `[batch, bands]` to `[batch, dimension]`. */
  function spread(values: Tensor2D): Tensor2D {
    const pieces = tf.split(values, bands.length, 1).map((column, b) => tf.tile(column, [1, bands[b].count]));
    return tf.concat(pieces, 1) as Tensor2D;
  }

  return {
    name: "Haar bands",
    dimension,
    context,
    sumsSize: 2 * bands.length,
    parameters: {
      logScale: { shape: [bands.length], start: "zeros" },
      mean: { shape: [bands.length], start: "zeros" },
      ...prefixed("network", network.parameters),
    },
    forward(x, given, parameters) {
      const { logScale, mean } = move(given, parameters);
      const coefficients = tf.tensor2d(haarAnalysis(x.dataSync() as Float32Array, shape), x.shape);
      return {
        value: tf.mul(tf.sub(coefficients, spread(mean)), tf.exp(tf.neg(spread(logScale)))) as Tensor2D,
        logDet: tf.neg(volume(logScale)) as Tensor1D,
      };
    },
    inverse(z, given, parameters) {
      const { logScale, mean } = move(given, parameters);
      const coefficients = tf.add(tf.mul(z, tf.exp(spread(logScale))), spread(mean));
      const fields = haarSynthesis(coefficients.dataSync() as Float32Array, shape);
      return { value: tf.tensor2d(fields, z.shape), logDet: volume(logScale) };
    },
    sumsOf(field) {
      const coefficients = haarAnalysis(field, shape);
      const sums = new Float32Array(2 * bands.length);
      for (const [b, { start, count }] of bands.entries()) {
        let sum = 0, square = 0;
        for (let i = start; i < start + count; i++) {
          sum += coefficients[i];
          square += coefficients[i] * coefficients[i];
        }
        sums[b] = sum;
        sums[bands.length + b] = square;
      }
      return sums;
    },
    negativeLogLikelihood(sums, given, parameters) {
      const [own, squares] = tf.split(sums, 2, 1);
      const { logScale, mean } = move(given, parameters);
      const deviations = tf.add(
        tf.sub(squares, tf.mul(2, tf.mul(mean, own))),
        tf.mul(tf.square(mean), tf.tensor1d(counts)),
      );
      const halfSquares = tf.mul(0.5, tf.mul(deviations, tf.exp(tf.mul(-2, logScale))));
      const volumes = tf.mul(tf.add(logScale, HALF_LOG_TAU), tf.tensor1d(counts));
      return tf.sum(tf.add(halfSquares, volumes), 1);
    },
    startFrom(sums) {
      const [own, squares] = tf.split(sums, 2, 1);
      const { mean, variance } = tf.moments(tf.div(own, tf.tensor1d(counts)), 0);
      const within = tf.mean(
        tf.div(tf.sub(squares, tf.div(tf.square(own), tf.tensor1d(counts))), tf.tensor1d(counts)),
        0,
      );
      return { mean, logScale: tf.mul(0.5, tf.log(tf.maximum(tf.add(variance, within), 1e-12))) };
    },
  };
}
