/**
 * The four operations and literals, on whatever a number is: a model written once in them is computed in f32 (the
 * oracle), in f64 (references of tests), differentiated ({@linkcode dual}), and compiled (`emit.ts`).
 *
 * @module
 */

/** Arithmetic on T. The functions use no `this`: take them apart. */
export interface Arithmetic<T> {
  readonly add: (x: T, y: T) => T;
  readonly sub: (x: T, y: T) => T;
  readonly mul: (x: T, y: T) => T;
  readonly div: (x: T, y: T) => T;
  /** A literal. */
  readonly number: (value: number) => T;
  /** x, or `least` in place of an x that is positive and less (or +0). Negative values and NaN stay. */
  readonly raise: (x: T, least: T) => T;
}

const f32 = Math.fround;

function raise(x: number, least: number): number {
  return x < least && (x > 0 || Object.is(x, 0)) ? least : x;
}

/** Each operation rounded to f32, as SIMD lanes are. */
export const float32: Arithmetic<number> = {
  add: (x, y) => f32(x + y),
  sub: (x, y) => f32(x - y),
  mul: (x, y) => f32(x * y),
  div: (x, y) => f32(x / y),
  number: f32,
  raise,
};

/** JavaScript's own numbers. */
export const float64: Arithmetic<number> = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  number: (value) => value,
  raise,
};

/** A number and its derivatives by the two species. */
export interface Dual {
  readonly value: number;
  readonly slopes: readonly [number, number];
}

/** Forward differentiation in f64. */
export const dual: Arithmetic<Dual> = {
  add: (x, y) => combine(x.value + y.value, x, 1, y, 1),
  sub: (x, y) => combine(x.value - y.value, x, 1, y, -1),
  mul: (x, y) => combine(x.value * y.value, x, y.value, y, x.value),
  div: (x, y) => combine(x.value / y.value, x, 1 / y.value, y, -x.value / (y.value * y.value)),
  number: (value) => ({ value, slopes: [0, 0] }),
  raise: (x, least) => raise(x.value, least.value) === x.value ? x : least,
};

function combine(value: number, x: Dual, byX: number, y: Dual, byY: number): Dual {
  const slope = (i: 0 | 1) => byX * x.slopes[i] + byY * y.slopes[i];
  return { value, slopes: [slope(0), slope(1)] };
}
