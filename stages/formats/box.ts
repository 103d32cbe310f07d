/**
 * Boxes of row-major arrays: what chunking is made of.
 *
 * @module
 */
import { elementCount, type NumericArray } from "./numeric.ts";

/** An array, and where in it a box begins. */
export interface Box {
  readonly data: NumericArray;
  readonly shape: readonly number[];
  readonly origin: readonly number[];
}

/** Copies a box of `size` between two row-major arrays, one contiguous run of the last axis at a time. */
export function copyBox(from: Box, to: Box, size: readonly number[]): void {
  const run = size[size.length - 1];
  for (const outer of indices(size.slice(0, -1))) {
    const source = offset(from, outer);
    to.data.set(from.data.subarray(source, source + run), offset(to, outer));
  }
}

function offset({ shape, origin }: Box, outer: readonly number[]): number {
  return shape.reduce((sum, length, axis) => sum * length + origin[axis] + (outer[axis] ?? 0), 0);
}

/** Every index of a grid, the last axis fastest. A grid without axes has one index. */
export function* indices(grid: readonly number[]): Generator<number[]> {
  const count = elementCount(grid);
  for (let n = 0; n < count; n++) {
    const index: number[] = [];
    let rest = n;
    for (let axis = grid.length - 1; axis >= 0; axis--) {
      index.unshift(rest % grid[axis]);
      rest = Math.floor(rest / grid[axis]);
    }
    yield index;
  }
}
