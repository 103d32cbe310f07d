// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
// deno-fmt-ignore-file: the formatter would delete the decorator @inline.
// deno-lint-ignore-file
import { multiplyAdd } from "./block.ts";
// Constants of the exponential. Exported, so that the optimiser has to leave them variables: the engine loads one in one
// instruction, where it takes three to build a constant, inside the loop. A third of the time of `silu`.
export let one: v128 = f32x4.splat(1), lowest: v128 = f32x4.splat(-87), highest: v128 = f32x4.splat(87);
export let rounding: v128 = f32x4.splat(12582912); // 3 · 2²²: what is added to it is rounded to a whole number
export let perLn2: v128 = f32x4.splat(1.44269504);
export let ln2High: v128 = f32x4.splat(0.693359375), ln2Low: v128 = f32x4.splat(-2.12194440e-4);
export let p0: v128 = f32x4.splat(1.9875691500e-4), p1: v128 = f32x4.splat(1.3981999507e-3);
export let p2: v128 = f32x4.splat(8.3334519073e-3), p3: v128 = f32x4.splat(4.1665795894e-2);
export let p4: v128 = f32x4.splat(1.6666665459e-1), p5: v128 = f32x4.splat(5.0000001201e-1);

@inline export function exponential(x: v128): v128 {
  x = f32x4.pmin(f32x4.pmax(x, lowest), highest); // one instruction each, and NaN stays
  const shifted = multiplyAdd(rounding, x, perLn2);
  const n = f32x4.sub(shifted, rounding);
  let r = f32x4.sub(x, f32x4.mul(n, ln2High)); // ln 2 in two parts: this product is exact
  r = f32x4.sub(r, f32x4.mul(n, ln2Low));
  let p = multiplyAdd(p2, multiplyAdd(p1, p0, r), r);
  p = multiplyAdd(p3, p, r);
  p = multiplyAdd(p4, p, r);
  p = multiplyAdd(p5, p, r);
  p = f32x4.add(multiplyAdd(r, p, f32x4.mul(r, r)), one);
  const power = i32x4.shl(i32x4.add(shifted, i32x4.splat(127)), 23);
  return f32x4.mul(p, power);
}

@inline export function logistic(x: v128): v128 {
  return f32x4.div(one, f32x4.add(one, exponential(f32x4.neg(x))));
}
