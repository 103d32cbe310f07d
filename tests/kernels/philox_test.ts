import { deepStrictEqual, notDeepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import fc from "fast-check";
import { normalCdf } from "../../kernels/elementary/mod.ts";
import {
  below,
  type Draw,
  fnv1a,
  normals,
  permutation,
  philox4x32,
  uint32s,
  uniforms,
} from "../../kernels/philox/mod.ts";
import * as reference from "../../kernels/philox/reference.ts";

const natural = fc.oneof(fc.nat(), fc.maxSafeNat());
const draws: fc.Arbitrary<Draw> = fc.record({ seed: natural, purpose: fc.string(), sample: natural });
const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });

function take<T>(count: number, source: Iterator<T>): T[] {
  return Array.from({ length: count }, () => source.next().value as T);
}

Deno.test("philox4x32 gives the known answers published with Random123", () => {
  const ones = 0xffffffff;
  const answers = [
    { counter: [0, 0, 0, 0], key: [0, 0], words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
    {
      counter: [ones, ones, ones, ones],
      key: [ones, ones],
      words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    },
    {
      counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      key: [0xa4093822, 0x299f31d0],
      words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    },
  ] as const;
  for (const { key, counter, words } of answers) {
    deepStrictEqual([...philox4x32([...key], [...counter])], [...words]);
    deepStrictEqual(reference.philox4x32(key, counter), [...words]);
  }
});

Deno.test("philox4x32 equals its reference on any key and counter", () => {
  fc.assert(fc.property(fc.tuple(word, word), fc.tuple(word, word, word, word), (key, counter) => {
    deepStrictEqual([...philox4x32(key, counter)], reference.philox4x32(key, counter));
  }));
});

Deno.test("every kind of draw equals its reference bit for bit", () => {
  fc.assert(
    fc.property(draws, fc.nat(40), fc.integer({ min: 1, max: 2 ** 32 - 1 }), (draw, count, bound) => {
      deepStrictEqual([...uint32s(count, draw)], take(count, reference.words(draw)));
      deepStrictEqual([...uniforms(count, draw)], take(count, reference.uniforms(draw)));
      deepStrictEqual([...normals(count, draw)], take(count, reference.normals(draw)));
      deepStrictEqual([...below(bound, count, draw)], take(count, reference.below(bound, draw)));
      deepStrictEqual([...permutation(count, draw)], reference.permutation(count, draw));
    }),
  );
});

Deno.test("a shorter draw is the beginning of a longer one, over chunk boundaries too", () => {
  const draw = { seed: 3, purpose: "prefix" };
  for (const count of [0, 1, 5, 2047, 2049, 4095, 4097, 9000]) {
    deepStrictEqual(uint32s(count, draw), uint32s(10_000, draw).slice(0, count));
    deepStrictEqual(uniforms(count, draw), uniforms(10_000, draw).slice(0, count));
    deepStrictEqual(normals(count, draw), normals(10_000, draw).slice(0, count));
    deepStrictEqual(below(10, count, draw), below(10, 10_000, draw).slice(0, count));
  }
});

Deno.test("draws that differ in seed, sample or purpose differ in their words", () => {
  const draw = { seed: 1, purpose: "one", sample: 1 };
  const others: Draw[] = [
    { ...draw, seed: 2 },
    { ...draw, seed: 1 + 2 ** 32 },
    { ...draw, sample: 2 },
    { ...draw, sample: 1 + 2 ** 32 },
    { ...draw, purpose: "two" },
  ];
  for (const other of others) notDeepStrictEqual(uint32s(4, draw), uint32s(4, other));
  deepStrictEqual(
    uint32s(4, { seed: 1, purpose: "one" }),
    uint32s(4, { seed: 1, purpose: "one", sample: 0 }),
  );
});

Deno.test("permutation holds each number once and puts every number everywhere equally often", () => {
  const size = 5, repeats = 20_000;
  const counts = new Array(size * size).fill(0);
  for (let sample = 0; sample < repeats; sample++) {
    const order = permutation(size, { seed: 5, purpose: "places", sample });
    deepStrictEqual([...order].sort(), [0, 1, 2, 3, 4]);
    order.forEach((value, place) => counts[size * place + value]++);
  }
  for (const count of counts) ok(Math.abs(count / repeats - 1 / size) < 0.012, `${count} of ${repeats}`);
});

Deno.test("below reaches every integer under its bound and no other, equally often", () => {
  const counts = new Array(6).fill(0);
  for (const face of below(6, 60_000, { seed: 2, purpose: "dice" })) counts[face]++;
  strictEqual(counts.length, 6);
  for (const count of counts) ok(Math.abs(count - 10_000) < 400, `${count} of 60000`);
});

Deno.test("uniforms and normals follow their distributions", () => {
  const count = 100_000;
  const uniform = uniforms(count, { seed: 11, purpose: "uniform" });
  const normal = normals(count, { seed: 11, purpose: "normal" });
  ok(Math.abs(mean(uniform) - 1 / 2) < 0.004 && Math.abs(variance(uniform) - 1 / 12) < 0.001);
  ok(Math.abs(mean(normal)) < 0.013 && Math.abs(variance(normal) - 1) < 0.018);
  const critical = 1.95 / Math.sqrt(count); // Kolmogorov's test at 0.1 %
  ok(kolmogorovDistance(uniform, (u) => u) < critical);
  ok(kolmogorovDistance(normal, normalCdf) < critical);
  let pairs = 0;
  for (let i = 0; i < count; i += 2) pairs += normal[i] * normal[i + 1];
  ok(Math.abs(pairs / (count / 2)) < 0.018, "cosine and sine of one angle are uncorrelated");
});

Deno.test("fnv1a gives the hashes published by its authors", () => {
  strictEqual(fnv1a(""), 0x811c9dc5);
  strictEqual(fnv1a("a"), 0xe40c292c);
  strictEqual(fnv1a("foobar"), 0xbf9cf968);
});

Deno.test("draws refuse a seed, sample, count or bound that is not a natural number, and say which", () => {
  const draw = { seed: 1, purpose: "refusal" };
  for (const bad of [-1, 0.5, NaN, Infinity, 2 ** 53]) {
    const message = (name: string) => ({
      name: "RangeError",
      message: new RegExp(`^Cannot draw random numbers: ${name} must be .*, but it is ${bad}$`),
    });
    throws(() => uint32s(1, { ...draw, seed: bad }), message("seed"));
    throws(() => normals(1, { ...draw, sample: bad }), message("sample"));
    throws(() => uniforms(bad, draw), message("count"));
    throws(() => permutation(bad, draw), message("count"));
    throws(() => below(bad, 1, draw), message("bound"));
  }
  throws(() => below(0, 1, draw), RangeError);
});

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: Float32Array): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}

/** The largest distance between the values' empirical distribution and `cdf`. */
function kolmogorovDistance(values: Float32Array, cdf: (x: number) => number): number {
  return values.toSorted().reduce((largest, value, i) => {
    const p = cdf(value);
    return Math.max(largest, p - i / values.length, (i + 1) / values.length - p);
  }, 0);
}
