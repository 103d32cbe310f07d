/**
 * Gains of a field's waves, alike for all of a group.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import { log } from "../../kernels/elementary/mod.ts";
import { fused } from "./fused.ts";
import { gainsRow } from "./gains_row.ts";
import type { Move } from "./move.ts";
import type { WaveGroups } from "./wave_groups.ts";

/** Numbers of each group: log-scale of a and of b, what of a is added to b, and then of b to a. */
const KINDS = 4;

/**
 * In each group of waves a ← a·e^s, b ← b·e^s′ + q a, a ← a + p b, and the first coefficient is moved: what is done to
 * its two species is linear, alike for all waves of the group, and invertible. Numbers are s, s′, q, p of every group,
 * and two shifts.
 */
export function gainsMove({ count, of }: WaveGroups): Move {
  const sizes = new Float32Array(count);
  for (const group of of) sizes[group]++;

  /** What the loops are told: scales instead of their logarithms. */
  function read(numbers: Tensor2D, sign: 1 | -1) {
    const [logScales, others] = tf.split(numbers, [2 * count, 2 * count + 2], 1) as [Tensor2D, Tensor2D];
    return {
      told: tf.concat([tf.exp(tf.mul(sign, logScales)), others], 1) as Tensor2D,
      logDet: tf.mul(sign, tf.sum(tf.mul(logScales, tf.tensor1d([...sizes, ...sizes])), 1)) as Tensor1D,
    };
  }
  const [forwards, backwards] = [gainsRow({ count, of }, "forward"), gainsRow({ count, of }, "inverse")];
  return {
    numbers: KINDS * count + 2,
    forward(x, numbers) {
      const { told, logDet } = read(numbers, 1);
      return { value: fused(forwards, x, told).value, logDet };
    },
    inverse(z, numbers) {
      const { told, logDet } = read(numbers, -1);
      return { value: fused(backwards, z, told).value, logDet };
    },
  };
}

/**
 * Numbers of a {@linkcode gainsMove} that whiten coefficients `[rows, 2, n]`: in each group both species become
 * uncorrelated, of mean square 1. The shifts are 0.
 */
export function whitening(coefficients: Float32Array, { count, of }: WaveGroups): Float32Array {
  const cells = of.length;
  const moments = new Float64Array(3 * count), sizes = new Float64Array(count);
  for (let row = 0; row < coefficients.length; row += 2 * cells) {
    for (let i = 0; i < cells; i++) {
      const a = coefficients[row + i], b = coefficients[row + cells + i], at = 3 * of[i];
      moments[at] += a * a;
      moments[at + 1] += a * b;
      moments[at + 2] += b * b;
      sizes[of[i]]++;
    }
  }
  const numbers = new Float32Array(KINDS * count + 2);
  for (let group = 0; group < count; group++) {
    const [aa, ab, bb] = moments.subarray(3 * group, 3 * group + 3).map((sum) => sum / sizes[group] + LEAST);
    const left = Math.max(bb - ab * ab / aa, LEAST);
    numbers[group] = -0.5 * log(aa);
    numbers[count + group] = -0.5 * log(left);
    numbers[2 * count + group] = -ab / Math.sqrt(aa * left);
  }
  return numbers;
}

/** Added to powers: far below those of noisy patterns. */
const LEAST = 1e-12;
