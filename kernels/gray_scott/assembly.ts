// asc: --initialMemory 1
// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
// deno-fmt-ignore-file: the formatter would delete the decorator @inline, and with it a fifth of the speed.
//
// Gray-Scott on a periodic grid: the 5-point Laplacian, explicit Euler, f32.
//
//   a' = a + δt (Da ∇²a − a b² + F (1 − a))
//   b' = b + δt (Db ∇²b + a b² − (F + k) b)
//
// Arithmetic. With A = √δt a and B = √δt b the reaction's δt a b² is R = A B², for any δt, and
//
//   A' = ((c0 A − R) + c1 ΣA) + c2          c0 = 1 − (4 Da + F) δt    c1 = Da δt    c2 = F δt √δt
//   B' = max((R + c3 B) + c4 ΣB, least)     c3 = 1 − (4 Db + F + k) δt    c4 = Db δt
//
// ΣA, the sum of the four neighbours, is that of two pairs. The pair of a cell is its own value and that of the
// cell below and to the right: P(x, y) = A(x, y) + A(x + 1, y + 1). Then ΣA(x, y) = P(x − 1, y) + P(x, y − 1), and
// since each pair serves two cells, the sum costs 2 additions a cell where three would be obvious: 9 in all, not 11.
//
// `least` = 1e-18 keeps B out of the denormal numbers, which take a processor many times as long: B² of a place that
// the catalyst has not reached, or has left, would be one. Positive values alone are raised to it (as unsigned
// integers, negative floats and NaN are larger), and `lower` gives it back as 0.
//
// Layout ("lifted"). A row of the grid is width / 4 vectors, and lane j of vector i holds x = j (width / 4) + i.
// So the neighbours of a vector are the vectors beside it, aligned. One more vector, the halo, ends a row: its first
// one with the lanes rotated, which is what lies to the right of its last. Vectors of A and B alternate in memory.
// Behind the last row lies a copy of the first, and behind that a row for pairs. Rows are updated in place: once its
// pairs with the row below are known, nobody needs a row's old values.
//
// Speed, at 64² on one core of an AMD EPYC 9005 server (Deno 2.9.5): 3,230 M cell updates/s, where two adders of four
// lanes at 4.3 GHz would be through with 11 additions a cell at 3,120, and with 9 at 3,810. Deno's V8 checks the bounds
// of each load and store by an instruction of its own, so that touching few places counts. What else was tried:
//
//   eight vectors unrolled instead of four 3,260; one 2,990
//   one row at a time 3,170; two, with all that the next vector needs kept in registers, which then spill, 3,100
//   11 additions, from one buffer to another 2,950; the same with memory that is there from the start 3,030
//   no `least` 3,500, but 1,230 at 256² from a few discs, where this gives 3,370
//   `least` by f32x4.pmax 3,230; as a constant, which V8 makes anew each time, 3,090

const vectorBytes: usize = 32; // four cells: A's vector, then B's
const blockBytes: usize = 4 * vectorBytes;

let c0: v128 = f32x4.splat(0);
let c1: v128 = f32x4.splat(0);
let c2: v128 = f32x4.splat(0);
let c3: v128 = f32x4.splat(0);
let c4: v128 = f32x4.splat(0);
let least: v128 = f32x4.splat(1e-18); // not a constant: see above
let scale: f32 = 1; // √δt

/** First byte of linear memory that is free for the caller. */
export function freeMemory(): usize {
  return (__heap_base + 15) & ~15;
}

/** Bytes of a state: all rows, the copy of the first, and the row for pairs. */
export function stateBytes(width: usize, height: usize): usize {
  return (height + 2) * rowBytesOf(width);
}

@inline
function rowBytesOf(width: usize): usize {
  return (width / 4 + 1) * vectorBytes;
}

/** Sets the coefficients, computed in f64 and rounded once to f32. */
export function setRule(Da: f64, Db: f64, F: f64, k: f64, timeStep: f64): void {
  const root = Math.sqrt(timeStep);
  scale = <f32> root;
  c0 = f32x4.splat(<f32> (1.0 - (4.0 * Da + F) * timeStep));
  c1 = f32x4.splat(<f32> (Da * timeStep));
  c2 = f32x4.splat(<f32> (F * timeStep * root));
  c3 = f32x4.splat(<f32> (1.0 - (4.0 * Db + F + k) * timeStep));
  c4 = f32x4.splat(<f32> (Db * timeStep));
}

