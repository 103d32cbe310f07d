/**
 * Where the u of a data set are, of those that might be in it.
 *
 * A classifier D tells u that were seen from uniform draws. At its best D(u) = log p(u) − log p_uniform(u) (Goodfellow
 * et al. 2014, Proposition 1): where no u is, such as among rules whose patterns die, it is far below 0. It is learned
 * from u alone; designs are then asked to pass for u that were seen:
 *
 * E softplus(−D(u)) + E softplus(D(uniform)) + w E softplus(−D(design))
 *
 * In the last term D is a constant, or it would come to let all designs pass.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Scalar, Tensor2D } from "@tensorflow/tfjs";
import { uniforms } from "../kernels/philox/mod.ts";
import type { Parameters, ParameterSpec } from "./bijection.ts";
import { type HiddenLayers, multilayerPerceptron } from "./conditioner.ts";
import { frozen } from "./frozen.ts";
import { hashOfRow } from "./noise_coordinates.ts";

/** D. */
export interface Support {
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  /**
   * The terms of the loss.
   *
   * @param coordinates From −1 to 1, `[batch, n]` each: of u that were seen, and of designs.
   * @param weight w
   */
  loss(
    coordinates: Readonly<Record<"seen" | "designed", Tensor2D>>,
    parameters: Parameters,
    weight: number,
  ): Scalar[];
}

/**
 * D as a perceptron.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertAlmostEquals } from "@std/assert";
 * import { useWasmBackend } from "./backend.ts";
 * import { startParameters } from "./parameters.ts";
 * import { support } from "./support.ts";
 *
 * await useWasmBackend();
 * const places = support({ dimension: 2, network: { width: 4, hiddenLayers: 1 } });
 * const start = startParameters(places.parameters, { seed: 1, purpose: "example" });
 * const rules = tf.tensor2d([[0.5, -0.5]]);
 * const terms = places.loss({ seen: rules, designed: rules }, start, 3);
 * // A classifier that has learned nothing gives every u even odds.
 * terms.forEach((term, i) => assertAlmostEquals(term.dataSync()[0], [1, 1, 3][i] * Math.LN2, 1e-6));
 * ```
 */
export function support(
  { dimension, network }: { readonly dimension: number; readonly network: HiddenLayers },
): Support {
  const classifier = multilayerPerceptron({ inputs: dimension, outputs: 1, ...network });
  return {
    parameters: classifier.parameters,
    loss({ seen, designed }, parameters, weight) {
      const taken = (u: Tensor2D, given: Parameters) => classifier.apply(u, given);
      return [
        tf.mean(tf.softplus(tf.neg(taken(seen, parameters)))),
        tf.mean(tf.softplus(taken(uniformsBeside(seen), parameters))),
        tf.mul(
          weight,
          tf.mean(tf.softplus(tf.neg(taken(designed, frozen(parameters, classifier.parameters))))),
        ),
      ] as Scalar[];
    },
  };
}

/** A uniform draw from −1 to 1 beside each row, a function of the row's bytes, as a loss has no other randomness. */
function uniformsBeside(rows: Tensor2D): Tensor2D {
  const [count, columns] = rows.shape;
  const values = rows.dataSync<"float32">(), data = new Float32Array(count * columns);
  for (let i = 0; i < count; i++) {
    const sample = hashOfRow(values.slice(i * columns, (i + 1) * columns));
    const draw = uniforms(columns, { seed: 0, purpose: "support", sample });
    for (let j = 0; j < columns; j++) data[i * columns + j] = 2 * draw[j] - 1;
  }
  return tf.tensor2d(data, [count, columns]);
}
