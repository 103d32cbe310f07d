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
// Speed, at 64² on one core of an AMD EPYC 9005 server (Deno 2.9.5): 3,460 M cell updates/s by `deno task bench kernels`,
// where two adders of four lanes at 4.3 GHz would be through with 11 additions a cell at 3,120, and with 9 at 3,810.
// Deno's V8 checks the bounds of each load and store by an instruction of its own and has 15 registers for vectors, six
// of which the coefficients take. So it counts to touch few places, and to let each value die soon: what is done to a
// cell is written in that order, in generate.ts. What else was tried, timed once in `advance` alone, where this takes
// 3,490:
//
//   eight vectors unrolled instead of sixteen 3,430; four 3,360; two 3,270
//   in the first row, a cell's pairs before its updates 3,410; also both sums before them, which spills registers, 3,190
//   one row at a time 3,190 (in the last of these orders)
//   11 additions, from one buffer to another 2,920; the same with memory that is there from the start 3,030
//   no `least` 3,600, but 1,260 at 256² from a few discs, where this gives 3,510
//   `least` as a constant, which V8 makes anew each time, 3,150
//   without V8's checks of bounds (--v8-flags=--no-wasm-bounds-checks) 3,580
//   relaxed multiply-add, whose bits are the machine's choice, 3,970

import { loadA, loadB, rotateRight, storeA, storeB, updateA, updateB, vectorBytes, wrap } from "./cells.ts";
import { updateTwoRows } from "./generated/two_rows.ts";

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

/** One Euler step of one row, the last of an odd number. Nobody asks for its pairs. */
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
    const a = loadA(row, 0), b = loadB(row, 0), reaction = f32x4.mul(a, f32x4.mul(b, b));
    let sum = f32x4.add(aLeft, loadA(pairs, 0));
    aLeft = f32x4.add(a, loadA(below, 1));
    updateA(row, 0, a, reaction, sum, c0, c1, c2);
    sum = f32x4.add(bLeft, loadB(pairs, 0));
    bLeft = f32x4.add(b, loadB(below, 1));
    updateB(row, 0, b, reaction, sum, c3, c4, least);
  }
  wrap(start, halo);
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