/** From row-major fields to a state. `setRule` comes first: the fields are scaled by √δt. */
export function lift(a: usize, b: usize, width: usize, height: usize, state: usize): void {
  const vectors = width / 4;
  for (let y: usize = 0; y < height; y++, state += rowBytesOf(width)) {
    for (let lane: usize = 0; lane < 4; lane++) {
      for (let i: usize = 0; i < vectors; i++, a += 4, b += 4) {
        const cell = state + i * vectorBytes + 4 * lane;
        store<f32>(cell, load<f32>(a) * scale, 0);
        store<u32>(cell, max(reinterpret<u32>(load<f32>(b) * scale), leastBits()), 16);
      }
    }
    wrap(state, state + vectors * vectorBytes);
  }
}

/** And back. */
export function lower(state: usize, width: usize, height: usize, a: usize, b: usize): void {
  const vectors = width / 4;
  for (let y: usize = 0; y < height; y++, state += rowBytesOf(width)) {
    for (let lane: usize = 0; lane < 4; lane++) {
      for (let i: usize = 0; i < vectors; i++, a += 4, b += 4) {
        const cell = state + i * vectorBytes + 4 * lane;
        store<f32>(a, load<f32>(cell, 0) / scale);
        store<f32>(b, load<u32>(cell, 16) == leastBits() ? 0 : load<f32>(cell, 16) / scale);
      }
    }
  }
}

@inline
function leastBits(): u32 {
  return i32x4.extract_lane(least, 0);
}

/** Advances a state. */
export function advance(state: usize, width: usize, height: usize, steps: i32): void {
  const rowBytes = rowBytesOf(width);
  takeSteps(state, state + height * rowBytes, rowBytes, steps, c0, c1, c2, c3, c4, least);
}

/** The time loop. The coefficients come as parameters, since globals would be loaded anew for each vector. */
function takeSteps(
  state: usize, end: usize, rowBytes: usize, steps: i32,
  c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, least: v128,
): void {
  const pairs = end + rowBytes;
  for (let step = 0; step < steps; step++) {
    beginStep(state, end, rowBytes, pairs);
    let row = state;
    for (; row + rowBytes < end; row += 2 * rowBytes) updateTwoRows(row, rowBytes, pairs, c0, c1, c2, c3, c4, least);
    if (row < end) updateRow(row, rowBytes, pairs, c0, c1, c2, c3, c4, least);
  }
}

/** Copies the first row behind the last one, and puts the pairs between the two where the first row looks for them. */
@inline
function beginStep(first: usize, end: usize, rowBytes: usize, pairs: usize): void {
  let last = end - rowBytes;
  let a = loadA(first, 0), b = loadB(first, 0);
  storeA(end, 0, a), storeB(end, 0, b);
  const halo = end - vectorBytes;
  for (; last != halo; last += vectorBytes, first += vectorBytes, end += vectorBytes, pairs += vectorBytes) {
    a = loadA(first, 1), b = loadB(first, 1);
    storeA(end, 1, a), storeB(end, 1, b);
    storeA(pairs, 0, f32x4.add(loadA(last, 0), a)), storeB(pairs, 0, f32x4.add(loadB(last, 0), b));
  }
}

/**
 * One Euler step of two rows. `pairs` holds those of the row above with the first, and in the end those of the second
 * with the one below it.
 */
