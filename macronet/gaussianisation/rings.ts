/**
 * Gains of a field's waves by their wavelength.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import { log } from "../../kernels/elementary/mod.ts";
import { fused } from "./fused.ts";
import type { Move } from "./move.ts";
import { waveNumbers } from "./hartley.ts";
import { ringRow, type Rings } from "./ring_row.ts";

/**
 * The rings of coefficients with these pairs of wave numbers.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ringsOf } from "./rings.ts";
 *
 * assertEquals(ringsOf([[3, 4], [0, 0], [5, 0]]), { count: 2, of: Int32Array.of(1, 0, 1) });
 * ```
 */
export function ringsOf(pairs: readonly (readonly [number, number])[]): Rings {
  const radii = pairs.map(([x, y]) => Math.round(Math.sqrt(x * x + y * y)));
  const present = [...new Set(radii)].sort((a, b) => a - b);
  return { count: present.length, of: Int32Array.from(radii, (radius) => present.indexOf(radius)) };
}

/**
 * The rings of the coefficients of a field: of its longer waves, those of a field of half the size, and of the shorter
 * ones.
 */
export function ringsOfBoth(size: number) {
  const half = size / 2, numbers = waveNumbers(size, half);
  const longer: [number, number][] = [], beside: [number, number][] = [], bottom: [number, number][] = [];
  for (const [j, kj] of numbers.entries()) {
    for (const [i, ki] of numbers.entries()) {
      (j >= half ? bottom : i >= half ? beside : longer).push([kj, ki]);
    }
  }
  return { innerRings: ringsOf(longer), outerRings: ringsOf([...beside, ...bottom]) };
}

/** Numbers of each ring: log-scale of a and of b, what of a is added to b, and then of b to a. */
const KINDS = 4;

/**
 * In each ring a ← a·e^s, b ← b·e^s′ + q a, a ← a + p b, and the first coefficient is moved: what is done to its two
 * species is linear, alike for all waves of one wavelength, and invertible. Numbers are s, s′, q, p of every ring, and
 * two shifts.
 */
export function ringMove({ count, of }: Rings): Move {
  const sizes = new Float32Array(count);
  for (const ring of of) sizes[ring]++;

  /** What the loops are told: scales instead of their logarithms. */
  function read(numbers: Tensor2D, sign: 1 | -1) {
    const [logScales, others] = tf.split(numbers, [2 * count, 2 * count + 2], 1) as [Tensor2D, Tensor2D];
    return {
      told: tf.concat([tf.exp(tf.mul(sign, logScales)), others], 1) as Tensor2D,
      logDet: tf.mul(sign, tf.sum(tf.mul(logScales, tf.tensor1d([...sizes, ...sizes])), 1)) as Tensor1D,
    };
  }
  const [forwards, backwards] = [ringRow({ count, of }, "forward"), ringRow({ count, of }, "inverse")];
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
 * Numbers of a {@linkcode ringMove} that whiten coefficients `[rows, 2, n]`: in each ring both species become
 * uncorrelated, of mean square 1. The shifts are 0.
 */
export function whitening(coefficients: Float32Array, { count, of }: Rings): Float32Array {
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
  for (let ring = 0; ring < count; ring++) {
    const [aa, ab, bb] = moments.subarray(3 * ring, 3 * ring + 3).map((sum) => sum / sizes[ring] + LEAST);
    const left = Math.max(bb - ab * ab / aa, LEAST);
    numbers[ring] = -0.5 * log(aa);
    numbers[count + ring] = -0.5 * log(left);
    numbers[2 * count + ring] = -ab / Math.sqrt(aa * left);
  }
  return numbers;
}

/** Added to powers: far below those of noisy patterns. */
const LEAST = 1e-12;
