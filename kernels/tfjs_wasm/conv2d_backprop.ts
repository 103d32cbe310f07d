/**
 * The gradients of convolutions in their filter and in their input.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { TensorInfo } from "@tensorflow/tfjs";
import { padded, type Shapes, withScratch, type Workbench } from "./kernels.ts";

/** What both operations are told of the convolution. */
export interface Convolution {
  readonly strides: number | [number, number];
  readonly pad: "same" | "valid" | number | tf.backend_util.ExplicitPadding;
  readonly dataFormat: "NHWC" | "NCHW";
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

type Shape4D = [number, number, number, number];

/**
 * dw `[height, width, inputs, outputs]` from x `[batch, xHeight, xWidth, inputs]` and
 * dy `[batch, yHeight, yWidth, outputs]`.
 *
 * @throws {TypeError} If the tensors are not of floats, channels last.
 */
export function filterGradient(
  { memory, kernels }: Workbench,
  { x, dy }: { readonly x: TensorInfo; readonly dy: TensorInfo },
  convolution: Convolution & { readonly filterShape: readonly number[] },
): TensorInfo {
  if (convolution.dataFormat !== "NHWC" || x.dtype !== "float32" || dy.dtype !== "float32") {
    throw new TypeError(
      "Cannot compute the gradient of a filter: x and dy must be float32 in NHWC, " +
        `but are ${x.dtype} and ${dy.dtype} in ${convolution.dataFormat}`,
    );
  }
  const shapes = shapesOf(x.shape, convolution.filterShape, convolution);
  const [, , , inputs, , yWidth, outputs, height, width] = shapes;
  const step = padded(outputs), isPadded = step !== outputs;
  const row = step * yWidth, sums = isPadded ? height * width * inputs * step : 0;
  return into(memory.allocate([...convolution.filterShape]), memory, row + sums, (dw, scratch) => {
    const [fromX, fromDy] = [x, dy].map(memory.pointerTo);
    kernels.filterGradient(fromX, fromDy, dw, scratch, isPadded ? scratch + 4 * row : dw, ...shapes);
  });
}

/** dx `[batch, xHeight, xWidth, inputs]` from dy and w, all of them floats, channels last. */
export function inputGradient(
  { memory, kernels }: Workbench,
  { dy, filter }: { readonly dy: TensorInfo; readonly filter: TensorInfo },
  convolution: Convolution & { readonly inputShape: readonly number[] },
): TensorInfo {
  const shapes = shapesOf(convolution.inputShape, filter.shape, convolution);
  const [, , xWidth, inputs, , , outputs, height, width] = shapes;
  const packed = height * width * outputs * padded(inputs);
  return into(
    memory.allocate([...convolution.inputShape]),
    memory,
    packed + xWidth * padded(inputs),
    (dx, scratch) => {
      const [fromDy, w] = [dy, filter].map(memory.pointerTo);
      kernels.inputGradient(fromDy, w, dx, scratch, scratch + 4 * packed, ...shapes);
    },
  );
}

/** Computes an output with scratch; frees it if there is no room for that. */
function into(
  output: TensorInfo,
  memory: Workbench["memory"],
  floats: number,
  compute: (output: number, scratch: number) => void,
): TensorInfo {
  try {
    withScratch(memory, floats, (scratch) => compute(memory.pointerTo(output), scratch));
    return output;
  } catch (error) {
    memory.free(output);
    throw error;
  }
}

/** Sizes, strides and paddings, as tfjs's own kernels see them. */
function shapesOf(x: readonly number[], w: readonly number[], convolution: Convolution): Shapes {
  const { strides, pad, dimRoundingMode } = convolution;
  const info = tf.backend_util.computeConv2DInfo(
    x as Shape4D,
    w as Shape4D,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  return [
    ...[info.batchSize, info.inHeight, info.inWidth, info.inChannels] as const,
    ...[info.outHeight, info.outWidth, info.outChannels] as const,
    ...[info.filterHeight, info.filterWidth, info.strideHeight, info.strideWidth] as const,
    ...[info.padInfo.top, info.padInfo.left] as const,
  ];
}
