/**
 * Adam over one flat parameter vector, with the gradient's global norm clipped.
 *
 * The state lies in memory that threads share; `kernels/adam/` does the arithmetic, in `+ − × ÷ √` alone: every machine
 * gives the same bytes.
 *
 * @module
 */
import { type AdamState, adamState } from "../kernels/adam/mod.ts";

/** An optimiser: all that a checkpoint has to hold, and where the next gradient goes. */
export interface Adam {
  /** Steps made so far. */
  step: number;
  /** Parameters, their moments, and the gradients of the parts of a batch. */
  readonly state: AdamState;
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

/** An optimiser that has made no step, on a copy of `parameters`. Gradients come in so many parts. */
export function startAdam(parameters: Float32Array, parts = 1): Adam {
  const state = adamState({ count: parameters.length, parts });
  state.parameters.set(parameters);
  return { step: 0, state };
}

/**
 * One step by the gradients that are there, each weighed by its part's share of the batch. Returns the norm of their
 * sum before clipping; where that is not finite, nothing is changed.
 *
 * @example
 * ```ts
 * import { startAdam, stepAdam } from "./adam.ts";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const adam = startAdam(Float32Array.of(1));
 * const options = { learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, clipNorm: 5 };
 * adam.state.gradients[0].set([2]);
 * stepAdam(adam, [1], options);
 * assertAlmostEquals(adam.state.parameters[0], 0.9, 1e-6); // the first step is the learning rate, whatever the gradient
 * ```
 */
export function stepAdam(adam: Adam, shares: readonly number[], options: AdamOptions): number {
  const { learningRate, beta1, beta2, epsilon, clipNorm } = options;
  const norm = Math.sqrt(adam.state.gather(shares));
  if (!Number.isFinite(norm)) return norm;
  adam.step++;
  adam.state.step({
    scale: norm > clipNorm ? clipNorm / norm : 1,
    rate: learningRate / (1 - wholePower(beta1, adam.step)),
    squareScale: 1 / (1 - wholePower(beta2, adam.step)),
    beta1,
    beta2,
    epsilon,
  });
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
