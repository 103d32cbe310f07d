// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
// deno-fmt-ignore-file
// deno-lint-ignore-file
//
// The gradients of y = conv2d(x, w), x `[batch, xHeight, xWidth, inputs]`, y `[batch, yHeight, yWidth, outputs]` and w
// `[height, width, inputs, outputs]`: y[r, c] = Σ x[r · rowStride + i − top, c · columnStride + j − left] · w[i, j].
//
// For one row of y and one place (i, j) of the filter, both are products of matrices: places in the row that fall into
// x, from `first` to `end`, are the inner index of the one and the rows of the other. Nothing is copied to make them.
//
// Order. Of w: sums over the places of a row of y, begun with 0, are added by row, samples outermost. Of x: sums over
// the outputs, begun with 0, are added by place of the filter.

import { addProduct, copyColumns, pack, padded } from "./products.ts";

/** The first place of a row of y that reads x beyond its left end no more. */
@inline function first(place: i32, stride: i32, left: i32): i32 {
  return left > place ? (left - place + stride - 1) / stride : 0;
}

/** Places of a row of y that read x before its right end. */
@inline function end(place: i32, stride: i32, left: i32, xWidth: i32, yWidth: i32): i32 {
  const last = xWidth - 1 + left - place;
  return last < 0 ? 0 : min(yWidth, last / stride + 1);
}

/**
 * dw from x and dy. `packed` takes a row of dy, `[yWidth, padded(outputs)]`; `sums` is
 * `[height, width, inputs, padded(outputs)]`, and may be `dw` where nothing is missing.
 */
export function filterGradient(
  x: usize, dy: usize, dw: usize, packed: usize, sums: usize,
  batch: i32, xHeight: i32, xWidth: i32, inputs: i32, yHeight: i32, yWidth: i32, outputs: i32,
  height: i32, width: i32, rowStride: i32, columnStride: i32, top: i32, left: i32,
): void {
  const xBytes = 4 * <usize> inputs, yBytes = 4 * <usize> outputs, step = 4 * <usize> padded(outputs);
  const placeBytes = step * <usize> inputs;
  memory.fill(sums, 0, placeBytes * <usize> (height * width));
  for (let sample = 0; sample < batch; sample++) {
    for (let row = 0; row < yHeight; row++) {
      pack(dy, yBytes, 4, yWidth, outputs, packed);
      dy += yBytes * <usize> yWidth;
      for (let i = 0; i < height; i++) {
        const xRow = row * rowStride + i - top;
        if (xRow < 0 || xRow >= xHeight) continue;
        const from = x + xBytes * <usize> xWidth * <usize> xRow;
        for (let j = 0; j < width; j++) {
          const begin = first(j, columnStride, left), count = end(j, columnStride, left, xWidth, yWidth) - begin;
          if (count <= 0) continue;
          addProduct(
            from + xBytes * <usize> (begin * columnStride + j - left), 4, xBytes * <usize> columnStride,
            packed, yWidth, begin, count, sums + placeBytes * <usize> (i * width + j), step, inputs, outputs,
          );
        }
      }
    }
    x += xBytes * <usize> xWidth * <usize> xHeight;
  }
  if (sums != dw) copyColumns(sums, dw, height * width * inputs, outputs);
}

/**
 * dx from dy and w. `packed` takes w, `[height, width, outputs, padded(inputs)]`; `sums` a row of dx,
 * `[xWidth, padded(inputs)]`, where padded(inputs) is not inputs.
 */
export function inputGradient(
  dy: usize, w: usize, dx: usize, packed: usize, sums: usize,
  batch: i32, xHeight: i32, xWidth: i32, inputs: i32, yHeight: i32, yWidth: i32, outputs: i32,
  height: i32, width: i32, rowStride: i32, columnStride: i32, top: i32, left: i32,
): void {
  const yBytes = 4 * <usize> outputs, step = 4 * <usize> padded(inputs);
  const xRowBytes = 4 * <usize> (inputs * xWidth), placeBytes = step * <usize> outputs;
  const isPadded = padded(inputs) != inputs;
  for (let place = 0; place < height * width; place++) {
    pack(w + yBytes * <usize> (inputs * place), 4, yBytes, outputs, inputs, packed + placeBytes * <usize> place);
  }
  for (let sample = 0; sample < batch; sample++) {
    for (let xRow = 0; xRow < xHeight; xRow++) {
      const to = isPadded ? sums : dx;
      memory.fill(to, 0, step * <usize> xWidth);
      for (let i = 0; i < height; i++) {
        const shifted = xRow + top - i, row = shifted / rowStride;
        if (shifted < 0 || row * rowStride != shifted || row >= yHeight) continue;
        const from = dy + yBytes * <usize> yWidth * <usize> row;
        for (let j = 0; j < width; j++) {
          const begin = first(j, columnStride, left), count = end(j, columnStride, left, xWidth, yWidth) - begin;
          if (count <= 0) continue;
          addProduct(
            from + yBytes * <usize> begin, yBytes, 4, packed + placeBytes * <usize> (i * width + j),
            outputs, 0, outputs, to + step * <usize> (begin * columnStride + j - left),
            step * <usize> columnStride, count, inputs,
          );
        }
      }
      if (isPadded) copyColumns(sums, dx, xWidth, inputs);
      dx += xRowBytes;
    }
    dy += yBytes * <usize> yWidth * <usize> yHeight;
  }
}
