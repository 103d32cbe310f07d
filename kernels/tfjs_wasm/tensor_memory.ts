/**
 * The memory under tfjs's WebAssembly backend: the one place that touches what tfjs does not document.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { TensorInfo } from "@tensorflow/tfjs";
import { type Allocator, guardAllocations } from "./out_of_memory.ts";

/** Where tensors live. */
export interface TensorMemory {
  readonly memory: WebAssembly.Memory;
  /** Byte offset of a tensor's values. It stays the same for as long as the tensor lives, even when memory grows. */
  pointerTo(tensor: TensorInfo): number;
  /** A new 32-bit float tensor, its values as they happen to be; disposed of as the outputs of any kernel are. */
  allocate(shape: number[]): TensorInfo;
  /** Frees a tensor that was allocated here and not handed on. */
  free(tensor: TensorInfo): void;
}

/** The part of tfjs's `BackendWasm` that is relied on, all of it checked before it is used. */
interface BackendInternals {
  readonly wasm: Allocator & { readonly asm: { readonly memory: WebAssembly.Memory } };
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } };
  makeOutput(shape: number[], dtype: "float32"): TensorInfo;
  disposeData(dataId: object): boolean;
  readSync(dataId: object): ArrayLike<number>;
}

/**
 * The memory of a started backend. Writes a tensor through it and reads that back by tfjs, before anyone relies on it.
 * From then on, every kernel throws `OutOfTensorMemoryError` where there is no room.
 *
 * @param backend What `tf.backend()` gives.
 * @throws {TypeError} If this tfjs is not built as expected.
 */
export function tensorMemory(backend: unknown): TensorMemory {
  const internals = backend as BackendInternals;
  const memory = internals.wasm?.asm?.memory;
  requireInternals(memory instanceof WebAssembly.Memory, "wasm.asm.memory must be its WebAssembly.Memory");
  for (const name of ["makeOutput", "disposeData", "readSync"] as const) {
    requireInternals(typeof internals[name] === "function", `${name} must be a function`);
  }
  requireInternals(typeof internals.dataIdMap?.get === "function", "dataIdMap.get must be a function");
  for (const name of ["_malloc", "_free"] as const) {
    requireInternals(typeof internals.wasm[name] === "function", `wasm.${name} must be a function`);
  }
  guardAllocations(internals.wasm);
  const opened: TensorMemory = {
    memory,
    pointerTo: ({ dataId }) => internals.dataIdMap.get(dataId).memoryOffset,
    allocate: (shape) => internals.makeOutput(shape, "float32"),
    free: ({ dataId }) => void internals.disposeData(dataId),
  };
  const probe = opened.allocate([2]);
  const pointer = opened.pointerTo(probe);
  requireInternals(Number.isInteger(pointer) && pointer % 4 === 0, "memoryOffset must be a byte offset");
  new Float32Array(memory.buffer, pointer, 2).set([1.5, -2.5]);
  const read = internals.readSync(probe.dataId);
  opened.free(probe);
  requireInternals(read[0] === 1.5 && read[1] === -2.5, "a tensor must read as it was written");
  return opened;
}

/**
 * Makes clones share the memory of their original, as reshaped tensors do and as tfjs's other backends have it. The
 * WebAssembly backend copies, and tfjs clones whatever it saves for a gradient.
 */
export function shareClones(): void {
  tf.unregisterKernel(tf.Identity, "wasm");
  tf.registerKernel({
    kernelName: tf.Identity,
    backendName: "wasm",
    kernelFunc({ inputs, backend }) {
      const x = inputs.x!;
      (backend as tf.KernelBackend).incRef(x.dataId);
      return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
    },
  });
}

function requireInternals(holds: boolean, requirement: string): asserts holds {
  if (holds) return;
  throw new TypeError(
    `Cannot use the memory of tfjs's backend: ${requirement}, but in this version it is not`,
  );
}
