/**
 * The discrete Fourier transform of small periodic fields, with twiddle factors that no JS engine decides.
 *
 * @module
 */
import { cos, sin } from "../../kernels/elementary/mod.ts";

/** A complex field in two arrays, row-major. */
export interface ComplexField {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/**
 * Transforms a square complex field in place: F(k) = Σ_x f(x) e^(−2πi k·x/size), radix 2 (Cooley & Tukey 1965).
 *
 * @param size Side of the field.
 * @throws {RangeError} If the side is not a power of two.
 *
 * @example
 * ```ts
 * import { fourierTransform } from "./fourier.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const field = { real: Float64Array.of(1, 1, 1, 1), imaginary: new Float64Array(4) };
 * fourierTransform(field, 2);
 * assertEquals([...field.real], [4, 0, 0, 0]);
 * ```
 */
export function fourierTransform({ real, imaginary }: ComplexField, size: number): void {
  const plan = planFor(size);
  for (let y = 0; y < size; y++) transformLine(real, imaginary, y * size, 1, plan);
  for (let x = 0; x < size; x++) transformLine(real, imaginary, x, size, plan);
}

interface Plan {
  readonly size: number;
  readonly reversed: Uint32Array;
  readonly cosines: Float64Array;
  readonly sines: Float64Array;
}

const plans = new Map<number, Plan>();

function planFor(size: number): Plan {
  const known = plans.get(size);
  if (known) return known;
  if (size < 1 || (size & (size - 1)) !== 0) {
    throw new RangeError(`Cannot transform a field: its side must be a power of two, but it is ${size}`);
  }
  const bits = 31 - Math.clz32(size);
  const reversed = Uint32Array.from({ length: size }, (_, i) => {
    let result = 0;
    for (let bit = 0; bit < bits; bit++) result |= ((i >> bit) & 1) << (bits - 1 - bit);
    return result;
  });
  const angle = (i: number) => 2 * Math.PI * i / size;
  const plan = {
    size,
    reversed,
    cosines: Float64Array.from({ length: size / 2 }, (_, i) => cos(angle(i))),
    sines: Float64Array.from({ length: size / 2 }, (_, i) => -sin(angle(i))),
  };
  plans.set(size, plan);
  return plan;
}

function transformLine(re: Float64Array, im: Float64Array, start: number, stride: number, plan: Plan): void {
  const { size, reversed, cosines, sines } = plan;
  for (let i = 0; i < size; i++) {
    const j = reversed[i];
    if (j <= i) continue;
    const p = start + i * stride, q = start + j * stride;
    const r = re[p], s = im[p];
    re[p] = re[q];
    im[p] = im[q];
    re[q] = r;
    im[q] = s;
  }
  for (let half = 1; half < size; half *= 2) {
    const step = size / (2 * half);
    for (let block = 0; block < size; block += 2 * half) {
      for (let i = 0; i < half; i++) {
        const c = cosines[i * step], s = sines[i * step];
        const p = start + (block + i) * stride, q = p + half * stride;
        const r = re[q] * c - im[q] * s, t = re[q] * s + im[q] * c;
        re[q] = re[p] - r;
        im[q] = im[p] - t;
        re[p] += r;
        im[p] += t;
      }
    }
  }
}
