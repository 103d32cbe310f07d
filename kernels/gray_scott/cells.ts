// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
// deno-lint-ignore-file
// deno-fmt-ignore-file: the formatter would delete the decorator @inline, and with it a fifth of the speed.
//
// What is done to four cells at once. The equations and the layout are those of assembly.ts.

export const vectorBytes: usize = 32; // four cells: A's vector, then B's

/** One Euler step of a in vector i after the pointer: four cells, from the sums of their neighbours. */
@inline
export function updateA(row: usize, i: usize, a: v128, reaction: v128, sum: v128, c0: v128, c1: v128, c2: v128): void {
  storeA(row, i, f32x4.add(f32x4.add(f32x4.sub(f32x4.mul(c0, a), reaction), f32x4.mul(c1, sum)), c2));
}

/** The same of b. */
@inline
export function updateB(row: usize, i: usize, b: v128, reaction: v128, sum: v128, c3: v128, c4: v128, least: v128): void {
  const next = f32x4.add(f32x4.add(reaction, f32x4.mul(c3, b)), f32x4.mul(c4, sum));
  storeB(row, i, i32x4.max_u(next, least));
}

@inline
export function loadA(pointer: usize, i: usize): v128 {
  return v128.load(pointer + i * vectorBytes);
}

@inline
export function loadB(pointer: usize, i: usize): v128 {
  return v128.load(pointer + (i * vectorBytes + 16));
}

@inline
export function storeA(pointer: usize, i: usize, a: v128): void {
  v128.store(pointer + i * vectorBytes, a);
}

@inline
export function storeB(pointer: usize, i: usize, b: v128): void {
  v128.store(pointer + (i * vectorBytes + 16), b);
}

/** Sets the halo of a row. */
@inline
export function wrap(row: usize, halo: usize): void {
  storeA(halo, 0, rotateLeft(loadA(row, 0))), storeB(halo, 0, rotateLeft(loadB(row, 0)));
}

/** Left neighbours of a row's first vector, from its last. */
export function rotateRight(last: v128): v128 {
  return v128.shuffle<f32>(last, last, 3, 0, 1, 2);
}
/** Right neighbours of a row's last vector, from its first. */
export function rotateLeft(first: v128): v128 {
  return v128.shuffle<f32>(first, first, 1, 2, 3, 0);
}
