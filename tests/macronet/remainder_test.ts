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
import { learnedOf, type Remainder, rowsLeft, withRemainder } from "../../macronet/remainder.ts";
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

/** Turns that learn one bijection, go on with it, and then learn another. */
const remainders: readonly Remainder[] = [
  { name: "first", prefix: "rest.one", bijection: shifted },
  { name: "again", prefix: "rest.one", bijection: shifted },
  { name: "last", prefix: "rest.two", bijection: shifted },
];

/** A map whose macrostate is the first of two numbers. */
const identity = standardise({ mean: [0, 0], deviation: [1, 1] });
const whole = conditionalChain([["one", shifted], ["two", shifted]]);
const bijection: Bijection = { ...identity, parameters: prefixed("rest", whole.parameters) };
const map: MacrostateMap = { ...macrostateMap(bijection, { macroDimension: 1 }), remainders };

Deno.test("rowsLeft: through what is learned before a turn, once, but not through what the turn goes on with", () => {
  tf.tidy(() => {
    const parameters = { "rest.one.shift": tf.tensor1d([10, 20]), "rest.two.shift": tf.tensor1d([100, 200]) };
    const x = matrix(Float32Array.of(1, 2), 2);
    const left = (turn: number) => [...rowsLeft(map, parameters, { x, turn }).data];
    deepStrictEqual([0, 1, 2].map(left), [[1, 1, 2], [1, 1, 2], [1, 11, 22]]);
  });
});

Deno.test("what a remainder has learned is put among all parameters, and found there again", () => {
  const relation = { u: map, v: map, shared: false }, before = Float32Array.from({ length: 8 }, (_, i) => i);
  const after = withRemainder(relation, before, { remainder: remainders[1], found: Float32Array.of(-1, -2) });
  deepStrictEqual([...after], [0, 1, 2, 3, -1, -2, 6, 7]);
  deepStrictEqual(learnedOf(relation, after, remainders[0]), { "v.shift": Float32Array.of(-1, -2) });
  deepStrictEqual(learnedOf(relation, after, remainders[2]), { "v.shift": Float32Array.of(6, 7) });
  deepStrictEqual(before[4], 4, "the vector that was given stays");
});
