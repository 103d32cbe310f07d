// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
// deno-fmt-ignore-file: the formatter would delete the decorator @inline.
// deno-lint-ignore-file
//
// Hidden layers: a product, and a nonlinearity of what it gives while that is still at hand.

import { featureBytes, load, multiplyAdd } from "./block.ts";
import { one } from "../vector_math/constants.ts";
import { logistic } from "../vector_math/functions.ts";
import { multiplyBlock } from "./products.ts";

/** y = silu(x · W + bias) for packed W, and the slopes of the nonlinearity, which lie as y does. */
export function siluLayer(
  x: usize, xStride: usize, packed: usize, y: usize, slopes: usize, blocks: i32, inputs: i32, width: i32,
): void {
  const bytes = featureBytes * <usize> width;
  for (; blocks > 0; blocks--) {
    multiplyBlock(x, packed, y, 0, inputs, width, false);
    silu(y, slopes, bytes);
    x += xStride, y += bytes, slopes += bytes;
  }
}

/** The same with max(x, x / 100). */
export function leakyReluLayer(
  x: usize, xStride: usize, packed: usize, y: usize, slopes: usize, blocks: i32, inputs: i32, width: i32,
): void {
  const bytes = featureBytes * <usize> width;
  for (; blocks > 0; blocks--) {
    multiplyBlock(x, packed, y, 0, inputs, width, false);
    leakyRelu(y, slopes, bytes);
    x += xStride, y += bytes, slopes += bytes;
  }
}

/** y = x σ(x) in place, and its slope σ + y (1 − σ). */
function silu(values: usize, slopes: usize, bytes: usize): void {
  for (const end = values + bytes; values < end; values += 16) {
    const x = load(values), sigmoid = logistic(x), y = f32x4.mul(x, sigmoid);
    v128.store(values, y);
    v128.store(slopes, multiplyAdd(sigmoid, y, f32x4.sub(one, sigmoid)));
    slopes += 16;
  }
}

/** y = max(x, x / 100) in place, and its slope: 1 for x > 0, else 1 / 100. */
function leakyRelu(values: usize, slopes: usize, bytes: usize): void {
  const leak = f32x4.splat(0.01), zero = f32x4.splat(0);
  for (const end = values + bytes; values < end; values += 16) {
    const x = load(values);
    v128.store(values, f32x4.max(x, f32x4.mul(x, leak)));
    v128.store(slopes, v128.bitselect(one, leak, f32x4.gt(x, zero)));
    slopes += 16;
  }
}
