// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
// deno-fmt-ignore-file: the formatter would delete the decorator @inline.
//
// Elementary functions of four f32 at once, for kernels to import.
// Polynomials are those of S. Moshier's Cephes library (expf.c, tanhf.c, logf.c). Every operation is rounded, none is
// fused or relaxed, so the same bits come out on every machine (of a NaN, that it is one).
//
// Errors are the largest over all 2³² arguments, in units in the last place of the exact result; measured by
// tests/kernels/vector_math_errors.ts.

import * as constants from "./constants.ts";

@inline function multiplyAdd(sum: v128, a: v128, b: v128): v128 { return f32x4.add(sum, f32x4.mul(a, b)); }

/** x / ln 2 to a whole number n, as 3 · 2²² + n: n is in its lowest bits. */
@inline function shiftedExponent(x: v128): v128 { return multiplyAdd(constants.rounding, x, constants.perLn2); }

/** eʳ with r = x − n ln 2, |r| ≤ ½ ln 2. */
@inline function reducedExponential(x: v128, n: v128): v128 {
  let r = f32x4.sub(x, f32x4.mul(n, constants.ln2High)); // ln 2 in two parts: this product is exact
  r = f32x4.sub(r, f32x4.mul(n, constants.ln2Low));
  let p = multiplyAdd(constants.exp2, multiplyAdd(constants.exp1, constants.exp0, r), r);
  p = multiplyAdd(constants.exp3, p, r);
  p = multiplyAdd(constants.exp4, p, r);
  p = multiplyAdd(constants.exp5, p, r);
  return f32x4.add(multiplyAdd(r, p, f32x4.mul(r, r)), constants.one);
}

/** 2ⁿ, of the whole numbers −126 to 127 in the lowest bits. */
@inline function powerOfTwo(n: v128): v128 { return i32x4.shl(i32x4.add(n, constants.bias), 23); }

/**
 * eˣ, within 1 unit: Infinity beyond the largest f32, through the denormal numbers to 0 at the other end, exactly 1
 * at 0. NaN stays NaN.
 */
@inline export function exponential(x: v128): v128 {
  x = f32x4.pmin(f32x4.pmax(x, constants.underflow), constants.overflow); // one instruction each, and NaN stays
  const shifted = shiftedExponent(x), n = f32x4.sub(shifted, constants.rounding);
  const whole = i32x4.sub(shifted, constants.rounding), part = i32x4.shr_s(whole, 1);
  // Two factors: one alone would have to be as large as 2¹²⁸, and as small as 2⁻¹⁵⁰. Only the last product is rounded.
  const scaled = f32x4.mul(reducedExponential(x, n), powerOfTwo(part));
  return f32x4.mul(scaled, powerOfTwo(i32x4.sub(whole, part)));
}

/**
 * eˣ for |x| ≤ 87, within 1 unit, and the same bits as `exponential` there. Beyond ±87 it stays where it is
 * there: what is made for functions that need no more, and takes less time. NaN stays NaN.
 */
@inline export function boundedExponential(x: v128): v128 {
  x = f32x4.pmin(f32x4.pmax(x, constants.lowest), constants.highest);
  const shifted = shiftedExponent(x), n = f32x4.sub(shifted, constants.rounding);
  return f32x4.mul(reducedExponential(x, n), powerOfTwo(shifted));
}

/** 1 / (1 + e⁻ˣ), within 2.5 units for x ≥ −87, and constant below. NaN stays NaN. */
@inline export function logistic(x: v128): v128 {
  return f32x4.div(constants.one, f32x4.add(constants.one, boundedExponential(f32x4.neg(x))));
}

/**
 * tanh x, within 1.5 units: a polynomial for |x| < 0.625, beyond it 1 − 2 / (e²ˣ + 1). Odd bit for bit, −0 included,
 * and exactly ±1 from |x| = 9.02 on. NaN stays NaN.
 */
@inline export function hyperbolicTangent(x: v128): v128 {
  const size = f32x4.abs(x), square = f32x4.mul(x, x);
  let p = multiplyAdd(constants.tanh1, constants.tanh0, square);
  p = multiplyAdd(constants.tanh2, p, square);
  p = multiplyAdd(constants.tanh3, p, square);
  p = multiplyAdd(constants.tanh4, p, square);
  const near = multiplyAdd(size, f32x4.mul(p, square), size);
  const power = boundedExponential(f32x4.add(size, size));
  const far = f32x4.sub(constants.one, f32x4.div(constants.two, f32x4.add(power, constants.one)));
  const result = v128.bitselect(near, far, f32x4.lt(size, constants.tanhLimit));
  return v128.or(result, v128.and(x, constants.signBit));
}

/**
 * The natural logarithm of x, within 0.9 units, of denormal numbers too: x = 2ⁿ (1 + f) with √½ ≤ 1 + f < √2, and a
 * polynomial for log (1 + f). −Infinity at ±0, Infinity at Infinity, NaN below 0. NaN stays NaN.
 */
@inline export function logarithm(x: v128): v128 {
  const denormal = f32x4.lt(x, constants.smallestNormal);
  const normal = v128.bitselect(f32x4.mul(x, constants.scaleUp), x, denormal);
  const exponent = i32x4.shr_s(i32x4.sub(normal, constants.sqrtHalf), 23);
  const f = f32x4.sub(i32x4.sub(normal, i32x4.shl(exponent, 23)), constants.one);
  const n = f32x4.convert_i32x4_s(i32x4.sub(exponent, v128.and(denormal, constants.scaleUpExponent)));
  let p = multiplyAdd(constants.log2, multiplyAdd(constants.log1, constants.log0, f), f);
  p = multiplyAdd(constants.log3, p, f);
  p = multiplyAdd(constants.log4, p, f);
  p = multiplyAdd(constants.log5, p, f);
  p = multiplyAdd(constants.log6, p, f);
  p = multiplyAdd(constants.log7, p, f);
  p = multiplyAdd(constants.log8, p, f);
  const square = f32x4.mul(f, f);
  // From the smallest term to the largest.
  const rest = multiplyAdd(f32x4.mul(f32x4.mul(p, f), square), n, constants.ln2Low);
  const small = f32x4.sub(rest, f32x4.mul(constants.half, square));
  let result = multiplyAdd(f32x4.add(f, small), n, constants.ln2High);
  const zero = v128.xor(x, x);
  result = v128.bitselect(result, x, f32x4.lt(x, constants.infinity)); // Infinity and NaN are their own
  result = v128.bitselect(constants.notANumber, result, f32x4.lt(x, zero));
  return v128.bitselect(constants.minusInfinity, result, f32x4.eq(x, zero));
}
