// asc: --importMemory --initialMemory 0
// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
// deno-fmt-ignore-file: the formatter would delete the decorator @inline.
//
// What training is made of: dense layers, their activations, the move of an affine coupling, and the gradients of all
// three. Works on memory that is not its own, holds no static data and allocates nothing: every pointer is the
// caller's.
//
// Layout ("panels"). A batch of n columns is ⌈n / 8⌉ panels, each of them [batch, 8]: eight neighbouring columns, two
// vectors to a row, what is left of the last panel filled with zeros. So everything that the products below touch in
// their inner loops lies side by side in memory, whatever n is: rows at a stride of a power of two would push each
// other out of the cache. Weights are packed for each product, which costs one part in `batch` of it.
//
// Order. Every number of a product is a sum in the order of its index, begun with the bias (or with what is there,
// if the product is added to something): the row of a batch does not depend on the rows beside it. Products and sums
// are rounded one by one, there is no fused and no relaxed operation.
//
// Speed. Tiles of 4 × 8: eight sums, two vectors of weights, and a broadcast fit the sixteen registers of x86-64. A
// function that changes its parameters is not inlined by decorator: the compiler would change the caller's variables.

const lanes: i32 = 8;
const rowBytes: usize = 32; // a panel's row

@inline function load(at: usize): v128 { return v128.load(at); }
@inline function multiplyAdd(sum: v128, a: v128, b: v128): v128 { return f32x4.add(sum, f32x4.mul(a, b)); }

@inline function storePair(at: usize, low: v128, high: v128): void { v128.store(at, low); v128.store(at, high, 16); }

/** The first `count` of the eight numbers in two vectors, stored; all of them if it is more. */
@inline function storeFirst(at: usize, low: v128, high: v128, count: i32): void {
  if (count >= lanes) {
    storePair(at, low, high);
    return;
  }
  if (count >= 4) v128.store(at, low);
  const rest = count >= 4 ? high : low, to = count >= 4 ? at + 16 : at, left = count & 3;
  if (left > 0) v128.store_lane<f32>(to, rest, 0);
  if (left > 1) v128.store_lane<f32>(to, rest, 1, 4);
  if (left > 2) v128.store_lane<f32>(to, rest, 2, 8);
}

/** Copies `count` floats, at most eight, and fills up with zeros to eight. */
@inline function copyRow(from: usize, to: usize, count: i32): void {
  if (count >= lanes) {
    storePair(to, load(from), v128.load(from, 16));
    return;
  }
  storePair(to, f32x4.splat(0), f32x4.splat(0));
  for (let i: usize = 0; i < <usize> count; i++) f32.store(to + 4 * i, f32.load(from + 4 * i));
}

/** Columns of rows, `stride` floats apart, to panels. */
export function toPanels(rows: usize, stride: i32, panels: usize, batch: i32, columns: i32): void {
  for (let column = 0; column < columns; column += lanes) {
    let from = rows + 4 * <usize> column;
    for (let row = 0; row < batch; row++) {
      copyRow(from, panels, columns - column);
      from += 4 * <usize> stride;
      panels += rowBytes;
    }
  }
}

/** Panels to columns of rows, `stride` floats apart. */
export function fromPanels(panels: usize, rows: usize, stride: i32, batch: i32, columns: i32): void {
  for (let column = 0; column < columns; column += lanes) {
    let to = rows + 4 * <usize> column;
    for (let row = 0; row < batch; row++) {
      storeFirst(to, load(panels), v128.load(panels, 16), columns - column);
      to += 4 * <usize> stride;
      panels += rowBytes;
    }
  }
}

/**
 * Packs `outputs` columns of a weight, its rows `stride` floats apart, with their bias: for every eight outputs, a row
 * of the bias and then a row for each input.
 */
export function pack(weight: usize, stride: i32, bias: usize, packed: usize, inputs: i32, outputs: i32): void {
  for (let column = 0; column < outputs; column += lanes) {
    const offset = 4 * <usize> column;
    copyRow(bias + offset, packed, outputs - column);
    packed += rowBytes;
    let from = weight + offset;
    for (let row = 0; row < inputs; row++) {
      copyRow(from, packed, outputs - column);
      from += 4 * <usize> stride;
      packed += rowBytes;
    }
  }
}

