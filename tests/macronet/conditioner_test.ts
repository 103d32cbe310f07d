import { deepStrictEqual, notDeepStrictEqual, ok, throws } from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { useWasmBackend } from "../../macronet/backend.ts";
import { sample } from "../../macronet/base_distribution.ts";
import { multilayerPerceptron } from "../../macronet/conditioner.ts";
import { startParameters } from "../../macronet/parameters.ts";
import { assertClose } from "./numerical.ts";

await useWasmBackend();

const size = { inputs: 3, outputs: 2, width: 128, hiddenLayers: 3 };
const draw = { seed: 1, purpose: "conditioner test" };

Deno.test("multilayerPerceptron names and shapes its parameters layer by layer", () => {
  const { parameters } = multilayerPerceptron({ ...size, width: 4, hiddenLayers: 1 });
  deepStrictEqual(Object.entries(parameters).map(([name, { shape }]) => [name, shape]), [
    ["0.weight", [3, 4]],
    ["0.bias", [4]],
    ["1.weight", [4, 2]],
    ["1.bias", [2]],
  ]);
});

Deno.test("multilayerPerceptron starts by giving 0, with gradients that are not", () => {
  tf.tidy(() => {
    const network = multilayerPerceptron(size);
    const parameters = startParameters(network.parameters, draw);
    const x = sample([5, 3], draw);
    ok(network.apply(x, parameters).dataSync().every((value) => value === 0));
    const gradient = tf.grad((weight) => tf.sum(network.apply(x, { ...parameters, "3.weight": weight })));
    ok(gradient(parameters["3.weight"]).dataSync().every((value) => value !== 0));
  });
});

for (const activation of ["silu", "leakyRelu"] as const) {
  Deno.test(`multilayerPerceptron keeps the scale of its input through ${activation} layers`, () => {
    tf.tidy(() => {
      const network = multilayerPerceptron({ ...size, activation });
      const parameters = startParameters(network.parameters, draw);
      const identity = { ...parameters, "3.weight": tf.ones([128, 2]) };
      const outputs = network.apply(sample([200, 3], draw), identity).dataSync<"float32">();
      const spread = Math.sqrt(outputs.reduce((sum, value) => sum + value * value, 0) / outputs.length / 128);
      ok(spread > 0.3 && spread < 20, `spread ${spread}`);
    });
  });
}

Deno.test("multilayerPerceptron is the function that its definition gives", () => {
  tf.tidy(() => {
    const network = multilayerPerceptron({ inputs: 1, outputs: 1, width: 1, hiddenLayers: 1 });
    const of = (value: number, shape: number[]) => tf.fill(shape, value);
    const parameters = {
      "0.weight": of(2, [1, 1]),
      "0.bias": of(-1, [1]),
      "1.weight": of(3, [1, 1]),
      "1.bias": of(4, [1]),
    };
    const hidden = 2 * 0.7 - 1;
    const expected = 3 * hidden / (1 + Math.exp(-hidden)) + 4;
    assertClose(network.apply(tf.tensor2d([[0.7]]), parameters).dataSync(), [expected], 1e-6);
  });
});

Deno.test("two layers of a conditioner start from different numbers", () => {
  tf.tidy(() => {
    const { parameters } = multilayerPerceptron({ ...size, inputs: 128 });
    const start = startParameters(parameters, draw);
    notDeepStrictEqual(start["1.weight"].dataSync(), start["2.weight"].dataSync());
  });
});

for (const [field, value] of [["width", 0], ["hiddenLayers", 0], ["inputs", 1.5], ["outputs", -1]] as const) {
  Deno.test(`multilayerPerceptron refuses ${field} = ${value}`, () => {
    const message =
      `Cannot build a multilayer perceptron: ${field} must be a whole number of at least 1, but it is ${value}`;
    throws(() => multilayerPerceptron({ ...size, [field]: value }), { name: "RangeError", message });
  });
}
