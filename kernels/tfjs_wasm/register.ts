/**
 * Tells tfjs of the kernels.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { TensorInfo } from "@tensorflow/tfjs";
import { batchMatMul, type Factors, type Transposes } from "./batch_mat_mul.ts";
import { filterGradient, inputGradient } from "./conv2d_backprop.ts";
import { concat, slice, split } from "./parts.ts";
import { type Workbench, workbenchOf } from "./kernels.ts";
import { unsortedSegmentSum } from "./unsorted_segment_sum.ts";

type Kernel = tf.KernelConfig["kernelFunc"];

/** A kernel of ours. Inputs and attributes are what tfjs gives to the kernel of this name. */
// deno-lint-ignore no-explicit-any
type Compute = (workbench: Workbench, inputs: any, attributes: any) => TensorInfo | TensorInfo[];

const MISSING: Readonly<Record<string, Compute>> = {
  [tf.Conv2DBackpropFilter]: filterGradient,
  [tf.UnsortedSegmentSum]: unsortedSegmentSum,
};

/** Kernels that are there and slow, and when ours can do what they do. */
const SLOW: Readonly<Record<string, { compute: Compute; when: (call: Parameters<Kernel>[0]) => boolean }>> = {
  [tf.BatchMatMul]: {
    compute: batchMatMul,
    when({ inputs, attrs }) {
      const { a, b } = inputs as unknown as Factors;
      const { transposeA, transposeB } = attrs as unknown as Transposes;
      return (transposeA || transposeB) && a.dtype === "float32" && b.dtype === "float32";
    },
  },
  [tf.Slice]: { compute: slice, when: ({ inputs }) => inputs.x!.dtype === "float32" },
  [tf.SplitV]: { compute: split, when: ({ inputs }) => inputs.x!.dtype === "float32" },
  [tf.Concat]: {
    compute: concat,
    when({ inputs }) {
      const tensors = inputs as unknown as readonly TensorInfo[];
      return tensors.length > 1 && tensors.every(({ dtype }) => dtype === "float32");
    },
  },
  [tf.Conv2DBackpropInput]: {
    compute: inputGradient,
    when: ({ inputs, attrs }) =>
      attrs!.dataFormat === "NHWC" && inputs.dy!.dtype === "float32" && inputs.filter!.dtype === "float32",
  },
};

let isRegistered = false;

/**
 * Fills the holes of tfjs's WebAssembly backend, for the whole process. Calling it again does nothing. Where this
 * version of tfjs is not built as expected, it says so on stderr, in one line, and changes nothing.
 *
 * @param backend What `tf.backend()` gives.
 * @returns Whether the kernels are in use.
 */
export function fillHoles(backend: unknown): boolean {
  if (isRegistered) return true;
  const slow: [tf.KernelConfig, Kernel][] = [];
  try {
    workbenchOf(Object(backend));
    for (const [name, { compute, when }] of Object.entries(SLOW)) {
      const stock = tf.getKernel(name, "wasm");
      if (stock === undefined) {
        throw new TypeError(`Cannot replace a kernel: ${name} must exist, but does not`);
      }
      const kernel = ours(compute);
      slow.push([stock, (call) => (when(call) ? kernel : stock.kernelFunc)(call)]);
    }
  } catch (error) {
    console.error(`Kernels of tfjs's wasm backend stay as they are: ${(error as Error).message}`);
    return false;
  }
  for (const [stock, kernelFunc] of slow) {
    tf.unregisterKernel(stock.kernelName, "wasm");
    tf.registerKernel({ ...stock, kernelFunc });
  }
  for (const [kernelName, compute] of Object.entries(MISSING)) {
    if (tf.getKernel(kernelName, "wasm") !== undefined) continue; // a later tfjs may have it
    tf.registerKernel({ kernelName, backendName: "wasm", kernelFunc: ours(compute) });
  }
  return isRegistered = true;
}

function ours(compute: Compute): Kernel {
  return ({ inputs, backend, attrs }) => compute(workbenchOf(backend as object), inputs, attrs);
}
