/**
 * The functions of `functions.ts` number by number, each operation rounded to f32: the oracle that they equal bit for
 * bit.
 *
 * @module
 */
const f32 = Math.fround;

const EXPONENTIAL = [
  1.9875691500e-4,
  1.3981999507e-3,
  8.3334519073e-3,
  4.1665795894e-2,
  1.6666665459e-1,
  5.0000001201e-1,
];
const HYPERBOLIC_TANGENT = [
  -5.70498872745e-3,
  2.06390887954e-2,
  -5.37397155531e-2,
  1.33314422036e-1,
  -3.33332819422e-1,
];
const LOGARITHM = [
  7.0376836292e-2,
  -1.1514610310e-1,
  1.1676998740e-1,
  -1.2420140846e-1,
  1.4249322787e-1,
  -1.6668057665e-1,
  2.0000714765e-1,
  -2.4999993993e-1,
  3.3333331174e-1,
];
const LN2_HIGH = 0.693359375, LN2_LOW = f32(-2.12194440e-4);

/** Horner's scheme, coefficients from the highest power down. */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => f32(f32(coefficient) + f32(sum * x)), 0);
}

/** The number with these bits: of a power of two, 2ⁿ for bits (n + 127) · 2²³. */
function fromBits(bits: number): number {
  words[0] = bits;
  return floats[0];
}

const words = new Int32Array(1), floats = new Float32Array(words.buffer);

/** n and eʳ of x = n ln 2 + r, n whole and |r| ≤ ½ ln 2. */
function reduce(x: number): { n: number; power: number } {
  const shift = 12582912; // 3 · 2²²: what is added to it is rounded to a whole number
  const n = f32(f32(shift + f32(x * f32(1.44269504))) - shift);
  const r = f32(f32(x - f32(n * LN2_HIGH)) - f32(n * LN2_LOW));
  return { n, power: f32(f32(r + f32(polynomial(EXPONENTIAL, r) * f32(r * r))) + 1) };
}

/** eˣ */
export function exponential(x: number): number {
  const { n, power } = reduce(x < -104 ? -104 : x > 89 ? 89 : x);
  const part = n >> 1;
  return f32(f32(power * fromBits((part + 127) << 23)) * fromBits((n - part + 127) << 23));
}

/** eˣ, constant beyond ±87. */
export function boundedExponential(x: number): number {
  const { n, power } = reduce(x < -87 ? -87 : x > 87 ? 87 : x);
  return f32(power * fromBits((n + 127) << 23));
}

/** 1 / (1 + e⁻ˣ) */
export function logistic(x: number): number {
  return f32(1 / f32(1 + boundedExponential(-x)));
}

/** tanh x */
export function hyperbolicTangent(x: number): number {
  const size = Math.abs(x);
  if (size < 0.625) {
    const square = f32(x * x);
    const near = f32(size + f32(f32(polynomial(HYPERBOLIC_TANGENT, square) * square) * size));
    return Object.is(x, size) ? near : -near;
  }
  const far = f32(1 - f32(2 / f32(boundedExponential(f32(size + size)) + 1)));
  return x < 0 ? -far : far;
}

/** The natural logarithm of x. */
export function logarithm(x: number): number {
  if (x === 0) return -Infinity;
  if (x < 0) return NaN;
  if (!(x < Infinity)) return x;
  const isDenormal = x < f32(1.17549435e-38);
  floats[0] = isDenormal ? f32(x * 8388608) : x;
  const exponent = (words[0] - 0x3f3504f3) >> 23; // so that √½ ≤ 1 + f < √2
  const f = f32(fromBits(words[0] - (exponent << 23)) - 1);
  const n = isDenormal ? exponent - 23 : exponent;
  const square = f32(f * f);
  const rest = f32(f32(f32(polynomial(LOGARITHM, f) * f) * square) + f32(n * LN2_LOW));
  const small = f32(rest - f32(0.5 * square));
  return f32(f32(f + small) + f32(n * LN2_HIGH));
}
