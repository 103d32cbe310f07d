import { deepStrictEqual } from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import { useWasmBackend } from "../../macronet/backend.ts";
import type { Bijection } from "../../macronet/bijection.ts";
import type { ConditionalBijection } from "../../macronet/conditional.ts";
import { conditionalChain } from "../../macronet/conditional_chain.ts";
import { type MacrostateMap, macrostateMap } from "../../macronet/macrostate_map.ts";
import { matrix } from "../../macronet/matrix.ts";
import { prefixed } from "../../macronet/names.ts";
import { goesOn, learnedOf, type Remainder, rowsLeft, withRemainder } from "../../macronet/remainder.ts";
import { standardise } from "../../macronet/standardise.ts";

await useWasmBackend();

/** x ↦ x + shift, whatever the context. */
const shifted: ConditionalBijection = {
  name: "shift",
  dimension: 2,
  context: 1,
  parameters: { shift: { shape: [2], start: "zeros" } },
  forward: (x, _, { shift }) => ({
    value: tf.add(x, shift) as Tensor2D,
    logDet: tf.zeros([x.shape[0]]) as Tensor1D,
  }),
  inverse: (z, _, { shift }) => ({
    value: tf.sub(z, shift) as Tensor2D,
    logDet: tf.zeros([z.shape[0]]) as Tensor1D,
  }),
};

const both = conditionalChain([["one", shifted], ["two", shifted]]);

/** Turns that learn one bijection, go on with it, learn another, go on with both, and then learn a third. */
const remainders: readonly Remainder[] = [
  { name: "first", prefix: "rest.both.one", bijection: shifted },
  { name: "again", prefix: "rest.both.one", bijection: shifted },
  { name: "second", prefix: "rest.both.two", bijection: shifted },
  { name: "both", prefix: "rest.both", bijection: both },
  { name: "last", prefix: "rest.three", bijection: shifted },
];

/** A map whose macrostate is the first of two numbers. */
const identity = standardise({ mean: [0, 0], deviation: [1, 1] });
const whole = conditionalChain([["both", both], ["three", shifted]]);
const bijection: Bijection = { ...identity, parameters: prefixed("rest", whole.parameters) };
const map: MacrostateMap = { ...macrostateMap(bijection, { macroDimension: 1 }), remainders };

Deno.test("rowsLeft: through what is learned before a turn, once, but not through what the turn goes on with", () => {
  tf.tidy(() => {
    const parameters = {
      "rest.both.one.shift": tf.tensor1d([10, 20]),
      "rest.both.two.shift": tf.tensor1d([100, 200]),
      "rest.three.shift": tf.tensor1d([1000, 2000]),
    };
    const x = matrix(Float32Array.of(1, 2), 2);
    const left = remainders.map((_, turn) => [...rowsLeft(map, parameters, { x, turn }).data]);
    deepStrictEqual(left, [[1, 1, 2], [1, 1, 2], [1, 11, 22], [1, 1, 2], [1, 111, 222]]);
  });
});

Deno.test("goesOn: with what turns before have learned, all of it or a part", () => {
  const before = (turn: number) => remainders.slice(0, turn).map((remainder) => ({ remainder }));
  deepStrictEqual(remainders.map((own, turn) => goesOn(own, before(turn))), [
    false,
    true,
    false,
    true,
    false,
  ]);
});

Deno.test("what a remainder has learned is put among all parameters, and found there again", () => {
  const relation = { u: map, v: map, shared: false };
  const before = Float32Array.from({ length: 12 }, (_, i) => i);
  const after = withRemainder(relation, before, { remainder: remainders[2], found: Float32Array.of(-1, -2) });
  deepStrictEqual([...after], [0, 1, 2, 3, 4, 5, 6, 7, -1, -2, 10, 11]);
  deepStrictEqual(learnedOf(relation, after, remainders[0]), { "v.shift": Float32Array.of(6, 7) });
  deepStrictEqual(learnedOf(relation, after, remainders[3]), {
    "v.one.shift": Float32Array.of(6, 7),
    "v.two.shift": Float32Array.of(-1, -2),
  });
  deepStrictEqual(before[8], 8, "the vector that was given stays");
});
