/**
 * Elementary functions of f32, four at a time, with the same bits on every machine, on a memory that is not the
 * kernels' own. Other kernels import them from `functions.ts`; `reference.ts` is the same, number by number.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 * import { vectorMath } from "./mod.ts";
 *
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * const values = new Float32Array(memory.buffer, 0, 4);
 * values.set([0, -Infinity, 1, 1000]);
 * vectorMath(memory).exponential(values.byteOffset, values.length);
 * deepStrictEqual([...values], [1, 0, Math.fround(Math.E), Infinity]);
 * ```
 *
 * @module
 */

/** Byte offset into the memory that the kernels work on; a multiple of 16 is fastest. */
export type Pointer = number;

/** Each works on `count` numbers in place, a multiple of 4. `functions.ts` states their errors and special values. */
export interface VectorMath {
  /** eˣ */
  exponential(values: Pointer, count: number): void;
  /** eˣ, constant beyond ±87. */
  boundedExponential(values: Pointer, count: number): void;
  /** 1 / (1 + e⁻ˣ), constant below −87. */
  logistic(values: Pointer, count: number): void;
  /** tanh x */
  hyperbolicTangent(values: Pointer, count: number): void;
  /** The natural logarithm. */
  logarithm(values: Pointer, count: number): void;
}

let compiled: WebAssembly.Module | undefined;

/** The kernels on the given memory, which they never grow. */
export function vectorMath(memory: WebAssembly.Memory): VectorMath {
  compiled ??= new WebAssembly.Module(Deno.readFileSync(new URL("./vector_math.wasm", import.meta.url)));
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as VectorMath;
}
