// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
// deno-fmt-ignore-file: the formatter would delete the decorator @inline.
// deno-lint-ignore-file
//
// Products of a batch in blocks with weights, and of a batch with a batch.
//
// Order. Every number of a product is a sum in the order of its index, begun with the bias (or with what is there, if
// the product is added to something): what is computed of a sample does not depend on the samples beside it. Sums over
// a batch are four sums, of every fourth sample each, in order, added as (0 + 1) + (2 + 3). Products and sums are
// rounded one by one: there is no fused and no relaxed operation.
//
// Speed. A tile of 16 samples × 3 outputs takes 12 sums in registers, and an eleventh of a load for each product: as
// many registers as the engine has, and a third more speed than 4 × 8. In sums over a batch, 2 inputs × 4 outputs.

import { featureBytes, load, multiplyAdd, sumLanes } from "./block.ts";

/** Outputs of a tile: packed weights come in columns of so many. */
const tile: i32 = 3;
const tileBytes: usize = 4 * tile;

/**
 * Packs a weight `[inputs, outputs]` with its bias: for every three outputs, a row of the bias and then a row for each
 * input, three numbers each, filled up with zeros.
 */
export function pack(weight: usize, bias: usize, packed: usize, inputs: i32, outputs: i32): void {
  const step = <usize> outputs * 4;
  for (let output = 0; output < outputs; output += tile) {
    const filled = min(outputs - output, tile), offset = 4 * <usize> output;
    copyRow(bias + offset, packed, filled);
    packed += tileBytes;
    for (let from = weight + offset, end = from + step * <usize> inputs; from < end; from += step) {
      copyRow(from, packed, filled);
      packed += tileBytes;
    }
  }
}

@inline function copyRow(from: usize, to: usize, count: i32): void {
  f32.store(to, f32.load(from));
  f32.store(to, count > 1 ? f32.load(from, 4) : 0, 4);
  f32.store(to, count > 2 ? f32.load(from, 8) : 0, 8);
}

/** Packs its transpose, for the gradient in x: for every three inputs, a row of zeros and then one for each output. */
export function packTransposed(weight: usize, packed: usize, inputs: i32, outputs: i32): void {
  const step = <usize> outputs * 4;
  for (let input = 0; input < inputs; input += tile) {
    const a = weight + step * <usize> input;
    const b = input + 1 < inputs ? a + step : 0, c = input + 2 < inputs ? a + 2 * step : 0;
    storeRow(packed, 0, 0, 0);
    packed += tileBytes;
    for (let offset: usize = 0; offset < step; offset += 4) {
      storeRow(packed, f32.load(a + offset), b ? f32.load(b + offset) : 0, c ? f32.load(c + offset) : 0);
      packed += tileBytes;
    }
  }
}

@inline function storeRow(to: usize, a: f32, b: f32, c: f32): void {
  f32.store(to, a);
  f32.store(to, b, 4);
  f32.store(to, c, 8);
}

/**
 * y = x · W + bias for packed W, or, with `add`, y += x · W, each number then multiplied by its factor if there are
 * `factors`, which lie as y does. Strides are from a block to the next.
 */
export function multiply(
  x: usize, xStride: usize, packed: usize, y: usize, yStride: usize, factors: usize,
  blocks: i32, inputs: i32, outputs: i32, add: bool,
): void {
  for (let block = 0; block < blocks; block++) {
    multiplyBlock(x, packed, y, factors, inputs, outputs, add);
    x += xStride, y += yStride;
    if (factors) factors += yStride;
  }
}

export function multiplyBlock(
  x: usize, packed: usize, y: usize, factors: usize, inputs: i32, outputs: i32, add: bool,
): void {
  const packedBytes = tileBytes * <usize> (inputs + 1), end = x + featureBytes * <usize> inputs;
  for (let output = 0; output < outputs; output += tile) {
    multiplyTile(x, end, packed, y, factors, outputs - output, add);
    packed += packedBytes;
    y += tile * featureBytes;
    if (factors) factors += tile * featureBytes;
  }
}

