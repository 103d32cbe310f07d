/**
 * What is left in z of the context that it was made with.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Scalar, Tensor, Tensor2D } from "@tensorflow/tfjs";
import { log } from "../../kernels/elementary/mod.ts";
import type { Parameters, ParameterSpec } from "../bijection.ts";
import { type HiddenLayers, multilayerPerceptron } from "../conditioner.ts";
import { constant } from "../frozen.ts";
import { groupsOfField } from "./wave_groups.ts";

/** Size of {@linkcode contextTraces}. */
export interface ContextTracesOptions {
  /** Side of the fields, even. */
  readonly size: number;
  /** Numbers in the context. */
  readonly context: number;
  /** From the context to what it tells of z. */
  readonly predictor: HiddenLayers;
}

/** A term that a flow is taught by, and the parameters that belong to it. */
export interface ContextTraces {
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  /**
   * The two parts of the term of z `[batch, 2 · size²]`, as a `gaussianisation` gives it, and its context
   * `[batch, context]`: of the predictor, which is taught by the first alone, and of z, taught by the second alone.
   */
  loss(z: Tensor2D, context: Tensor2D, parameters: Parameters): Record<"prediction" | "trace", Scalar>;
}

/** Added to mean squares before a logarithm. */
const LEAST = 1e-6;

/** Largest square of a mean: a field far out tells no more than that. */
const MOST = 9;

/**
 * How much the context tells of the longer waves of z: of their strength, orbit by orbit in either species,
 * and of the two means. A perceptron m predicts these numbers s, less what they are of white noise, from the context,
 * which teaches it E(s | context); and z is taught to have E m² = 0, by its gradient 2 E m ∂s. What is free to vary from
 * field to field stays so: only what varies with the context is a trace.
 *
 * The likelihood has its minimum there too, but hardly sees it: an orbit has a handful of coefficients among
 * thousands.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { useWasmBackend } from "../backend.ts";
 * import { startParameters } from "../parameters.ts";
 * import { contextTraces } from "./traces.ts";
 *
 * await useWasmBackend();
 * const traces = contextTraces({ size: 8, context: 3, predictor: { width: 4, hiddenLayers: 1 } });
 * const start = startParameters(traces.parameters, { seed: 1, purpose: "example" });
 * const { trace } = traces.loss(tf.ones([5, 128]), tf.zeros([5, 3]), start);
 * assertEquals(trace.dataSync()[0], 0); // the predictor has not yet seen anything
 * ```
 */
export function contextTraces({ size, context, predictor }: ContextTracesOptions): ContextTraces {
  const { innerOrbits: { count, of } } = groupsOfField(size);
  const n = of.length;
  const sizes = new Float64Array(count), means = new Float32Array(n * count);
  for (const group of of) sizes[group]++;
  for (const [i, group] of of.entries()) means[i * count + group] = 1 / sizes[group];
  const waves = Array.from(sizes.subarray(1), logOfMeanSquare);
  const perceptron = multilayerPerceptron({ inputs: context, outputs: 2 * count + 2, ...predictor });

  /** Mean and square of it, and log mean squares of the other groups, of a and of b, `[batch, 2 + 2 · count]`. */
  function numbersOf(z: Tensor2D): Tensor2D {
    const batch = z.shape[0];
    const species = tf.split(tf.slice(z, [0, 0], [-1, 2 * n]), 2, 1) as Tensor2D[];
    const found: Tensor[] = species.flatMap((x) => {
      const squares = tf.matMul(tf.square(x), tf.tensor2d(means, [n, count]));
      const [square, others] = tf.split(squares, [1, count - 1], 1);
      const strengths = tf.sub(tf.log(tf.add(others, LEAST)), tf.tensor1d(waves));
      return [tf.slice(x, [0, 0], [batch, 1]), tf.sub(tf.minimum(square, MOST), 1), strengths];
    });
    return tf.concat(found as Tensor2D[], 1);
  }

  return {
    parameters: perceptron.parameters,
    loss(z, given, parameters) {
      const numbers = numbersOf(z), told = perceptron.apply(given, parameters);
      return {
        prediction: tf.mean(tf.square(tf.sub(constant(numbers), told))) as Scalar,
        trace: tf.mul(2, tf.mean(tf.mul(constant(told), numbers))) as Scalar,
      };
    },
  };
}

/** E log(χ²ₙ / n) = ψ(n / 2) − log(n / 2), ψ by its recurrence and series (Abramowitz & Stegun 1964, 6.3.5 and 6.3.18). */
function logOfMeanSquare(n: number): number {
  let x = n / 2, sum = -log(x);
  for (; x < 6; x++) sum -= 1 / x;
  return sum + log(x) - 1 / (2 * x) - 1 / (12 * x * x);
}
