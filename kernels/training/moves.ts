// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
// deno-fmt-ignore-file: the formatter would delete the decorator @inline.
// deno-lint-ignore-file
//
// Layers that scale and shift features: the affine coupling, by other numbers for every sample, and actnorm, by the
// same for all.

import { featureBytes, load, multiplyAdd, sumLanes } from "./block.ts";
import { sumFeature } from "./products.ts";
import { one } from "../vector_math/constants.ts";
import { boundedExponential, hyperbolicTangent } from "../vector_math/functions.ts";

/**
 * The move of an affine coupling: s = bound · tanh(raw / bound) and y = x · eˢ + shift, with log |det| += Σ s, summed
 * in the order of the features. `output` is what the conditioner gives, for each block the raw log-scales and then the
 * shifts; it is left with s in the place of raw and x · eˢ in that of shift, and `scales` with eˢ, for the gradient.
 */
export function affineMove(
  x: usize, xStride: usize, output: usize, scales: usize, y: usize, yStride: usize, logDet: usize,
  bound: f32, blocks: i32, features: i32,
): void {
  const bytes = featureBytes * <usize> features;
  const limit = f32x4.splat(bound), inner = f32x4.splat(1 / bound);
  for (; blocks > 0; blocks--) {
    for (let at: usize = 0; at < bytes; at += 16) {
      const raw = output + at, shift = raw + bytes, sum = logDet + at % featureBytes;
      const logScale = f32x4.mul(limit, hyperbolicTangent(f32x4.mul(load(raw), inner)));
      const scale = boundedExponential(logScale), scaled = f32x4.mul(load(x + at), scale);
      v128.store(y + at, f32x4.add(scaled, load(shift)));
      v128.store(raw, logScale);
      v128.store(shift, scaled);
      v128.store(scales + at, scale);
      v128.store(sum, f32x4.add(load(sum), logScale));
    }
    x += xStride, y += yStride, output += 2 * bytes, scales += bytes, logDet += featureBytes;
  }
}

/** Its inverse, x = (y − shift) / eˢ with log |det| −= Σ s; leaves `output` and `scales` as the move does. */
export function affineMoveInverse(
  y: usize, yStride: usize, output: usize, scales: usize, x: usize, xStride: usize, logDet: usize,
  bound: f32, blocks: i32, features: i32,
): void {
  const bytes = featureBytes * <usize> features;
  const limit = f32x4.splat(bound), inner = f32x4.splat(1 / bound);
  for (; blocks > 0; blocks--) {
    for (let at: usize = 0; at < bytes; at += 16) {
      const raw = output + at, shift = raw + bytes, sum = logDet + at % featureBytes;
      const logScale = f32x4.mul(limit, hyperbolicTangent(f32x4.mul(load(raw), inner)));
      const scale = boundedExponential(logScale), scaled = f32x4.sub(load(y + at), load(shift));
      v128.store(x + at, f32x4.div(scaled, scale));
      v128.store(raw, logScale);
      v128.store(shift, scaled);
      v128.store(scales + at, scale);
      v128.store(sum, f32x4.sub(load(sum), logScale));
    }
    x += xStride, y += yStride, output += 2 * bytes, scales += bytes, logDet += featureBytes;
  }
}

/**
 * The gradient of the move, from those in y and in log |det|: dx = dy · eˢ, dshift = dy, and
 * draw = (dy · (x · eˢ) + dlogDet) · (1 − (s / bound)²). Puts draw and dshift in the place of s and x · eˢ.
 */
export function affineMoveGradient(
  dy: usize, dyStride: usize, dLogDet: usize, output: usize, scales: usize, dx: usize, dxStride: usize,
  bound: f32, blocks: i32, features: i32,
): void {
  const bytes = featureBytes * <usize> features, limit = f32x4.splat(bound);
  for (; blocks > 0; blocks--) {
    for (let at: usize = 0; at < bytes; at += 16) {
      const raw = output + at, shift = raw + bytes;
      const d = load(dy + at), ratio = f32x4.div(load(raw), limit);
      const slope = f32x4.sub(one, f32x4.mul(ratio, ratio));
      const inLogScale = multiplyAdd(load(dLogDet + at % featureBytes), d, load(shift));
      v128.store(raw, f32x4.mul(inLogScale, slope));
      v128.store(shift, d);
      v128.store(dx + at, f32x4.mul(d, load(scales + at)));
    }
    dx += dxStride, dy += dyStride, output += 2 * bytes, scales += bytes, dLogDet += featureBytes;
  }
}

/** y = x · scale + bias, with a scale and a bias for each feature. */
export function scaleAndShift(
  x: usize, xStride: usize, scale: usize, bias: usize, y: usize, yStride: usize, blocks: i32, features: i32,
): void {
  const bytes = featureBytes * <usize> features;
  for (; blocks > 0; blocks--) {
    for (let at: usize = 0; at < bytes; at += 16) {
      const own = at / featureBytes * 4;
      const factor = v128.load_splat<f32>(scale + own);
      v128.store(y + at, multiplyAdd(v128.load_splat<f32>(bias + own), load(x + at), factor));
    }
    x += xStride, y += yStride;
  }
}

/** Its inverse, x = (y − bias) / scale. */
export function scaleAndShiftInverse(
  y: usize, yStride: usize, scale: usize, bias: usize, x: usize, xStride: usize, blocks: i32, features: i32,
): void {
  const bytes = featureBytes * <usize> features;
  for (; blocks > 0; blocks--) {
    for (let at: usize = 0; at < bytes; at += 16) {
      const own = at / featureBytes * 4;
      const centred = f32x4.sub(load(y + at), v128.load_splat<f32>(bias + own));
      v128.store(x + at, f32x4.div(centred, v128.load_splat<f32>(scale + own)));
    }
    x += xStride, y += yStride;
  }
}

/** Its gradient: dx = dy · scale, dlogScale = Σ dy · scale · x, dbias = Σ dy, for each feature. */
export function scaleAndShiftGradient(
  x: usize, xStride: usize, dy: usize, dyStride: usize, scale: usize, dx: usize, dxStride: usize,
  dLogScale: usize, dBias: usize, blocks: i32, features: i32,
): void {
  for (let feature = 0; feature < features; feature++) {
    f32.store(dBias, sumFeature(dy, dyStride, blocks));
    f32.store(dLogScale, scaleGradient(x, xStride, dy, dyStride, f32.load(scale), dx, dxStride, blocks));
    x += featureBytes, dy += featureBytes, dx += featureBytes;
    scale += 4, dLogScale += 4, dBias += 4;
  }
}

function scaleGradient(
  x: usize, xStride: usize, dy: usize, dyStride: usize, scale: f32, dx: usize, dxStride: usize, blocks: i32,
): f32 {
  let sum = f32x4.splat(0);
  const factor = f32x4.splat(scale);
  for (; blocks > 0; blocks--) {
    for (let at: usize = 0; at < featureBytes; at += 16) {
      const d = f32x4.mul(load(dy + at), factor);
      v128.store(dx + at, d);
      sum = multiplyAdd(sum, d, load(x + at));
    }
    x += xStride, dy += dyStride, dx += dxStride;
  }
  return sumLanes(sum);
}

/** values += value */
export function addToAll(values: usize, value: f32, blocks: i32): void {
  const addend = f32x4.splat(value);
  for (const end = values + featureBytes * <usize> blocks; values < end; values += 16) {
    v128.store(values, f32x4.add(load(values), addend));
  }
}