function multiplyTile(x: usize, end: usize, w: usize, y: usize, factors: usize, count: i32, add: bool): void {
  let a0 = v128.load_splat<f32>(w), b0 = v128.load_splat<f32>(w, 4), c0 = v128.load_splat<f32>(w, 8);
  let a1 = a0, a2 = a0, a3 = a0, b1 = b0, b2 = b0, b3 = b0, c1 = c0, c2 = c0, c3 = c0;
  if (add) {
    a0 = load(y), a1 = v128.load(y, 16), a2 = v128.load(y, 32), a3 = v128.load(y, 48);
    if (count > 1) b0 = v128.load(y, 64), b1 = v128.load(y, 80), b2 = v128.load(y, 96), b3 = v128.load(y, 112);
    if (count > 2) c0 = v128.load(y, 128), c1 = v128.load(y, 144), c2 = v128.load(y, 160), c3 = v128.load(y, 176);
  }
  for (; x < end; x += featureBytes) {
    w += tileBytes;
    const wa = v128.load_splat<f32>(w), wb = v128.load_splat<f32>(w, 4), wc = v128.load_splat<f32>(w, 8);
    const x0 = load(x);
    a0 = multiplyAdd(a0, x0, wa), b0 = multiplyAdd(b0, x0, wb), c0 = multiplyAdd(c0, x0, wc);
    const x1 = v128.load(x, 16);
    a1 = multiplyAdd(a1, x1, wa), b1 = multiplyAdd(b1, x1, wb), c1 = multiplyAdd(c1, x1, wc);
    const x2 = v128.load(x, 32);
    a2 = multiplyAdd(a2, x2, wa), b2 = multiplyAdd(b2, x2, wb), c2 = multiplyAdd(c2, x2, wc);
    const x3 = v128.load(x, 48);
    a3 = multiplyAdd(a3, x3, wa), b3 = multiplyAdd(b3, x3, wb), c3 = multiplyAdd(c3, x3, wc);
  }
  storeFeature(y, factors, 0, a0, a1, a2, a3);
  if (count > 1) storeFeature(y, factors, featureBytes, b0, b1, b2, b3);
  if (count > 2) storeFeature(y, factors, 2 * featureBytes, c0, c1, c2, c3);
}

@inline function storeFeature(
  y: usize, factors: usize, offset: usize, v0: v128, v1: v128, v2: v128, v3: v128,
): void {
  const to = y + offset;
  if (factors) {
    const by = factors + offset;
    v128.store(to, f32x4.mul(v0, load(by)));
    v128.store(to, f32x4.mul(v1, v128.load(by, 16)), 16);
    v128.store(to, f32x4.mul(v2, v128.load(by, 32)), 32);
    v128.store(to, f32x4.mul(v3, v128.load(by, 48)), 48);
    return;
  }
  v128.store(to, v0);
  v128.store(to, v1, 16);
  v128.store(to, v2, 32);
  v128.store(to, v3, 48);
}

/**
 * Gradients of a dense layer's parameters: weight `[inputs, outputs]` = xᵀ · dy, and bias, the sums of dy. Reads, and
 * does not use, up to three features beyond the last of both.
 */
export function parameterGradients(
  x: usize, xStride: usize, dy: usize, dyStride: usize, weight: usize, bias: usize,
  blocks: i32, inputs: i32, outputs: i32,
): void {
  for (let output = 0; output < outputs; output += 4) {
    const from = dy + featureBytes * <usize> output;
    for (let input = 0; input < inputs; input += 2) {
      const to = weight + 4 * <usize> (input * outputs + output);
      crossProducts(
        x + featureBytes * <usize> input, xStride, from, dyStride, to, blocks, outputs, inputs - input, outputs - output,
      );
    }
  }
  for (let output = 0; output < outputs; output++) {
    f32.store(bias + 4 * <usize> output, sumFeature(dy + featureBytes * <usize> output, dyStride, blocks));
  }
}

