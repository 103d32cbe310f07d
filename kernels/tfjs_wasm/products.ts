// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
// deno-fmt-ignore-file: the formatter would delete the decorator @inline.
// deno-lint-ignore-file
//
// Products of matrices: c = a · b, with a `[rows, inner]` and b `[inner, columns]`.
//
// Layout. a is read where it lies, with a step from row to row and one along the inner index, so that it may as well
// be transposed. b is packed: in panels of 16 columns, and what is left in panels of 4, each `[inner, 16 or 4]`; what
// is missing to a multiple of 4 is zeros. c has rows of so many columns.
//
// Order. Every number is a sum of sums: of each 256 products in the order of the inner index, begun with 0; these are
// added to c in their order. Products and sums are rounded one by one: there is no fused and no relaxed operation.
//
// Speed. A tile of 3 rows × 16 columns takes 12 sums in registers, as many as the engine can hold beside the rest.
// Missing rows of a tile repeat the last one, and are not stored.

/** Products of a sum. 256 rows of a panel of 16 take 16 KB, half of the fastest cache. */
const block: i32 = 256;

@inline function load(at: usize): v128 { return v128.load(at); }
@inline function multiplyAdd(sum: v128, a: v128, b: v128): v128 { return f32x4.add(sum, f32x4.mul(a, b)); }
@inline function addTo(at: usize, sum: v128): void { v128.store(at, f32x4.add(v128.load(at), sum)); }

/** The next multiple of 4. */
@inline export function padded(columns: i32): i32 { return (columns + 3) & -4; }

/** Packs b; steps are bytes along the inner index and from column to column, one of them 4. */
export function pack(
  from: usize, innerStep: usize, columnStep: usize, inner: i32, columns: i32, packed: usize,
): void {
  const all = padded(columns);
  for (let column = 0; column < all; ) {
    const width = all - column >= 16 ? 16 : 4;
    packPanel(from, innerStep, columnStep, inner, min(width, columns - column), width, packed);
    from += columnStep * <usize> width;
    packed += 4 * <usize> width * <usize> inner;
    column += width;
  }
}

function packPanel(
  from: usize, innerStep: usize, columnStep: usize, inner: i32, filled: i32, width: i32, packed: usize,
): void {
  const step: usize = 4 * <usize> width;
  if (columnStep == 4 && filled == width) {
    for (; inner > 0; inner--) {
      for (let offset: usize = 0; offset < step; offset += 16) v128.store(packed + offset, load(from + offset));
      from += innerStep, packed += step;
    }
    return;
  }
  let column = 0;
  if (innerStep == 4) {
    for (; column + 4 <= filled; column += 4) {
      packTransposed(from, columnStep, inner, packed + 4 * <usize> column, step);
      from += 4 * columnStep;
    }
  }
  for (; column < width; column++) {
    let at = from, to = packed + 4 * <usize> column;
    for (let i = 0; i < inner; i++) {
      f32.store(to, column < filled ? f32.load(at) : 0);
      at += innerStep, to += step;
    }
    from += columnStep;
  }
}

/** Four columns, each of neighbouring numbers, to rows of a panel. */
function packTransposed(from: usize, columnStep: usize, inner: i32, to: usize, step: usize): void {
  let b = from + columnStep, c = b + columnStep, d = c + columnStep;
  for (; inner >= 4; inner -= 4) {
    const va = load(from), vb = load(b), vc = load(c), vd = load(d);
    const ab = v128.shuffle<f32>(va, vb, 0, 4, 1, 5), cd = v128.shuffle<f32>(vc, vd, 0, 4, 1, 5);
    const AB = v128.shuffle<f32>(va, vb, 2, 6, 3, 7), CD = v128.shuffle<f32>(vc, vd, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5)), to += step;
    v128.store(to, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7)), to += step;
    v128.store(to, v128.shuffle<f32>(AB, CD, 0, 1, 4, 5)), to += step;
    v128.store(to, v128.shuffle<f32>(AB, CD, 2, 3, 6, 7)), to += step;
    from += 16, b += 16, c += 16, d += 16;
  }
  for (; inner > 0; inner--) {
    f32.store(to, f32.load(from)), f32.store(to, f32.load(b), 4);
    f32.store(to, f32.load(c), 8), f32.store(to, f32.load(d), 12);
    from += 4, b += 4, c += 4, d += 4, to += step;
  }
}

/** c `[rows, padded(columns)]` = a · b */
export function multiply(
  a: usize, rowStep: usize, innerStep: usize, packed: usize, c: usize, rows: i32, inner: i32, columns: i32,
): void {
  const cStep = 4 * <usize> padded(columns);
  memory.fill(c, 0, cStep * <usize> rows);
  for (let from = 0; from < inner; from += block) {
    const count = min(block, inner - from);
    addProduct(
      a + innerStep * <usize> from, rowStep, innerStep, packed, inner, from, count, c, cStep, rows, columns,
    );
  }
}

