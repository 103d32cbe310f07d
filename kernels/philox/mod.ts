/**
 * Counter-based random numbers: Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as
 * easy as 1, 2, 3" (SC 2011).
 *
 * There is no generator and no state. A {@linkcode Draw} names a stream, and value i of a stream is a function
 * of (draw, i) alone: the first n values of a longer draw are the draw of n, and sample 7 has the same numbers
 * whichever worker computes it, before or after whichever other sample.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 * import { normals } from "./mod.ts";
 *
 * const draw = { seed: 1, purpose: "noise", sample: 7 };
 * deepStrictEqual(normals(3, draw), normals(100, draw).slice(0, 3));
 * ```
 *
 * @module
 */
import { memoryUpTo } from "../memory.ts";
import { type Draw, drawWords } from "./draw.ts";
import * as wasm from "./philox.wasm";

export { type Draw, fnv1a } from "./draw.ts";

/**
 * One block of the generator itself: ten rounds under `key`, as four 32-bit words.
 *
 * @example Random123's known answer for an input of zeros
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual([...philox4x32([0, 0], [0, 0, 0, 0])], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
 * ```
 */
export function philox4x32(
  key: [number, number],
  counter: [number, number, number, number],
): Uint32Array<ArrayBuffer> {
  const [index, ...rest] = counter;
  wasm.setDraw(...key, ...rest);
  wasm.fillWords(wasm.freeMemory(), index, 1);
  return new Uint32Array(wasm.memory.buffer as ArrayBuffer, wasm.freeMemory(), 4).slice();
}

/**
 * Random 32-bit words, shape [count].
 *
 * @throws {RangeError} if count, seed or sample is not an integer ≥ 0
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual([...uint32s(2, { seed: 1, purpose: "example" })], [3977822253, 1407180956]);
 * ```
 */
export function uint32s(count: number, draw: Draw): Uint32Array<ArrayBuffer> {
  const values = new Uint32Array(requireCount(count));
  setDraw(draw);
  fillInChunks(values, 4, wasm.fillWords);
  return values;
}

/**
 * Uniform numbers in [0, 1), shape [count]: multiples of 2⁻²⁴, so that each is an exact f32.
 *
 * @throws {RangeError} if count, seed or sample is not an integer ≥ 0
 *
 * @example
 * ```ts
 * import { ok } from "node:assert/strict";
 * ok(uniforms(1000, { seed: 1, purpose: "example" }).every((u) => u >= 0 && u < 1));
 * ```
 */
export function uniforms(count: number, draw: Draw): Float32Array<ArrayBuffer> {
  const values = new Float32Array(requireCount(count));
  setDraw(draw);
  fillInChunks(values, 4, wasm.fillUniforms);
  return values;
}

/**
 * Standard normal numbers, shape [count], by Box and Muller in f64, rounded to f32. The largest possible
 * magnitude is √(64 ln 2) ≈ 6.66.
 *
 * @throws {RangeError} if count, seed or sample is not an integer ≥ 0
 *
 * @example
 * ```ts
 * import { ok } from "node:assert/strict";
 * const values = normals(10_000, { seed: 1, purpose: "example" });
 * ok(Math.abs(values.reduce((sum, value) => sum + value) / 10_000) < 0.03);
 * ```
 */
export function normals(count: number, draw: Draw): Float32Array<ArrayBuffer> {
  const values = new Float32Array(requireCount(count));
  setDraw(draw);
  fillInChunks(values, 4, wasm.fillNormals);
  return values;
}

/**
 * Integers in 0 … bound − 1, shape [count].
 *
 * Each is ⌊bound · r / 2⁶⁴⌋ for a 64-bit random number r, so that value i needs no rejected words before it. An
 * integer's probability is off 1/bound by less than 2⁻⁶⁴: to see it takes more draws than anyone can make.
 *
 * @throws {RangeError} if bound is not an integer in 1 … 2³² − 1, or count, seed or sample not an integer ≥ 0
 *
 * @example
 * ```ts
 * import { ok } from "node:assert/strict";
 * ok(below(6, 100, { seed: 1, purpose: "dice" }).every((face) => face < 6));
 * ```
 */
export function below(bound: number, count: number, draw: Draw): Uint32Array<ArrayBuffer> {
  if (!Number.isInteger(bound) || bound < 1 || bound > 0xffff_ffff) {
    throw new RangeError(
      `Cannot draw random numbers: bound must be an integer in 1 … 2³² − 1, but it is ${bound}`,
    );
  }
  const values = new Uint32Array(requireCount(count));
  setDraw(draw);
  fillInChunks(values, 2, (out, first, blocks) => wasm.fillBelow(out, first, blocks, bound));
  return values;
}

/**
 * The numbers 0 … count − 1 in random order, shape [count], by Fisher and Yates with unbiased integers (Lemire
 * 2019). The one function here without the prefix property: a shorter permutation is another permutation.
 *
 * @throws {RangeError} if count, seed or sample is not an integer ≥ 0
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual([...permutation(4, { seed: 1, purpose: "example" })].sort(), [0, 1, 2, 3]);
 * ```
 */
export function permutation(count: number, draw: Draw): Uint32Array<ArrayBuffer> {
  requireCount(count);
  setDraw(draw);
  const out = wasm.freeMemory();
  const buffer = memoryUpTo(out + 4 * count, wasm.memory);
  wasm.permute(out, count);
  return new Uint32Array(buffer, out, count).slice();
}

function setDraw(draw: Draw): void {
  const { key, counter } = drawWords(draw);
  wasm.setDraw(...key, ...counter);
}

/** Blocks per call into WASM: enough to hide the call's cost, few enough to stay in the L1 cache. */
const blocksPerChunk = 1024;

/** Fills `values` by calls of `fill`, which stores 4-byte values at `out`, `perBlock` for each Philox block. */
function fillInChunks(
  values: Uint32Array | Float32Array,
  perBlock: number,
  fill: (out: number, firstBlock: number, blocks: number) => void,
): void {
  const out = wasm.freeMemory();
  const buffer = memoryUpTo(out + 16 * blocksPerChunk, wasm.memory);
  const ViewOf = values instanceof Float32Array ? Float32Array : Uint32Array;
  const filled = new ViewOf(buffer, out, perBlock * blocksPerChunk);
  for (let start = 0; start < values.length; start += filled.length) {
    const missing = Math.min(filled.length, values.length - start);
    fill(out, start / perBlock, Math.ceil(missing / perBlock));
    values.set(filled.subarray(0, missing), start);
  }
}

function requireCount(count: number): number {
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new RangeError(`Cannot draw random numbers: count must be an integer ≥ 0, but it is ${count}`);
}