@inline
function updateTwoRows(
  row: usize, rowBytes: usize, pairs: usize,
  c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, least: v128,
): void {
  const start = row, halo = row + rowBytes - vectorBytes;
  let second = row + rowBytes, third = second + rowBytes;
  let aLeft = f32x4.add(rotateRight(loadA(halo - vectorBytes, 0)), loadA(second, 0));
  let bLeft = f32x4.add(rotateRight(loadB(halo - vectorBytes, 0)), loadB(second, 0));
  let aLeftSecond = f32x4.add(rotateRight(loadA(halo + rowBytes - vectorBytes, 0)), loadA(third, 0));
  let bLeftSecond = f32x4.add(rotateRight(loadB(halo + rowBytes - vectorBytes, 0)), loadB(third, 0));
  let a: v128, b: v128, aPair: v128, bPair: v128, aSum: v128, bSum: v128;
  const blocksEnd = row + (halo - row) / blockBytes * blockBytes;
  for (; row != blocksEnd; row += blockBytes, second += blockBytes, third += blockBytes, pairs += blockBytes) {
    a = loadA(row, 0), b = loadB(row, 0);
    aPair = f32x4.add(a, loadA(second, 1)), bPair = f32x4.add(b, loadB(second, 1));
    aSum = f32x4.add(aLeft, loadA(pairs, 0)), bSum = f32x4.add(bLeft, loadB(pairs, 0));
    update(row, 0, a, b, aSum, bSum, c0, c1, c2, c3, c4, least);
    a = loadA(second, 0), b = loadB(second, 0);
    aSum = f32x4.add(aLeftSecond, aPair), bSum = f32x4.add(bLeftSecond, bPair);
    aLeft = aPair, bLeft = bPair;
    aLeftSecond = f32x4.add(a, loadA(third, 1)), bLeftSecond = f32x4.add(b, loadB(third, 1));
    storeA(pairs, 0, aLeftSecond), storeB(pairs, 0, bLeftSecond);
    update(second, 0, a, b, aSum, bSum, c0, c1, c2, c3, c4, least);

    a = loadA(row, 1), b = loadB(row, 1);
    aPair = f32x4.add(a, loadA(second, 2)), bPair = f32x4.add(b, loadB(second, 2));
    aSum = f32x4.add(aLeft, loadA(pairs, 1)), bSum = f32x4.add(bLeft, loadB(pairs, 1));
    update(row, 1, a, b, aSum, bSum, c0, c1, c2, c3, c4, least);
    a = loadA(second, 1), b = loadB(second, 1);
    aSum = f32x4.add(aLeftSecond, aPair), bSum = f32x4.add(bLeftSecond, bPair);
    aLeft = aPair, bLeft = bPair;
    aLeftSecond = f32x4.add(a, loadA(third, 2)), bLeftSecond = f32x4.add(b, loadB(third, 2));
    storeA(pairs, 1, aLeftSecond), storeB(pairs, 1, bLeftSecond);
    update(second, 1, a, b, aSum, bSum, c0, c1, c2, c3, c4, least);

    a = loadA(row, 2), b = loadB(row, 2);
    aPair = f32x4.add(a, loadA(second, 3)), bPair = f32x4.add(b, loadB(second, 3));
    aSum = f32x4.add(aLeft, loadA(pairs, 2)), bSum = f32x4.add(bLeft, loadB(pairs, 2));
    update(row, 2, a, b, aSum, bSum, c0, c1, c2, c3, c4, least);
    a = loadA(second, 2), b = loadB(second, 2);
    aSum = f32x4.add(aLeftSecond, aPair), bSum = f32x4.add(bLeftSecond, bPair);
    aLeft = aPair, bLeft = bPair;
    aLeftSecond = f32x4.add(a, loadA(third, 3)), bLeftSecond = f32x4.add(b, loadB(third, 3));
    storeA(pairs, 2, aLeftSecond), storeB(pairs, 2, bLeftSecond);
    update(second, 2, a, b, aSum, bSum, c0, c1, c2, c3, c4, least);

    a = loadA(row, 3), b = loadB(row, 3);
    aPair = f32x4.add(a, loadA(second, 4)), bPair = f32x4.add(b, loadB(second, 4));
    aSum = f32x4.add(aLeft, loadA(pairs, 3)), bSum = f32x4.add(bLeft, loadB(pairs, 3));
    update(row, 3, a, b, aSum, bSum, c0, c1, c2, c3, c4, least);
    a = loadA(second, 3), b = loadB(second, 3);
    aSum = f32x4.add(aLeftSecond, aPair), bSum = f32x4.add(bLeftSecond, bPair);
    aLeft = aPair, bLeft = bPair;
    aLeftSecond = f32x4.add(a, loadA(third, 4)), bLeftSecond = f32x4.add(b, loadB(third, 4));
    storeA(pairs, 3, aLeftSecond), storeB(pairs, 3, bLeftSecond);
    update(second, 3, a, b, aSum, bSum, c0, c1, c2, c3, c4, least);
  }
  for (; row != halo; row += vectorBytes, second += vectorBytes, third += vectorBytes, pairs += vectorBytes) {
    a = loadA(row, 0), b = loadB(row, 0);
    aPair = f32x4.add(a, loadA(second, 1)), bPair = f32x4.add(b, loadB(second, 1));
    aSum = f32x4.add(aLeft, loadA(pairs, 0)), bSum = f32x4.add(bLeft, loadB(pairs, 0));
    update(row, 0, a, b, aSum, bSum, c0, c1, c2, c3, c4, least);
    a = loadA(second, 0), b = loadB(second, 0);
    aSum = f32x4.add(aLeftSecond, aPair), bSum = f32x4.add(bLeftSecond, bPair);
    aLeft = aPair, bLeft = bPair;
    aLeftSecond = f32x4.add(a, loadA(third, 1)), bLeftSecond = f32x4.add(b, loadB(third, 1));
    storeA(pairs, 0, aLeftSecond), storeB(pairs, 0, bLeftSecond);
    update(second, 0, a, b, aSum, bSum, c0, c1, c2, c3, c4, least);
  }
  wrap(start, halo), wrap(start + rowBytes, halo + rowBytes);
}

