/**
 * Monotone maps of the values of two-species fields, cell by cell, back, and the gradients of both: on a memory that is
 * not the kernels' own.
 *
 * Of each species z = unstretch(stretch(skew((x − shift) · scale))), and then both are mixed:
 *
 * - skew: x + κ (√(1 + x²) − 1), |κ| < 1;
 * - stretch: x √(1 + c x²), c > 0; unstretch is its inverse, with a c of its own;
 * - mixing: a ← a + w₀ (√(1 + b²) − 1) + w₁ b / √(1 + b²), and then b ← b + w₂ (√(1 + a²) − 1) + w₃ a / √(1 + a²).
 *
 * The numbers of a row are shift, scale, κ and both c, of a and of b each, and four weights, `[14]`.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 * import { pointwiseKernels } from "./mod.ts";
 *
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * const [x, numbers, z, slopes] = [0, 1, 2, 3].map((place) => 1024 * place);
 * new Float32Array(memory.buffer, x, 2).set([3, 5]); // a single cell
 * new Float32Array(memory.buffer, numbers, 14).set([1, 1, 2, 4]); // (x − 1) · 2 and (x − 1) · 4
 * pointwiseKernels(memory).forward(x, numbers, 1, z, slopes);
 * deepStrictEqual([...new Float32Array(memory.buffer, z, 2)], [4, 16]);
 * ```
 *
 * @module
 */
export * as reference from "./reference.ts";

/** Byte offset into the memory that the kernels work on. */
export type Pointer = number;

/** Numbers of a row. */
export const POINTWISE_NUMBERS = 14;

/** Floats of room that a gradient takes per cell. */
export const POINTWISE_ROOM = 16;

/**
 * The kernels. Fields are `[2, n]` in 32 bits, slopes `[n]` and gradients in the numbers `[14]` in 64 bits; `room` is
 * {@linkcode POINTWISE_ROOM} · n floats, and nothing that is left there is meant for anyone.
 */
export interface PointwiseKernels {
  /** z, and the slope of each cell, that of the scale left out: the determinant is their product. */
  forward(x: Pointer, numbers: Pointer, n: number, z: Pointer, slopes: Pointer): void;
  /** From the gradients in z and in the log-determinant those in x and in the numbers. */
  forwardGradient(
    x: Pointer,
    numbers: Pointer,
    n: number,
    dz: Pointer,
    dLogDet: number,
    dx: Pointer,
    dNumbers: Pointer,
    room: Pointer,
  ): void;
  /** x, and the slopes that {@linkcode PointwiseKernels.forward} has there. */
  inverse(z: Pointer, numbers: Pointer, n: number, x: Pointer, slopes: Pointer): void;
  /** From the gradients in x and in the log-determinant of the inverse those in z and in the numbers. */
  inverseGradient(
    z: Pointer,
    numbers: Pointer,
    n: number,
    dx: Pointer,
    dLogDet: number,
    dz: Pointer,
    dNumbers: Pointer,
    room: Pointer,
  ): void;
}

let compiled: WebAssembly.Module | undefined;

/** The kernels on a memory. */
export function pointwiseKernels(memory: WebAssembly.Memory): PointwiseKernels {
  compiled ??= new WebAssembly.Module(Deno.readFileSync(new URL("./pointwise.wasm", import.meta.url)));
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as PointwiseKernels;
}
