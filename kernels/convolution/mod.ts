/**
 * Convolution of periodic fields, 3 × 3 or 1 × 1, its gradients, and what stands around it in a flow over fields: on a
 * memory that is not the kernels' own.
 *
 * Fields are *pixels*, `[height, width, channels]`, on the outside, and *planes*, one to a channel with a halo of one
 * cell, for the convolution. assembly.ts says why, and in which order sums are made; `reference.ts` is the same,
 * number by number.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 * import { convolutionKernels, packedFloats, planeFloats } from "./mod.ts";
 *
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * const kernels = convolutionKernels(memory);
 * const values = new Float32Array(memory.buffer);
 * const [pixels, filter, bias, packed, x, y] = [0, 1, 2, 3, 4, 5].map((place) => 1024 * place);
 * values.set([1, 2, 3, 4, 5, 6], pixels / 4); // one channel, 2 × 3
 * values.set([0, 0, 0, 1, 0, 0, 0, 0, 0], filter / 4); // each cell gets its left neighbour
 * kernels.pack(filter, bias, packed, 1, 1, 3);
 * kernels.toPlanes(pixels, 1, x, 2, 3, 1);
 * kernels.wrap(x, 2, 3, 1);
 * kernels.convolve(x, packed, y, 2, 3, 1, 1, 3, false);
 * kernels.fromPlanes(y, pixels, 1, 2, 3, 1);
 * deepStrictEqual([...values.subarray(0, 6)], [3, 1, 2, 6, 4, 5]);
 * deepStrictEqual([planeFloats({ height: 2, width: 3 }), packedFloats({ inputs: 1, outputs: 1, size: 3 })], [48, 40]);
 * ```
 *
 * @module
 */

/** Byte offset into the memory that the kernels work on; a multiple of 16 is fastest. */
export type Pointer = number;

/** Side of a filter: each cell sees its neighbours, or itself alone. */
export type FilterSize = 1 | 3;

/** What a convolution makes of what. */
export interface FilterShape {
  readonly inputs: number;
  readonly outputs: number;
  readonly size: FilterSize;
}

/** Floats of one plane: with its halo and what follows it, an odd number of sixteens. */
export function planeFloats({ height, width }: { readonly height: number; readonly width: number }): number {
  return 16 * (Math.floor(((height + 2) * (width + 2) + 31) / 16) | 1);
}

/** Floats of a packed filter with its bias. */
export function packedFloats({ inputs, outputs, size }: FilterShape): number {
  return 4 * Math.ceil(outputs / 4) * (1 + inputs * size * size);
}

/** Floats of the sums that become a filter's gradient. They must start at zero. */
export function filterSumFloats({ inputs, outputs, size }: FilterShape): number {
  const lines = size === 1 ? Math.ceil(inputs / 3) : 3 * inputs;
  return 48 * Math.ceil(outputs / 4) * lines;
}

/** Floats of the sums over the cells of each channel. They must start at zero. */
export function channelSumFloats(channels: number): number {
  return 16 * Math.ceil(channels / 4);
}

/** The kernels. `height` and `width` are those of the field, without a halo; `stride` and `count` are floats. */
export interface ConvolutionKernels {
  /** Channels of pixels, `stride` apart, to planes. Leaves the halo as it is. */
  toPlanes(
    pixels: Pointer,
    stride: number,
    planes: Pointer,
    height: number,
    width: number,
    channels: number,
  ): void;
  /** Planes to channels of pixels. */
  fromPlanes(
    planes: Pointer,
    pixels: Pointer,
    stride: number,
    height: number,
    width: number,
    channels: number,
  ): void;
  /** Fills the halo with the cells of the opposite side. */
  wrap(planes: Pointer, height: number, width: number, channels: number): void;
  /** Fills the halo with zeros. */
  clearHalo(planes: Pointer, height: number, width: number, channels: number): void;
  /** A filter `[size, size, inputs, outputs]` and its bias, packed for {@linkcode convolve}. */
  pack(
    filter: Pointer,
    bias: Pointer,
    packed: Pointer,
    inputs: number,
    outputs: number,
    size: FilterSize,
  ): void;
  /** The filter turned about and transposed, for the gradient in x: a convolution of `outputs` channels. */
  packTransposed(filter: Pointer, packed: Pointer, inputs: number, outputs: number, size: FilterSize): void;
  /** y = x ∗ filter + bias, or, with `add`, y += x ∗ filter, for wrapped x. Leaves the halo of y undefined. */
  convolve(
    x: Pointer,
    packed: Pointer,
    y: Pointer,
    height: number,
    width: number,
    inputs: number,
    outputs: number,
    size: FilterSize,
    add: boolean,
  ): void;
  /** Adds Σ x · dy to the sums of a filter's gradient, for wrapped x and dy with a halo of zeros. */
  filterSums(
    x: Pointer,
    dy: Pointer,
    sums: Pointer,
    height: number,
    width: number,
    inputs: number,
    outputs: number,
    size: FilterSize,
  ): void;
  /** The gradient `[size, size, inputs, outputs]` of a filter, from its sums. */
  finishFilter(sums: Pointer, filter: Pointer, inputs: number, outputs: number, size: FilterSize): void;
  /** Adds Σ over the cells of each channel to its sums, for planes with a halo of zeros. */
  channelSums(planes: Pointer, sums: Pointer, height: number, width: number, channels: number): void;
  /** The sums of the channels, or, with `together`, that of all of them, one number. */
  finishChannels(sums: Pointer, to: Pointer, channels: number, together: boolean): void;
  /** x · σ(x) in place, and its slope. */
  silu(values: Pointer, slopes: Pointer, count: number): void;
  /** values ← values · factors. */
  scale(values: Pointer, factors: Pointer, count: number): void;
  /** x ← x · eˢ + shift with s = bound · tanh(raw / bound). Leaves s for raw, x · eˢ for shift, eˢ in `scales`. */
  affineMove(
    x: Pointer,
    raw: Pointer,
    shift: Pointer,
    scales: Pointer,
    bound: number,
    count: number,
  ): void;
  /** Gradients of that move: draw for s, and dx for eˢ; that of the shift is dz itself. `dLogDet` is one number. */
  affineMoveGradient(
    dz: Pointer,
    dLogDet: Pointer,
    logScales: Pointer,
    scaled: Pointer,
    scales: Pointer,
    bound: number,
    count: number,
  ): void;
  /** Pixels `[height, width, channels]` to `[height / 2, width / 2, 4 · channels]`: LL, LH, HL, HH. */
  squeeze(from: Pointer, to: Pointer, height: number, width: number, channels: number): void;
  /** Its inverse and transpose, to `[height, width, channels]`. */
  unsqueeze(from: Pointer, to: Pointer, height: number, width: number, channels: number): void;
  /** Means of squares of four pixels, to `[height / 2, width / 2, channels]`. */
  averagePool(from: Pointer, to: Pointer, height: number, width: number, channels: number): void;
  /** Its gradient, to `[height, width, channels]`. */
  averagePoolGradient(dy: Pointer, dx: Pointer, height: number, width: number, channels: number): void;
}

let compiled: WebAssembly.Module | undefined;

/** The kernels on the given memory, which they never grow. */
export function convolutionKernels(memory: WebAssembly.Memory): ConvolutionKernels {
  compiled ??= new WebAssembly.Module(Deno.readFileSync(new URL("./convolution.wasm", import.meta.url)));
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as ConvolutionKernels;
}
