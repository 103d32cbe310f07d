/**
 * What a bijection is to the kernels: a map of a batch in blocks, forwards, back, and its gradient.
 *
 * A layer writes what it gives to a place that its caller names and never into its input, so that the inputs of all
 * layers, which their gradients need, are there when the backward pass comes.
 *
 * @module
 */
import type { TensorInfo } from "@tensorflow/tfjs";
import { FEATURE_BYTES, type Pointer, type Span, type TrainingKernels } from "../../kernels/training/mod.ts";
import type { Call } from "../native.ts";

/** Memory, and what works on it. */
export interface Workbench {
  readonly memory: WebAssembly.Memory;
  readonly kernels: TrainingKernels;
}

/** What every pass through a layer is given. */
export interface Pass extends Workbench {
  /** Blocks of the batch. */
  readonly blocks: number;
  /** The layer's own tensors, in the order of its bijection's names. */
  readonly parameters: readonly Pointer[];
  /** Floats that the layer leaves something in for its gradient. */
  readonly kept: Pointer;
  /** Floats that are free again when the layer is done. */
  readonly scratch: Pointer;
  /** log |det| of every sample, one feature: the layer adds its own. */
  readonly logDet: Pointer;
}

/** What a pass backwards is given. Its `logDet` is the gradient in the log-determinants. */
export interface GradientPass extends Pass {
  /** Where the gradients in the parameters go. */
  readonly gradients: readonly Pointer[];
  /** Σ of the gradient in the log-determinants, for layers whose own is the same for all samples. */
  readonly sumOfLogDet: number;
}

/** A bijection on a batch in blocks. */
export interface BlockLayer {
  readonly features: number;
  /** How many tensors it has. */
  readonly parameters: number;
  /** Floats of {@linkcode Pass.kept} and {@linkcode Pass.scratch} for so many blocks. */
  kept(blocks: number): number;
  scratch(blocks: number): number;
  forward(pass: Pass, x: Span, y: Span): void;
  /** Leaves in `kept` what `forward` does. */
  inverse(pass: Pass, y: Span, x: Span): void;
  /** From the gradient in y to that in x, and those in the parameters. */
  backward(pass: GradientPass, values: { readonly x: Span; readonly y: Span }, dy: Span, dx: Span): void;
}

/** A whole event of so many features. */
export function wholeSpan(at: Pointer, features: number): Span {
  return { at, stride: FEATURE_BYTES * features };
}

/** The part of an event from one of its features on. */
export function fromFeature({ at, stride }: Span, feature: number): Span {
  return { at: at + FEATURE_BYTES * feature, stride };
}

/** Copies features from one span to another. */
export function copy({ kernels, blocks }: Pass, from: Span, to: Span, features: number): void {
  kernels.copyFeatures(from.at, from.stride, to.at, to.stride, blocks, features);
}

/** The numbers at a place. A view for the moment: an allocation may grow the memory and detach it. */
export function view({ memory }: Workbench, at: Pointer, floats: number): Float32Array {
  return new Float32Array(memory.buffer, at, floats);
}

/** Floats, rounded up to whole lines of the cache, so that what follows begins with one. */
export function lines(floats: number): number {
  return 16 * Math.ceil(floats / 16);
}

/** Rows `[batch, features]` or `[batch]` to blocks. Samples that the last one lacks are as told. */
export function fromRows<T>(
  { memory, kernels }: Call<T>,
  rows: TensorInfo,
  { at }: Span,
  missing: "repeat" | "zeros",
): void {
  const [batch, features = 1] = rows.shape;
  kernels.toBlocks(memory.pointerTo(rows), at, batch, features, missing === "repeat");
}

/** Blocks to rows, `[batch, features]` or `[batch]`. */
export function toRows<T>({ memory, kernels }: Call<T>, { at }: Span, shape: readonly number[]): TensorInfo {
  const [batch, features = 1] = shape;
  const rows = memory.allocate([...shape]);
  kernels.fromBlocks(at, memory.pointerTo(rows), batch, features);
  return rows;
}
