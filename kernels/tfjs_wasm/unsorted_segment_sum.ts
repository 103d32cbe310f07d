/**
 * Sums of rows by an id that each has: what the gradient of `tf.gather` is made of.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { TensorInfo } from "@tensorflow/tfjs";
import type { Workbench } from "./kernels.ts";

/**
 * Of x `[rows, …]` and ids `[rows]`, the sums `[segments, …]`. Rows with an id beyond the segments are left out.
 *
 * @throws {TypeError} If x is not of floats, or the ids not one integer for each row.
 */
export function unsortedSegmentSum(
  { memory, kernels }: Workbench,
  { x, segmentIds }: { readonly x: TensorInfo; readonly segmentIds: TensorInfo },
  { numSegments }: { readonly numSegments: number },
): TensorInfo {
  const [rows, ...shape] = x.shape;
  const isEach = segmentIds.shape.length === 1 && segmentIds.shape[0] === rows;
  if (x.dtype !== "float32" || segmentIds.dtype !== "int32" || !isEach) {
    throw new TypeError(
      "Cannot sum segments: x must be float32 with an int32 id for each row, " +
        `but is ${x.dtype} [${x.shape}] with ${segmentIds.dtype} [${segmentIds.shape}]`,
    );
  }
  const sums = memory.allocate([numSegments, ...shape]);
  const [from, ids, to] = [x, segmentIds, sums].map(memory.pointerTo);
  kernels.segmentSum(from, ids, to, rows, tf.util.sizeFromShape(shape), numSegments);
  return sums;
}
