// asc: --importMemory --initialMemory 1
// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
// deno-fmt-ignore-file: the formatter would delete the decorator @inline.
//
// Monotone maps of the values of a two-species field, cell by cell, back, and the gradients of both. Works on memory
// that is not its own, holds no static data and allocates nothing: every pointer is the caller's, every call is about one
// field.
//
// Order. The two lanes of a vector are the two species of a cell. Each goes through the cells and does, in 64 bits, what
// `reference.ts` does, one operation rounded after the other; mixing, which crosses the lanes, is done number by number.
//
// Passes. The roots and quotients of one cell wait for each other, a gradient's for longer than a processor looks ahead.
// So gradients go through the cells twice, half of the chain at a time, and it has several cells in hand.

/** Bytes that the first pass of a gradient leaves for the second, per cell. */
const left: usize = 64;

@inline function add(x: v128, y: v128): v128 { return f64x2.add(x, y); }
@inline function sub(x: v128, y: v128): v128 { return f64x2.sub(x, y); }
@inline function mul(x: v128, y: v128): v128 { return f64x2.mul(x, y); }
@inline function div(x: v128, y: v128): v128 { return f64x2.div(x, y); }
@inline function sqrt(x: v128): v128 { return f64x2.sqrt(x); }
@inline function times(factor: f64, x: v128): v128 { return f64x2.mul(f64x2.splat(factor), x); }
@inline function above(x: v128): v128 { return f64x2.add(f64x2.splat(1), x); }
@inline function both(a: f64, b: f64): v128 { return f64x2.replace_lane(f64x2.splat(a), 1, b); }
@inline function first(x: v128): f64 { return f64x2.extract_lane(x, 0); }
@inline function second(x: v128): f64 { return f64x2.extract_lane(x, 1); }
@inline function value(at: usize): f64 { return <f64> f32.load(at); }

/** A number of a and of b: the `index`-th pair, from shift, scale, skew, stretch and unstretch. */
@inline function pair(numbers: usize, index: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(numbers + 8 * index));
}

/** One of the four weights of the mixing. */
@inline function weight(numbers: usize, index: usize): f64 { return value(numbers + 40 + 4 * index); }

/** o √(2 / (1 + √(1 + 4 c o²))), the inverse of x √(1 + c x²). */
@inline function shrink(o: v128, c: v128): v128 {
  const inner = sqrt(above(mul(mul(times(4, c), o), o)));
  return mul(o, sqrt(div(f64x2.splat(2), above(inner))));
}

/** 1 + κ s / √(1 + s²) */
@inline function slopeOfSkew(skew: v128, s: v128, root: v128): v128 { return above(div(mul(skew, s), root)); }

/** The slope of skew, stretch and unstretch, of both species together. */
@inline function slope(skewSlope: v128, ck: v128, q: v128, p: v128, cw: v128): f64 {
  const each = div(mul(div(mul(skewSlope, above(times(2, ck))), q), p), above(times(2, cw)));
  return first(each) * second(each);
}

/** 4 c x / (1 + 2 c x²) − c x / (1 + c x²), `root` being √(1 + c x²): of log slope by x. */
@inline function bend(c: v128, x: v128, xx: v128, root: v128): v128 {
  return sub(div(mul(times(4, c), x), above(mul(times(2, c), xx))), div(mul(c, x), mul(root, root)));
}

/** What c adds to the gradient, where out = x √(1 + c x²): from the slopes by out and by the log-determinant. */
@inline function ofStretch(c: v128, x: v128, xx: v128, root: v128, dOut: v128, dLogDet: v128): v128 {
  const byOut = div(mul(mul(halved(dOut), x), xx), root);
  const curved = sub(div(times(2, xx), above(mul(times(2, c), xx))), div(times(0.5, xx), mul(root, root)));
  return add(byOut, mul(dLogDet, curved));
}

@inline function halved(x: v128): v128 { return f64x2.mul(x, f64x2.splat(0.5)); }

