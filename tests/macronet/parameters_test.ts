import { deepStrictEqual, notDeepStrictEqual, ok, throws } from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { useWasmBackend } from "../../macronet/backend.ts";
import type { ParameterSpec } from "../../macronet/bijection.ts";
import { count, flatten, startParameters, startVector, unflatten } from "../../macronet/parameters.ts";

await useWasmBackend();

const specs: Record<string, ParameterSpec> = {
  weight: { shape: [2, 3], start: { normal: 0.5 } },
  bias: { shape: [3], start: "zeros" },
  gain: { shape: [], start: "ones" },
  given: { shape: [2], start: { values: Float32Array.of(7, 8) } },
};
const draw = { seed: 1, purpose: "test" };

Deno.test("startVector puts values in the order of the specs", () => {
  const vector = startVector(specs, draw);
  deepStrictEqual(vector.length, count(specs));
  ok(vector.subarray(0, 6).every((value) => value !== 0));
  deepStrictEqual([...vector.subarray(6)], [0, 0, 0, 1, 7, 8]);
});

Deno.test("startVector gives a name the same numbers whatever comes before it", () => {
  const { weight } = specs;
  const alone = startVector({ weight }, draw);
  deepStrictEqual(startVector({ other: weight, weight }, draw).subarray(6), alone);
  notDeepStrictEqual(startVector({ other: weight }, draw), alone);
  notDeepStrictEqual(startVector({ weight }, { ...draw, seed: 2 }), alone);
});

Deno.test("startVector draws with the given standard deviation", () => {
  const vector = startVector({ weight: { shape: [100, 100], start: { normal: 0.5 } } }, draw);
  const variance = vector.reduce((sum, value) => sum + value * value, 0) / vector.length;
  ok(Math.abs(Math.sqrt(variance) - 0.5) < 0.02);
});

Deno.test("startVector refuses given values that do not fill their shape", () => {
  const wrong: ParameterSpec = { shape: [3], start: { values: new Float32Array(2) } };
  throws(() => startVector({ wrong }, draw), {
    name: "RangeError",
    message: /"wrong".* takes 3 .* 2 are given/,
  });
});

Deno.test("flatten undoes unflatten", () => {
  fc.assert(fc.property(fc.array(fc.float({ noNaN: true }), { minLength: 12, maxLength: 12 }), (values) => {
    const vector = Float32Array.from(values);
    deepStrictEqual(tf.tidy(() => flatten(unflatten(vector, specs), specs)), vector);
  }));
});

Deno.test("unflatten copies: changing the vector changes no tensor", () => {
  tf.tidy(() => {
    const vector = startVector(specs, draw);
    const { bias } = unflatten(vector, specs);
    vector.fill(9);
    deepStrictEqual([...bias.dataSync()], [0, 0, 0]);
  });
});

Deno.test("unflatten gives the shapes of the specs", () => {
  tf.tidy(() => {
    const tensors = startParameters(specs, draw);
    for (const [name, { shape }] of Object.entries(specs)) deepStrictEqual(tensors[name].shape, [...shape]);
  });
});

Deno.test("unflatten refuses a vector of another length", () => {
  throws(() => unflatten(new Float32Array(11), specs), { message: /must have 12 values, but it has 11/ });
});

Deno.test("flatten refuses a missing and a misshapen tensor, by name", () => {
  tf.tidy(() => {
    const { bias: _, ...missing } = startParameters(specs, draw);
    throws(() => flatten(missing, specs), { message: /"bias" must have shape \[3\], but it is missing/ });
    const wrong = { ...missing, bias: tf.zeros([3, 1]) };
    throws(() => flatten(wrong, specs), { message: /"bias" must have shape \[3\], but it has \[3,1\]/ });
  });
});
