// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
// deno-lint-ignore-file
// deno-fmt-ignore-file
//
// Made by generate.ts, by `deno task build`.

import { loadA, loadB, rotateRight, storeA, storeB, updateA, updateB, vectorBytes, wrap } from "../cells.ts";

// One Euler step of two rows. `pairs` holds those of the row above with the first, and in the end those of the second
// with the one below it.
@inline
export function updateTwoRows(row: usize, rowBytes: usize, pairs: usize, c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, least: v128): void {
  const start = row, halo = row + rowBytes - vectorBytes;
  let second = row + rowBytes, third = second + rowBytes;
  let aLeft = f32x4.add(rotateRight(loadA(halo - vectorBytes, 0)), loadA(second, 0));
  let bLeft = f32x4.add(rotateRight(loadB(halo - vectorBytes, 0)), loadB(second, 0));
  let aLeftSecond = f32x4.add(rotateRight(loadA(halo + rowBytes - vectorBytes, 0)), loadA(third, 0));
  let bLeftSecond = f32x4.add(rotateRight(loadB(halo + rowBytes - vectorBytes, 0)), loadB(third, 0));
  let a: v128, b: v128, reaction: v128, sum: v128, end: usize;

  end = row + (halo - row) / (16 * vectorBytes) * (16 * vectorBytes);
  for (; row != end; row += 16 * vectorBytes, second += 16 * vectorBytes, third += 16 * vectorBytes, pairs += 16 * vectorBytes) {
    a = loadA(row, 0), b = loadB(row, 0), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(bLeft, loadB(pairs, 0)), updateB(row, 0, b, reaction, sum, c3, c4, least);
    bLeft = f32x4.add(b, loadB(second, 1));
    sum = f32x4.add(aLeft, loadA(pairs, 0)), updateA(row, 0, a, reaction, sum, c0, c1, c2);
    aLeft = f32x4.add(a, loadA(second, 1));
    a = loadA(second, 0), b = loadB(second, 0), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(aLeftSecond, aLeft), aLeftSecond = f32x4.add(a, loadA(third, 1));
    storeA(pairs, 0, aLeftSecond), updateA(second, 0, a, reaction, sum, c0, c1, c2);
    sum = f32x4.add(bLeftSecond, bLeft), bLeftSecond = f32x4.add(b, loadB(third, 1));
    storeB(pairs, 0, bLeftSecond), updateB(second, 0, b, reaction, sum, c3, c4, least);

    a = loadA(row, 1), b = loadB(row, 1), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(bLeft, loadB(pairs, 1)), updateB(row, 1, b, reaction, sum, c3, c4, least);
    bLeft = f32x4.add(b, loadB(second, 2));
    sum = f32x4.add(aLeft, loadA(pairs, 1)), updateA(row, 1, a, reaction, sum, c0, c1, c2);
    aLeft = f32x4.add(a, loadA(second, 2));
    a = loadA(second, 1), b = loadB(second, 1), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(aLeftSecond, aLeft), aLeftSecond = f32x4.add(a, loadA(third, 2));
    storeA(pairs, 1, aLeftSecond), updateA(second, 1, a, reaction, sum, c0, c1, c2);
    sum = f32x4.add(bLeftSecond, bLeft), bLeftSecond = f32x4.add(b, loadB(third, 2));
    storeB(pairs, 1, bLeftSecond), updateB(second, 1, b, reaction, sum, c3, c4, least);

    a = loadA(row, 2), b = loadB(row, 2), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(bLeft, loadB(pairs, 2)), updateB(row, 2, b, reaction, sum, c3, c4, least);
    bLeft = f32x4.add(b, loadB(second, 3));
    sum = f32x4.add(aLeft, loadA(pairs, 2)), updateA(row, 2, a, reaction, sum, c0, c1, c2);
    aLeft = f32x4.add(a, loadA(second, 3));
    a = loadA(second, 2), b = loadB(second, 2), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(aLeftSecond, aLeft), aLeftSecond = f32x4.add(a, loadA(third, 3));
    storeA(pairs, 2, aLeftSecond), updateA(second, 2, a, reaction, sum, c0, c1, c2);
    sum = f32x4.add(bLeftSecond, bLeft), bLeftSecond = f32x4.add(b, loadB(third, 3));
    storeB(pairs, 2, bLeftSecond), updateB(second, 2, b, reaction, sum, c3, c4, least);

    a = loadA(row, 3), b = loadB(row, 3), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(bLeft, loadB(pairs, 3)), updateB(row, 3, b, reaction, sum, c3, c4, least);
    bLeft = f32x4.add(b, loadB(second, 4));
    sum = f32x4.add(aLeft, loadA(pairs, 3)), updateA(row, 3, a, reaction, sum, c0, c1, c2);
    aLeft = f32x4.add(a, loadA(second, 4));
    a = loadA(second, 3), b = loadB(second, 3), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(aLeftSecond, aLeft), aLeftSecond = f32x4.add(a, loadA(third, 4));
    storeA(pairs, 3, aLeftSecond), updateA(second, 3, a, reaction, sum, c0, c1, c2);
    sum = f32x4.add(bLeftSecond, bLeft), bLeftSecond = f32x4.add(b, loadB(third, 4));
    storeB(pairs, 3, bLeftSecond), updateB(second, 3, b, reaction, sum, c3, c4, least);

    a = loadA(row, 4), b = loadB(row, 4), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(bLeft, loadB(pairs, 4)), updateB(row, 4, b, reaction, sum, c3, c4, least);
    bLeft = f32x4.add(b, loadB(second, 5));
    sum = f32x4.add(aLeft, loadA(pairs, 4)), updateA(row, 4, a, reaction, sum, c0, c1, c2);
    aLeft = f32x4.add(a, loadA(second, 5));
    a = loadA(second, 4), b = loadB(second, 4), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(aLeftSecond, aLeft), aLeftSecond = f32x4.add(a, loadA(third, 5));
    storeA(pairs, 4, aLeftSecond), updateA(second, 4, a, reaction, sum, c0, c1, c2);
    sum = f32x4.add(bLeftSecond, bLeft), bLeftSecond = f32x4.add(b, loadB(third, 5));
    storeB(pairs, 4, bLeftSecond), updateB(second, 4, b, reaction, sum, c3, c4, least);

    a = loadA(row, 5), b = loadB(row, 5), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(bLeft, loadB(pairs, 5)), updateB(row, 5, b, reaction, sum, c3, c4, least);
    bLeft = f32x4.add(b, loadB(second, 6));
    sum = f32x4.add(aLeft, loadA(pairs, 5)), updateA(row, 5, a, reaction, sum, c0, c1, c2);
    aLeft = f32x4.add(a, loadA(second, 6));
    a = loadA(second, 5), b = loadB(second, 5), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(aLeftSecond, aLeft), aLeftSecond = f32x4.add(a, loadA(third, 6));
    storeA(pairs, 5, aLeftSecond), updateA(second, 5, a, reaction, sum, c0, c1, c2);
    sum = f32x4.add(bLeftSecond, bLeft), bLeftSecond = f32x4.add(b, loadB(third, 6));
    storeB(pairs, 5, bLeftSecond), updateB(second, 5, b, reaction, sum, c3, c4, least);

    a = loadA(row, 6), b = loadB(row, 6), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(bLeft, loadB(pairs, 6)), updateB(row, 6, b, reaction, sum, c3, c4, least);
    bLeft = f32x4.add(b, loadB(second, 7));
    sum = f32x4.add(aLeft, loadA(pairs, 6)), updateA(row, 6, a, reaction, sum, c0, c1, c2);
    aLeft = f32x4.add(a, loadA(second, 7));
    a = loadA(second, 6), b = loadB(second, 6), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(aLeftSecond, aLeft), aLeftSecond = f32x4.add(a, loadA(third, 7));
    storeA(pairs, 6, aLeftSecond), updateA(second, 6, a, reaction, sum, c0, c1, c2);
    sum = f32x4.add(bLeftSecond, bLeft), bLeftSecond = f32x4.add(b, loadB(third, 7));
    storeB(pairs, 6, bLeftSecond), updateB(second, 6, b, reaction, sum, c3, c4, least);

    a = loadA(row, 7), b = loadB(row, 7), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(bLeft, loadB(pairs, 7)), updateB(row, 7, b, reaction, sum, c3, c4, least);
    bLeft = f32x4.add(b, loadB(second, 8));
    sum = f32x4.add(aLeft, loadA(pairs, 7)), updateA(row, 7, a, reaction, sum, c0, c1, c2);
    aLeft = f32x4.add(a, loadA(second, 8));
    a = loadA(second, 7), b = loadB(second, 7), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(aLeftSecond, aLeft), aLeftSecond = f32x4.add(a, loadA(third, 8));
    storeA(pairs, 7, aLeftSecond), updateA(second, 7, a, reaction, sum, c0, c1, c2);
    sum = f32x4.add(bLeftSecond, bLeft), bLeftSecond = f32x4.add(b, loadB(third, 8));
    storeB(pairs, 7, bLeftSecond), updateB(second, 7, b, reaction, sum, c3, c4, least);

    a = loadA(row, 8), b = loadB(row, 8), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(bLeft, loadB(pairs, 8)), updateB(row, 8, b, reaction, sum, c3, c4, least);
    bLeft = f32x4.add(b, loadB(second, 9));
    sum = f32x4.add(aLeft, loadA(pairs, 8)), updateA(row, 8, a, reaction, sum, c0, c1, c2);
    aLeft = f32x4.add(a, loadA(second, 9));
    a = loadA(second, 8), b = loadB(second, 8), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(aLeftSecond, aLeft), aLeftSecond = f32x4.add(a, loadA(third, 9));
    storeA(pairs, 8, aLeftSecond), updateA(second, 8, a, reaction, sum, c0, c1, c2);
    sum = f32x4.add(bLeftSecond, bLeft), bLeftSecond = f32x4.add(b, loadB(third, 9));
    storeB(pairs, 8, bLeftSecond), updateB(second, 8, b, reaction, sum, c3, c4, least);

    a = loadA(row, 9), b = loadB(row, 9), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(bLeft, loadB(pairs, 9)), updateB(row, 9, b, reaction, sum, c3, c4, least);
    bLeft = f32x4.add(b, loadB(second, 10));
    sum = f32x4.add(aLeft, loadA(pairs, 9)), updateA(row, 9, a, reaction, sum, c0, c1, c2);
    aLeft = f32x4.add(a, loadA(second, 10));
    a = loadA(second, 9), b = loadB(second, 9), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(aLeftSecond, aLeft), aLeftSecond = f32x4.add(a, loadA(third, 10));
    storeA(pairs, 9, aLeftSecond), updateA(second, 9, a, reaction, sum, c0, c1, c2);
    sum = f32x4.add(bLeftSecond, bLeft), bLeftSecond = f32x4.add(b, loadB(third, 10));
    storeB(pairs, 9, bLeftSecond), updateB(second, 9, b, reaction, sum, c3, c4, least);

    a = loadA(row, 10), b = loadB(row, 10), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(bLeft, loadB(pairs, 10)), updateB(row, 10, b, reaction, sum, c3, c4, least);
    bLeft = f32x4.add(b, loadB(second, 11));
    sum = f32x4.add(aLeft, loadA(pairs, 10)), updateA(row, 10, a, reaction, sum, c0, c1, c2);
    aLeft = f32x4.add(a, loadA(second, 11));
    a = loadA(second, 10), b = loadB(second, 10), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(aLeftSecond, aLeft), aLeftSecond = f32x4.add(a, loadA(third, 11));
    storeA(pairs, 10, aLeftSecond), updateA(second, 10, a, reaction, sum, c0, c1, c2);
    sum = f32x4.add(bLeftSecond, bLeft), bLeftSecond = f32x4.add(b, loadB(third, 11));
    storeB(pairs, 10, bLeftSecond), updateB(second, 10, b, reaction, sum, c3, c4, least);

    a = loadA(row, 11), b = loadB(row, 11), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(bLeft, loadB(pairs, 11)), updateB(row, 11, b, reaction, sum, c3, c4, least);
    bLeft = f32x4.add(b, loadB(second, 12));
    sum = f32x4.add(aLeft, loadA(pairs, 11)), updateA(row, 11, a, reaction, sum, c0, c1, c2);
    aLeft = f32x4.add(a, loadA(second, 12));
    a = loadA(second, 11), b = loadB(second, 11), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(aLeftSecond, aLeft), aLeftSecond = f32x4.add(a, loadA(third, 12));
    storeA(pairs, 11, aLeftSecond), updateA(second, 11, a, reaction, sum, c0, c1, c2);
    sum = f32x4.add(bLeftSecond, bLeft), bLeftSecond = f32x4.add(b, loadB(third, 12));
    storeB(pairs, 11, bLeftSecond), updateB(second, 11, b, reaction, sum, c3, c4, least);

    a = loadA(row, 12), b = loadB(row, 12), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(bLeft, loadB(pairs, 12)), updateB(row, 12, b, reaction, sum, c3, c4, least);
    bLeft = f32x4.add(b, loadB(second, 13));
    sum = f32x4.add(aLeft, loadA(pairs, 12)), updateA(row, 12, a, reaction, sum, c0, c1, c2);
    aLeft = f32x4.add(a, loadA(second, 13));
    a = loadA(second, 12), b = loadB(second, 12), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(aLeftSecond, aLeft), aLeftSecond = f32x4.add(a, loadA(third, 13));
    storeA(pairs, 12, aLeftSecond), updateA(second, 12, a, reaction, sum, c0, c1, c2);
    sum = f32x4.add(bLeftSecond, bLeft), bLeftSecond = f32x4.add(b, loadB(third, 13));
    storeB(pairs, 12, bLeftSecond), updateB(second, 12, b, reaction, sum, c3, c4, least);

    a = loadA(row, 13), b = loadB(row, 13), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(bLeft, loadB(pairs, 13)), updateB(row, 13, b, reaction, sum, c3, c4, least);
    bLeft = f32x4.add(b, loadB(second, 14));
    sum = f32x4.add(aLeft, loadA(pairs, 13)), updateA(row, 13, a, reaction, sum, c0, c1, c2);
    aLeft = f32x4.add(a, loadA(second, 14));
    a = loadA(second, 13), b = loadB(second, 13), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(aLeftSecond, aLeft), aLeftSecond = f32x4.add(a, loadA(third, 14));
    storeA(pairs, 13, aLeftSecond), updateA(second, 13, a, reaction, sum, c0, c1, c2);
    sum = f32x4.add(bLeftSecond, bLeft), bLeftSecond = f32x4.add(b, loadB(third, 14));
    storeB(pairs, 13, bLeftSecond), updateB(second, 13, b, reaction, sum, c3, c4, least);

    a = loadA(row, 14), b = loadB(row, 14), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(bLeft, loadB(pairs, 14)), updateB(row, 14, b, reaction, sum, c3, c4, least);
    bLeft = f32x4.add(b, loadB(second, 15));
    sum = f32x4.add(aLeft, loadA(pairs, 14)), updateA(row, 14, a, reaction, sum, c0, c1, c2);
    aLeft = f32x4.add(a, loadA(second, 15));
    a = loadA(second, 14), b = loadB(second, 14), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(aLeftSecond, aLeft), aLeftSecond = f32x4.add(a, loadA(third, 15));
    storeA(pairs, 14, aLeftSecond), updateA(second, 14, a, reaction, sum, c0, c1, c2);
    sum = f32x4.add(bLeftSecond, bLeft), bLeftSecond = f32x4.add(b, loadB(third, 15));
    storeB(pairs, 14, bLeftSecond), updateB(second, 14, b, reaction, sum, c3, c4, least);

    a = loadA(row, 15), b = loadB(row, 15), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(bLeft, loadB(pairs, 15)), updateB(row, 15, b, reaction, sum, c3, c4, least);
    bLeft = f32x4.add(b, loadB(second, 16));
    sum = f32x4.add(aLeft, loadA(pairs, 15)), updateA(row, 15, a, reaction, sum, c0, c1, c2);
    aLeft = f32x4.add(a, loadA(second, 16));
    a = loadA(second, 15), b = loadB(second, 15), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(aLeftSecond, aLeft), aLeftSecond = f32x4.add(a, loadA(third, 16));
    storeA(pairs, 15, aLeftSecond), updateA(second, 15, a, reaction, sum, c0, c1, c2);
    sum = f32x4.add(bLeftSecond, bLeft), bLeftSecond = f32x4.add(b, loadB(third, 16));
    storeB(pairs, 15, bLeftSecond), updateB(second, 15, b, reaction, sum, c3, c4, least);
  }

  end = row + (halo - row) / (4 * vectorBytes) * (4 * vectorBytes);
  for (; row != end; row += 4 * vectorBytes, second += 4 * vectorBytes, third += 4 * vectorBytes, pairs += 4 * vectorBytes) {
    a = loadA(row, 0), b = loadB(row, 0), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(bLeft, loadB(pairs, 0)), updateB(row, 0, b, reaction, sum, c3, c4, least);
    bLeft = f32x4.add(b, loadB(second, 1));
    sum = f32x4.add(aLeft, loadA(pairs, 0)), updateA(row, 0, a, reaction, sum, c0, c1, c2);
    aLeft = f32x4.add(a, loadA(second, 1));
    a = loadA(second, 0), b = loadB(second, 0), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(aLeftSecond, aLeft), aLeftSecond = f32x4.add(a, loadA(third, 1));
    storeA(pairs, 0, aLeftSecond), updateA(second, 0, a, reaction, sum, c0, c1, c2);
    sum = f32x4.add(bLeftSecond, bLeft), bLeftSecond = f32x4.add(b, loadB(third, 1));
    storeB(pairs, 0, bLeftSecond), updateB(second, 0, b, reaction, sum, c3, c4, least);

    a = loadA(row, 1), b = loadB(row, 1), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(bLeft, loadB(pairs, 1)), updateB(row, 1, b, reaction, sum, c3, c4, least);
    bLeft = f32x4.add(b, loadB(second, 2));
    sum = f32x4.add(aLeft, loadA(pairs, 1)), updateA(row, 1, a, reaction, sum, c0, c1, c2);
    aLeft = f32x4.add(a, loadA(second, 2));
    a = loadA(second, 1), b = loadB(second, 1), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(aLeftSecond, aLeft), aLeftSecond = f32x4.add(a, loadA(third, 2));
    storeA(pairs, 1, aLeftSecond), updateA(second, 1, a, reaction, sum, c0, c1, c2);
    sum = f32x4.add(bLeftSecond, bLeft), bLeftSecond = f32x4.add(b, loadB(third, 2));
    storeB(pairs, 1, bLeftSecond), updateB(second, 1, b, reaction, sum, c3, c4, least);

    a = loadA(row, 2), b = loadB(row, 2), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(bLeft, loadB(pairs, 2)), updateB(row, 2, b, reaction, sum, c3, c4, least);
    bLeft = f32x4.add(b, loadB(second, 3));
    sum = f32x4.add(aLeft, loadA(pairs, 2)), updateA(row, 2, a, reaction, sum, c0, c1, c2);
    aLeft = f32x4.add(a, loadA(second, 3));
    a = loadA(second, 2), b = loadB(second, 2), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(aLeftSecond, aLeft), aLeftSecond = f32x4.add(a, loadA(third, 3));
    storeA(pairs, 2, aLeftSecond), updateA(second, 2, a, reaction, sum, c0, c1, c2);
    sum = f32x4.add(bLeftSecond, bLeft), bLeftSecond = f32x4.add(b, loadB(third, 3));
    storeB(pairs, 2, bLeftSecond), updateB(second, 2, b, reaction, sum, c3, c4, least);

    a = loadA(row, 3), b = loadB(row, 3), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(bLeft, loadB(pairs, 3)), updateB(row, 3, b, reaction, sum, c3, c4, least);
    bLeft = f32x4.add(b, loadB(second, 4));
    sum = f32x4.add(aLeft, loadA(pairs, 3)), updateA(row, 3, a, reaction, sum, c0, c1, c2);
    aLeft = f32x4.add(a, loadA(second, 4));
    a = loadA(second, 3), b = loadB(second, 3), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(aLeftSecond, aLeft), aLeftSecond = f32x4.add(a, loadA(third, 4));
    storeA(pairs, 3, aLeftSecond), updateA(second, 3, a, reaction, sum, c0, c1, c2);
    sum = f32x4.add(bLeftSecond, bLeft), bLeftSecond = f32x4.add(b, loadB(third, 4));
    storeB(pairs, 3, bLeftSecond), updateB(second, 3, b, reaction, sum, c3, c4, least);
  }

  end = row + (halo - row) / (1 * vectorBytes) * (1 * vectorBytes);
  for (; row != end; row += 1 * vectorBytes, second += 1 * vectorBytes, third += 1 * vectorBytes, pairs += 1 * vectorBytes) {
    a = loadA(row, 0), b = loadB(row, 0), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(bLeft, loadB(pairs, 0)), updateB(row, 0, b, reaction, sum, c3, c4, least);
    bLeft = f32x4.add(b, loadB(second, 1));
    sum = f32x4.add(aLeft, loadA(pairs, 0)), updateA(row, 0, a, reaction, sum, c0, c1, c2);
    aLeft = f32x4.add(a, loadA(second, 1));
    a = loadA(second, 0), b = loadB(second, 0), reaction = f32x4.mul(a, f32x4.mul(b, b));
    sum = f32x4.add(aLeftSecond, aLeft), aLeftSecond = f32x4.add(a, loadA(third, 1));
    storeA(pairs, 0, aLeftSecond), updateA(second, 0, a, reaction, sum, c0, c1, c2);
    sum = f32x4.add(bLeftSecond, bLeft), bLeftSecond = f32x4.add(b, loadB(third, 1));
    storeB(pairs, 0, bLeftSecond), updateB(second, 0, b, reaction, sum, c3, c4, least);
  }

  wrap(start, halo), wrap(start + rowBytes, halo + rowBytes);
}
