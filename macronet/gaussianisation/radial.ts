/**
 * Gains of a field's waves by their strength.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import { log } from "../../kernels/elementary/mod.ts";
import { fused } from "./fused.ts";
import type { Move } from "./move.ts";
import { radialRow } from "./radial_row.ts";
import type { WaveGroups } from "./wave_groups.ts";

/** log e per number: a flow has many such moves, and their exponents multiply. */
const RATE = 0.2;

/** Added to mean squares: far below those of noisy patterns. */
const LEAST = 1e-12;

/**
 * In each ring and species the length of the coefficients ρ ← e^r √n (ρ e^{−r} / √n)^e, their direction stays: radial
 * Gaussianisation (Lyu & Simoncelli 2009), ring by ring. Backwards, with e > 1, it evens out how strong the waves are
 * from field to field, as the reaction does. Numbers are log e / {@linkcode RATE} and then r of every ring of a and of b. The mean,
 * a ring of its own, is not moved.
 */
export function radialMove(rings: WaveGroups): Move {
  const row = radialRow(rings);
  function moved(x: Tensor3D, numbers: Tensor2D, sign: 1 | -1) {
    const [exponents, references] = tf.split(numbers, 2, 1);
    return fused(row, x, tf.concat([tf.exp(tf.mul(sign * RATE, exponents)), references], 1) as Tensor2D);
  }
  return {
    numbers: 4 * rings.count,
    forward: (x, numbers) => moved(x, numbers, 1),
    inverse: (z, numbers) => moved(z, numbers, -1),
  };
}

/** Numbers of a {@link radialMove} that refers to how strong the rings of coefficients `[rows, 2, n]` are, and moves none. */
export function strengths(coefficients: Float32Array, { count, of }: WaveGroups): Float32Array {
  const n = of.length, numbers = new Float32Array(4 * count);
  const sums = new Float64Array(2 * count), sizes = new Float64Array(2 * count);
  for (let start = 0; start < coefficients.length; start += n) {
    const species = (start / n) % 2;
    for (let i = 0; i < n; i++) {
      sums[species * count + of[i]] += coefficients[start + i] * coefficients[start + i];
      sizes[species * count + of[i]]++;
    }
  }
  for (const [j, sum] of sums.entries()) numbers[2 * count + j] = 0.5 * log(sum / sizes[j] + LEAST);
  return numbers;
}
