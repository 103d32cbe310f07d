// asc: --importMemory --initialMemory 0
// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
// deno-fmt-ignore-file: the formatter would delete the decorator @inline.
//
// Convolution of periodic fields, 3 × 3 or 1 × 1, its gradients, and what stands around it in a flow. Works on memory
// that is not its own, holds no static data and allocates nothing: every pointer is the caller's, every call is about
// one field.
//
// Layout ("planes"). A field of n channels is n planes, each of them [height + 2, width + 2]: the field with a halo of
// one cell, the last row before the first and so on, and room behind it. So the neighbours of a cell are at the same
// distances wherever it lies, and a plane is one run of numbers through which vectors go from the first inner cell to
// the last, whatever the width is; what they compute for the halo's cells in between is overwritten when the halo is
// filled. A plane takes an odd number of lines of the cache: else the planes of some sizes would push each other out.
//
// Order. A number of a convolution begins with the bias, or with what is there, and adds products channel by channel,
// row by row, from left to right. A sum over cells is four sums, over the cells whose index in a plane, counted from
// the first inner cell, is 0, 1, 2 or 3 modulo 4; each goes through the cells in order and through the fields in the
// order of the calls; at the end they are added as (0 + 1) + (2 + 3). Products and sums are rounded one by one.
//
// Speed. Tiles of 12 cells × 4 channels, or 3 neighbours × 4 channels in the gradient: twelve sums and the operands of
// one product fit the sixteen registers of x86-64.

export * from "../vector_math/constants.ts";
export * from "./elementwise.ts";
export * from "./squares.ts";
import { innerOf, planeBytesOf, rowBytesOf, spanOf } from "./planes.ts";
export { clearHalo, fromPlanes, toPlanes, wrap } from "./planes.ts";

const tileBytes: usize = 48; // a tile's cells
const crossBytes: usize = 192; // four sums of 3 × 4 numbers

@inline function load(at: usize): v128 { return v128.load(at); }
@inline function multiplyAdd(sum: v128, a: v128, b: v128): v128 { return f32x4.add(sum, f32x4.mul(a, b)); }

/**
 * Packs a filter [size, size, inputs, outputs] with its bias: for every four outputs, the bias, and then four weights
 * for each input and neighbour. What is left of the last four is filled up with zeros.
 */
export function pack(filter: usize, bias: usize, packed: usize, inputs: i32, outputs: i32, size: i32): void {
  for (let output = 0; output < outputs; output += 4) {
    packed = packFour(bias + 4 * <usize> output, 4, packed, outputs - output);
    for (let input = 0; input < inputs; input++) {
      for (let neighbour = 0; neighbour < size * size; neighbour++) {
        const index = (neighbour * inputs + input) * outputs + output;
        packed = packFour(filter + 4 * <usize> index, 4, packed, outputs - output);
      }
    }
  }
}

/** Packs it turned about and transposed, for the gradient in x: a convolution of `outputs` channels, without a bias. */
export function packTransposed(filter: usize, packed: usize, inputs: i32, outputs: i32, size: i32): void {
  const last = size * size - 1, step = 4 * <usize> outputs;
  for (let input = 0; input < inputs; input += 4) {
    packed = packFour(filter, 0, packed, 0);
    for (let output = 0; output < outputs; output++) {
      for (let neighbour = 0; neighbour <= last; neighbour++) {
        const index = ((last - neighbour) * inputs + input) * outputs + output;
        packed = packFour(filter + 4 * <usize> index, step, packed, inputs - input);
      }
    }
  }
}

@inline function packFour(from: usize, step: usize, packed: usize, count: i32): usize {
  for (let k = 0; k < 4; k++) {
    f32.store(packed, k < count ? f32.load(from) : 0);
    from += step;
    packed += 4;
  }
  return packed;
}

/** y = x ∗ filter + bias, or, with `add`, y += x ∗ filter, for wrapped x. Leaves the halo of y undefined. */
export function convolve(
  x: usize, packed: usize, y: usize, height: i32, width: i32, inputs: i32, outputs: i32, size: i32, add: bool,
): void {
  const plane = planeBytesOf(height, width), row = rowBytesOf(width), inner = innerOf(width);
  const span = spanOf(height, width);
  const packedBytes = 16 * <usize> (inputs * size * size + 1);
  for (let output = 0; output < outputs; output += 4) {
    for (let at: usize = 0; at < span; at += tileBytes) {
      if (size == 1) convolveCells(x + inner + at, packed, y + inner + at, plane, row, inputs, outputs - output, add);
      else convolveNeighbours(x + at, packed, y + inner + at, plane, row, inputs, outputs - output, add);
    }
    packed += packedBytes;
    y += 4 * plane;
  }
}

