/**
 * Philox4x32-10 and what is drawn from it, written for the eye: the oracle that `mod.ts` equals bit for bit.
 *
 * @module
 */
import { cos, log, sin } from "../elementary/mod.ts";
import { type Draw, drawWords } from "./draw.ts";

/** Salmon et al. 2011, section 3.3 and table 2: R = 10 rounds on four words. */
export function philox4x32(key: readonly number[], counter: readonly number[]): number[] {
  let [c0, c1, c2, c3] = counter.map(BigInt);
  let [k0, k1] = key.map(BigInt);
  for (let round = 0; round < 10; round++) {
    const product0 = c0 * 0xd2511f53n;
    const product1 = c2 * 0xcd9e8d57n;
    [c0, c1, c2, c3] = [
      high(product1) ^ c1 ^ k0,
      low(product1),
      high(product0) ^ c3 ^ k1,
      low(product0),
    ];
    k0 = low(k0 + 0x9e3779b9n); // the golden ratio
    k1 = low(k1 + 0xbb67ae85n); // √3 − 1
  }
  return [c0, c1, c2, c3].map(Number);
}

/** The words of a draw, without end. */
export function* words(draw: Draw): Generator<number> {
  const { key, counter } = drawWords(draw);
  for (let index = 0;; index++) yield* philox4x32(key, [index, ...counter]);
}

/** Word w gives ⌊w / 2⁸⌋ / 2²⁴. */
export function* uniforms(draw: Draw): Generator<number> {
  for (const word of words(draw)) yield Math.floor(word / 2 ** 8) / 2 ** 24;
}

/** Words w, v give √(−2 ln((w + 1) / 2³²)) times the cosine, then the sine, of 2π v / 2³². */
export function* normals(draw: Draw): Generator<number> {
  const source = words(draw);
  for (;;) {
    const radius = Math.sqrt(-2 * log((next(source) + 1) / 2 ** 32));
    const angle = 2 * Math.PI * (next(source) / 2 ** 32);
    yield Math.fround(radius * cos(angle));
    yield Math.fround(radius * sin(angle));
  }
}

/** Words w, v give ⌊bound · (w + 2³² v) / 2⁶⁴⌋. */
export function* below(bound: number, draw: Draw): Generator<number> {
  const source = words(draw);
  for (;;) {
    const random = BigInt(next(source)) + (BigInt(next(source)) << 32n);
    yield Number((BigInt(bound) * random) >> 64n);
  }
}

/** Fisher and Yates, from the last place to the second. */
export function permutation(count: number, draw: Draw): number[] {
  const source = words(draw);
  const order = Array.from({ length: count }, (_, i) => i);
  for (let last = count - 1; last > 0; last--) {
    const other = unbiasedBelow(last + 1, source);
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}

/** Lemire 2019: a word whose product's low half is under 2³² mod bound is thrown away. */
function unbiasedBelow(bound: number, source: Generator<number>): number {
  for (;;) {
    const product = BigInt(next(source)) * BigInt(bound);
    if (low(product) >= 2n ** 32n % BigInt(bound)) return Number(high(product));
  }
}

function next(source: Generator<number>): number {
  return source.next().value;
}

function high(product: bigint): bigint {
  return product >> 32n;
}

function low(product: bigint): bigint {
  return product & 0xffffffffn;
}
