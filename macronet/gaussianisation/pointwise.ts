/**
 * Monotone maps of the values of a field, cell by cell.
 *
 * Made of square roots alone, smooth everywhere, each with an inverse in closed form and tails that grow at most as x²:
 *
 * - skew: x + κ(√(1 + x²) − 1), |κ| < 1: its tails have the slopes 1 ± κ;
 * - stretch: x√(1 + c x²), c > 0: the further out, the more.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import { fused, type RowMove } from "./fused.ts";
import type { Move, Moved } from "./move.ts";
import { pointwiseInverseRow, pointwiseRow } from "./pointwise_rows.ts";

/** Largest |κ|: the slope of a tail is at least 0.05. */
const MOST_SKEW = 0.95;

/** Numbers: shift, log-scale, skew and two logarithms of c for each species, four for what a gives to b and b to a. */
const NUMBERS = 14;

/**
 * z = unstretch(stretch(skew((x − shift)·e^s))) of each species, and then a ← a + g(b), b ← b + g′(a) with
 * g(x) = w (√(1 + x²) − 1) + w′ x / √(1 + x²), which gives the two species a product to react by.
 */
export function pointwiseMove(): Move {
  const moved = (row: RowMove, x: Tensor3D, numbers: Tensor2D, sign: 1 | -1): Moved => {
    const [shift, logScale, skew, stretch, unstretch, mix] = tf.split(numbers, [2, 2, 2, 2, 2, 4], 1);
    const bounded = tf.mul(MOST_SKEW, tf.tanh(skew));
    const told = [shift, tf.exp(logScale), bounded, tf.exp(stretch), tf.exp(unstretch), mix];
    const { value, logDet } = fused(row, x, tf.concat(told, 1) as Tensor2D);
    return { value, logDet: tf.add(logDet, tf.mul(sign * x.shape[2], tf.sum(logScale, 1))) };
  };
  return {
    numbers: NUMBERS,
    forward: (x, numbers) => moved(pointwiseRow, x, numbers, 1),
    inverse: (z, numbers) => moved(pointwiseInverseRow, z, numbers, -1),
  };
}
