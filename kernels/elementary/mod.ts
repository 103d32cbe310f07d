/**
 * Elementary functions whose every bit is ours: f64 software routines compiled to WebAssembly.
 *
 * ECMAScript leaves the last bits of `Math.exp`, `Math.sin` and their like to the engine, so a result that is
 * stored must not pass through them. These functions give the same bytes on every machine, at about the same
 * speed. Their arguments and results are f64. None of them throws.
 *
 * The largest errors seen against 60-digit arithmetic were 1.1 ulp, and 4 ulp for the two normal functions.
 *
 * @module
 */
import * as wasm from "./elementary.wasm";

/**
 * e raised to `x`, within 1 ulp.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(exp(1), 2.718281828459045);
 * ```
 */
export function exp(x: number): number {
  return wasm.exp(x);
}

/**
 * The natural logarithm of `x`, within 1 ulp; NaN below 0, −∞ at 0.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(log(10), 2.302585092994046);
 * ```
 */
export function log(x: number): number {
  return wasm.log(x);
}

/**
 * log(1 + x), within 1 ulp also where `x` is tiny; NaN below −1, −∞ at −1.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(log1p(1e-20), 1e-20);
 * ```
 */
export function log1p(x: number): number {
  return wasm.log1p(x);
}

/**
 * `base` raised to `exponent`, within 1 ulp, with the special cases of `Math.pow`.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(pow(2, 0.5), Math.SQRT2);
 * ```
 */
export function pow(base: number, exponent: number): number {
  return wasm.pow(base, exponent);
}

/**
 * The sine of `x` radians, within 1 ulp at any size of `x`.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(sin(Math.PI / 2), 1);
 * ```
 */
export function sin(x: number): number {
  return wasm.sin(x);
}

/**
 * The cosine of `x` radians, within 1 ulp at any size of `x`.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(cos(Math.PI), -1);
 * ```
 */
export function cos(x: number): number {
  return wasm.cos(x);
}

/**
 * The angle in (−π, π] of the point (`x`, `y`), within 2 ulp. Mind the order of the arguments: y first.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(atan2(1, -1), 0.75 * Math.PI);
 * ```
 */
export function atan2(y: number, x: number): number {
  return wasm.atan2(y, x);
}

/**
 * The hyperbolic tangent of `x`, within 2 ulp.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(tanh(100), 1);
 * ```
 */
export function tanh(x: number): number {
  return wasm.tanh(x);
}

/**
 * Φ(x), the probability that a standard normal variable is at most `x`.
 *
 * Relative error below 1e-15 also in the lower tail, until the result leaves the normal f64 range at x < −37.5.
 * W. J. Cody, "Rational Chebyshev approximations for the error function", Math. Comp. 23 (1969); ACM TOMS
 * algorithm 715 (1993).
 *
 * @example
 * ```ts
 * import { ok, strictEqual } from "node:assert/strict";
 * strictEqual(normalCdf(0), 0.5);
 * ok(Math.abs(normalCdf(-1.959963984540054) - 0.025) < 1e-15);
 * ```
 */
export function normalCdf(x: number): number {
  return wasm.normalCdf(x);
}

/**
 * Φ⁻¹(p), the `x` with Φ(x) = `p`: −∞ at 0, ∞ at 1, NaN outside [0, 1]. Relative error below 1e-15.
 *
 * M. J. Wichura, "Algorithm AS 241: The percentage points of the normal distribution", Applied Statistics 37
 * (1988), PPND16.
 *
 * @example
 * ```ts
 * import { ok, strictEqual } from "node:assert/strict";
 * strictEqual(normalQuantile(0.5), 0);
 * ok(Math.abs(normalQuantile(0.975) - 1.959963984540054) < 1e-14);
 * ```
 */
export function normalQuantile(p: number): number {
  return wasm.normalQuantile(p);
}
