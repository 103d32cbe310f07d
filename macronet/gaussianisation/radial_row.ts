/**
 * The loops of the radial move.
 *
 * @module
 */
import { exp, log } from "../../kernels/elementary/mod.ts";
import type { RowMove } from "./fused.ts";
import type { WaveGroups } from "./wave_groups.ts";

/** Least mean square of a ring: an empty one stays so. */
const LEAST = 1e-30;

/**
 * Numbers are the exponents e of a and of b of every ring, and then the references r: c ← c (S e^{−2r})^{(e − 1) / 2},
 * S being the mean square of the ring. A ring of a single coefficient stays as it is. The inverse is told 1 / e.
 */
export function radialRow({ count, of }: WaveGroups): RowMove {
  const n = of.length, both = 2 * count;
  const sizes = new Float64Array(both);
  for (const ring of of) {
    sizes[ring]++;
    sizes[count + ring]++;
  }
  const strengths = new Float64Array(both), factors = new Float64Array(both), slopes = new Float64Array(both);

  /** Puts into `sums` those of x · y by ring. */
  function overlap(x: Float32Array, y: Float32Array, sums: Float64Array): void {
    sums.fill(0);
    for (let i = 0; i < n; i++) {
      sums[of[i]] += x[i] * y[i];
      sums[count + of[i]] += x[n + i] * y[n + i];
    }
  }

  /** log S − 2r of a ring, and the exponent of that by which it is scaled. */
  function read(numbers: Float32Array, j: number) {
    const above = log(strengths[j]) - 2 * numbers[both + j];
    const exponent = sizes[j] > 1 ? numbers[j] : 1;
    return { above, exponent, logFactor: (exponent - 1) / 2 * above };
  }

  function measure(x: Float32Array): void {
    overlap(x, x, strengths);
    for (let j = 0; j < both; j++) strengths[j] = Math.max(strengths[j] / sizes[j], LEAST);
  }

  return {
    forward({ x, numbers }, z) {
      measure(x);
      let logDet = 0;
      for (let j = 0; j < both; j++) {
        const { exponent, logFactor } = read(numbers, j);
        factors[j] = exp(logFactor);
        logDet += sizes[j] * logFactor + log(exponent);
      }
      for (let i = 0; i < n; i++) {
        z[i] = x[i] * factors[of[i]];
        z[n + i] = x[n + i] * factors[count + of[i]];
      }
      return logDet;
    },
    backward({ x, numbers }, { dz, dLogDet }, { dx, dNumbers }) {
      measure(x);
      overlap(dz, x, slopes);
      for (let j = 0; j < both; j++) {
        const { above, exponent, logFactor } = read(numbers, j);
        factors[j] = exp(logFactor);
        const dLogFactor = slopes[j] * factors[j] + dLogDet * sizes[j];
        if (sizes[j] > 1) {
          dNumbers[j] += dLogFactor * above / 2 + dLogDet / exponent;
          dNumbers[both + j] -= dLogFactor * (exponent - 1);
        }
        slopes[j] = dLogFactor * (exponent - 1) / (sizes[j] * strengths[j]);
      }
      for (let i = 0; i < n; i++) {
        const a = of[i], b = count + a;
        dx[i] = dz[i] * factors[a] + x[i] * slopes[a];
        dx[n + i] = dz[n + i] * factors[b] + x[n + i] * slopes[b];
      }
    },
  };
}
