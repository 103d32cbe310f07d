/**
 * The kernels number by number: the oracle that they equal bit for bit, and what stands in for them where tfjs's memory
 * cannot be used.
 *
 * @module
 */
import { log } from "../elementary/mod.ts";

/** A two-species field, `[2, n]`, and what it is told. */
export interface Row {
  readonly x: Float32Array;
  /** Shift, scale, κ and the c of stretching and unstretching, of a and of b each, and four weights of the mixing. */
  readonly numbers: Float32Array;
}

/** Gradients that are given: in a field and in the log-determinant. */
export interface Given {
  readonly dz: Float32Array;
  readonly dLogDet: number;
}

/** Gradients that are found: in a field, and in the numbers, to which they are added. */
export interface Found {
  readonly dx: Float32Array;
  readonly dNumbers: Float64Array;
}

/** Where the numbers are: those of a, then those of b, and then the four of the mixing. */
const SHIFT = 0, SCALE = 2, SKEW = 4, STRETCH = 6, UNSTRETCH = 8, MIX = 10;

/** Puts z into `z`; returns the log-determinant of the maps without the scale. */
export function forward({ x, numbers }: Row, z: Float32Array): number {
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
}

/** From the gradients in z and in what {@link forward} returned, those in x and in the numbers. */
export function forwardGradient({ x, numbers }: Row, { dz, dLogDet }: Given, { dx, dNumbers }: Found): void {
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
}

/** Puts the x of a z into `x`; returns the log-determinant of that, without the scale. */
export function inverse({ x: z, numbers }: Row, x: Float32Array): number {
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
}

/**
 * From the gradients in x and in what {@link inverse} returned, those in z and in the numbers. That in z is the λ that
 * {@link forwardGradient} takes to that in x: the transposed Jacobian is solved, cell by cell. That in the numbers is the
 * negative of what λ gives there.
 */
export function inverseGradient(
  { x: z, numbers }: Row,
  { dz: given, dLogDet }: Given,
  { dx: dz, dNumbers }: Found,
): void {
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
}
