/**
 * Adam over one flat parameter vector, with the gradient's global norm clipped.
 *
 * In 64-bit arithmetic of `+ − × ÷ √` only, rounded to 32 bits where it is stored: every machine gives the
 * same bytes.
 *
 * @module
 */

/** State of the optimiser: all that a checkpoint has to hold. */
export interface Adam {
  /** Steps made so far. */
  step: number;
  readonly parameters: Float32Array;
  /** Running mean of the gradient. */
  readonly mean: Float32Array;
  /** Running mean of its square. */
  readonly square: Float32Array;
}

/** Constants of Kingma & Ba 2015, Algorithm 1, and the clipping norm. */
export interface AdamOptions {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** A gradient of a larger Euclidean norm is scaled down to it. */
  readonly clipNorm: number;
}

/** An optimiser that has made no step. Works on `parameters` in place. */
export function startAdam(parameters: Float32Array): Adam {
  const size = parameters.length;
  return { step: 0, parameters, mean: new Float32Array(size), square: new Float32Array(size) };
}

/**
 * One step, in place. Returns the norm of the gradient before clipping; where it is not finite, nothing is
 * changed.
 *
 * @example
 * ```ts
 * import { startAdam, stepAdam } from "./adam.ts";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const adam = startAdam(Float32Array.of(1));
 * const options = { learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, clipNorm: 5 };
 * stepAdam(adam, Float32Array.of(2), options);
 * assertAlmostEquals(adam.parameters[0], 0.9, 1e-6); // the first step is the learning rate, whatever the gradient
 * ```
 */
export function stepAdam(adam: Adam, gradient: Float32Array, options: AdamOptions): number {
  const { learningRate, beta1, beta2, epsilon, clipNorm } = options;
  const { parameters, mean, square } = adam;
  let sum = 0;
  for (let i = 0; i < gradient.length; i++) sum += gradient[i] * gradient[i];
  const norm = Math.sqrt(sum);
  if (!Number.isFinite(norm)) return norm;
  const scale = norm > clipNorm ? clipNorm / norm : 1;
  adam.step++;
  const rate = learningRate / (1 - wholePower(beta1, adam.step));
  const squareScale = 1 / (1 - wholePower(beta2, adam.step));
  for (let i = 0; i < gradient.length; i++) {
    const g = gradient[i] * scale;
    mean[i] = beta1 * mean[i] + (1 - beta1) * g;
    square[i] = beta2 * square[i] + (1 - beta2) * g * g;
    parameters[i] -= rate * mean[i] / (Math.sqrt(square[i] * squareScale) + epsilon);
  }
  return norm;
}

/** x^n by squaring: products alone, so that no engine's `pow` decides a bit. */
function wholePower(x: number, n: number): number {
  let result = 1;
  for (; n > 0; n = Math.floor(n / 2)) {
    if (n % 2 === 1) result *= x;
    x *= x;
  }
  return result;
}