/** Field x `[2, n]` with its numbers to z, and the slope of every cell, `[n]` in 64 bits. */
export function forward(x: usize, numbers: usize, n: usize, z: usize, slopes: usize): void {
  const shift = pair(numbers, 0), scale = pair(numbers, 1), skew = pair(numbers, 2);
  const c = pair(numbers, 3), c2 = pair(numbers, 4);
  const w0 = weight(numbers, 0), w1 = weight(numbers, 1), w2 = weight(numbers, 2), w3 = weight(numbers, 3);
  const species = 4 * n;
  for (let i: usize = 0; i < n; i++, x += 4, z += 4, slopes += 8) {
    const s = mul(sub(both(value(x), value(x + species)), shift), scale);
    const root = sqrt(above(mul(s, s))), k = add(s, mul(skew, sub(root, f64x2.splat(1))));
    const ck = mul(mul(c, k), k), q = sqrt(above(ck)), w = shrink(mul(k, q), c2);
    const cw = mul(mul(c2, w), w);
    f64.store(slopes, slope(slopeOfSkew(skew, s, root), ck, q, sqrt(above(cw)), cw));
    const b = <f64> <f32> second(w), rootB = Math.sqrt(1 + b * b);
    const a = <f64> <f32> first(w) + w0 * (rootB - 1) + w1 * b / rootB, rootA = Math.sqrt(1 + a * a);
    f32.store(z, <f32> a);
    f32.store(z + species, <f32> (b + w2 * (rootA - 1) + w3 * a / rootA));
  }
}

/**
 * From the gradients in z and in the log-determinant those in x and, in 64 bits, in the numbers. `room` is for `left`
 * bytes per cell.
 */
export function forwardGradient(
  x: usize, numbers: usize, n: usize, dz: usize, dLogDet: f64, dx: usize, dNumbers: usize, room: usize,
): void {
  mixingGradient(x, numbers, n, dz, dNumbers, room);
  const shift = pair(numbers, 0), scale = pair(numbers, 1), skew = pair(numbers, 2);
  const c = pair(numbers, 3), c2 = pair(numbers, 4), byLogDet = f64x2.splat(dLogDet), species = 4 * n;
  let dShift = f64x2.splat(0), dScale = dShift, dSkew = dShift, dC = dShift, dC2 = dShift;
  for (let i: usize = 0; i < n; i++, x += 4, dx += 4, room += left) {
    const slopes = v128.load(room), w = v128.load(room, 16), root = v128.load(room, 32);
    const centred = sub(both(value(x), value(x + species)), shift), s = mul(centred, scale);
    const raised = sub(root, f64x2.splat(1)), k = add(s, mul(skew, raised));
    const skewSlope = slopeOfSkew(skew, s, root), kk = mul(k, k), q = sqrt(above(mul(c, kk)));
    const ww = mul(w, w), p = sqrt(above(mul(c2, ww)));
    const stretchSlope = div(above(mul(times(2, c), kk)), q), unstretchSlope = div(above(mul(times(2, c2), ww)), p);
    const dw = sub(slopes, mul(byLogDet, bend(c2, w, ww, p))), dOut = div(dw, unstretchSlope);
    dC2 = sub(dC2, ofStretch(c2, w, ww, p, dOut, byLogDet));
    const dk = add(mul(dOut, stretchSlope), mul(byLogDet, bend(c, k, kk, q)));
    dC = add(dC, ofStretch(c, k, kk, q, dOut, byLogDet));
    const cubed = mul(mul(mul(root, root), root), skewSlope);
    const ds = add(mul(dk, skewSlope), div(mul(byLogDet, skew), cubed));
    dSkew = add(dSkew, add(mul(dk, raised), div(mul(byLogDet, s), mul(root, skewSlope))));
    dScale = add(dScale, mul(ds, centred));
    const found = mul(ds, scale);
    dShift = sub(dShift, found);
    f32.store(dx, <f32> first(found));
    f32.store(dx + species, <f32> second(found));
  }
  store(dNumbers, dShift, dScale, dSkew, dC, dC2);
}

