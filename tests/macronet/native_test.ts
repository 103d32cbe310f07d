import { deepStrictEqual, match, ok, throws } from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { tensorMemory } from "../../kernels/tfjs_wasm/mod.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import { sample } from "../../macronet/base_distribution.ts";
import type { Bijection, Parameters, ParameterSpec } from "../../macronet/bijection.ts";
import { chain } from "../../macronet/chain.ts";
import { multilayerPerceptron } from "../../macronet/conditioner.ts";
import { affineCoupling } from "../../macronet/coupling.ts";
import { isNative, startNative } from "../../macronet/native.ts";
import { startVector, unflatten } from "../../macronet/parameters.ts";
import { assertClose } from "./numerical.ts";

await useWasmBackend();

const draw = { seed: 1, purpose: "native test" };

/** Start values plus 0.3 times normal draws. */
function someParameters(specs: Readonly<Record<string, ParameterSpec>>): Parameters {
  const vector = startVector(specs, draw);
  const noise = sample([1, vector.length], { seed: 2, purpose: "noise" }).dataSync();
  return unflatten(vector.map((value, i) => value + 0.3 * noise[i]), specs);
}

/** Runs without the kernels, and returns what was said about it. */
function withStockOperations(run: () => void): string[] {
  const said: string[] = [];
  const { error } = console;
  console.error = (line: string) => said.push(line);
  try {
    startNative({});
    ok(!isNative());
    run();
  } finally {
    console.error = error;
    startNative(tf.backend());
  }
  return said;
}

type Inputs = Readonly<Record<string, tf.Tensor>>;

/** The value of a function and its gradients in all inputs, as numbers. */
function valueAndGradients(inputs: Inputs, scalar: (inputs: Inputs) => tf.Scalar): Float32Array[] {
  const names = Object.keys(inputs);
  const { value, grads } = tf.valueAndGrads((...tensors: tf.Tensor[]) =>
    scalar(Object.fromEntries(names.map((name, i) => [name, tensors[i]])))
  )(Object.values(inputs));
  return [value, ...grads].map((tensor) => tensor.dataSync() as Float32Array);
}

function assertSameWithStockOperations(inputs: Inputs, scalar: (inputs: Inputs) => tf.Scalar): void {
  const native = valueAndGradients(inputs, scalar);
  let stock: Float32Array[] = [];
  withStockOperations(() => {
    stock = valueAndGradients(inputs, scalar);
  });
  for (const [i, name] of ["value", ...Object.keys(inputs)].entries()) {
    assertClose(native[i], stock[i], 1e-4, name);
  }
}

const NETWORKS = [
  { inputs: 1, outputs: 1, width: 1, hiddenLayers: 1 },
  { inputs: 3, outputs: 5, width: 16, hiddenLayers: 2 },
  { inputs: 9, outputs: 17, width: 12, hiddenLayers: 3, activation: "leakyRelu" },
] as const;

for (const size of NETWORKS) {
  Deno.test(`multilayerPerceptron ${Object.values(size).join(" ")} and its gradients are those of stock operations`, () => {
    tf.tidy(() => {
      const network = multilayerPerceptron(size);
      const weights = sample([7, size.outputs], { seed: 3, purpose: "weights" });
      const inputs = { x: sample([7, size.inputs], draw), ...someParameters(network.parameters) };
      assertSameWithStockOperations(
        inputs,
        ({ x, ...parameters }) => tf.sum(tf.mul(weights, network.apply(x as tf.Tensor2D, parameters))),
      );
    });
  });
}

/** A number that depends on every value and log-determinant. */
function weigh(bijection: Bijection, x: tf.Tensor, parameters: Parameters): tf.Scalar {
  const { value, logDet } = bijection.forward(x as tf.Tensor2D, parameters);
  return tf.add(tf.sum(tf.square(value)), tf.sum(tf.mul(0.7, logDet)));
}

const conditioner = { width: 16, hiddenLayers: 2 };