/** Packs its transpose, for the gradient in x: for every eight inputs, a row of zeros and then one for each output. */
export function packTransposed(weight: usize, stride: i32, packed: usize, inputs: i32, outputs: i32): void {
  const step = 4 * <usize> stride;
  for (let column = 0; column < inputs; column += lanes) {
    const filled = min(inputs - column, lanes);
    storePair(packed, f32x4.splat(0), f32x4.splat(0));
    packed += rowBytes;
    for (let output = 0; output < outputs; output++) {
      let from = weight + <usize> column * step + 4 * <usize> output;
      for (let i = 0; i < lanes; i++) {
        f32.store(packed + 4 * <usize> i, i < filled ? f32.load(from) : 0);
        from += step;
      }
      packed += rowBytes;
    }
  }
}

/**
 * y = x · W + bias for packed W: x panels of `inputs` columns, y panels of `outputs`. With `add`, y += x · W instead.
 */
export function multiply(x: usize, packed: usize, y: usize, batch: i32, inputs: i32, outputs: i32, add: bool): void {
  const panelBytes = <usize> batch * rowBytes;
  const fours = <usize> (batch & ~3) * rowBytes;
  for (let column = 0; column < outputs; column += lanes) {
    let at: usize = 0;
    for (; at < fours; at += 4 * rowBytes) multiplyFourRows(x + at, packed, y + at, panelBytes, inputs, add);
    for (; at < panelBytes; at += rowBytes) multiplyRow(x + at, packed, y + at, panelBytes, inputs, add);
    packed += rowBytes * <usize> (inputs + 1);
    y += panelBytes;
  }
}

function multiplyFourRows(x: usize, w: usize, y: usize, panelBytes: usize, inputs: i32, add: bool): void {
  let a0 = load(w), a1 = v128.load(w, 16);
  let b0 = a0, b1 = a1, c0 = a0, c1 = a1, d0 = a0, d1 = a1;
  if (add) {
    a0 = load(y), a1 = v128.load(y, 16), b0 = v128.load(y, 32), b1 = v128.load(y, 48);
    c0 = v128.load(y, 64), c1 = v128.load(y, 80), d0 = v128.load(y, 96), d1 = v128.load(y, 112);
  }
  w += rowBytes;
  for (let left = inputs; left > 0; left -= lanes) {
    const end = x + 4 * <usize> min(left, lanes);
    for (let p = x; p < end; p += 4) {
      const w0 = load(w), w1 = v128.load(w, 16);
      const xa = v128.load_splat<f32>(p), xb = v128.load_splat<f32>(p, 32);
      a0 = multiplyAdd(a0, xa, w0); a1 = multiplyAdd(a1, xa, w1);
      b0 = multiplyAdd(b0, xb, w0); b1 = multiplyAdd(b1, xb, w1);
      const xc = v128.load_splat<f32>(p, 64), xd = v128.load_splat<f32>(p, 96);
      c0 = multiplyAdd(c0, xc, w0); c1 = multiplyAdd(c1, xc, w1);
      d0 = multiplyAdd(d0, xd, w0); d1 = multiplyAdd(d1, xd, w1);
      w += rowBytes;
    }
    x += panelBytes;
  }
  storePair(y, a0, a1);
  storePair(y + 32, b0, b1);
  storePair(y + 64, c0, c1);
  storePair(y + 96, d0, d1);
}

function multiplyRow(x: usize, w: usize, y: usize, panelBytes: usize, inputs: i32, add: bool): void {
  let sum0 = load(add ? y : w), sum1 = v128.load(add ? y : w, 16);
  w += rowBytes;
  for (let left = inputs; left > 0; left -= lanes) {
    const end = x + 4 * <usize> min(left, lanes);
    for (let p = x; p < end; p += 4) {
      const value = v128.load_splat<f32>(p);
      sum0 = multiplyAdd(sum0, value, load(w));
      sum1 = multiplyAdd(sum1, value, v128.load(w, 16));
      w += rowBytes;
    }
    x += panelBytes;
  }
  storePair(y, sum0, sum1);
}

/**
 * Gradients of a dense layer's parameters: weight = xᵀ · dy, its rows `stride` floats apart, and bias, the column sums
 * of dy. Both sum over the batch in its order.
 */
