// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
// deno-fmt-ignore-file: the formatter would delete the decorator @inline.
//
// Part of assembly.ts: what is done with every number by itself. `count` is a multiple of 4.

import { boundedExponential, logistic } from "../vector_math/functions.ts";
import { one } from "../vector_math/constants.ts";

@inline function load(at: usize): v128 { return v128.load(at); }
@inline function multiplyAdd(sum: v128, a: v128, b: v128): v128 { return f32x4.add(sum, f32x4.mul(a, b)); }

/** y = x σ(x) in place, and its slope σ + y (1 − σ). */
export function silu(values: usize, slopes: usize, count: i32): void {
  for (const end = values + 4 * <usize> count; values < end; values += 16) {
    const x = load(values), sigmoid = logistic(x), y = f32x4.mul(x, sigmoid);
    v128.store(values, y);
    v128.store(slopes, multiplyAdd(sigmoid, y, f32x4.sub(one, sigmoid)));
    slopes += 16;
  }
}

/** values ← values · factors */
export function scale(values: usize, factors: usize, count: i32): void {
  for (const end = values + 4 * <usize> count; values < end; values += 16) {
    v128.store(values, f32x4.mul(load(values), load(factors)));
    factors += 16;
  }
}

/**
 * The move of an affine coupling: s = bound · tanh(raw / bound), scale = eˢ, and x ← x · scale + shift. Leaves s in the
 * place of raw, x · scale in that of shift, and scale in `scales`, for the gradient.
 */
export function affineMove(x: usize, raw: usize, shift: usize, scales: usize, bound: f32, count: i32): void {
  const inner = f32x4.splat(2 / bound), outer = f32x4.splat(2 * bound), limit = f32x4.splat(bound);
  for (const end = x + 4 * <usize> count; x < end; x += 16) {
    const logScale = f32x4.sub(f32x4.mul(logistic(f32x4.mul(load(raw), inner)), outer), limit);
    const scale = boundedExponential(logScale), scaled = f32x4.mul(load(x), scale);
    v128.store(x, f32x4.add(scaled, load(shift)));
    v128.store(raw, logScale);
    v128.store(shift, scaled);
    v128.store(scales, scale);
    raw += 16, shift += 16, scales += 16;
  }
}

/**
 * Its gradient, from that in z and that in log |det|, one number: dshift is dz itself, dx = dz · scale,
 * draw = (dz · (x · scale) + dlogDet) · (1 − (s / bound)²). Puts draw in the place of s, and dx in that of scale.
 */
export function affineMoveGradient(
  dz: usize, dLogDet: usize, logScales: usize, scaled: usize, scales: usize, bound: f32, count: i32,
): void {
  const limit = f32x4.splat(bound), constant = v128.load_splat<f32>(dLogDet);
  for (const end = dz + 4 * <usize> count; dz < end; dz += 16) {
    const d = load(dz), ratio = f32x4.div(load(logScales), limit);
    const slope = f32x4.sub(one, f32x4.mul(ratio, ratio));
    v128.store(logScales, f32x4.mul(multiplyAdd(constant, d, load(scaled)), slope));
    v128.store(scales, f32x4.mul(d, load(scales)));
    logScales += 16, scaled += 16, scales += 16;
  }
}
