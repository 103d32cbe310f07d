/**
 * Dense layers, activations, actnorm, affine couplings, their gradients and inverses, on a memory that is not the
 * kernels' own.
 *
 * A batch is laid out in *blocks* of 16 samples, `[blocks, features, 16]`. block.ts says how, products.ts in what order
 * sums are made; `reference.ts` is the same, number by number.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 * import { BLOCK, blocksOf, trainingKernels } from "./mod.ts";
 *
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * const kernels = trainingKernels(memory);
 * const values = new Float32Array(memory.buffer);
 * values.set([1, 10, 2, 20, 3, 30]); // three samples of two features
 * kernels.toBlocks(0, 64, 3, 2, true);
 * deepStrictEqual(blocksOf(3), 1);
 * deepStrictEqual([...values.subarray(16, 20)], [1, 2, 3, 3]); // what is missing repeats the last one
 * deepStrictEqual([...values.subarray(16 + BLOCK, 20 + BLOCK)], [10, 20, 30, 30]);
 * ```
 *
 * @module
 */

/** Samples of a block. */
export const BLOCK = 16;

/** Bytes of a feature of a block. */
export const FEATURE_BYTES = 4 * BLOCK;

/** Floats behind the last block that a kernel may read, and does not use. */
export const SLACK = 3 * BLOCK;

/** Blocks of a batch. */
export function blocksOf(batch: number): number {
  return Math.ceil(batch / BLOCK);
}

/** Floats that a packed weight takes, with its bias. */
export function packedFloats({ inputs, outputs }: { inputs: number; outputs: number }): number {
  return 3 * Math.ceil(outputs / 3) * (1 + inputs);
}

/** Byte offset into the memory that the kernels work on; a multiple of 64 is fastest. */
export type Pointer = number;

/** Neighbouring features of every block: where those of the first begin, and bytes from a block to the next. */
export interface Span {
  readonly at: Pointer;
  readonly stride: number;
}

/** The kernels. Batches are in blocks, unless they are said to be rows; a stride is that of the pointer before it. */
export interface TrainingKernels {
  /** Rows `[batch, features]` to blocks. Missing samples are copies of the last row with `repeat`, else zeros. */
  toBlocks(rows: Pointer, blocks: Pointer, batch: number, features: number, repeat: boolean): void;
  /** Blocks to rows `[batch, features]`. */
  fromBlocks(blocks: Pointer, rows: Pointer, batch: number, features: number): void;
  /** Copies neighbouring features. */
  copyFeatures(
    from: Pointer,
    fromStride: number,
    to: Pointer,
    toStride: number,
    blocks: number,
    features: number,
  ): void;
  /** A weight `[inputs, outputs]` and its bias, packed for products. */
  pack(weight: Pointer, bias: Pointer, packed: Pointer, inputs: number, outputs: number): void;
  /** The transpose of the weight, packed for the gradient in x: a product of `outputs` inputs. */
  packTransposed(weight: Pointer, packed: Pointer, inputs: number, outputs: number): void;
  /** y = x · W + bias, or, with `add`, y += x · W; each times its factor, unless `factors` is 0. */
  multiply(
    x: Pointer,
    xStride: number,
    packed: Pointer,
    y: Pointer,
    yStride: number,
    factors: Pointer,
    blocks: number,
    inputs: number,
    outputs: number,
    add: boolean,
  ): void;
  /** y = x' σ(x') of x' = x · W + bias, and the slopes dy/dx'. */
  siluLayer(
    x: Pointer,
    xStride: number,
    packed: Pointer,
    y: Pointer,
    slopes: Pointer,
    blocks: number,
    inputs: number,
    width: number,
  ): void;
  /** y = max(x', x' / 100) of x' = x · W + bias, and the slopes. */
  leakyReluLayer(
    x: Pointer,
    xStride: number,
    packed: Pointer,
    y: Pointer,
    slopes: Pointer,
    blocks: number,
    inputs: number,
    width: number,
  ): void;
  /** weight `[inputs, outputs]` = xᵀ · dy, bias = Σ dy. */
  parameterGradients(
    x: Pointer,
    xStride: number,
    dy: Pointer,
    dyStride: number,
    weight: Pointer,
    bias: Pointer,
    blocks: number,
    inputs: number,
    outputs: number,
  ): void;
  /** Σ of one feature over the batch. */
  sumFeature(from: Pointer, stride: number, blocks: number): number;
  /**
   * y = x · eˢ + shift with s = bound · tanh(raw / bound), and logDet += Σ s. `output` holds raw and shift, and is left
   * with s and x · eˢ; `scales` with eˢ.
   */
  affineMove(
    x: Pointer,
    xStride: number,
    output: Pointer,
    scales: Pointer,
    y: Pointer,
    yStride: number,
    logDet: Pointer,
    bound: number,
    blocks: number,
    features: number,
  ): void;
  /** x = (y − shift) / eˢ, and logDet −= Σ s; leaves `output` and `scales` as the move does. */
  affineMoveInverse(
    y: Pointer,
    yStride: number,
    output: Pointer,
    scales: Pointer,
    x: Pointer,
    xStride: number,
    logDet: Pointer,
    bound: number,
    blocks: number,
    features: number,
  ): void;
  /** dx from dy and dlogDet; leaves in `output` the gradients in raw and shift. */
  affineMoveGradient(
    dy: Pointer,
    dyStride: number,
    dLogDet: Pointer,
    output: Pointer,
    scales: Pointer,
    dx: Pointer,
    dxStride: number,
    bound: number,
    blocks: number,
    features: number,
  ): void;
  /** y = x · scale + bias, one of each for a feature. */
  scaleAndShift(
    x: Pointer,
    xStride: number,
    scale: Pointer,
    bias: Pointer,
    y: Pointer,
    yStride: number,
    blocks: number,
    features: number,
  ): void;
  /** x = (y − bias) / scale */
  scaleAndShiftInverse(
    y: Pointer,
    yStride: number,
    scale: Pointer,
    bias: Pointer,
    x: Pointer,
    xStride: number,
    blocks: number,
    features: number,
  ): void;
  /** dx = dy · scale, dlogScale = Σ dx · x, dbias = Σ dy */
  scaleAndShiftGradient(
    x: Pointer,
    xStride: number,
    dy: Pointer,
    dyStride: number,
    scale: Pointer,
    dx: Pointer,
    dxStride: number,
    dLogScale: Pointer,
    dBias: Pointer,
    blocks: number,
    features: number,
  ): void;
  /** values += value, for every sample of one feature. */
  addToAll(values: Pointer, value: number, blocks: number): void;
}

let compiled: WebAssembly.Module | undefined;

/** The kernels on the given memory, which they never grow. */
export function trainingKernels(memory: WebAssembly.Memory): TrainingKernels {
  compiled ??= new WebAssembly.Module(Deno.readFileSync(new URL("./training.wasm", import.meta.url)));
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as TrainingKernels;
}
