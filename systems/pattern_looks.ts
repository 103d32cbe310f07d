/**
 * What patterns look like, as {@link summary} tells it, differentiable: for networks that make patterns.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import { hartley, waveNumbers } from "../macronet/gaussianisation/hartley.ts";
import { excursions } from "./excursions.ts";
import { POWER_FLOOR, ringOf, SUMMARY_BINS, SUMMARY_RAMP, THRESHOLDS } from "./metrics/patterns.ts";

/** Numbers that say how a pattern looks, in groups. */
export interface PatternLooks {
  /**
   * Numbers in each group: log spectra of a and of b; area, perimeter and Euler number of b over the thresholds; mean,
   * deviation and skewness of a and of b.
   */
  readonly sizes: readonly [spectra: number, minkowski: number, moments: number];
  /** Of patterns `[batch, size · size · 2]`, the groups one after the other. */
  of(patterns: Tensor2D): Tensor2D;
}

/** Far beyond all concentrations of patterns and their noise. */
const REACH: readonly [least: number, most: number] = [-0.5, 1.5];

/** Excursion sets that looks are taken of. */
const SETS = { thresholds: THRESHOLDS, ramp: SUMMARY_RAMP };

/** Added to variances before a root. */
const LEAST = 1e-8;

/**
 * The looks of patterns on a square of `size` cells a side.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { useWasmBackend } from "../macronet/backend.ts";
 * import { patternLooks } from "./pattern_looks.ts";
 *
 * await useWasmBackend();
 * const looks = patternLooks(8);
 * assertEquals(looks.sizes, [2 * 4, 3 * 12, 6]);
 * assertEquals(looks.of(tf.zeros([5, 128])).shape, [5, 50]);
 * ```
 */
export function patternLooks(size: number): PatternLooks {
  const cells = size * size;
  const bins = Math.min(SUMMARY_BINS, size / 2);
  const transform = hartley(size, waveNumbers(size));
  const rings = ringMeans(size, bins);

  /** Log power by ring of fields `[batch, size, size]`. The squares of Hartley coefficients of ±k add up to |F(k)|². */
  function spectra(fields: Tensor3D): Tensor2D {
    const squares = tf.reshape(tf.square(transform.analyse(fields)), [-1, cells]) as Tensor2D;
    return tf.log(tf.add(tf.matMul(squares, tf.tensor2d(rings, [cells, bins])), POWER_FLOOR));
  }

  return {
    sizes: [2 * bins, 3 * THRESHOLDS.length, 6],
    of(patterns) {
      const batch = patterns.shape[0];
      const species = tf.split(tf.reshape(withinReach(patterns), [batch, cells, 2]), 2, 2);
      const [a, b] = species.map((one) => tf.reshape(one, [batch, size, size]) as Tensor3D);
      return tf.concat([spectra(a), spectra(b), excursions(b, SETS), moments(a), moments(b)], 1) as Tensor2D;
    },
  };
}

/**
 * Values as they are within {@linkcode REACH}, and beyond it by the logarithm of how far: what a network makes while it
 * learns may lie anywhere, and powers of that have no room in 32 bits.
 */
function withinReach(patterns: Tensor2D): Tensor2D {
  const [least, most] = REACH;
  const far = (beyond: Tensor2D) => tf.log(tf.add(tf.relu(beyond), 1));
  const [below, above] = [far(tf.sub(least, patterns)), far(tf.sub(patterns, most))];
  return tf.add(tf.clipByValue(patterns, least, most), tf.sub(above, below)) as Tensor2D;
}

/** The matrix `[cells, bins]` from squares of orthonormal coefficients to the mean power of each ring. */
function ringMeans(size: number, bins: number): Float32Array {
  const cells = size * size, matrix = new Float32Array(cells * bins), counts = new Float64Array(bins);
  const bin = Array.from({ length: cells }, (_, i) => ringOf(i % size, Math.floor(i / size), size) - 1);
  for (const ring of bin) if (ring >= 0 && ring < bins) counts[ring]++;
  for (const [i, ring] of bin.entries()) {
    if (ring >= 0 && ring < bins) matrix[i * bins + ring] = 1 / (counts[ring] * cells);
  }
  return matrix;
}

/** Mean, standard deviation and skewness, `[batch, 3]`. */
function moments(fields: Tensor3D): Tensor2D {
  const centre = tf.mean(fields, [1, 2], true);
  const apart = tf.sub(fields, centre);
  const deviation = tf.sqrt(tf.add(tf.mean(tf.square(apart), [1, 2]), LEAST));
  const third = tf.mean(tf.mul(apart, tf.square(apart)), [1, 2]);
  const cubed = tf.mul(deviation, tf.square(deviation));
  return tf.stack([tf.reshape(centre, [-1]), deviation, tf.div(third, cubed)], 1) as Tensor2D;
}
