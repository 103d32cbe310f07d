/**
 * Activation normalisation: one scale and one bias per dimension, started from data.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import { log } from "../kernels/elementary/mod.ts";
import { onEveryRow, sumOverBatch } from "./batch.ts";
import type { Bijection, Parameters } from "./bijection.ts";
import { actnormLayer } from "./blocks/scaling.ts";
import { accelerated } from "./blocks/flow.ts";

/**
 * z = x · exp(logScale) + bias in each dimension (Kingma & Dhariwal 2018, Glow, §3.1); log |det| = Σ logScale.
 *
 * Glow adds the bias before it scales. After, a step of the optimiser moves it in units of z, whatever the units of x.
 *
 * `initialise` chooses both so that the given batch has mean 0 and variance 1 in every dimension. A dimension
 * that does not vary in the batch keeps its scale. Parameters: `logScale` and `bias`, `[dimension]` each.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { actnorm } from "./actnorm.ts";
 * import { useWasmBackend } from "./backend.ts";
 *
 * await useWasmBackend();
 * const layer = actnorm({ dimension: 1 });
 * const x = tf.tensor2d([[10], [14]]);
 * const { value } = layer.forward(x, layer.initialise!(x, {}));
 * assertEquals([...value.dataSync()].map(Math.round), [-1, 1]);
 * ```
 */
export function actnorm({ dimension }: { readonly dimension: number }): Bijection {
  const stock: Bijection = {
    name: "actnorm",
    dimension,
    parameters: {
      logScale: { shape: [dimension], start: "zeros" },
      bias: { shape: [dimension], start: "zeros" },
    },
    forward(x, parameters) {
      const { logScale, bias } = parametersOf(parameters);
      return { value: scaleAndShiftRows(x, logScale, bias), logDet: sumOnEveryRow(logScale, x) };
    },
    inverse(z, parameters) {
      const { logScale, bias } = parametersOf(parameters);
      const value = tf.mul(tf.sub(z, bias), tf.exp(tf.neg(logScale))) as Tensor2D;
      return { value, logDet: onEveryRow(tf.neg(tf.sum(logScale)), z) };
    },
    initialise(x) {
      const { mean, deviation } = moments(x);
      const scale = deviation.map((deviation, j) => varies(deviation, mean[j]) ? 1 / deviation : 1);
      return {
        logScale: tf.tensor1d(Float32Array.from(scale, log)),
        bias: tf.tensor1d(Float32Array.from(scale, (scale, j) => -mean[j] * scale)),
      };
    },
  };
  return accelerated(stock, actnormLayer(dimension));
}

function parametersOf(parameters: Parameters): { logScale: Tensor1D; bias: Tensor1D } {
  return parameters as { logScale: Tensor1D; bias: Tensor1D };
}

/** Whether a deviation is more than rounding of 32-bit numbers around the mean. */
function varies(deviation: number, mean: number): boolean {
  return deviation > 1e-6 * Math.max(Math.abs(mean), 1e-6);
}

/** Mean and standard deviation of every column, in 64 bits. */
function moments(x: Tensor2D): { mean: Float64Array; deviation: Float64Array } {
  const [batch, n] = x.shape;
  const values = x.dataSync();
  const mean = new Float64Array(n);
  for (let i = 0; i < values.length; i++) mean[i % n] += values[i] / batch;
  const variance = new Float64Array(n);
  for (let i = 0; i < values.length; i++) {
    const centred = values[i] - mean[i % n];
    variance[i % n] += centred * centred / batch;
  }
  return { mean, deviation: variance.map(Math.sqrt) };
}

/** x · exp(logScale) + bias, with x `[batch, n]` and the others `[n]`. */
function scaleAndShiftRows(x: Tensor2D, logScale: Tensor1D, bias: Tensor1D): Tensor2D {
  return tf.customGrad((x, logScale, bias, save) => {
    const scale = tf.exp(logScale as Tensor1D);
    (save as tf.GradSaveFunc)([x as Tensor2D, scale]);
    return {
      value: tf.add(tf.mul(x as Tensor2D, scale), bias as Tensor1D),
      gradFunc: (dy, saved) => {
        const [x, scale] = saved;
        const dx = tf.mul(dy, scale) as Tensor2D;
        return [dx, sumOverBatch(tf.mul(dx, x) as Tensor2D), sumOverBatch(dy as Tensor2D)];
      },
    };
  })(x, logScale, bias) as Tensor2D;
}

/** Σ of a vector on every row of `x`: `[batch]`. */
function sumOnEveryRow(vector: Tensor1D, x: Tensor2D): Tensor1D {
  return tf.customGrad((vector) => ({
    value: onEveryRow(tf.sum(vector as Tensor1D), x),
    gradFunc: (dy) => tf.mul(tf.sum(dy), tf.onesLike(vector as Tensor1D)),
  }))(vector) as Tensor1D;
}
