/**
 * Gray-Scott as one would write it in TypeScript for speed: typed arrays, two buffers, no closures, neighbours
 * by index with the rim apart. The same operations in the same order as the kernel, so it gives the same bits.
 *
 * @module
 */
import type { Fields } from "../../kernels/gray_scott/mod.ts";
import { serve, type Work } from "./serve.ts";

await serve(simulate);

function simulate({ Da, Db, F, k, size, steps, ...start }: Work): Fields {
  const f32 = Math.fround;
  const c0 = f32(1 - (4 * Da + F)), c1 = f32(Da), c2 = f32(F), c3 = f32(1 - (4 * Db + F + k)), c4 = f32(Db);
  let [a, b, nextA, nextB] = [start.a, start.b, start.a.slice(), start.b.slice()];
  for (let step = 0; step < steps; step++) {
    for (let y = 0; y < size; y++) {
      const row = y * size;
      const above = (y === 0 ? size - 1 : y - 1) * size, below = (y === size - 1 ? 0 : y + 1) * size;
      for (let x = 0; x < size; x++) {
        const left = row + (x === 0 ? size - 1 : x - 1), right = row + (x === size - 1 ? 0 : x + 1);
        const i = row + x;
        const sumA = f32(f32(a[left] + a[below + x]) + f32(a[above + x] + a[right]));
        const sumB = f32(f32(b[left] + b[below + x]) + f32(b[above + x] + b[right]));
        const reaction = f32(a[i] * f32(b[i] * b[i]));
        nextA[i] = f32(f32(f32(f32(c0 * a[i]) - reaction) + f32(c1 * sumA)) + c2);
        nextB[i] = f32(f32(reaction + f32(c3 * b[i])) + f32(c4 * sumB));
      }
    }
    [a, b, nextA, nextB] = [nextA, nextB, a, b];
  }
  return { a, b };
}
