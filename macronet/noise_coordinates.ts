/**
 * Noise coordinates: standard normal numbers beside a microstate, for a network to write its macrostate into.
 *
 * A function with closed level sets, such as an energy, or one that many places of a field share in, cannot be a
 * coordinate of a diffeomorphism of the microstates alone. It can be one of (x, ε): α = ε·e^s(x) + t(x) (augmented
 * flows; Huang, Dinh & Courville 2020, "Augmented normalizing flows: bridging the gap between generative flows and
 * latent variable models").
 *
 * ε is a function of the microstate's bytes: however often and wherever a microstate is observed, its macrostate is
 * the same, and still no statistic of the microstate foretells it.
 *
 * @module
 */
import { normals } from "../kernels/philox/mod.ts";
import { type Matrix, matrix, rowRange } from "./matrix.ts";

/**
 * ε of every microstate, `[rows, count]`: Philox normals under a hash of the row.
 *
 * @example
 * ```ts
 * import { assertEquals, assertNotEquals } from "@std/assert";
 * import { matrix } from "./matrix.ts";
 * import { noiseCoordinates } from "./noise_coordinates.ts";
 *
 * const { data } = noiseCoordinates(matrix(Float32Array.of(1, 2, 1, 2, 3, 4), 2), 1);
 * assertEquals(data[0], data[1]);
 * assertNotEquals(data[1], data[2]);
 * ```
 */
export function noiseCoordinates(x: Matrix, count: number): Matrix {
  const data = new Float32Array(x.rows * count);
  for (let i = 0; i < x.rows; i++) {
    const sample = hashOfRow(rowRange(x, i, i + 1).data);
    data.set(normals(count, { seed: 0, purpose: "noise coordinates", sample }), i * count);
  }
  return matrix(data, count);
}

/**
 * 53 bits of a row: Philox's counter has room for two words of them, and rows would share one too soon.
 *
 * @example
 * ```ts
 * import { assertNotEquals } from "@std/assert";
 * import { hashOfRow } from "./noise_coordinates.ts";
 *
 * assertNotEquals(hashOfRow(Float32Array.of(1, 2)), hashOfRow(Float32Array.of(2, 1)));
 * ```
 */
export function hashOfRow(row: Float32Array): number {
  const words = new Uint32Array(row.buffer, row.byteOffset, row.length);
  return (murmur3(words, 0) >>> 11) * 0x1_0000_0000 + murmur3(words, 1);
}

/**
 * MurmurHash3_x86_32 of little-endian words (Appleby 2011).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { murmur3 } from "./noise_coordinates.ts";
 *
 * assertEquals(murmur3(Uint32Array.of(0x74736574), 0), 0xba6bd213); // "test"
 * ```
 */
export function murmur3(words: Uint32Array, seed: number): number {
  let hash = seed;
  for (let i = 0; i < words.length; i++) {
    const mixed = Math.imul(words[i], 0xcc9e2d51);
    hash ^= Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
    hash = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64;
  }
  hash ^= 4 * words.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
