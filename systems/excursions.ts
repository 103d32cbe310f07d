/**
 * Minkowski functionals of excursion sets as one operation of tensorflow.js: from stock operations they would be
 * maxima of a field for each threshold, a hundred megabytes to a batch.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor2D, Tensor3D, TensorInfo } from "@tensorflow/tfjs";
import {
  addGradient,
  type ExcursionKernels,
  excursionKernels,
  type ExcursionSets,
  functionals,
} from "../kernels/excursions/mod.ts";
import { type Call, defineOperation, isNative, valuesOf } from "../macronet/native.ts";

/**
 * Area, perimeter and Euler number of periodic square fields `[batch, size, size]` above every threshold,
 * `[batch, 3 · thresholds]`: what `minkowski` of `metrics/patterns.ts` gives, differentiable in the fields.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { useWasmBackend } from "../macronet/backend.ts";
 * import { excursions } from "./excursions.ts";
 *
 * await useWasmBackend();
 * const oneCell = tf.tensor3d([[[0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]]);
 * const found = excursions(oneCell, { thresholds: [0.5], ramp: 0.1 });
 * assertEquals([...found.dataSync()], [1 / 16, 4 / 16, 1 / 16]);
 * ```
 */
export function excursions(fields: Tensor3D, sets: ExcursionSets): Tensor2D {
  return (isNative() ? native([fields], sets)[0] : stock(fields, sets)) as Tensor2D;
}

let instance: { memory: WebAssembly.Memory; kernels: ExcursionKernels } | undefined;

/** The kernels on tfjs's memory, made once for it, and room for what they are told of one field after the other. */
function benchFor(call: Call<ExcursionSets>, cells: number) {
  const { memory: { memory }, attributes: { thresholds }, scratch } = call;
  if (instance?.memory !== memory) instance = { memory, kernels: excursionKernels(memory) };
  const pairs = Math.ceil(thresholds.length / 2), width = 2 * pairs;
  const [levels, numbers, inside, sums] = [2 * width, 6 * width, 4 * cells, 4 * cells].map(scratch);
  new Float64Array(memory.buffer, levels, width).fill(Infinity).set(thresholds);
  return { kernels: instance.kernels, pairs, width, levels, numbers, inside, sums };
}

const native = defineOperation<ExcursionSets>("Excursions", (call) => {
  const { memory, inputs: [fields], attributes: { thresholds, ramp } } = call;
  const [batch, size] = fields.shape, count = thresholds.length;
  const found = memory.allocate([batch, 3 * count]);
  const { kernels, pairs, width, levels, numbers, inside } = benchFor(call, size * size);
  const values = valuesOf(call, found), own = new Float64Array(memory.memory.buffer, numbers, 3 * width);
  for (let row = 0; row < batch; row++) {
    const field = memory.pointerTo(fields) + 4 * row * size * size;
    kernels.functionals(field, size, levels, pairs, ramp, inside, numbers);
    for (let kind = 0; kind < 3; kind++) {
      values.set(own.subarray(kind * width, kind * width + count), (3 * row + kind) * count);
    }
  }
  return [found];
}, {
  saves: ["0"],
  of: ([dy], [fields], sets) => nativeGradient([dy, fields], sets),
});

const nativeGradient = defineOperation<ExcursionSets>("ExcursionsGradient", (call) => {
  const { memory, inputs: [dy, fields], attributes: { thresholds, ramp } } = call;
  const [batch, size] = fields.shape, cells = size * size, count = thresholds.length;
  const slopes = memory.allocate(fields.shape);
  const { kernels, pairs, width, levels, numbers, inside, sums } = benchFor(call, cells);
  valuesOf(call, slopes).fill(0);
  const given = valuesOf(call, dy), own = new Float64Array(memory.memory.buffer, numbers, 3 * width).fill(0);
  for (let row = 0; row < batch; row++) {
    for (let kind = 0; kind < 3; kind++) {
      const from = (3 * row + kind) * count;
      for (let t = 0; t < count; t++) own[kind * width + t] = given[from + t] / cells;
    }
    const [field, to] = [fields, slopes].map((tensor: TensorInfo) =>
      memory.pointerTo(tensor) + 4 * row * cells
    );
    kernels.gradient(field, size, levels, pairs, ramp, numbers, inside, sums, to);
  }
  return [slopes];
});

/** The same by what tfjs documents. */
function stock(fields: Tensor3D, sets: ExcursionSets): Tensor {
  const [batch, size] = fields.shape, cells = size * size, count = 3 * sets.thresholds.length;
  const rowsOf = (tensor: Tensor, columns: number) => {
    const values = tensor.dataSync<"float32">();
    return Array.from({ length: batch }, (_, row) => values.subarray(row * columns, (row + 1) * columns));
  };
  return tf.customGrad((fields, save) => {
    (save as tf.GradSaveFunc)([fields as Tensor]);
    const found = rowsOf(fields as Tensor, cells).flatMap((field) => [...functionals(field, sets)]);
    return {
      value: tf.tensor2d(found, [batch, count]),
      gradFunc: (dy, saved) => {
        const given = rowsOf(dy as Tensor, count), slopes = new Float32Array(batch * cells);
        for (const [row, field] of rowsOf(saved[0], cells).entries()) {
          const perCell = Float64Array.from(given[row], (slope) => slope / cells);
          addGradient(field, sets, perCell, slopes.subarray(row * cells, (row + 1) * cells));
        }
        return tf.tensor(slopes, saved[0].shape);
      },
    };
  })(fields);
}
