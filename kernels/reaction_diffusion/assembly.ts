// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
// deno-fmt-ignore-file: the formatter would delete the decorator @inline.
//
// Two species on a grid of any height and width: explicit Euler, f32. What is done to a cell comes from the models,
// by way of generated/; this is the way over the grid, the boundaries and the time loop.
//
// Layout. A row of a, then the same row of b, then the next row of a, and so on. A row is a vector whose last lane is
// the left halo, then its cells, then the right halo, then zeros to a whole number of the vectors that a row function
// takes at once, and as many again. What such a function computes beyond the row is overwritten at once by halo and
// zeros, so a state is a function of its cells alone and states are compared whole. There are no halo rows: above the
// first row lies the last one (periodic) or itself (no flux, mirrored at the cells' edge), chosen by pointer.
//
// Speed. A row function loads every vector of its own row once and shuffles left and right neighbours together; four
// vectors at once. `deno task bench models`, in M cell updates/s at 64² on one core of an AMD EPYC 9005 server (Deno
// 2.9.5), where the Gray-Scott kernel of its own does 3420:
//
//                      5 points   9 points
//   Gray-Scott             2150       1230
//   FitzHugh-Nagumo        1820       1110
//   Brusselator            1860       1150
//   Gierer-Meinhardt       1840       1110
//
// So time goes with additions: 11, 14, 13 and 13 a cell with 5 points, 8 more with 9. Without flux it is as fast. Also
// tried, on Gray-Scott with 5 points and a busy machine, when this did 2060: unaligned loads for left and
// right, one vector at once 1680, two 1830, four 1870; shuffles, two at once 1830, eight 2170, which would pad rows to
// whole 32 cells. With 9 points, the corners by shuffles too: 1000, for want of registers.

import { updateRow, vectorsAtOnce } from "./generated/rows.ts";

const atOnce: usize = 16 * vectorsAtOnce;

/** First byte of linear memory that is free for the caller. */
export function freeMemory(): usize {
  return (__heap_base + 15) & ~15;
}

/** Bytes from a row of a to the row of b behind it. */
export function rowBytes(width: usize): usize {
  return 16 + paddedBytes(width) + atOnce;
}

@inline
function paddedBytes(width: usize): usize {
  return (4 * width + atOnce - 1) / atOnce * atOnce;
}

/**
 * Row-major a and b, [height, width], times `scale`, to a state of 2 · height · rowBytes bytes with its halo. Positive
 * values below `leastA` and `leastB` are raised to them.
 */
export function enter(
  a: usize, b: usize, width: usize, height: usize, scale: f32, leastA: f32, leastB: f32, periodic: bool, state: usize,
): void {
  const plane = rowBytes(width);
  memory.fill(state, 0, 2 * height * plane);
  for (let y: usize = 0; y < height; y++, state += 2 * plane) {
    for (let x: usize = 0; x < width; x++, a += 4, b += 4) {
      store<u32>(state + 16 + 4 * x, raise(load<f32>(a) * scale, leastA));
      store<u32>(state + plane + 16 + 4 * x, raise(load<f32>(b) * scale, leastB));
    }
    closeRow(state, width, periodic);
    closeRow(state + plane, width, periodic);
  }
}

/** As unsigned integers, floats order as their values do if positive, and negative ones and NaN are the largest. */
@inline
function raise(value: f32, least: f32): u32 {
  return max(reinterpret<u32>(value), reinterpret<u32>(least));
}

/** And back, divided by `scale`; the least values are 0. */
export function leave(
  state: usize, width: usize, height: usize, scale: f32, leastA: f32, leastB: f32, a: usize, b: usize,
): void {
  const plane = rowBytes(width);
  for (let y: usize = 0; y < height; y++, state += 2 * plane) {
    for (let x: usize = 0; x < width; x++, a += 4, b += 4) {
      const valueA = load<f32>(state + 16 + 4 * x), valueB = load<f32>(state + plane + 16 + 4 * x);
      store<f32>(a, valueA == leastA ? 0 : valueA / scale);
      store<f32>(b, valueB == leastB ? 0 : valueB / scale);
    }
  }
}

/** `steps` Euler steps, from front to back and back again: the last state is in front if they are even, else in back. */
export function advance(
  kernel: i32, coefficients: usize, width: usize, height: usize, periodic: bool, steps: i32,
  front: usize, back: usize,
): void {
  for (let step = 0; step < steps; step++) {
    stepOnce(kernel, coefficients, width, height, periodic, front, back);
    const swapped = front;
    front = back;
    back = swapped;
  }
}

function stepOnce(
  kernel: i32, coefficients: usize, width: usize, height: usize, periodic: bool, front: usize, back: usize,
): void {
  const plane = rowBytes(width), pitch = plane + plane, padded = paddedBytes(width);
  const first = front + 12, last = first + (height - 1) * pitch;
  let up = periodic ? last : first;
  for (let row = first, out = back + 12; row <= last; row += pitch, out += pitch) {
    const down = row == last ? (periodic ? first : last) : row + pitch;
    updateRow(kernel, up, row, down, out, row + padded, plane, coefficients);
    closeRow(out - 12, width, periodic);
    closeRow(out - 12 + plane, width, periodic);
    up = row;
  }
}

/** The halo left and right of a row, and zeros behind it. */
@inline
function closeRow(row: usize, width: usize, periodic: bool): void {
  const first = row + 16, last = row + 12 + 4 * width, behind = last + 4;
  store<f32>(first - 4, load<f32>(periodic ? last : first));
  for (let end = first + paddedBytes(width), at = behind + 4; at < end; at += 4) store<f32>(at, 0);
  store<f32>(behind, load<f32>(periodic ? first : last));
}

/** Whether two states agree in every bit. */
export function equal(one: usize, other: usize, bytes: usize): bool {
  for (let i: usize = 0; i < bytes; i += 16) {
    if (v128.any_true(v128.xor(v128.load(one + i), v128.load(other + i)))) return false;
  }
  return true;
}

/** Copies a state. */
export function copy(to: usize, from: usize, bytes: usize): void {
  memory.copy(to, from, bytes);
}
