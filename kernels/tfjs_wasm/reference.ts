/**
 * The kernels number by number, on row-major arrays, each operation rounded to f32: the oracle that they equal bit for
 * bit.
 *
 * @module
 */
import type { Shapes } from "./kernels.ts";

const f32 = Math.fround;

/** Products of a sum, before it is added. */
const BLOCK = 256;

/** Σ of terms, begun with 0. */
function sum(count: number, term: (index: number) => number): number {
  let sum = 0;
  for (let index = 0; index < count; index++) sum = f32(sum + f32(term(index)));
  return sum;
}

/** a · b `[rows, columns]`, of functions from places to numbers. */
export function multiply(
  a: (row: number, inner: number) => number,
  b: (inner: number, column: number) => number,
  { rows, inner, columns }: { readonly rows: number; readonly inner: number; readonly columns: number },
): Float32Array {
  return Float32Array.from({ length: rows * columns }, (_, at) => {
    const row = Math.floor(at / columns), column = at % columns;
    return sum(Math.ceil(inner / BLOCK), (block) => {
      const from = BLOCK * block;
      return sum(Math.min(BLOCK, inner - from), (k) => a(row, from + k) * b(from + k, column));
    });
  });
}

/** dw `[height, width, inputs, outputs]` */
export function filterGradient(x: Float32Array, dy: Float32Array, shapes: Shapes): Float32Array {
  const [batch, xHeight, xWidth, inputs, yHeight, yWidth, outputs] = shapes;
  const [, , , , , , , height, width, rowStride, columnStride, top, left] = shapes;
  const dw = new Float32Array(height * width * inputs * outputs);
  dw.forEach((_, at) => {
    const output = at % outputs, input = Math.floor(at / outputs) % inputs;
    const place = Math.floor(at / outputs / inputs), i = Math.floor(place / width), j = place % width;
    for (let row = 0; row < batch * yHeight; row++) {
      const sample = Math.floor(row / yHeight), xRow = row % yHeight * rowStride + i - top;
      if (xRow < 0 || xRow >= xHeight) continue;
      let sum = 0;
      for (let column = 0; column < yWidth; column++) {
        const xColumn = column * columnStride + j - left;
        if (xColumn < 0 || xColumn >= xWidth) continue;
        const there = x[((sample * xHeight + xRow) * xWidth + xColumn) * inputs + input];
        sum = f32(sum + f32(there * dy[(row * yWidth + column) * outputs + output]));
      }
      dw[at] += sum;
    }
  });
  return dw;
}

/** dx `[batch, xHeight, xWidth, inputs]` */
export function inputGradient(dy: Float32Array, w: Float32Array, shapes: Shapes): Float32Array {
  const [batch, xHeight, xWidth, inputs, yHeight, yWidth, outputs] = shapes;
  const [, , , , , , , height, width, rowStride, columnStride, top, left] = shapes;
  const dx = new Float32Array(batch * xHeight * xWidth * inputs);
  dx.forEach((_, at) => {
    const input = at % inputs, xColumn = Math.floor(at / inputs) % xWidth;
    const xRow = Math.floor(at / inputs / xWidth) % xHeight;
    const sample = Math.floor(at / inputs / xWidth / xHeight);
    for (let place = 0; place < height * width; place++) {
      const row = (xRow + top - Math.floor(place / width)) / rowStride;
      const column = (xColumn + left - place % width) / columnStride;
      const isThere = Number.isInteger(row) && Number.isInteger(column) &&
        row >= 0 && row < yHeight && column >= 0 && column < yWidth;
      if (!isThere) continue;
      const from = ((sample * yHeight + row) * yWidth + column) * outputs;
      dx[at] += sum(outputs, (k) => dy[from + k] * w[(place * inputs + input) * outputs + k]);
    }
  });
  return dx;
}

/** Sums `[segments, columns]` of rows by their ids. */
export function segmentSum(
  rows: Float32Array,
  ids: Int32Array,
  { columns, segments }: { readonly columns: number; readonly segments: number },
): Float32Array {
  const sums = new Float32Array(segments * columns);
  ids.forEach((id, row) => {
    if (id < 0 || id >= segments) return;
    for (let j = 0; j < columns; j++) sums[id * columns + j] += rows[row * columns + j];
  });
  return sums;
}
