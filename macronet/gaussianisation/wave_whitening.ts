/**
 * What a {@linkcode gaussianisation} leaves of the macrostate in the strength of waves.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor1D, Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import type { Mapped, Parameters } from "../bijection.ts";
import type { ConditionalBijection } from "../conditional.ts";
import { type HiddenLayers, multilayerPerceptron } from "../conditioner.ts";
import { gainsMove } from "./gains.ts";
import { groupsOfField } from "./wave_groups.ts";

/** Size of a {@linkcode waveWhitening}. */
export interface WaveWhiteningOptions {
  /** Side of the fields, even. */
  readonly size: number;
  /** Numbers in the context. */
  readonly context: number;
  /** From the context to what is done to each group of waves. */
  readonly conditioner: HiddenLayers;
}

/**
 * Gains of waves, the longer ones orbit by orbit and the others ring by ring, and a shift of the mean, for z as a
 * {@linkcode gaussianisation} of fields of this size gives it. By the best of them z has mean 0 and mean square 1 in each
 * group of waves, whatever the context. At its start it is the identity.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { useWasmBackend } from "../backend.ts";
 * import { startParameters } from "../parameters.ts";
 * import { waveWhitening } from "./wave_whitening.ts";
 *
 * await useWasmBackend();
 * const whitening = waveWhitening({ size: 8, context: 3, conditioner: { width: 4, hiddenLayers: 1 } });
 * const start = startParameters(whitening.parameters, { seed: 1, purpose: "example" });
 * const z = tf.ones([2, 128]) as tf.Tensor2D;
 * assertEquals(whitening.forward(z, tf.ones([2, 3]), start).value.arraySync(), z.arraySync());
 * ```
 */
export function waveWhitening({ size, context, conditioner }: WaveWhiteningOptions): ConditionalBijection {
  const { innerOrbits, outerRings } = groupsOfField(size);
  const longer = gainsMove(innerOrbits), shorter = gainsMove(outerRings);
  const inner = innerOrbits.of.length, outer = outerRings.of.length;
  const total = longer.numbers + shorter.numbers;
  const perceptron = multilayerPerceptron({ inputs: context, outputs: total, ...conditioner });

  function moved(
    x: Tensor2D,
    given: Tensor2D,
    parameters: Parameters,
    direction: "forward" | "inverse",
  ): Mapped {
    const batch = x.shape[0];
    const numbers = tf.split(perceptron.apply(given, parameters), [longer.numbers, shorter.numbers], 1);
    const waves = tf.split(x, [2 * inner, 2 * outer], 1);
    const [first, second] = [longer, shorter].map((move, i) => {
      const planes = tf.reshape(waves[i], [batch, 2, -1]) as Tensor3D;
      return move[direction](planes, numbers[i] as Tensor2D);
    });
    const flat = [first, second].map(({ value }) => tf.reshape(value, [batch, -1]));
    return {
      value: tf.concat(flat, 1) as Tensor2D,
      logDet: tf.add(first.logDet, second.logDet) as Tensor1D,
    };
  }

  return {
    name: "whitening of waves",
    dimension: 2 * (inner + outer),
    context,
    parameters: perceptron.parameters,
    forward: (x, given, parameters) => moved(x, given, parameters, "forward"),
    inverse: (z, given, parameters) => moved(z, given, parameters, "inverse"),
  };
}
