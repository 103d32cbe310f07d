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
import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import { fused } from "./fused.ts";
import { bothSpecies, type Move, speciesOf } from "./move.ts";
import { pointwiseRow } from "./pointwise_row.ts";

/** Largest |κ|: the slope of a tail is at least 0.05. */
const MOST_SKEW = 0.95;

/** Numbers: shift, log-scale, skew and two logarithms of c for each species, four for what a gives to b and b to a. */
const NUMBERS = 14;

/**
 * z = unstretch(stretch(skew((x − shift)·e^s))) of each species, and then a ← a + g(b), b ← b + g′(a) with
 * g(x) = w (√(1 + x²) − 1) + w′ x / √(1 + x²), which gives the two species a product to react by.
 */
export function pointwiseMove(): Move {
  return {
    numbers: NUMBERS,
    forward(x, numbers) {
      const [shift, logScale, skew, stretch, unstretch, mix] = tf.split(numbers, [2, 2, 2, 2, 2, 4], 1);
      const told = [shift, tf.exp(logScale), boundedSkew(skew), tf.exp(stretch), tf.exp(unstretch), mix];
      const { value, logDet } = fused(pointwiseRow, x, tf.concat(told, 1) as Tensor2D);
      return { value, logDet: tf.add(logDet, tf.mul(x.shape[2], tf.sum(logScale, 1))) };
    },
    inverse(z, numbers) {
      const { shift, logScale, skew, stretch, unstretch, mix } = read(numbers);
      const [movedA, movedB] = speciesOf(z);
      const b = tf.sub(movedB, given(movedA, mix[2], mix[3]));
      const mapped = bothSpecies(tf.sub(movedA, given(b, mix[0], mix[1])), b);
      const out = stretched(mapped, unstretch);
      const skewed = unstretched(out.value, stretch);
      const raised = tf.add(skewed, skew);
      const rest = tf.sub(1, tf.square(skew));
      const root = tf.sqrt(tf.add(tf.square(raised), rest));
      const scaled = tf.div(tf.sub(raised, tf.mul(skew, root)), rest);
      const skewSlope = tf.add(1, tf.mul(skew, tf.div(scaled, tf.sqrt(tf.add(1, tf.square(scaled))))));
      const slope = tf.div(tf.mul(skewSlope, stretchSlope(skewed, stretch)), out.slope);
      return {
        value: tf.add(tf.mul(scaled, tf.exp(tf.neg(logScale))), shift) as Tensor3D,
        logDet: tf.neg(logDetOf(slope, logScale, z.shape[2])) as Tensor1D,
      };
    },
  };
}

/** The numbers by what they do, `[batch, 2, 1]` each, those of the mixing `[batch, 1]`. */
function read(numbers: Tensor2D) {
  const batch = numbers.shape[0];
  const parts = tf.split(numbers, [2, 2, 2, 2, 2, 1, 1, 1, 1], 1);
  const [shift, logScale, skew, stretch, unstretch] = parts.slice(0, 5)
    .map((part) => tf.reshape(part, [batch, 2, 1]));
  return {
    shift,
    logScale,
    skew: boundedSkew(skew),
    stretch: tf.exp(stretch),
    unstretch: tf.exp(unstretch),
    mix: parts.slice(5),
  };
}

function boundedSkew(raw: Tensor): Tensor {
  return tf.mul(MOST_SKEW, tf.tanh(raw));
}

/** x√(1 + c x²) and its slope. */
function stretched(x: Tensor, c: Tensor): { value: Tensor; slope: Tensor } {
  const square = tf.mul(c, tf.square(x));
  const root = tf.sqrt(tf.add(1, square));
  return { value: tf.mul(x, root), slope: tf.div(tf.add(1, tf.mul(2, square)), root) };
}

function stretchSlope(x: Tensor, c: Tensor): Tensor {
  const square = tf.mul(c, tf.square(x));
  return tf.div(tf.add(1, tf.mul(2, square)), tf.sqrt(tf.add(1, square)));
}

/** The x of y = x√(1 + c x²): c x² = (√(1 + 4 c y²) − 1) / 2, written without a difference. */
function unstretched(y: Tensor, c: Tensor): Tensor {
  const root = tf.sqrt(tf.add(1, tf.mul(tf.mul(4, c), tf.square(y))));
  return tf.mul(y, tf.sqrt(tf.div(2, tf.add(1, root))));
}

/** g of values `[batch, n]`, with its weights `[batch, 1]`. */
function given(x: Tensor, even: Tensor, odd: Tensor): Tensor {
  const root = tf.sqrt(tf.add(1, tf.square(x)));
  return tf.add(tf.mul(even, tf.sub(root, 1)), tf.mul(odd, tf.div(x, root)));
}

function logDetOf(slope: Tensor, logScale: Tensor, cells: number): Tensor1D {
  return tf.add(tf.sum(tf.log(slope), [1, 2]), tf.mul(cells, tf.sum(logScale, [1, 2]))) as Tensor1D;
}
