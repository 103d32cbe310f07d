/**
 * Dense layers, activations, affine couplings, and their gradients, on a memory that is not the kernels' own.
 *
 * A batch is laid out in *panels*: `[⌈columns / 8⌉, batch, 8]`, filled up with zeros. assembly.ts says why, and what
 * each kernel does; `reference.ts` is the same, number by number.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 * import { LANES, panelFloats, trainingKernels } from "./mod.ts";
 *
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * const kernels = trainingKernels(memory);
 * const values = new Float32Array(memory.buffer);
 * values.set([1, 2, 3]); // three rows of one column
 * kernels.toPanels(0, 1, 64, 3, 1);
 * deepStrictEqual(panelFloats({ batch: 3, columns: 1 }), 3 * LANES);
 * deepStrictEqual([values[16], values[24], values[32]], [1, 2, 3]);
 * ```
 *
 * @module
 */

/** Columns of a panel. */
export const LANES = 8;

/** Floats that a batch in panels takes. */
export function panelFloats({ batch, columns }: { batch: number; columns: number }): number {
  return batch * LANES * Math.ceil(columns / LANES);
}

/** Floats that a packed weight takes, with its bias. */
export function packedFloats({ inputs, outputs }: { inputs: number; outputs: number }): number {
  return LANES * Math.ceil(outputs / LANES) * (1 + inputs);
}

/** Byte offset into the memory that the kernels work on; a multiple of 16 is fastest. */
export type Pointer = number;

/** The kernels. Counts are of floats; `stride` is from one row to the next. */
export interface TrainingKernels {
  /** Columns of rows to panels. */
  toPanels(rows: Pointer, stride: number, panels: Pointer, batch: number, columns: number): void;
  /** Panels to columns of rows. */
  fromPanels(panels: Pointer, rows: Pointer, stride: number, batch: number, columns: number): void;
  /** A weight `[inputs, outputs]` and its bias, packed for {@linkcode multiply}. */
  pack(
    weight: Pointer,
    stride: number,
    bias: Pointer,
    packed: Pointer,
    inputs: number,
    outputs: number,
  ): void;
  /** The transpose of the weight, packed for the gradient in x: a product of `outputs` inputs. */
  packTransposed(weight: Pointer, stride: number, packed: Pointer, inputs: number, outputs: number): void;
  /** y = x · W + bias, or, with `add`, y += x · W. */
  multiply(
    x: Pointer,
    packed: Pointer,
    y: Pointer,
    batch: number,
    inputs: number,
    outputs: number,
    add: boolean,
  ): void;
  /** weight = xᵀ · dy, bias = the column sums of dy. */
  parameterGradients(
    x: Pointer,
    dy: Pointer,
    weight: Pointer,
    stride: number,
    bias: Pointer,
    batch: number,
    inputs: number,
    outputs: number,
  ): void;
  /** eˣ in place, |x| at most 87, within 1 unit in the last place. */
  exponentials(values: Pointer, count: number): void;
  /** x · σ(x) in place, and its slope. */
  silu(values: Pointer, slopes: Pointer, count: number): void;
  /** max(x, x / 100) in place, and its slope. */
  leakyRelu(values: Pointer, slopes: Pointer, count: number): void;
  /** values ← values · factors. */
  scale(values: Pointer, factors: Pointer, count: number): void;
  /**
   * x ← x · eˢ + shift with s = bound · tanh(raw / bound), and logDet `[batch]` = Σ s. Leaves s for raw, x · eˢ for
   * shift, and eˢ in `scales`.
   */
  affineMove(
    x: Pointer,
    raw: Pointer,
    shift: Pointer,
    scales: Pointer,
    logDet: Pointer,
    bound: number,
    batch: number,
    columns: number,
  ): void;
  /** Gradients of that move: draw for s, and dx for eˢ; that of the shift is dz itself. */
  affineMoveGradient(
    dz: Pointer,
    dLogDet: Pointer,
    logScales: Pointer,
    scaled: Pointer,
    scales: Pointer,
    bound: number,
    batch: number,
    columns: number,
  ): void;
}

let compiled: WebAssembly.Module | undefined;

/** The kernels on the given memory, which they never grow. */
export function trainingKernels(memory: WebAssembly.Memory): TrainingKernels {
  compiled ??= new WebAssembly.Module(Deno.readFileSync(new URL("./training.wasm", import.meta.url)));
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as TrainingKernels;
}