/** The first pass: that in the weights. Leaves that in w, which is mixed to z, w itself and √(1 + s²). */
function mixingGradient(x: usize, numbers: usize, n: usize, dz: usize, dNumbers: usize, room: usize): void {
  const shift = pair(numbers, 0), scale = pair(numbers, 1), skew = pair(numbers, 2);
  const c = pair(numbers, 3), c2 = pair(numbers, 4), species = 4 * n;
  const w0 = weight(numbers, 0), w1 = weight(numbers, 1), w2 = weight(numbers, 2), w3 = weight(numbers, 3);
  let d0: f64 = 0, d1: f64 = 0, d2: f64 = 0, d3: f64 = 0;
  for (let i: usize = 0; i < n; i++, x += 4, dz += 4, room += left) {
    const s = mul(sub(both(value(x), value(x + species)), shift), scale);
    const root = sqrt(above(mul(s, s))), k = add(s, mul(skew, sub(root, f64x2.splat(1))));
    const w = shrink(mul(k, sqrt(above(mul(mul(c, k), k)))), c2);
    const b = second(w), rootB = Math.sqrt(1 + b * b);
    const a = first(w) + w0 * (rootB - 1) + w1 * b / rootB, rootA = Math.sqrt(1 + a * a);
    const dB = value(dz + species), dA = value(dz) + dB * (w2 * a + w3 / (rootA * rootA)) / rootA;
    d0 += dA * (rootB - 1);
    d1 += dA * b / rootB;
    d2 += dB * (rootA - 1);
    d3 += dB * a / rootA;
    v128.store(room, both(dA, dB + dA * (w0 * b + w1 / (rootB * rootB)) / rootB));
    v128.store(room, w, 16);
    v128.store(room, root, 32);
  }
  storeWeights(dNumbers, d0, d1, d2, d3);
}

/** The inverse of {@link forward}: z to x, and the slope of every cell of x. */
export function inverse(z: usize, numbers: usize, n: usize, x: usize, slopes: usize): void {
  const shift = pair(numbers, 0), scale = pair(numbers, 1), skew = pair(numbers, 2);
  const c = pair(numbers, 3), c2 = pair(numbers, 4), rest = sub(f64x2.splat(1), mul(skew, skew));
  const w0 = weight(numbers, 0), w1 = weight(numbers, 1), w2 = weight(numbers, 2), w3 = weight(numbers, 3);
  const species = 4 * n;
  for (let i: usize = 0; i < n; i++, x += 4, z += 4, slopes += 8) {
    const movedA = value(z), rootA = Math.sqrt(1 + movedA * movedA);
    const b = value(z + species) - w2 * (rootA - 1) - w3 * movedA / rootA, rootB = Math.sqrt(1 + b * b);
    const w = both(movedA - w0 * (rootB - 1) - w1 * b / rootB, b);
    const cw = mul(mul(c2, w), w), p = sqrt(above(cw)), k = shrink(mul(w, p), c);
    const ck = mul(mul(c, k), k), q = sqrt(above(ck)), s = unskew(k, skew, rest), root = sqrt(above(mul(s, s)));
    f64.store(slopes, slope(slopeOfSkew(skew, s, root), ck, q, p, cw));
    const found = add(div(s, scale), shift);
    f32.store(x, <f32> first(found));
    f32.store(x + species, <f32> second(found));
  }
}

/**
 * From the gradients in x and in the log-determinant of the inverse those in z and, in 64 bits, in the numbers. `room`
 * is for `left` bytes per cell.
 */
