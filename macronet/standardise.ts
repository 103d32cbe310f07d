/**
 * Standardisation with fixed statistics, usually those of the training set.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor2D } from "@tensorflow/tfjs";
import { log } from "../kernels/elementary/mod.ts";
import type { Bijection } from "./bijection.ts";
import { fixedScaling } from "./blocks/scaling.ts";
import { accelerated } from "./blocks/flow.ts";

/**
 * z = (x − mean) / deviation in each dimension; log |det| = −Σ log deviation. No parameters.
 *
 * @throws {RangeError} If the arrays differ in length, a mean is not finite or a deviation not positive.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { useWasmBackend } from "./backend.ts";
 * import { standardise } from "./standardise.ts";
 *
 * await useWasmBackend();
 * const map = standardise({ mean: [10], deviation: [2] });
 * assertEquals([...map.forward(tf.tensor2d([[14]]), {}).value.dataSync()], [2]);
 * ```
 */
export function standardise(
  { mean, deviation }: { readonly mean: ArrayLike<number>; readonly deviation: ArrayLike<number> },
): Bijection {
  const dimension = mean.length;
  if (dimension === 0 || deviation.length !== dimension) {
    throw new RangeError(
      `Cannot standardise: mean and deviation must have one value per dimension, ` +
        `but they have ${dimension} and ${deviation.length}`,
    );
  }
  const centre = Float32Array.from(mean);
  const scale = Float32Array.from(deviation);
  let logDet = 0;
  for (let j = 0; j < dimension; j++) {
    if (!Number.isFinite(centre[j])) {
      throw new RangeError(
        `Cannot standardise: means must be finite, but that of dimension ${j} is ${mean[j]}`,
      );
    }
    if (!(scale[j] > 0 && Number.isFinite(scale[j]))) {
      throw new RangeError(
        `Cannot standardise: deviations must be positive and finite, but that of dimension ${j} is ${
          deviation[j]
        }; leave out a dimension that never varies`,
      );
    }
    logDet -= log(scale[j]);
  }
  const stock: Bijection = {
    name: "standardise",
    dimension,
    parameters: {},
    forward: (x) => ({
      value: tf.div(tf.sub(x, tf.tensor1d(centre)), tf.tensor1d(scale)) as Tensor2D,
      logDet: tf.fill([x.shape[0]], logDet),
    }),
    inverse: (z) => ({
      value: tf.add(tf.mul(z, tf.tensor1d(scale)), tf.tensor1d(centre)) as Tensor2D,
      logDet: tf.fill([z.shape[0]], -logDet),
    }),
  };
  const inverse = scale.map((deviation) => 1 / deviation);
  const bias = centre.map((mean, j) => -mean / scale[j]);
  return accelerated(stock, fixedScaling({ scale: inverse, bias, logDet }));
}

/** Added to variances: a number that never varies stays finite. */
const LEAST_VARIANCE = 1e-8;

/**
 * Log-scale and bias, by name, that give every column of `[rows, …]` mean 0 and variance 1: start values of what is
 * trained from there.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertAlmostEquals } from "@std/assert";
 * import { useWasmBackend } from "./backend.ts";
 * import { standardising } from "./standardise.ts";
 *
 * await useWasmBackend();
 * const found = standardising("look", tf.tensor2d([[1], [5]]));
 * assertAlmostEquals(found["look.logScale"].dataSync()[0], -Math.LN2, 1e-6);
 * assertAlmostEquals(found["look.bias"].dataSync()[0], -3 / 2, 1e-6);
 * ```
 */
export function standardising(name: string, values: Tensor2D): Record<string, Tensor> {
  const { mean, variance } = tf.moments(values, 0);
  const logScale = tf.mul(-0.5, tf.log(tf.add(variance, LEAST_VARIANCE)));
  return { [`${name}.logScale`]: logScale, [`${name}.bias`]: tf.neg(tf.mul(mean, tf.exp(logScale))) };
}