export function parameterGradients(
  x: usize, dy: usize, weight: usize, stride: i32, bias: usize, batch: i32, inputs: i32, outputs: i32,
): void {
  const panelBytes = <usize> batch * rowBytes;
  for (let column = 0; column < outputs; column += lanes) {
    const count = outputs - column, offset = 4 * <usize> column;
    sumRows(dy, bias + offset, panelBytes, count);
    for (let input = 0; input < inputs; input += 4) {
      const from = x + panelBytes * <usize> (input / lanes) + 4 * <usize> (input % lanes);
      const to = weight + 4 * <usize> (input * stride) + offset;
      crossProducts(from, dy, to, panelBytes, stride, inputs - input, count);
    }
    dy += panelBytes;
  }
}

function sumRows(panel: usize, to: usize, panelBytes: usize, count: i32): void {
  let sum0 = f32x4.splat(0), sum1 = sum0;
  for (const end = panel + panelBytes; panel < end; panel += rowBytes) {
    sum0 = f32x4.add(sum0, load(panel));
    sum1 = f32x4.add(sum1, v128.load(panel, 16));
  }
  storeFirst(to, sum0, sum1, count);
}

/** Four columns of x with eight of dy: rows beyond `rows` and columns beyond `columns` are computed, and not stored. */
function crossProducts(
  x: usize, dy: usize, to: usize, panelBytes: usize, stride: i32, rows: i32, columns: i32,
): void {
  let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
  for (const end = dy + panelBytes; dy < end; dy += rowBytes) {
    const y0 = load(dy), y1 = v128.load(dy, 16);
    const xa = v128.load_splat<f32>(x), xb = v128.load_splat<f32>(x, 4);
    a0 = multiplyAdd(a0, xa, y0); a1 = multiplyAdd(a1, xa, y1);
    b0 = multiplyAdd(b0, xb, y0); b1 = multiplyAdd(b1, xb, y1);
    const xc = v128.load_splat<f32>(x, 8), xd = v128.load_splat<f32>(x, 12);
    c0 = multiplyAdd(c0, xc, y0); c1 = multiplyAdd(c1, xc, y1);
    d0 = multiplyAdd(d0, xd, y0); d1 = multiplyAdd(d1, xd, y1);
    x += rowBytes;
  }
  const step = 4 * <usize> stride;
  storeFirst(to, a0, a1, columns);
  if (rows > 1) storeFirst(to + step, b0, b1, columns);
  if (rows > 2) storeFirst(to + 2 * step, c0, c1, columns);
  if (rows > 3) storeFirst(to + 3 * step, d0, d1, columns);
}

// Constants of the exponential. Exported, so that the optimiser has to leave them variables: the engine loads one in one
// instruction, where it takes three to build a constant, inside the loop. A third of the time of `silu`.
export let one: v128 = f32x4.splat(1), lowest: v128 = f32x4.splat(-87), highest: v128 = f32x4.splat(87);
export let rounding: v128 = f32x4.splat(12582912); // 3 · 2²²: what is added to it is rounded to a whole number
export let perLn2: v128 = f32x4.splat(1.44269504);
export let ln2High: v128 = f32x4.splat(0.693359375), ln2Low: v128 = f32x4.splat(-2.12194440e-4);
export let p0: v128 = f32x4.splat(1.9875691500e-4), p1: v128 = f32x4.splat(1.3981999507e-3);
export let p2: v128 = f32x4.splat(8.3334519073e-3), p3: v128 = f32x4.splat(4.1665795894e-2);
export let p4: v128 = f32x4.splat(1.6666665459e-1), p5: v128 = f32x4.splat(5.0000001201e-1);

/**
 * eˣ of four numbers: x = n ln 2 + r with |r| ≤ ½ ln 2, eˣ = 2ⁿ eʳ, and for eʳ the polynomial of S. Moshier's Cephes
 * (expf.c). Within 1 unit in the last place; exactly 1 at 0. Beyond ±87 it stays where it is there: the logistic
 * function needs no more. NaN gives NaN.
 */
