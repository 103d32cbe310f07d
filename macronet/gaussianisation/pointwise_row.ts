/**
 * The loops of the pointwise move.
 *
 * @module
 */
import { log } from "../../kernels/elementary/mod.ts";
import type { RowMove } from "./fused.ts";

/** Where the numbers of a row are: those of a, then those of b, and then the four of the mixing. */
const SHIFT = 0, SCALE = 2, SKEW = 4, STRETCH = 6, UNSTRETCH = 8, MIX = 10;

/**
 * Numbers are shift, scale, κ and the c of stretching and unstretching, of a and of b each, and four weights; the
 * log-determinant is that of the maps without the scale.
 */
export const pointwiseRow: RowMove = {
  forward({ x, numbers }, z) {
    const n = x.length / 2;
    const [w0, w1, w2, w3] = numbers.subarray(MIX);
    let logDet = 0;
    for (let i = 0; i < n; i++) {
      let slope = 1;
      for (let species = 0; species < 2; species++) {
        const at = species * n + i, c = numbers[STRETCH + species], c2 = numbers[UNSTRETCH + species];
        const s = (x[at] - numbers[SHIFT + species]) * numbers[SCALE + species];
        const skew = numbers[SKEW + species], root = Math.sqrt(1 + s * s);
        const k = s + skew * (root - 1);
        const ck = c * k * k, q = Math.sqrt(1 + ck), o = k * q;
        const w = o * Math.sqrt(2 / (1 + Math.sqrt(1 + 4 * c2 * o * o)));
        const cw = c2 * w * w;
        slope *= (1 + skew * s / root) * (1 + 2 * ck) / q * Math.sqrt(1 + cw) / (1 + 2 * cw);
        z[at] = w;
      }
      logDet += log(slope);
      const b = z[n + i], rootB = Math.sqrt(1 + b * b);
      const a = z[i] + w0 * (rootB - 1) + w1 * b / rootB, rootA = Math.sqrt(1 + a * a);
      z[i] = a;
      z[n + i] = b + w2 * (rootA - 1) + w3 * a / rootA;
    }
    return logDet;
  },

  backward({ x, numbers }, { dz, dLogDet }, { dx, dNumbers }) {
    const n = x.length / 2;
    const [w0, w1, w2, w3] = numbers.subarray(MIX);
    const values = new Float64Array(2), slopes = new Float64Array(2);
    for (let i = 0; i < n; i++) {
      for (let species = 0; species < 2; species++) {
        const at = species * n + i, c = numbers[STRETCH + species], c2 = numbers[UNSTRETCH + species];
        const s = (x[at] - numbers[SHIFT + species]) * numbers[SCALE + species];
        const k = s + numbers[SKEW + species] * (Math.sqrt(1 + s * s) - 1);
        const o = k * Math.sqrt(1 + c * k * k);
        values[species] = o * Math.sqrt(2 / (1 + Math.sqrt(1 + 4 * c2 * o * o)));
      }
      const b = values[1], rootB = Math.sqrt(1 + b * b);
      const a = values[0] + w0 * (rootB - 1) + w1 * b / rootB, rootA = Math.sqrt(1 + a * a);
      const dB = dz[n + i], dA = dz[i] + dB * (w2 * a + w3 / (rootA * rootA)) / rootA;
      dNumbers[MIX] += dA * (rootB - 1);
      dNumbers[MIX + 1] += dA * b / rootB;
      dNumbers[MIX + 2] += dB * (rootA - 1);
      dNumbers[MIX + 3] += dB * a / rootA;
      slopes[0] = dA;
      slopes[1] = dB + dA * (w0 * b + w1 / (rootB * rootB)) / rootB;
      for (let species = 0; species < 2; species++) {
        const at = species * n + i, c = numbers[STRETCH + species], c2 = numbers[UNSTRETCH + species];
        const skew = numbers[SKEW + species], scale = numbers[SCALE + species];
        const centred = x[at] - numbers[SHIFT + species], s = centred * scale;
        const root = Math.sqrt(1 + s * s), skewSlope = 1 + skew * s / root;
        const k = s + skew * (root - 1), kk = k * k, q = Math.sqrt(1 + c * kk);
        const w = values[species], ww = w * w, p = Math.sqrt(1 + c2 * ww);
        const stretchSlope = (1 + 2 * c * kk) / q, unstretchSlope = (1 + 2 * c2 * ww) / p;
        const dw = slopes[species] - dLogDet * (4 * c2 * w / (1 + 2 * c2 * ww) - c2 * w / (p * p));
        const dOut = dw / unstretchSlope;
        dNumbers[UNSTRETCH + species] -= dOut * 0.5 * w * ww / p +
          dLogDet * (2 * ww / (1 + 2 * c2 * ww) - 0.5 * ww / (p * p));
        const dk = dOut * stretchSlope + dLogDet * (4 * c * k / (1 + 2 * c * kk) - c * k / (q * q));
        dNumbers[STRETCH + species] += dOut * 0.5 * k * kk / q +
          dLogDet * (2 * kk / (1 + 2 * c * kk) - 0.5 * kk / (q * q));
        const ds = dk * skewSlope + dLogDet * skew / (root * root * root * skewSlope);
        dNumbers[SKEW + species] += dk * (root - 1) + dLogDet * s / (root * skewSlope);
        dNumbers[SCALE + species] += ds * centred;
        dNumbers[SHIFT + species] -= ds * scale;
        dx[at] = ds * scale;
      }
    }
  },
};