// One function for each size: a number of neighbours that the compiler does not know costs a quarter of the speed.

function convolveCells(
  x: usize, w: usize, y: usize, plane: usize, row: usize, inputs: i32, outputs: i32, add: bool,
): void {
  convolveTile(x, w, y, plane, row, inputs, outputs, 1, add);
}

function convolveNeighbours(
  x: usize, w: usize, y: usize, plane: usize, row: usize, inputs: i32, outputs: i32, add: bool,
): void {
  convolveTile(x, w, y, plane, row, inputs, outputs, 3, add);
}

@inline function convolveTile(
  from: usize, packed: usize, y: usize, plane: usize, row: usize, inputs: i32, outputs: i32, size: i32, add: bool,
): void {
  let x = from, w = packed;
  let a0 = v128.load_splat<f32>(w), b0 = v128.load_splat<f32>(w, 4);
  let c0 = v128.load_splat<f32>(w, 8), d0 = v128.load_splat<f32>(w, 12);
  let a1 = a0, a2 = a0, b1 = b0, b2 = b0, c1 = c0, c2 = c0, d1 = d0, d2 = d0;
  const yb = y + plane, yc = yb + plane, yd = yc + plane;
  if (add) {
    a0 = load(y), a1 = v128.load(y, 16), a2 = v128.load(y, 32);
    if (outputs > 1) b0 = load(yb), b1 = v128.load(yb, 16), b2 = v128.load(yb, 32);
    if (outputs > 2) c0 = load(yc), c1 = v128.load(yc, 16), c2 = v128.load(yc, 32);
    if (outputs > 3) d0 = load(yd), d1 = v128.load(yd, 16), d2 = v128.load(yd, 32);
  }
  w += 16;
  const rows = <usize> size * row, columns: usize = 4 * size;
  for (const end = x + <usize> inputs * plane; x < end; x += plane) {
    for (let line = x; line < x + rows; line += row) {
      for (let column: usize = 0; column < columns; column += 4) {
        const p = line + column;
        const x0 = load(p), x1 = v128.load(p, 16), x2 = v128.load(p, 32);
        const wa = v128.load_splat<f32>(w);
        a0 = multiplyAdd(a0, x0, wa); a1 = multiplyAdd(a1, x1, wa); a2 = multiplyAdd(a2, x2, wa);
        const wb = v128.load_splat<f32>(w, 4);
        b0 = multiplyAdd(b0, x0, wb); b1 = multiplyAdd(b1, x1, wb); b2 = multiplyAdd(b2, x2, wb);
        const wc = v128.load_splat<f32>(w, 8);
        c0 = multiplyAdd(c0, x0, wc); c1 = multiplyAdd(c1, x1, wc); c2 = multiplyAdd(c2, x2, wc);
        const wd = v128.load_splat<f32>(w, 12);
        d0 = multiplyAdd(d0, x0, wd); d1 = multiplyAdd(d1, x1, wd); d2 = multiplyAdd(d2, x2, wd);
        w += 16;
      }
    }
  }
  storeThree(y, a0, a1, a2);
  if (outputs > 1) storeThree(yb, b0, b1, b2);
  if (outputs > 2) storeThree(yc, c0, c1, c2);
  if (outputs > 3) storeThree(yd, d0, d1, d2);
}

@inline function storeThree(at: usize, a: v128, b: v128, c: v128): void {
  v128.store(at, a);
  v128.store(at, b, 16);
  v128.store(at, c, 32);
}

/**
 * Adds a field's part to the four sums of each number of the filter's gradient, Σ x · dy, for wrapped x and dy with a
 * halo of zeros. Three numbers at a time: neighbours in a row, or, of a 1 × 1 filter, inputs. `finishFilter` ends it.
 */
export function filterSums(
  x: usize, dy: usize, sums: usize, height: i32, width: i32, inputs: i32, outputs: i32, size: i32,
): void {
  const plane = planeBytesOf(height, width), row = rowBytesOf(width), inner = innerOf(width);
  const span = spanOf(height, width);
  for (let output = 0; output < outputs; output += 4) {
    const left = outputs - output, from = dy + inner;
    const b = left > 1 ? plane : 0, c = left > 2 ? b + plane : 0, d = left > 3 ? c + plane : 0; // else it is not used
    for (let input = 0; input < inputs; input += size == 1 ? 3 : 1) {
      if (size == 1) {
        const second = inputs - input > 1 ? plane : 0, third = inputs - input > 2 ? 2 * plane : 0;
        crossSums(x + inner + <usize> input * plane, second, third, from, b, c, d, sums, span);
        sums += crossBytes;
      } else {
        const first = x + <usize> input * plane;
        for (let line = first; line < first + 3 * row; line += row) {
          crossSums(line, 4, 8, from, b, c, d, sums, span);
          sums += crossBytes;
        }
      }
    }
    dy += 4 * plane;
  }
}

