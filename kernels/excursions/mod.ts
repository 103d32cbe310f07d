/**
 * Minkowski functionals of excursion sets of periodic square fields, and their gradient: on a memory that is not the
 * kernels' own.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 * import { excursionKernels } from "./mod.ts";
 *
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * const [field, thresholds, inside, found] = [0, 1, 2, 3].map((place) => 1024 * place);
 * new Float32Array(memory.buffer, field, 16).set([1], 5); // one cell of 4 × 4
 * new Float64Array(memory.buffer, thresholds, 2).set([0.5, Infinity]);
 * excursionKernels(memory).functionals(field, 4, thresholds, 1, 0.1, inside, found);
 * const [area, , perimeter, , euler] = new Float64Array(memory.buffer, found, 6);
 * deepStrictEqual([area, perimeter, euler], [1 / 16, 4 / 16, 1 / 16]);
 * ```
 *
 * @module
 */
export { addGradient, type ExcursionSets, functionals } from "./reference.ts";

/** Byte offset into the memory that the kernels work on; a multiple of 16 is fastest. */
export type Pointer = number;

/** The kernels. Thresholds come in pairs, `[2 · pairs]` in 64 bits; one at infinity has an empty set. */
export interface ExcursionKernels {
  /**
   * Of the field `[size, size]` in 32 bits, area, perimeter and Euler number above each threshold, per cell,
   * `[3, 2 · pairs]` in 64 bits. `inside` has room for two numbers in 64 bits to a cell.
   */
  functionals(
    field: Pointer,
    size: number,
    thresholds: Pointer,
    pairs: number,
    ramp: number,
    inside: Pointer,
    found: Pointer,
  ): void;
  /**
   * Adds to `slopes`, 32 bits to a cell, the gradient by the field, from those by area, perimeter and Euler number per
   * cell, `[3, 2 · pairs]` in 64 bits. `inside` and `sums` have room for two numbers in 64 bits to a cell.
   */
  gradient(
    field: Pointer,
    size: number,
    thresholds: Pointer,
    pairs: number,
    ramp: number,
    given: Pointer,
    inside: Pointer,
    sums: Pointer,
    slopes: Pointer,
  ): void;
}

let compiled: WebAssembly.Module | undefined;

/** The kernels on a memory. */
export function excursionKernels(memory: WebAssembly.Memory): ExcursionKernels {
  compiled ??= new WebAssembly.Module(Deno.readFileSync(new URL("./excursions.wasm", import.meta.url)));
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as ExcursionKernels;
}
