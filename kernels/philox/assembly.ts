// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
//
// Philox4x32-10: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
//
// A draw is a key and three words of counter, set once by `setDraw`; the first counter word is the index of a
// block of four random words. Value i of a draw is a function of (draw, i) alone.

const multiplier0: u64 = 0xd2511f53;
const multiplier1: u64 = 0xcd9e8d57;
const keyStep0: u32 = 0x9e3779b9;
const keyStep1: u32 = 0xbb67ae85;

const perWord: f64 = 1.0 / 4294967296.0; // 2^-32, exact

let key0: u32 = 0;
let key1: u32 = 0;
let counter1: u32 = 0;
let counter2: u32 = 0;
let counter3: u32 = 0;

// The block computed last.
let word0: u32 = 0;
let word1: u32 = 0;
let word2: u32 = 0;
let word3: u32 = 0;

/** First byte of linear memory that is free for the caller. */
export function freeMemory(): usize {
  return (__heap_base + 15) & ~15;
}

export function setDraw(k0: u32, k1: u32, c1: u32, c2: u32, c3: u32): void {
  key0 = k0;
  key1 = k1;
  counter1 = c1;
  counter2 = c2;
  counter3 = c3;
}

/** Ten rounds on counter (index, counter1, counter2, counter3). */
function block(index: u32): void {
  let c0 = index, c1 = counter1, c2 = counter2, c3 = counter3;
  let k0 = key0, k1 = key1;
  for (let round = 0; round < 10; round++) {
    const product0 = <u64> c0 * multiplier0;
    const product1 = <u64> c2 * multiplier1;
    c0 = <u32> (product1 >> 32) ^ c1 ^ k0;
    c2 = <u32> (product0 >> 32) ^ c3 ^ k1;
    c1 = <u32> product1;
    c3 = <u32> product0;
    k0 += keyStep0;
    k1 += keyStep1;
  }
  word0 = c0;
  word1 = c1;
  word2 = c2;
  word3 = c3;
}

/** Stores the four words of each of the blocks first … first + blocks − 1. */
export function fillWords(out: usize, first: u32, blocks: u32): void {
  for (let i: u32 = 0; i < blocks; i++, out += 16) {
    block(first + i);
    store<u32>(out, word0, 0);
    store<u32>(out, word1, 4);
    store<u32>(out, word2, 8);
    store<u32>(out, word3, 12);
  }
}

/** The top 24 bits of a word as an f32 in [0, 1): every value is exact. */

function uniform(word: u32): f32 {
  return <f32> (word >> 8) * <f32> (1.0 / 16777216.0);
}

/** Four f32 uniforms per block. */
export function fillUniforms(out: usize, first: u32, blocks: u32): void {
  for (let i: u32 = 0; i < blocks; i++, out += 16) {
    block(first + i);
    store<f32>(out, uniform(word0), 0);
    store<f32>(out, uniform(word1), 4);
    store<f32>(out, uniform(word2), 8);
    store<f32>(out, uniform(word3), 12);
  }
}

/** Box and Muller: two words to two independent standard normals. The radius' uniform lies in (0, 1]. */

function storeNormals(out: usize, radiusWord: u32, angleWord: u32): void {
  const radius = Math.sqrt(-2.0 * Math.log((<f64> radiusWord + 1.0) * perWord));
  const angle = 2.0 * Math.PI * (<f64> angleWord * perWord);
  store<f32>(out, <f32> (radius * Math.cos(angle)), 0);
  store<f32>(out, <f32> (radius * Math.sin(angle)), 4);
}

/** Four f32 normals per block. */
export function fillNormals(out: usize, first: u32, blocks: u32): void {
  for (let i: u32 = 0; i < blocks; i++, out += 16) {
    block(first + i);
    storeNormals(out, word0, word1);
    storeNormals(out + 8, word2, word3);
  }
}

/** floor(bound · r / 2^64) for the 64-bit random number r = (high, low). */

function scaled(bound: u64, low: u32, high: u32): u32 {
  return <u32> ((high * bound + ((low * bound) >> 32)) >> 32);
}

/** Two integers below bound per block. */
export function fillBelow(out: usize, first: u32, blocks: u32, bound: u32): void {
  for (let i: u32 = 0; i < blocks; i++, out += 8) {
    block(first + i);
    store<u32>(out, scaled(bound, word0, word1), 0);
    store<u32>(out, scaled(bound, word2, word3), 4);
  }
}

let wordsTaken: u32 = 0;

/** The draw's words one after another. */
function nextWord(): u32 {
  const lane = wordsTaken & 3;
  if (lane == 0) block(wordsTaken >> 2);
  wordsTaken++;
  return lane == 0 ? word0 : lane == 1 ? word1 : lane == 2 ? word2 : word3;
}

/**
 * An integer below bound, each exactly as likely as the next: Lemire, "Fast random integer generation in an
 * interval" (ACM TOMACS 2019). Products whose low half falls short of 2^32 mod bound are thrown away.
 */
function boundedWord(bound: u32): u32 {
  let product = <u64> nextWord() * bound;
  if (<u32> product < bound) {
    const remainder: u32 = (0 - bound) % bound;
    while (<u32> product < remainder) product = <u64> nextWord() * bound;
  }
  return <u32> (product >> 32);
}

/** Fisher–Yates (Durstenfeld's form) on 0 … count − 1. */
export function permute(out: usize, count: u32): void {
  for (let i: u32 = 0; i < count; i++) store<u32>(out + (<usize> i << 2), i);
  wordsTaken = 0;
  for (let i = count; i > 1; i--) {
    const last = out + (<usize> (i - 1) << 2);
    const other = out + (<usize> boundedWord(i) << 2);
    const swapped = load<u32>(last);
    store<u32>(last, load<u32>(other));
    store<u32>(other, swapped);
  }
}
