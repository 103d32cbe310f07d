/**
 * Gains of a field's waves by their wavelength.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor1D, Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import { log } from "../../kernels/elementary/mod.ts";
import { bothSpecies, type Move, speciesOf, timesFixed } from "./move.ts";

/** Which ring, counted from 0, each coefficient belongs to: all of one |k|, rounded, are a ring. */
export interface Rings {
  readonly count: number;
  /** `[n]` */
  readonly of: Int32Array;
}

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

/** Numbers of each ring: log-scale of a and of b, what of a is added to b, and then of b to a. */
const KINDS = 4;

/**
 * In each ring a ← a·e^s, b ← b·e^s′ + q a, a ← a + p b, and the first coefficient is moved: what is done to its two
 * species is linear, alike for all waves of one wavelength, and invertible. Numbers are s, s′, q, p of every ring, and
 * two shifts.
 */
export function ringMove({ count, of }: Rings): Move {
  const cells = of.length;
  const sizes = new Float32Array(count);
  const members = new Float32Array(count * cells), first = new Float32Array(cells);
  for (let i = 0; i < cells; i++) {
    sizes[of[i]]++;
    members[of[i] * cells + i] = 1;
  }
  first[0] = 1;
  const toCells = {
    matrix: () => tf.tensor2d(members, [count, cells]),
    transposed: () => tf.transpose(tf.tensor2d(members, [count, cells])),
  };

  /** The numbers on every coefficient, `[batch, n]` each, the shifts `[batch, 2, n]`, and the log-determinant. */
  function read(numbers: Tensor2D) {
    const batch = numbers.shape[0];
    const [gains, shifts] = tf.split(numbers, [KINDS * count, 2], 1);
    const perRing = tf.reshape(gains, [batch * KINDS, count]) as Tensor2D;
    const perCell = tf.split(tf.reshape(timesFixed(perRing, toCells), [batch, KINDS, cells]), KINDS, 1)
      .map((values) => tf.reshape(values, [batch, cells]) as Tensor2D);
    const logScales = tf.slice(tf.reshape(gains, [batch, KINDS, count]), [0, 0, 0], [-1, 2, -1]);
    return {
      perCell,
      shift: tf.mul(tf.reshape(shifts, [batch, 2, 1]), tf.tensor3d(first, [1, 1, cells])) as Tensor3D,
      logDet: tf.sum(tf.mul(logScales, tf.tensor1d(sizes)), [1, 2]) as Tensor1D,
    };
  }

  return {
    numbers: KINDS * count + 2,
    forward(x, numbers) {
      const { perCell: [s, t, q, p], shift, logDet } = read(numbers);
      const [a, b] = speciesOf(x);
      const scaled = tf.mul(a, tf.exp(s));
      const moved = tf.add(tf.mul(b, tf.exp(t)), tf.mul(q, scaled));
      return {
        value: tf.add(bothSpecies(tf.add(scaled, tf.mul(p, moved)), moved), shift) as Tensor3D,
        logDet,
      };
    },
    inverse(z, numbers) {
      const { perCell: [s, t, q, p], shift, logDet } = read(numbers);
      const [last, moved] = speciesOf(tf.sub(z, shift) as Tensor3D);
      const scaled = tf.sub(last, tf.mul(p, moved));
      const b = tf.mul(tf.sub(moved, tf.mul(q, scaled)), tf.exp(tf.neg(t)));
      return { value: bothSpecies(tf.mul(scaled, tf.exp(tf.neg(s))), b), logDet: tf.neg(logDet) as Tensor1D };
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
