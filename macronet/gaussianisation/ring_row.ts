/**
 * The loops of gains by wavelength.
 *
 * @module
 */
import type { RowMove } from "./fused.ts";

/** Which ring, counted from 0, each coefficient belongs to: all of one |k|, rounded, are a ring. */
export interface Rings {
  readonly count: number;
  /** `[n]` */
  readonly of: Int32Array;
}

/**
 * Numbers are the scales of a and of b of every ring, q and p of every ring, and two shifts. The inverse is told the
 * inverse scales.
 */
export function ringRow({ count, of }: Rings, direction: "forward" | "inverse"): RowMove {
  const n = of.length, shifts = 4 * count;
  if (direction === "forward") {
    return {
      forward({ x, numbers }, z) {
        for (let i = 0; i < n; i++) {
          const ring = of[i];
          const a = x[i] * numbers[ring];
          const b = x[n + i] * numbers[count + ring] + numbers[2 * count + ring] * a;
          z[i] = a + numbers[3 * count + ring] * b;
          z[n + i] = b;
        }
        z[0] += numbers[shifts];
        z[n] += numbers[shifts + 1];
        return 0;
      },
      backward({ x, numbers }, { dz }, { dx, dNumbers }) {
        for (let i = 0; i < n; i++) {
          const ring = of[i], scaleA = numbers[ring], scaleB = numbers[count + ring];
          const q = numbers[2 * count + ring], p = numbers[3 * count + ring];
          const a = x[i] * scaleA, b = x[n + i] * scaleB + q * a;
          const db = dz[n + i] + p * dz[i], da = dz[i] + q * db;
          dNumbers[ring] += da * x[i];
          dNumbers[count + ring] += db * x[n + i];
          dNumbers[2 * count + ring] += db * a;
          dNumbers[3 * count + ring] += dz[i] * b;
          dx[i] = da * scaleA;
          dx[n + i] = db * scaleB;
        }
        dNumbers[shifts] += dz[0];
        dNumbers[shifts + 1] += dz[n];
      },
    };
  }
  return {
    forward({ x, numbers }, z) {
      for (let i = 0; i < n; i++) {
        const ring = of[i];
        const b = x[n + i] - (i === 0 ? numbers[shifts + 1] : 0);
        const a = x[i] - (i === 0 ? numbers[shifts] : 0) - numbers[3 * count + ring] * b;
        z[i] = a * numbers[ring];
        z[n + i] = (b - numbers[2 * count + ring] * a) * numbers[count + ring];
      }
      return 0;
    },
    backward({ x, numbers }, { dz }, { dx, dNumbers }) {
      for (let i = 0; i < n; i++) {
        const ring = of[i], scaleA = numbers[ring], scaleB = numbers[count + ring];
        const q = numbers[2 * count + ring], p = numbers[3 * count + ring];
        const b = x[n + i] - (i === 0 ? numbers[shifts + 1] : 0);
        const a = x[i] - (i === 0 ? numbers[shifts] : 0) - p * b;
        const left = dz[n + i] * scaleB, da = dz[i] * scaleA - q * left, db = left - p * da;
        dNumbers[ring] += dz[i] * a;
        dNumbers[count + ring] += dz[n + i] * (b - q * a);
        dNumbers[2 * count + ring] -= left * a;
        dNumbers[3 * count + ring] -= da * b;
        dx[i] = da;
        dx[n + i] = db;
        if (i > 0) continue;
        dNumbers[shifts] -= da;
        dNumbers[shifts + 1] -= db;
      }
    },
  };
}
