/**
 * Names a stream of random numbers.
 *
 * Two draws that differ in any field are independent streams. Two functions called with *equal* draws see the
 * same random words, so every use of randomness has a purpose of its own.
 */
export interface Draw {
  /** A safe integer ≥ 0: the run's seed. */
  seed: number;
  /** What the numbers are for, such as `"gray-scott/noise"`. Known to Philox by its 32-bit FNV-1a hash. */
  purpose: string;
  /** Which sample of many this is for: a safe integer ≥ 0, by default 0. */
  sample?: number;
}

/** A draw as Philox sees it: the key, and the counter but for its first word, which is the block's index. */
export interface DrawWords {
  key: [number, number];
  counter: [sampleLow: number, purposeHash: number, sampleHigh: number];
}

/**
 * Splits a draw into Philox's words: the key is the seed (low, high), the counter is (block index, sample low,
 * hash of the purpose, sample high).
 *
 * @throws {RangeError} if seed or sample is not a safe integer ≥ 0
 */
export function drawWords(draw: Draw): DrawWords {
  const { seed, purpose, sample = 0 } = draw;
  requireNatural(seed, "seed");
  requireNatural(sample, "sample");
  const [sampleLow, sampleHigh] = split(sample);
  return { key: split(seed), counter: [sampleLow, fnv1a(purpose), sampleHigh] };
}

/**
 * The 32-bit FNV-1a hash of a string's UTF-8 bytes (Fowler, Noll and Vo).
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(fnv1a("foobar"), 0xbf9cf968);
 * ```
 */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

const wordRange = 0x1_0000_0000; // 2³²

function split(natural: number): [low: number, high: number] {
  return [natural % wordRange, Math.floor(natural / wordRange)];
}

function requireNatural(value: number, name: string): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new RangeError(`Cannot draw random numbers: ${name} must be a safe integer ≥ 0, but it is ${value}`);
}
