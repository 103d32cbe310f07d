/**
 * The loops of gains of groups of waves.
 *
 * @module
 */
import type { RowMove } from "./fused.ts";
import type { WaveGroups } from "./wave_groups.ts";

/**
 * Numbers are the scales of a and of b of every group, q and p of every group, and two shifts. The inverse is told the
 * inverse scales.
 */
export function gainsRow({ count, of }: WaveGroups, direction: "forward" | "inverse"): RowMove {
  const n = of.length, shifts = 4 * count;
  if (direction === "forward") {
    return {
      forward({ x, numbers }, z) {
        for (let i = 0; i < n; i++) {
          const group = of[i];
          const a = x[i] * numbers[group];
          const b = x[n + i] * numbers[count + group] + numbers[2 * count + group] * a;
          z[i] = a + numbers[3 * count + group] * b;
          z[n + i] = b;
        }
        z[0] += numbers[shifts];
        z[n] += numbers[shifts + 1];
        return 0;
      },
      backward({ x, numbers }, { dz }, { dx, dNumbers }) {
        for (let i = 0; i < n; i++) {
          const group = of[i], scaleA = numbers[group], scaleB = numbers[count + group];
          const q = numbers[2 * count + group], p = numbers[3 * count + group];
          const a = x[i] * scaleA, b = x[n + i] * scaleB + q * a;
          const db = dz[n + i] + p * dz[i], da = dz[i] + q * db;
          dNumbers[group] += da * x[i];
          dNumbers[count + group] += db * x[n + i];
          dNumbers[2 * count + group] += db * a;
          dNumbers[3 * count + group] += dz[i] * b;
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
        const group = of[i];
        const b = x[n + i] - (i === 0 ? numbers[shifts + 1] : 0);
        const a = x[i] - (i === 0 ? numbers[shifts] : 0) - numbers[3 * count + group] * b;
        z[i] = a * numbers[group];
        z[n + i] = (b - numbers[2 * count + group] * a) * numbers[count + group];
      }
      return 0;
    },
    backward({ x, numbers }, { dz }, { dx, dNumbers }) {
      for (let i = 0; i < n; i++) {
        const group = of[i], scaleA = numbers[group], scaleB = numbers[count + group];
        const q = numbers[2 * count + group], p = numbers[3 * count + group];
        const b = x[n + i] - (i === 0 ? numbers[shifts + 1] : 0);
        const a = x[i] - (i === 0 ? numbers[shifts] : 0) - p * b;
        const left = dz[n + i] * scaleB, da = dz[i] * scaleA - q * left, db = left - p * da;
        dNumbers[group] += dz[i] * a;
        dNumbers[count + group] += dz[n + i] * (b - q * a);
        dNumbers[2 * count + group] -= left * a;
        dNumbers[3 * count + group] -= da * b;
        dx[i] = da;
        dx[n + i] = db;
        if (i > 0) continue;
        dNumbers[shifts] -= da;
        dNumbers[shifts + 1] -= db;
      }
    },
  };
}
