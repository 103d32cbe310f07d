import { deepStrictEqual, throws } from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import { normals } from "../../kernels/philox/mod.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import type { ConditionalBijection } from "../../macronet/conditional.ts";
import { conditionalChain } from "../../macronet/conditional_chain.ts";
import { toTensor } from "../../macronet/macrostate_map.ts";
import { matrix } from "../../macronet/matrix.ts";
import { startParameters } from "../../macronet/parameters.ts";
import { assertClose, numericalLogDet } from "./numerical.ts";

await useWasmBackend();

/** z = e^(gain · c) x + bias, started so that z has mean 0. */
function affine(dimension = 3, context = 1): ConditionalBijection {
  const scale = (c: Tensor2D, gain: tf.Tensor) => tf.mul(tf.slice(c, [0, 0], [-1, 1]), gain);
  const logDet = (c: Tensor2D, gain: tf.Tensor) =>
    tf.reshape(tf.mul(dimension, scale(c, gain)), [-1]) as Tensor1D;
  return {
    name: "affine",
    dimension,
    context,
    parameters: { gain: { shape: [1], start: "ones" }, bias: { shape: [dimension], start: "zeros" } },
    forward: (x, c, { gain, bias }) => ({
      value: tf.add(tf.mul(x, tf.exp(scale(c, gain))), bias) as Tensor2D,
      logDet: logDet(c, gain),
    }),
    inverse: (z, c, { gain, bias }) => ({
      value: tf.mul(tf.sub(z, bias), tf.exp(tf.neg(scale(c, gain)))) as Tensor2D,
      logDet: tf.neg(logDet(c, gain)),
    }),
    initialise: (x, c, { gain }) => ({ bias: tf.neg(tf.mean(tf.mul(x, tf.exp(scale(c, gain))), 0)) }),
  };
}

const chain = conditionalChain([["one", affine()], ["two", affine()]]);
const rows = (columns: number, purpose: string) =>
  toTensor(matrix(normals(5 * columns, { seed: 1, purpose }), columns));
const parameters = {
  "one.gain": tf.tensor1d([0.5]),
  "one.bias": tf.tensor1d([1, 2, 3]),
  "two.gain": tf.tensor1d([-2]),
  "two.bias": tf.tensor1d([4, 5, 6]),
};

Deno.test("conditionalChain: the second after the first, and back, both with the context", () => {
  tf.tidy(() => {
    const c = tf.tensor2d([[1]]), x = tf.tensor2d([[7, 8, 9]]);
    const { value, logDet } = chain.forward(x, c, parameters);
    const expected = [7, 8, 9].map((x, i) => Math.exp(-2) * (Math.exp(0.5) * x + i + 1) + i + 4);
    assertClose(value.dataSync(), expected, 1e-5);
    assertClose(logDet.dataSync(), [3 * (0.5 - 2)], 1e-5);
    const back = chain.inverse(value, c, parameters);
    assertClose(back.value.dataSync(), x.dataSync(), 1e-4);
    assertClose(back.logDet.dataSync(), [-3 * (0.5 - 2)], 1e-5);
  });
});

Deno.test("conditionalChain: the log-determinants are those of the numerical Jacobians", () => {
  for (const direction of ["forward", "inverse"] as const) {
    const c = [0.25];
    const apply = (rows: Float32Array) => {
      const x = toTensor(matrix(rows, 3));
      return chain[direction](x, tf.tile(tf.tensor2d([c]), [x.shape[0], 1]) as Tensor2D, parameters);
    };
    const value = (rows: Float32Array) => tf.tidy(() => apply(rows).value.dataSync<"float32">());
    const point = Float32Array.of(0.5, -1, 2);
    const logDet = tf.tidy(() => apply(point).logDet.dataSync()[0]);
    assertClose([logDet], [numericalLogDet(value, point, 2 ** -8)], 1e-2);
  }
});

Deno.test("conditionalChain: the second starts with what the first makes of the rows", () => {
  tf.tidy(() => {
    const x = rows(3, "x"), c = rows(1, "c");
    const start = startParameters(chain.parameters, { seed: 1, purpose: "start" });
    const found = chain.initialise!(x, c, start);
    deepStrictEqual(Object.keys(found), ["one.bias", "two.bias"]);
    const { value } = chain.forward(x, c, { ...start, ...found });
    assertClose(tf.mean(value, 0).dataSync(), [0, 0, 0], 1e-5);
  });
});

Deno.test("conditionalChain: refuses parts that do not fit", () => {
  throws(() => conditionalChain([["one", affine(3)], ["two", affine(4)]]), /they must be of one size/);
  throws(() => conditionalChain([["one", affine(3, 1)], ["two", affine(3, 2)]]), /1 and 2 of context/);
});
