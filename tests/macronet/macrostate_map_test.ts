import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { normals } from "../../kernels/philox/mod.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import {
  checkMacroDimension,
  decode,
  encode,
  macrostateMap,
  macrostates,
  toTensor,
} from "../../macronet/macrostate_map.ts";
import { besideEachOther, matrix, rowRange } from "../../macronet/matrix.ts";
import { startVector, unflatten } from "../../macronet/parameters.ts";
import { realNvp } from "../../macronet/real_nvp.ts";
import { assertClose } from "./numerical.ts";

await useWasmBackend();

const N = 4;
const flow = realNvp({
  dimension: N,
  blocks: 2,
  conditioner: { width: 8, hiddenLayers: 1 },
  logScaleBound: 2,
  seed: 1,
  purpose: "test",
});
const map = macrostateMap(flow, { macroDimension: 3 });
const start = startVector(flow.parameters, { seed: 1, purpose: "start" });
const noise = normals(start.length, { seed: 1, purpose: "noise" });
const parameters = unflatten(start.map((value, i) => value + 0.3 * noise[i]), flow.parameters);

/** More rows than go through a network at once, and not a multiple of them. */
const x = matrix(normals(1100 * N, { seed: 2, purpose: "x" }), N);

Deno.test("encode, decode: macrostate and abandoned part give the microstate back", () => {
  const encoded = encode(map, parameters, x);
  assertEquals(
    [encoded.macrostate, encoded.abandoned, encoded.logDet].map(({ rows, columns }) => [rows, columns]),
    [[1100, 3], [1100, 1], [1100, 1]],
  );
  assertClose(decode(map, parameters, encoded).data, x.data, 1e-3);
});

Deno.test("encode: is the bijection's forward, its first d outputs the macrostate", () => {
  const few = rowRange(x, 0, 5);
  const { macrostate, abandoned, logDet } = encode(map, parameters, few);
  tf.tidy(() => {
    const mapped = flow.forward(toTensor(few), parameters);
    assertEquals(besideEachOther(macrostate, abandoned).data, mapped.value.dataSync<"float32">());
    assertEquals(logDet.data, mapped.logDet.dataSync<"float32">());
  });
});

Deno.test("encode, macrostates, decode: how many rows go together changes no bit", () => {
  const all = encode(map, parameters, x);
  const observed = macrostates(map, parameters, x);
  const back = decode(map, parameters, all);
  fc.assert(
    fc.property(fc.nat(1099), fc.integer({ min: 1, max: 40 }), (from, count) => {
      const to = Math.min(from + count, x.rows);
      const part = rowRange(x, from, to);
      const encoded = encode(map, parameters, part);
      assertEquals(encoded.macrostate.data, rowRange(all.macrostate, from, to).data);
      assertEquals(encoded.abandoned.data, rowRange(all.abandoned, from, to).data);
      assertEquals(encoded.logDet.data, rowRange(all.logDet, from, to).data);
      assertEquals(macrostates(map, parameters, part).data, rowRange(observed, from, to).data);
      assertEquals(decode(map, parameters, encoded).data, rowRange(back, from, to).data);
    }),
    { numRuns: 40 },
  );
});

Deno.test("macrostates: are those that encode finds", () => {
  assertEquals(macrostates(map, parameters, map.prepare(x)).data, encode(map, parameters, x).macrostate.data);
});

Deno.test("observe: the terms of the likelihood add up to −log N(f(x)) − log |det|", () => {
  tf.tidy(() => {
    const { negativeLogLikelihood } = map.observe(toTensor(rowRange(x, 0, 20)), parameters);
    const { macrostate, abandoned, logDet } = encode(map, parameters, rowRange(x, 0, 20));
    const z = besideEachOther(macrostate, abandoned).data;
    const expected = Array.from({ length: 20 }, (_, i) => {
      let sum = N / 2 * Math.log(2 * Math.PI) - logDet.data[i];
      for (const value of z.subarray(i * N, (i + 1) * N)) sum += value * value / 2;
      return sum;
    });
    assertEquals(Object.keys(negativeLogLikelihood), Object.keys(map.weights));
    assertClose(negativeLogLikelihood.all.dataSync(), expected, 1e-5);
  });
});

Deno.test("macrostateMap: weighs the likelihood per dimension unless told otherwise", () => {
  assertEquals(map.weights, { all: 1 / N });
  assertEquals(macrostateMap(flow, { macroDimension: 1, weight: 3 }).weights, { all: 3 });
});

Deno.test("macrostateMap: initialise is the bijection's", () => {
  tf.tidy(() => {
    const tensors = toTensor(rowRange(x, 0, 100));
    const found = map.initialise!(tensors, parameters);
    const expected = flow.initialise!(tensors, parameters);
    assertEquals(Object.keys(found), Object.keys(expected));
    assertNotEquals(Object.keys(found).length, 0);
    for (const name in found) assertEquals(found[name].dataSync(), expected[name].dataSync());
  });
});

Deno.test("encode, decode, macrostates: leave no tensor behind", () => {
  const before = tf.memory().numTensors;
  decode(map, parameters, encode(map, parameters, x));
  macrostates(map, parameters, x);
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("encode, decode: with d = n there is nothing abandoned, and still the way back", () => {
  const whole = macrostateMap(flow, { macroDimension: 4 });
  const { macrostate, abandoned } = encode(whole, parameters, x);
  assertEquals([macrostate.columns, abandoned.columns, abandoned.rows], [4, 0, x.rows]);
  assertClose(decode(whole, parameters, { macrostate, abandoned }).data, x.data, 1e-3);
});

for (const d of [0, -1, 5, 6, 1.5, NaN, Infinity]) {
  Deno.test(`macrostateMap: refuses d = ${d} of 4, with the limit and its reason`, () => {
    const expected = "macroDimension must be a whole number from 1 to 4, " +
      `the dimension of the smaller observation, but it is ${d}`;
    assertThrows(() => macrostateMap(flow, { macroDimension: d }), RangeError, expected);
  });
}

Deno.test("checkMacroDimension: takes each d from 1 to n", () => {
  for (const d of [1, 2, 3, 4]) checkMacroDimension(d, 4);
});
