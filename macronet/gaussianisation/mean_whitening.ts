/**
 * What a {@linkcode gaussianisation} leaves of the macrostate in the means of its z.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import type { Mapped, Parameters } from "../bijection.ts";
import type { ConditionalBijection } from "../conditional.ts";
import { type HiddenLayers, multilayerPerceptron } from "../conditioner.ts";

/** Size of a {@linkcode meanWhitening}. */
export interface MeanWhiteningOptions {
  /** Side of the fields, even. */
  readonly size: number;
  /** Numbers in the context. */
  readonly context: number;
  /** From the context to what is done to the two means. */
  readonly conditioner: HiddenLayers;
}

/**
 * (m − shift)·e^s of the mean of each species of z, as a {@linkcode gaussianisation} of fields of this size gives it; all
 * else passes. By the best s and shift the means have mean 0 and mean square 1, whatever the context. At its start it is
 * the identity.
 *
 * Two numbers among thousands: a likelihood of fields hardly sees them, and for what fields look like they matter more
 * than any others. So they have a map of their own.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { useWasmBackend } from "../backend.ts";
 * import { startParameters } from "../parameters.ts";
 * import { meanWhitening } from "./mean_whitening.ts";
 *
 * await useWasmBackend();
 * const whitening = meanWhitening({ size: 8, context: 3, conditioner: { width: 4, hiddenLayers: 1 } });
 * const start = startParameters(whitening.parameters, { seed: 1, purpose: "example" });
 * const z = tf.ones([2, 128]) as tf.Tensor2D;
 * assertEquals(whitening.forward(z, tf.ones([2, 3]), start).value.arraySync(), z.arraySync());
 * ```
 */
export function meanWhitening({ size, context, conditioner }: MeanWhiteningOptions): ConditionalBijection {
  const dimension = 2 * size * size, longer = size * size / 4;
  /** The mean of a, its other longer waves, the mean of b, all else. */
  const parts = [1, longer - 1, 1, dimension - longer - 1];
  const perceptron = multilayerPerceptron({ inputs: context, outputs: 4, ...conditioner });

  function moved(x: Tensor2D, given: Tensor2D, parameters: Parameters, sign: 1 | -1): Mapped {
    const [logScale, shift] = tf.split(perceptron.apply(given, parameters), 2, 1);
    const [meanOfA, restOfA, meanOfB, others] = tf.split(x, parts, 1);
    const means = tf.concat([meanOfA, meanOfB], 1);
    const found = sign === 1
      ? tf.mul(tf.sub(means, shift), tf.exp(logScale))
      : tf.add(tf.mul(means, tf.exp(tf.neg(logScale))), shift);
    const [first, second] = tf.split(found, 2, 1);
    return {
      value: tf.concat([first, restOfA, second, others], 1) as Tensor2D,
      logDet: tf.mul(sign, tf.sum(logScale, 1)) as Tensor1D,
    };
  }

  return {
    name: "whitening of means",
    dimension,
    context,
    parameters: perceptron.parameters,
    forward: (x, given, parameters) => moved(x, given, parameters, 1),
    inverse: (z, given, parameters) => moved(z, given, parameters, -1),
  };
}