export function inverseGradient(
  z: usize, numbers: usize, n: usize, dx: usize, dLogDet: f64, dz: usize, dNumbers: usize, room: usize,
): void {
  unmix(z, numbers, n, room);
  const scale = pair(numbers, 1), skew = pair(numbers, 2), rest = sub(f64x2.splat(1), mul(skew, skew));
  const c = pair(numbers, 3), c2 = pair(numbers, 4), byLogDet = f64x2.splat(dLogDet), species = 4 * n;
  const w0 = weight(numbers, 0), w1 = weight(numbers, 1), w2 = weight(numbers, 2), w3 = weight(numbers, 3);
  let dShift = f64x2.splat(0), dScale = dShift, dSkew = dShift, dC = dShift, dC2 = dShift;
  let d0: f64 = 0, d1: f64 = 0, d2: f64 = 0, d3: f64 = 0;
  for (let i: usize = 0; i < n; i++, z += 4, dx += 4, dz += 4, room += left) {
    const w = v128.load(room), p = v128.load(room, 16), k = v128.load(room, 32);
    const rootA = f64.load(room, 48), rootB = f64.load(room, 56);
    const ww = mul(w, w), kk = mul(k, k), q = sqrt(above(mul(c, kk)));
    const s = unskew(k, skew, rest), root = sqrt(above(mul(s, s))), skewSlope = slopeOfSkew(skew, s, root);
    const stretchSlope = div(above(mul(times(2, c), kk)), q), unstretchSlope = div(above(mul(times(2, c2), ww)), p);
    const ds = div(both(value(dx), value(dx + species)), scale);
    dShift = add(dShift, mul(ds, scale));
    dScale = sub(dScale, div(mul(ds, s), scale));
    const cubed = mul(mul(mul(root, root), root), skewSlope);
    const dk = div(sub(ds, div(mul(byLogDet, skew), cubed)), skewSlope);
    const byRoot = mul(dk, sub(root, f64x2.splat(1)));
    dSkew = sub(dSkew, add(byRoot, div(mul(byLogDet, s), mul(root, skewSlope))));
    const dOut = div(sub(dk, mul(byLogDet, bend(c, k, kk, q))), stretchSlope);
    dC = sub(dC, ofStretch(c, k, kk, q, dOut, byLogDet));
    dC2 = add(dC2, ofStretch(c2, w, ww, p, dOut, byLogDet));
    const slopes = add(mul(dOut, unstretchSlope), mul(byLogDet, bend(c2, w, ww, p)));
    const movedA = value(z), b = second(w);
    const dA = first(slopes), dB = second(slopes) - dA * (w0 * b + w1 / (rootB * rootB)) / rootB;
    d0 -= dA * (rootB - 1);
    d1 -= dA * b / rootB;
    d2 -= dB * (rootA - 1);
    d3 -= dB * movedA / rootA;
    f32.store(dz, <f32> (dA - dB * (w2 * movedA + w3 / (rootA * rootA)) / rootA));
    f32.store(dz + species, <f32> dB);
  }
  store(dNumbers, dShift, dScale, dSkew, dC, dC2);
  storeWeights(dNumbers, d0, d1, d2, d3);
}

/** The first pass: leaves w, which is mixed to z, √(1 + c₂ w²), k, which is stretched and unstretched to w, and both roots. */
function unmix(z: usize, numbers: usize, n: usize, room: usize): void {
  const c = pair(numbers, 3), c2 = pair(numbers, 4), species = 4 * n;
  const w0 = weight(numbers, 0), w1 = weight(numbers, 1), w2 = weight(numbers, 2), w3 = weight(numbers, 3);
  for (let i: usize = 0; i < n; i++, z += 4, room += left) {
    const movedA = value(z), rootA = Math.sqrt(1 + movedA * movedA);
    const b = value(z + species) - w2 * (rootA - 1) - w3 * movedA / rootA, rootB = Math.sqrt(1 + b * b);
    const w = both(movedA - w0 * (rootB - 1) - w1 * b / rootB, b), p = sqrt(above(mul(c2, mul(w, w))));
    v128.store(room, w);
    v128.store(room, p, 16);
    v128.store(room, shrink(mul(w, p), c), 32);
    v128.store(room, both(rootA, rootB), 48);
  }
}

/** The s of which k = s + κ (√(1 + s²) − 1), `rest` being 1 − κ². */
@inline function unskew(k: v128, skew: v128, rest: v128): v128 {
  const raised = add(k, skew);
  return div(sub(raised, mul(skew, sqrt(add(mul(raised, raised), rest)))), rest);
}

@inline function store(at: usize, shift: v128, scale: v128, skew: v128, stretch: v128, unstretch: v128): void {
  v128.store(at, shift);
  v128.store(at + 16, scale);
  v128.store(at + 32, skew);
  v128.store(at + 48, stretch);
  v128.store(at + 64, unstretch);
}

@inline function storeWeights(at: usize, w0: f64, w1: f64, w2: f64, w3: f64): void {
  f64.store(at + 80, w0);
  f64.store(at + 88, w1);
  f64.store(at + 96, w2);
  f64.store(at + 104, w3);
}
