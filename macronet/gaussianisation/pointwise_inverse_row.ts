/**
 * The loops of the pointwise move, backwards.
 *
 * @module
 */
import { log } from "../../kernels/elementary/mod.ts";
import type { RowMove } from "./fused.ts";
import { MIX, SCALE, SHIFT, SKEW, STRETCH, UNSTRETCH } from "./pointwise_row.ts";

/**
 * Numbers are those of `pointwiseRow`. The gradient in z is the λ that its gradient takes to that in x: the transposed
 * Jacobian is solved, cell by cell. That in the numbers is the negative of what λ gives there.
 */
export const pointwiseInverseRow: RowMove = {
  forward({ x: z, numbers }, x) {
    const n = z.length / 2;
    const [w0, w1, w2, w3] = numbers.subarray(MIX);
    let logDet = 0;
    for (let i = 0; i < n; i++) {
      const movedA = z[i], rootA = Math.sqrt(1 + movedA * movedA);
      const b = z[n + i] - w2 * (rootA - 1) - w3 * movedA / rootA, rootB = Math.sqrt(1 + b * b);
      const a = movedA - w0 * (rootB - 1) - w1 * b / rootB;
      let slope = 1;
      for (let species = 0; species < 2; species++) {
        const w = species === 0 ? a : b, c = numbers[STRETCH + species], c2 = numbers[UNSTRETCH + species];
        const cw = c2 * w * w, p = Math.sqrt(1 + cw), o = w * p;
        const k = o * Math.sqrt(2 / (1 + Math.sqrt(1 + 4 * c * o * o)));
        const ck = c * k * k, q = Math.sqrt(1 + ck);
        const skew = numbers[SKEW + species], raised = k + skew, rest = 1 - skew * skew;
        const s = (raised - skew * Math.sqrt(raised * raised + rest)) / rest;
        const root = Math.sqrt(1 + s * s);
        slope *= (1 + skew * s / root) * (1 + 2 * ck) / q * p / (1 + 2 * cw);
        x[species * n + i] = s / numbers[SCALE + species] + numbers[SHIFT + species];
      }
      logDet -= log(slope);
    }
    return logDet;
  },

  backward({ x: z, numbers }, { dz: given, dLogDet }, { dx: dz, dNumbers }) {
    const n = z.length / 2;
    const [w0, w1, w2, w3] = numbers.subarray(MIX);
    const slopes = new Float64Array(2);
    for (let i = 0; i < n; i++) {
      const movedA = z[i], rootA = Math.sqrt(1 + movedA * movedA);
      const b = z[n + i] - w2 * (rootA - 1) - w3 * movedA / rootA, rootB = Math.sqrt(1 + b * b);
      const a = movedA - w0 * (rootB - 1) - w1 * b / rootB;
      for (let species = 0; species < 2; species++) {
        const w = species === 0 ? a : b, ww = w * w;
        const c = numbers[STRETCH + species], c2 = numbers[UNSTRETCH + species];
        const skew = numbers[SKEW + species], scale = numbers[SCALE + species];
        const p = Math.sqrt(1 + c2 * ww), o = w * p;
        const k = o * Math.sqrt(2 / (1 + Math.sqrt(1 + 4 * c * o * o))),
          kk = k * k,
          q = Math.sqrt(1 + c * kk);
        const raised = k + skew, rest = 1 - skew * skew;
        const s = (raised - skew * Math.sqrt(raised * raised + rest)) / rest;
        const root = Math.sqrt(1 + s * s), skewSlope = 1 + skew * s / root;
        const stretchSlope = (1 + 2 * c * kk) / q, unstretchSlope = (1 + 2 * c2 * ww) / p;
        const ds = given[species * n + i] / scale;
        dNumbers[SHIFT + species] += ds * scale;
        dNumbers[SCALE + species] -= ds * s / scale;
        const dk = (ds - dLogDet * skew / (root * root * root * skewSlope)) / skewSlope;
        dNumbers[SKEW + species] -= dk * (root - 1) + dLogDet * s / (root * skewSlope);
        const dOut = (dk - dLogDet * (4 * c * k / (1 + 2 * c * kk) - c * k / (q * q))) / stretchSlope;
        dNumbers[STRETCH + species] -= dOut * 0.5 * k * kk / q +
          dLogDet * (2 * kk / (1 + 2 * c * kk) - 0.5 * kk / (q * q));
        dNumbers[UNSTRETCH + species] += dOut * 0.5 * w * ww / p +
          dLogDet * (2 * ww / (1 + 2 * c2 * ww) - 0.5 * ww / (p * p));
        slopes[species] = dOut * unstretchSlope +
          dLogDet * (4 * c2 * w / (1 + 2 * c2 * ww) - c2 * w / (p * p));
      }
      const dA = slopes[0], dB = slopes[1] - dA * (w0 * b + w1 / (rootB * rootB)) / rootB;
      dNumbers[MIX] -= dA * (rootB - 1);
      dNumbers[MIX + 1] -= dA * b / rootB;
      dNumbers[MIX + 2] -= dB * (rootA - 1);
      dNumbers[MIX + 3] -= dB * movedA / rootA;
      dz[i] = dA - dB * (w2 * movedA + w3 / (rootA * rootA)) / rootA;
      dz[n + i] = dB;
    }
  },
};