@inline function exponential(x: v128): v128 {
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

/** 1 / (1 + e⁻ˣ) */
@inline function logistic(x: v128): v128 {
  return f32x4.div(one, f32x4.add(one, exponential(f32x4.neg(x))));
}

/** eˣ of `count` numbers, a multiple of 4, in place. For the measurement of its error. */
export function exponentials(values: usize, count: i32): void {
  for (const end = values + 4 * <usize> count; values < end; values += 16) {
    v128.store(values, exponential(load(values)));
  }
}

/** y = x σ(x) in place, and its slope σ + y (1 − σ). `count` is a multiple of 4. */
export function silu(values: usize, slopes: usize, count: i32): void {
  for (const end = values + 4 * <usize> count; values < end; values += 16) {
    const x = load(values), sigmoid = logistic(x), y = f32x4.mul(x, sigmoid);
    v128.store(values, y);
    v128.store(slopes, multiplyAdd(sigmoid, y, f32x4.sub(one, sigmoid)));
    slopes += 16;
  }
}

/** y = max(x, x / 100) in place, and its slope: 1 for x > 0, else 1 / 100. `count` is a multiple of 4. */
export function leakyRelu(values: usize, slopes: usize, count: i32): void {
  const leak = f32x4.splat(0.01), zero = f32x4.splat(0);
  for (const end = values + 4 * <usize> count; values < end; values += 16) {
    const x = load(values);
    v128.store(values, f32x4.max(x, f32x4.mul(x, leak)));
    v128.store(slopes, v128.bitselect(one, leak, f32x4.gt(x, zero)));
    slopes += 16;
  }
}

/** values ← values · factors. `count` is a multiple of 4. */
export function scale(values: usize, factors: usize, count: i32): void {
  for (const end = values + 4 * <usize> count; values < end; values += 16) {
    v128.store(values, f32x4.mul(load(values), load(factors)));
    factors += 16;
  }
}

/**
 * The move of an affine coupling, panel by panel: s = bound · tanh(raw / bound), scale = eˢ, and x ← x · scale + shift.
 * Leaves s in the place of raw, x · scale in that of shift, and scale in `scales`, for the gradient. log |det|, one
 * number to a row, is Σ s: over panels, then ((0 + 4) + (1 + 5)) + ((2 + 6) + (3 + 7)) over lanes.
 */
export function affineMove(
  x: usize, raw: usize, shift: usize, scales: usize, logDet: usize, bound: f32, batch: i32, columns: i32,
): void {
  const panelBytes = <usize> batch * rowBytes, panels = (columns + lanes - 1) / lanes;
  const inner = f32x4.splat(2 / bound), outer = f32x4.splat(2 * bound), limit = f32x4.splat(bound);
  for (let row = 0; row < batch; row++) {
    let sum0 = f32x4.splat(0), sum1 = sum0;
    let at = <usize> row * rowBytes;
    for (let panel = 0; panel < panels; panel++) {
      sum0 = f32x4.add(sum0, moveFour(x + at, raw + at, shift + at, scales + at, inner, outer, limit));
      const high = at + 16;
      sum1 = f32x4.add(sum1, moveFour(x + high, raw + high, shift + high, scales + high, inner, outer, limit));
      at += panelBytes;
    }
    const sum = f32x4.add(sum0, sum1);
    const first = f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1);
    f32.store(logDet + 4 * <usize> row, first + (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3)));
  }
}

@inline function moveFour(
  x: usize, raw: usize, shift: usize, scales: usize, inner: v128, outer: v128, limit: v128,
): v128 {
  const logScale = f32x4.sub(f32x4.mul(logistic(f32x4.mul(load(raw), inner)), outer), limit);
  const scale = exponential(logScale), scaled = f32x4.mul(load(x), scale);
  v128.store(x, f32x4.add(scaled, load(shift)));
  v128.store(raw, logScale);
  v128.store(shift, scaled);
  v128.store(scales, scale);
  return logScale;
}

/**
 * Its gradient, from that in z and that in log |det|: dshift is dz itself, dx = dz · scale,
 * draw = (dz · (x · scale) + dlogDet) · (1 − (s / bound)²). Puts draw in the place of s, and dx in that of scale.
 */
export function affineMoveGradient(
  dz: usize, dLogDet: usize, logScales: usize, scaled: usize, scales: usize, bound: f32, batch: i32, columns: i32,
): void {
  const limit = f32x4.splat(bound);
  for (let column = 0; column < columns; column += lanes) {
    for (let row = 0; row < batch; row++) {
      const constant = v128.load_splat<f32>(dLogDet + 4 * <usize> row);
      for (let half = 0; half < 2; half++) {
        const d = load(dz), ratio = f32x4.div(load(logScales), limit);
        const slope = f32x4.sub(one, f32x4.mul(ratio, ratio));
        v128.store(logScales, f32x4.mul(multiplyAdd(constant, d, load(scaled)), slope));
        v128.store(scales, f32x4.mul(d, load(scales)));
        dz += 16, logScales += 16, scaled += 16, scales += 16;
      }
    }
  }
}