/** c += a · b of `count` of the inner index, of which b has `inner`, from `from` on; `a` points at the first. */
export function addProduct(
  a: usize, rowStep: usize, innerStep: usize, packed: usize, inner: i32, from: i32, count: i32,
  c: usize, cStep: usize, rows: i32, columns: i32,
): void {
  const all = padded(columns);
  let column = 0;
  for (; column + 16 <= all; column += 16) {
    const b = packed + 64 * <usize> from;
    for (let row = 0, at = a, to = c; row < rows; row += 3) {
      const second = row + 1 < rows, third = row + 2 < rows;
      const a1 = second ? at + rowStep : at, c1 = second ? to + cStep : to;
      const a2 = third ? a1 + rowStep : a1, c2 = third ? c1 + cStep : c1;
      addTile(at, a1, a2, innerStep, b, b + 64 * <usize> count, to, c1, c2);
      at += 3 * rowStep, to += 3 * cStep;
    }
    packed += 64 * <usize> inner;
    c += 64;
  }
  for (; column < all; column += 4) {
    const b = packed + 16 * <usize> from;
    for (let row = 0, at = a, to = c; row < rows; row += 4) {
      const second = row + 1 < rows, third = row + 2 < rows, fourth = row + 3 < rows;
      const a1 = second ? at + rowStep : at, c1 = second ? to + cStep : to;
      const a2 = third ? a1 + rowStep : a1, c2 = third ? c1 + cStep : c1;
      const a3 = fourth ? a2 + rowStep : a2, c3 = fourth ? c2 + cStep : c2;
      addNarrowTile(at, a1, a2, a3, innerStep, b, b + 16 * <usize> count, to, c1, c2, c3);
      at += 4 * rowStep, to += 4 * cStep;
    }
    packed += 16 * <usize> inner;
    c += 16;
  }
}

/** 3 rows × 16 columns. */
function addTile(
  a: usize, b: usize, c: usize, innerStep: usize, w: usize, end: usize, toA: usize, toB: usize, toC: usize,
): void {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
  let c0 = a0, c1 = a0, c2 = a0, c3 = a0;
  for (; w < end; w += 64) {
    const xa = v128.load_splat<f32>(a), xb = v128.load_splat<f32>(b), xc = v128.load_splat<f32>(c);
    const w0 = load(w);
    a0 = multiplyAdd(a0, xa, w0), b0 = multiplyAdd(b0, xb, w0), c0 = multiplyAdd(c0, xc, w0);
    const w1 = v128.load(w, 16);
    a1 = multiplyAdd(a1, xa, w1), b1 = multiplyAdd(b1, xb, w1), c1 = multiplyAdd(c1, xc, w1);
    const w2 = v128.load(w, 32);
    a2 = multiplyAdd(a2, xa, w2), b2 = multiplyAdd(b2, xb, w2), c2 = multiplyAdd(c2, xc, w2);
    const w3 = v128.load(w, 48);
    a3 = multiplyAdd(a3, xa, w3), b3 = multiplyAdd(b3, xb, w3), c3 = multiplyAdd(c3, xc, w3);
    a += innerStep, b += innerStep, c += innerStep;
  }
  addRow(toA, a0, a1, a2, a3);
  if (toB != toA) addRow(toB, b0, b1, b2, b3);
  if (toC != toB) addRow(toC, c0, c1, c2, c3);
}

@inline function addRow(to: usize, v0: v128, v1: v128, v2: v128, v3: v128): void {
  addTo(to, v0), addTo(to + 16, v1), addTo(to + 32, v2), addTo(to + 48, v3);
}

/** 4 rows × 4 columns. */
function addNarrowTile(
  a: usize, b: usize, c: usize, d: usize, innerStep: usize, w: usize, end: usize,
  toA: usize, toB: usize, toC: usize, toD: usize,
): void {
  let va = f32x4.splat(0), vb = va, vc = va, vd = va;
  for (; w < end; w += 16) {
    const w0 = load(w);
    va = multiplyAdd(va, v128.load_splat<f32>(a), w0), vb = multiplyAdd(vb, v128.load_splat<f32>(b), w0);
    vc = multiplyAdd(vc, v128.load_splat<f32>(c), w0), vd = multiplyAdd(vd, v128.load_splat<f32>(d), w0);
    a += innerStep, b += innerStep, c += innerStep, d += innerStep;
  }
  addTo(toA, va);
  if (toB != toA) addTo(toB, vb);
  if (toC != toB) addTo(toC, vc);
  if (toD != toC) addTo(toD, vd);
}

/** The first columns of rows `[rows, padded(columns)]`. */
export function copyColumns(from: usize, to: usize, rows: i32, columns: i32): void {
  const step: usize = 4 * <usize> padded(columns), rest: usize = 4 * <usize> columns;
  for (; rows > 0; rows--) {
    for (let offset: usize = 0; offset < rest; offset += 4) f32.store(to + offset, f32.load(from + offset));
    from += step, to += rest;
  }
}
