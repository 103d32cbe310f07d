/**
 * The learning rate over a training.
 *
 * @module
 */
import { cos } from "../kernels/elementary/mod.ts";

/** Length and peak of a {@link learningRateAt} schedule. */
export interface Schedule {
  /** Highest learning rate, reached at the end of the warm-up. */
  readonly learningRate: number;
  /** Steps of linear rise from 0. */
  readonly warmup: number;
  /** Steps in all; the cosine reaches 0 at the end. */
  readonly steps: number;
}

/**
 * Linear warm-up, then half a cosine down to 0 (Loshchilov & Hutter 2017, without restarts).
 *
 * @param step Index of the step, from 0.
 *
 * @example
 * ```ts
 * import { learningRateAt } from "./schedule.ts";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const schedule = { learningRate: 0.002, warmup: 10, steps: 110 };
 * assertAlmostEquals(learningRateAt(4, schedule), 0.001, 1e-12);
 * assertAlmostEquals(learningRateAt(60, schedule), 0.001, 1e-12);
 * ```
 */
export function learningRateAt(step: number, { learningRate, warmup, steps }: Schedule): number {
  if (step < warmup) return learningRate * (step + 1) / warmup;
  const share = (step - warmup) / Math.max(1, steps - warmup);
  return learningRate * 0.5 * (1 + cos(Math.PI * share));
}