/** The same for one row: the last of an odd number. Nobody asks for its pairs. */
@inline
function updateRow(
  row: usize, rowBytes: usize, pairs: usize,
  c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, least: v128,
): void {
  const start = row, halo = row + rowBytes - vectorBytes;
  let below = row + rowBytes;
  let aLeft = f32x4.add(rotateRight(loadA(halo - vectorBytes, 0)), loadA(below, 0));
  let bLeft = f32x4.add(rotateRight(loadB(halo - vectorBytes, 0)), loadB(below, 0));
  for (; row != halo; row += vectorBytes, below += vectorBytes, pairs += vectorBytes) {
    const a = loadA(row, 0), b = loadB(row, 0);
    const aSum = f32x4.add(aLeft, loadA(pairs, 0)), bSum = f32x4.add(bLeft, loadB(pairs, 0));
    aLeft = f32x4.add(a, loadA(below, 1)), bLeft = f32x4.add(b, loadB(below, 1));
    update(row, 0, a, b, aSum, bSum, c0, c1, c2, c3, c4, least);
  }
  wrap(start, halo);
}

/** One Euler step of vector i after the pointer: four cells, from the sums of their neighbours. */
@inline
function update(
  row: usize, i: usize, a: v128, b: v128, aSum: v128, bSum: v128,
  c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, least: v128,
): void {
  const reaction = f32x4.mul(a, f32x4.mul(b, b));
  const aNext = f32x4.add(f32x4.add(f32x4.sub(f32x4.mul(c0, a), reaction), f32x4.mul(c1, aSum)), c2);
  const bNext = f32x4.add(f32x4.add(reaction, f32x4.mul(c3, b)), f32x4.mul(c4, bSum));
  storeA(row, i, aNext), storeB(row, i, i32x4.max_u(bNext, least));
}

@inline
function loadA(pointer: usize, i: usize): v128 {
  return v128.load(pointer + i * vectorBytes);
}

@inline
function loadB(pointer: usize, i: usize): v128 {
  return v128.load(pointer + (i * vectorBytes + 16));
}

@inline
function storeA(pointer: usize, i: usize, a: v128): void {
  v128.store(pointer + i * vectorBytes, a);
}

@inline
function storeB(pointer: usize, i: usize, b: v128): void {
  v128.store(pointer + (i * vectorBytes + 16), b);
}

/** Sets the halo of a row. */
@inline
function wrap(row: usize, halo: usize): void {
  storeA(halo, 0, rotateLeft(loadA(row, 0))), storeB(halo, 0, rotateLeft(loadB(row, 0)));
}

/** Left neighbours of a row's first vector, from its last. */
function rotateRight(last: v128): v128 {
  return v128.shuffle<f32>(last, last, 3, 0, 1, 2);
}
/** Right neighbours of a row's last vector, from its first. */
function rotateLeft(first: v128): v128 {
  return v128.shuffle<f32>(first, first, 1, 2, 3, 0);
}
/** Keeps a copy of a state's rows. */
export function keep(state: usize, width: usize, height: usize, kept: usize): void {
  memory.copy(kept, state, height * rowBytesOf(width));
}

/** Whether the rows of a state agree in every bit with those that were kept. */
export function isKept(state: usize, width: usize, height: usize, kept: usize): bool {
  const bytes = height * rowBytesOf(width);
  for (let i: usize = 0; i < bytes; i += 16) {
    if (v128.any_true(v128.xor(v128.load(state + i), v128.load(kept + i)))) return false;
  }
  return true;
}