for (const [dimension, split, batch] of [[2, 1, 1], [5, 2, 6], [21, 11, 9]]) {
  for (const transforms of ["first", "second"] as const) {
    Deno.test(`affineCoupling of ${dimension}, ${transforms} part moved, and its gradients are those of stock operations`, () => {
      tf.tidy(() => {
        const layer = affineCoupling({ dimension, split, transforms, conditioner, logScaleBound: 1.5 });
        const inputs = { x: sample([batch, dimension], draw), ...someParameters(layer.parameters) };
        assertSameWithStockOperations(inputs, ({ x, ...parameters }) => weigh(layer, x, parameters));
      });
    });
  }
}

Deno.test("a layer applied several times in a step keeps each application's own state", () => {
  tf.tidy(() => {
    const options = { dimension: 4, conditioner, logScaleBound: 0.5 };
    const layer = affineCoupling(options);
    const turned = affineCoupling({ ...options, transforms: "first" });
    const inputs = {
      x: sample([5, 4], draw),
      y: sample([3, 4], { seed: 4, purpose: "y" }),
      ...someParameters(layer.parameters),
    };
    assertSameWithStockOperations(inputs, ({ x, y, ...parameters }) => {
      const once = layer.forward(x as tf.Tensor2D, parameters).value;
      const twice = turned.forward(once, parameters).value;
      return tf.add(weigh(layer, twice, parameters), weigh(layer, y, parameters));
    });
  });
});

Deno.test("affineCoupling gives the same row bits whatever the batch around it", () => {
  tf.tidy(() => {
    const layer = affineCoupling({ dimension: 6, conditioner });
    const parameters = someParameters(layer.parameters);
    const x = sample([11, 6], draw);
    const all = layer.forward(x, parameters).value.dataSync();
    for (const row of [0, 7, 10]) {
      const one = layer.forward(tf.slice(x, [row, 0], [1, 6]), parameters).value.dataSync();
      deepStrictEqual(one, all.slice(6 * row, 6 * row + 6));
    }
  });
});

Deno.test("NaN in a row stays in its row, and in it there is nothing else", () => {
  tf.tidy(() => {
    const layer = affineCoupling({ dimension: 2, conditioner });
    const x = tf.tensor2d([[1, 2], [NaN, 2], [3, 4], [5, 6], [7, 8]]);
    const { value, logDet } = layer.forward(x, someParameters(layer.parameters));
    deepStrictEqual(Array.from(value.dataSync(), Number.isNaN), [
      ...[false, false],
      ...[true, true],
      ...Array(6).fill(false),
    ]);
    deepStrictEqual(Array.from(logDet.dataSync(), Number.isNaN), [false, true, false, false, false]);
  });
});

Deno.test("ten thousand steps leave neither tensors nor memory behind", () => {
  const flow = chain([
    affineCoupling({ dimension: 3, conditioner }),
    affineCoupling({ dimension: 3, conditioner, transforms: "first" }),
  ]);
  const parameters = someParameters(flow.parameters);
  const x = sample([32, 3], draw);
  const { memory } = tensorMemory(tf.backend());
  const step = () =>
    tf.tidy(() => {
      tf.grad((x) => weigh(flow, x, parameters))(x);
    });
  for (let i = 0; i < 20; i++) step();
  const before = { ...tf.memory(), bytes: memory.buffer.byteLength };
  for (let i = 0; i < 10_000; i++) step();
  deepStrictEqual({ ...tf.memory(), bytes: memory.buffer.byteLength }, before);
});

Deno.test("without the kernels, one line says so and why", () => {
  const said = withStockOperations(() => {});
  deepStrictEqual(said.length, 1);
  match(
    said[0],
    /^Training with stock operations, which is slower: Cannot use the memory of tfjs's backend: wasm\.asm\.memory must be/,
  );
});

Deno.test("tensorMemory refuses a backend that reads other than was written", () => {
  const backend = Object.create(tf.backend(), { readSync: { value: () => [0, 0] } });
  throws(() => tensorMemory(backend), { name: "TypeError", message: /a tensor must read as it was written/ });
});
