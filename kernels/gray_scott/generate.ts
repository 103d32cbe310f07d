/**
 * The unrolled part of the kernel, for `kernels/build.ts`: one Euler step of two rows, many vectors at a time.
 *
 * @module
 */

/** Vectors that a loop takes at a time, the next loop taking what is left of a row. */
const UNROLLED = [16, 4, 1];

const COEFFICIENTS = "c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, least: v128";

/** Path in this folder → text. */
export function generate(): Record<string, string> {
  return { "generated/two_rows.ts": twoRows() };
}

function twoRows(): string {
  return `// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
// deno-lint-ignore-file
// deno-fmt-ignore-file
//
// Made by generate.ts, by \`deno task build\`.

import { loadA, loadB, rotateRight, storeA, storeB, updateA, updateB, vectorBytes, wrap } from "../cells.ts";

// One Euler step of two rows. \`pairs\` holds those of the row above with the first, and in the end those of the second
// with the one below it.
@inline
export function updateTwoRows(row: usize, rowBytes: usize, pairs: usize, ${COEFFICIENTS}): void {
  const start = row, halo = row + rowBytes - vectorBytes;
  let second = row + rowBytes, third = second + rowBytes;
  let aLeft = f32x4.add(rotateRight(loadA(halo - vectorBytes, 0)), loadA(second, 0));
  let bLeft = f32x4.add(rotateRight(loadB(halo - vectorBytes, 0)), loadB(second, 0));
  let aLeftSecond = f32x4.add(rotateRight(loadA(halo + rowBytes - vectorBytes, 0)), loadA(third, 0));
  let bLeftSecond = f32x4.add(rotateRight(loadB(halo + rowBytes - vectorBytes, 0)), loadB(third, 0));
  let a: v128, b: v128, reaction: v128, sum: v128, end: usize;
${UNROLLED.map(loop).join("")}
  wrap(start, halo), wrap(start + rowBytes, halo + rowBytes);
}
`;
}

function loop(vectors: number): string {
  const step = `${vectors} * vectorBytes`;
  const pointers = ["row", "second", "third", "pairs"].map((pointer) => `${pointer} += ${step}`);
  return `
  end = row + (halo - row) / (${step}) * (${step});
  for (; row != end; ${pointers.join(", ")}) {
${Array.from({ length: vectors }, (_, i) => column(i)).join("\n")}  }
`;
}

/**
 * Vector i of both rows. Each value is used up as soon as it can be, so that all live ones fit into 15 registers; what
 * the second row needs of its old self is loaded again, which costs no check of bounds. Of the orders that do so, this
 * is the fastest: b first in the first row, a first in the second.
 */
function column(i: number): string {
  return `    a = loadA(row, ${i}), b = loadB(row, ${i}), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(bLeft, loadB(pairs, ${i})), updateB(row, ${i}, b, reaction, sum, c3, c4, least);
    bLeft = f32x4.add(b, loadB(second, ${i + 1}));
    sum = f32x4.add(aLeft, loadA(pairs, ${i})), updateA(row, ${i}, a, reaction, sum, c0, c1, c2);
    aLeft = f32x4.add(a, loadA(second, ${i + 1}));
    a = loadA(second, ${i}), b = loadB(second, ${i}), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(aLeftSecond, aLeft), aLeftSecond = f32x4.add(a, loadA(third, ${i + 1}));
    storeA(pairs, ${i}, aLeftSecond), updateA(second, ${i}, a, reaction, sum, c0, c1, c2);
    sum = f32x4.add(bLeftSecond, bLeft), bLeftSecond = f32x4.add(b, loadB(third, ${i + 1}));
    storeB(pairs, ${i}, bLeftSecond), updateB(second, ${i}, b, reaction, sum, c3, c4, least);
`;
}
