import { deepStrictEqual, ok } from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { useWasmBackend } from "../../macronet/backend.ts";
import { sample } from "../../macronet/base_distribution.ts";
import { actnorm } from "../../macronet/actnorm.ts";
import { assertClose } from "./numerical.ts";

await useWasmBackend();

Deno.test("actnorm starts data at mean 0 and variance 1 in every dimension", () => {
  tf.tidy(() => {
    const standard = sample([1000, 3], { seed: 1, purpose: "actnorm test" });
    const x = tf.add(tf.mul(standard, [1e-3, 1, 1e4]), [0.5, 0, -1e5]) as tf.Tensor2D;
    const layer = actnorm({ dimension: 3 });
    const { value } = layer.forward(x, layer.initialise!(x, {}));
    const { mean, variance } = tf.moments(value, 0);
    assertClose(mean.dataSync(), [0, 0, 0], 1e-3);
    assertClose(variance.dataSync(), [1, 1, 1], 1e-3);
  });
});

Deno.test("actnorm keeps the scale of a dimension that does not vary, and of a batch of one", () => {
  tf.tidy(() => {
    const layer = actnorm({ dimension: 2 });
    for (const x of [tf.tensor2d([[1, 0.1], [3, 0.1], [5, 0.1]]), tf.tensor2d([[1, 0.1]])]) {
      const { logScale, bias } = layer.initialise!(x, {});
      deepStrictEqual(logScale.dataSync()[1], 0);
      assertClose([bias.dataSync()[1]], [-0.1], 1e-7);
      ok(layer.forward(x, { logScale, bias }).value.dataSync().every(Number.isFinite));
    }
  });
});
