/**
 * Operations of our own on tfjs's WebAssembly backend, computed by kernels on its own memory.
 *
 * tfjs spends more time on handing operations around than on computing these small networks: some forty operations to
 * a coupling, and as many to its gradient. So a whole flow is one operation here (`blocks/flow.ts`), and a perceptron
 * one (`blocks/network.ts`). What the backward pass needs is kept in a *workspace*, a tensor that belongs to one
 * application and that tfjs keeps and frees with the rest of its tape; so a flow may be applied many times in a step,
 * and nothing is left behind.
 *
 * Where a version of tfjs does not let its memory be used, {@linkcode isNative} is false, and everything is composed
 * from stock operations.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor, TensorInfo } from "@tensorflow/tfjs";
import { shareClones, type TensorMemory, tensorMemory } from "../kernels/tfjs_wasm/mod.ts";
import { type Pointer, SLACK, type TrainingKernels, trainingKernels } from "../kernels/training/mod.ts";

/** The memory and what works on it. */
interface Native {
  readonly memory: TensorMemory;
  readonly kernels: TrainingKernels;
}

/** What an operation computes with. */
export interface Call<Attributes> extends Native {
  readonly inputs: readonly TensorInfo[];
  readonly attributes: Attributes;
  /** `floats` of memory until the operation is done, at the beginning of a line of the cache. */
  scratch(floats: number): Pointer;
}

/** An operation of tfjs's: inputs and attributes to outputs. */
export type Operation<Attributes> = (inputs: readonly Tensor[], attributes: Attributes) => Tensor[];

let native: Native | undefined;
/** Registrations of operations that were defined before tfjs could be told of them. */
let waiting: (() => void)[] | undefined = [];

/**
 * Makes the operations usable, or says on stderr, in one line, why they are not.
 *
 * @param backend What `tf.backend()` gives.
 */
export function startNative(backend: unknown): void {
  try {
    const memory = tensorMemory(backend);
    native = { memory, kernels: trainingKernels(memory.memory) };
  } catch (error) {
    native = undefined;
    console.error(`Training with stock operations, which is slower: ${(error as Error).message}`);
    return;
  }
  if (waiting === undefined) return;
  shareClones();
  for (const register of waiting) register();
  waiting = undefined;
}

/** Whether {@linkcode startNative} succeeded. */
export function isNative(): boolean {
  return native !== undefined;
}

/**
 * Defines an operation. It can be run while {@linkcode isNative}.
 *
 * @param gradient From the gradients in the outputs, the tensors named by `saves` and the attributes, those in the
 * inputs; `undefined` for an input that nothing which is differentiated leads to. Inputs are named `"0"`, `"1"`, ….
 */
export function defineOperation<Attributes>(
  name: string,
  compute: (call: Call<Attributes>) => TensorInfo[],
  gradient?: {
    readonly saves: readonly string[];
    of(dy: readonly Tensor[], saved: readonly Tensor[], attributes: Attributes): (Tensor | undefined)[];
  },
): Operation<Attributes> {
  const kernelName = `Macronet${name}`;
  const register = () => {
    tf.registerKernel({
      kernelName,
      backendName: "wasm",
      kernelFunc: ({ inputs, attrs }) =>
        withScratch((scratch) => {
          const attributes = attrs as unknown as Attributes;
          return compute({ ...native!, inputs: inputs as unknown as TensorInfo[], attributes, scratch });
        }),
    });
    if (gradient === undefined) return;
    tf.registerGradient({
      kernelName,
      inputsToSave: [...gradient.saves],
      gradFunc(dy, saved, attributes) {
        const found = gradient.of(Array.isArray(dy) ? dy : [dy], saved, attributes as unknown as Attributes);
        return Object.fromEntries(found.map((gradient, input) => [input, () => gradient!]));
      },
    });
  };
  if (waiting) waiting.push(register);
  else register();
  return (inputs, attributes) =>
    tf.engine().runKernel<Tensor[]>(
      kernelName,
      inputs as unknown as tf.NamedTensorMap,
      attributes as unknown as tf.NamedAttrMap,
    );
}

/** Runs a computation with memory that is freed when it is done. */
function withScratch<T>(compute: (scratch: (floats: number) => Pointer) => T): T {
  const { memory } = native!;
  const used: TensorInfo[] = [];
  try {
    return compute((floats) => {
      const tensor = memory.allocate([withEnds(floats)]);
      used.push(tensor);
      return aligned(memory.pointerTo(tensor));
    });
  } finally {
    used.forEach(memory.free);
  }
}

const workspace = defineOperation<{ floats: number }>("Workspace", ({ memory, attributes }) => [
  memory.allocate([withEnds(attributes.floats)]),
]);

/** A tensor of memory for an operation to leave something in; it begins at {@linkcode aligned} of its pointer. */
export function allocateWorkspace(floats: number): Tensor {
  return workspace([], { floats })[0];
}

/** Of workspaces and scratch, in bytes: that of a line of the processor's cache. */
const ALIGNMENT = 64;

/** The next line of the cache. */
export function aligned(pointer: Pointer): Pointer {
  return Math.ceil(pointer / ALIGNMENT) * ALIGNMENT;
}

/** Room to begin at a line of the cache, and to read beyond the last block. */
function withEnds(floats: number): number {
  return ALIGNMENT / 4 + floats + SLACK;
}

/** The values of a tensor. A view for the moment: an allocation may grow the memory and detach it. */
export function valuesOf({ memory }: Pick<Native, "memory">, tensor: TensorInfo): Float32Array {
  const size = tf.util.sizeFromShape(tensor.shape);
  return new Float32Array(memory.memory.buffer, memory.pointerTo(tensor), size);
}

/** Where {@linkcode isNative}, replaces the values of a tensor in their place. Its owner alone may do that. */
export function writeValues(tensor: Tensor, values: Float32Array): void {
  valuesOf(native!, tensor).set(values);
}

/** Copies the values of a tensor. */
export function readValues(tensor: Tensor, into: Float32Array): void {
  into.set(native ? valuesOf(native, tensor) : tensor.dataSync() as Float32Array);
}
