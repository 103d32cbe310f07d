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

/**
 * Copies a box of `size` between two row-major arrays, one contiguous run at a time: along the last axis, and along
 * those before it as long as the box fills the axes behind them in both arrays.
 */
export function copyBox(from: Box, to: Box, size: readonly number[]): void {
  let axis = size.length - 1;
  while (axis > 0 && size[axis] === from.shape[axis] && size[axis] === to.shape[axis]) axis--;
  const run = elementCount(size.slice(axis));
  for (const outer of indices(size.slice(0, axis))) {
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