/** Σ of a feature over a batch. */
export function sumFeature(from: usize, stride: usize, blocks: i32): f32 {
  let sum = f32x4.splat(0);
  for (; blocks > 0; blocks--) {
    sum = f32x4.add(sum, load(from));
    sum = f32x4.add(sum, v128.load(from, 16));
    sum = f32x4.add(sum, v128.load(from, 32));
    sum = f32x4.add(sum, v128.load(from, 48));
    from += stride;
  }
  return sumLanes(sum);
}

/** Two features of x with four of dy: `rows` and `columns` say how many of the results there is a place for. */
function crossProducts(
  x: usize, xStride: usize, dy: usize, dyStride: usize, to: usize, blocks: i32, outputs: i32, rows: i32, columns: i32,
): void {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
  for (; blocks > 0; blocks--) {
    {
      const xa = v128.load(x, 0), xb = v128.load(x, 64), y0 = v128.load(dy, 0), y1 = v128.load(dy, 64);
      a0 = multiplyAdd(a0, xa, y0), b0 = multiplyAdd(b0, xb, y0), a1 = multiplyAdd(a1, xa, y1), b1 = multiplyAdd(b1, xb, y1);
      const y2 = v128.load(dy, 128), y3 = v128.load(dy, 192);
      a2 = multiplyAdd(a2, xa, y2), b2 = multiplyAdd(b2, xb, y2), a3 = multiplyAdd(a3, xa, y3), b3 = multiplyAdd(b3, xb, y3);
    }
    {
      const xa = v128.load(x, 16), xb = v128.load(x, 80), y0 = v128.load(dy, 16), y1 = v128.load(dy, 80);
      a0 = multiplyAdd(a0, xa, y0), b0 = multiplyAdd(b0, xb, y0), a1 = multiplyAdd(a1, xa, y1), b1 = multiplyAdd(b1, xb, y1);
      const y2 = v128.load(dy, 144), y3 = v128.load(dy, 208);
      a2 = multiplyAdd(a2, xa, y2), b2 = multiplyAdd(b2, xb, y2), a3 = multiplyAdd(a3, xa, y3), b3 = multiplyAdd(b3, xb, y3);
    }
    {
      const xa = v128.load(x, 32), xb = v128.load(x, 96), y0 = v128.load(dy, 32), y1 = v128.load(dy, 96);
      a0 = multiplyAdd(a0, xa, y0), b0 = multiplyAdd(b0, xb, y0), a1 = multiplyAdd(a1, xa, y1), b1 = multiplyAdd(b1, xb, y1);
      const y2 = v128.load(dy, 160), y3 = v128.load(dy, 224);
      a2 = multiplyAdd(a2, xa, y2), b2 = multiplyAdd(b2, xb, y2), a3 = multiplyAdd(a3, xa, y3), b3 = multiplyAdd(b3, xb, y3);
    }
    {
      const xa = v128.load(x, 48), xb = v128.load(x, 112), y0 = v128.load(dy, 48), y1 = v128.load(dy, 112);
      a0 = multiplyAdd(a0, xa, y0), b0 = multiplyAdd(b0, xb, y0), a1 = multiplyAdd(a1, xa, y1), b1 = multiplyAdd(b1, xb, y1);
      const y2 = v128.load(dy, 176), y3 = v128.load(dy, 240);
      a2 = multiplyAdd(a2, xa, y2), b2 = multiplyAdd(b2, xb, y2), a3 = multiplyAdd(a3, xa, y3), b3 = multiplyAdd(b3, xb, y3);
    }
    x += xStride, dy += dyStride;
  }
  storeSums(to, columns, a0, a1, a2, a3);
  if (rows > 1) storeSums(to + 4 * <usize> outputs, columns, b0, b1, b2, b3);
}

@inline function storeSums(to: usize, count: i32, v0: v128, v1: v128, v2: v128, v3: v128): void {
  f32.store(to, sumLanes(v0));
  if (count > 1) f32.store(to, sumLanes(v1), 4);
  if (count > 2) f32.store(to, sumLanes(v2), 8);
  if (count > 3) f32.store(to, sumLanes(v3), 12);
}
