/**
 * Parts of tensors, and tensors of parts. The stock kernels copy a tensor whole for each part that is taken of it.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor, TensorInfo } from "@tensorflow/tfjs";
import type { Workbench } from "./kernels.ts";

/**
 * The part of x that begins at `begin` and is of `size`, −1 being all that is left.
 *
 * @throws {Error} If it reaches beyond x.
 */
export function slice(
  workbench: Workbench,
  { x }: { readonly x: TensorInfo },
  { begin, size }: { readonly begin: number | number[]; readonly size: number | number[] },
): TensorInfo {
  const [begins, sizes] = tf.slice_util.parseSliceParams(x, begin, size);
  tf.slice_util.assertParamsValid(x, begins, sizes);
  return part(workbench, x, { begins, sizes });
}

/** The parts of x along an axis, one after the other. */
export function split(
  workbench: Workbench,
  { x }: { readonly x: TensorInfo },
  { numOrSizeSplits, axis }: { readonly numOrSizeSplits: number | number[]; readonly axis: number },
): TensorInfo[] {
  const [along] = tf.util.parseAxisParam(axis, x.shape);
  const begins = x.shape.map(() => 0);
  return tf.backend_util.prepareSplitSize(x as Tensor, numOrSizeSplits, along).map((size) => {
    const sizes = x.shape.with(along, size);
    const found = part(workbench, x, { begins, sizes });
    begins[along] += size;
    return found;
  });
}

/** Tensors beside each other along an axis. */
export function concat(
  { memory, kernels }: Workbench,
  inputs: readonly TensorInfo[],
  { axis }: { readonly axis: number },
): TensorInfo {
  const shapes = inputs.map(({ shape }) => shape);
  const [along] = tf.util.parseAxisParam(axis, shapes[0]);
  tf.backend_util.assertParamsConsistent(shapes, along);
  const shape = tf.backend_util.computeOutShape(shapes, along);
  const found = memory.allocate(shape), rows = sizeOf(shape.slice(0, along));
  const step = 4 * sizeOf(shape.slice(along));
  let to = memory.pointerTo(found);
  for (const input of inputs) {
    const columns = sizeOf(input.shape.slice(along));
    kernels.copyRows(memory.pointerTo(input), 4 * columns, to, step, rows, columns);
    to += 4 * columns;
  }
  return found;
}

/** A part that is copied: where it begins and its size along every axis. */
interface Part {
  readonly begins: readonly number[];
  readonly sizes: readonly number[];
}

function part({ memory, kernels }: Workbench, x: TensorInfo, { begins, sizes }: Part): TensorInfo {
  const found = memory.allocate([...sizes]);
  const axes = merged(x.shape, { begins, sizes });
  const [rows, columns] = axes.length > 1 ? axes.slice(-2) : [ONE, ...axes];
  const step = 4 * columns.whole, count = rows.size * columns.size;
  let to = memory.pointerTo(found);

  /** Copies what lies within one place along each of the axes before this one. */
  function copy(from: number, axis: number): void {
    if (axis >= axes.length - 2) {
      const first = from + step * rows.begin + 4 * columns.begin;
      kernels.copyRows(first, step, to, 4 * columns.size, rows.size, columns.size);
      to += 4 * count;
      return;
    }
    const { begin, size } = axes[axis];
    const stride = 4 * sizeOf(axes.slice(axis + 1).map(({ whole }) => whole));
    for (let i = begin; i < begin + size; i++) copy(from + i * stride, axis + 1);
  }
  copy(memory.pointerTo(x), 0);
  return found;
}

/** An axis: how long it is, and the range of it that is taken. */
interface Axis {
  readonly whole: number;
  readonly begin: number;
  readonly size: number;
}

const ONE: Axis = { whole: 1, begin: 0, size: 1 };

/** The axes of a part, those that are taken whole as one with the one before. */
function merged(shape: readonly number[], { begins, sizes }: Part): Axis[] {
  const axes: Axis[] = [];
  for (const [i, whole] of shape.entries()) {
    const last = axes.at(-1);
    if (last && sizes[i] === whole) {
      axes[axes.length - 1] = {
        whole: last.whole * whole,
        begin: last.begin * whole,
        size: last.size * whole,
      };
    } else axes.push({ whole, begin: begins[i], size: sizes[i] });
  }
  return axes.length > 0 ? axes : [ONE];
}

function sizeOf(shape: readonly number[]): number {
  return tf.util.sizeFromShape([...shape]);
}