/** Three runs of x with four of dy, the others at distances from the first. */
function crossSums(
  x: usize, second: usize, third: usize, dy: usize, b: usize, c: usize, d: usize, sums: usize, span: usize,
): void {
  let a0 = load(sums), a1 = v128.load(sums, 16), a2 = v128.load(sums, 32);
  let b0 = v128.load(sums, 48), b1 = v128.load(sums, 64), b2 = v128.load(sums, 80);
  let c0 = v128.load(sums, 96), c1 = v128.load(sums, 112), c2 = v128.load(sums, 128);
  let d0 = v128.load(sums, 144), d1 = v128.load(sums, 160), d2 = v128.load(sums, 176);
  for (const end = dy + span; dy < end; dy += 16) {
    const x0 = load(x), x1 = load(x + second), x2 = load(x + third);
    const ya = load(dy);
    a0 = multiplyAdd(a0, x0, ya); a1 = multiplyAdd(a1, x1, ya); a2 = multiplyAdd(a2, x2, ya);
    const yb = load(dy + b);
    b0 = multiplyAdd(b0, x0, yb); b1 = multiplyAdd(b1, x1, yb); b2 = multiplyAdd(b2, x2, yb);
    const yc = load(dy + c);
    c0 = multiplyAdd(c0, x0, yc); c1 = multiplyAdd(c1, x1, yc); c2 = multiplyAdd(c2, x2, yc);
    const yd = load(dy + d);
    d0 = multiplyAdd(d0, x0, yd); d1 = multiplyAdd(d1, x1, yd); d2 = multiplyAdd(d2, x2, yd);
    x += 16;
  }
  storeThree(sums, a0, a1, a2);
  storeThree(sums + 48, b0, b1, b2);
  storeThree(sums + 96, c0, c1, c2);
  storeThree(sums + 144, d0, d1, d2);
}

/** The gradient [size, size, inputs, outputs] of a filter, from its sums. */
export function finishFilter(sums: usize, filter: usize, inputs: i32, outputs: i32, size: i32): void {
  const lines = size == 1 ? (inputs + 2) / 3 : 3 * inputs;
  for (let output = 0; output < outputs; output++) {
    const first = sums + crossBytes * <usize> ((output >> 2) * lines) + 48 * <usize> (output & 3);
    for (let input = 0; input < inputs; input++) {
      for (let neighbour = 0; neighbour < size * size; neighbour++) {
        const k = size == 1 ? input : 9 * input + neighbour; // in threes: line, and place in it
        const at = first + crossBytes * <usize> (k / 3) + 16 * <usize> (k % 3);
        f32.store(filter + 4 * <usize> ((neighbour * inputs + input) * outputs + output), sumOfLanes(load(at)));
      }
    }
  }
}

@inline function sumOfLanes(v: v128): f32 {
  const first = f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1);
  return first + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}

/** Adds a field's part to the four sums over the cells of each channel, for planes with a halo of zeros. */
export function channelSums(planes: usize, sums: usize, height: i32, width: i32, channels: i32): void {
  const plane = planeBytesOf(height, width), span = spanOf(height, width);
  planes += innerOf(width);
  for (let channel = 0; channel < channels; channel += 4) {
    const left = channels - channel;
    const b = left > 1 ? plane : 0, c = left > 2 ? b + plane : 0, d = left > 3 ? c + plane : 0;
    let s0 = load(sums), s1 = v128.load(sums, 16), s2 = v128.load(sums, 32), s3 = v128.load(sums, 48);
    for (let at = planes; at < planes + span; at += 16) {
      s0 = f32x4.add(s0, load(at));
      s1 = f32x4.add(s1, load(at + b));
      s2 = f32x4.add(s2, load(at + c));
      s3 = f32x4.add(s3, load(at + d));
    }
    storeThree(sums, s0, s1, s2);
    v128.store(sums, s3, 48);
    sums += 64;
    planes += 4 * plane;
  }
}

/** The sum of every channel, [channels], or, with `together`, that of all of them, channel by channel. */
export function finishChannels(sums: usize, to: usize, channels: i32, together: bool): void {
  let total: f32 = 0;
  for (const end = sums + 16 * <usize> channels; sums < end; sums += 16) {
    const sum = sumOfLanes(load(sums));
    total += sum;
    f32.store(to, together ? total : sum);
    if (!together) to += 4;
  }
}
