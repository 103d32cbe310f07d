import { deepStrictEqual, throws } from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { actnorm } from "../../macronet/actnorm.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import { sample } from "../../macronet/base_distribution.ts";
import { chain } from "../../macronet/chain.ts";
import { linear } from "../../macronet/linear.ts";
import { startParameters } from "../../macronet/parameters.ts";
import { split } from "../../macronet/split.ts";
import { standardise } from "../../macronet/standardise.ts";
import { assertClose } from "./numerical.ts";

await useWasmBackend();

const draw = { seed: 1, purpose: "chain test" };

Deno.test("chain starts each layer on what the layers before it give, nested ones too", () => {
  tf.tidy(() => {
    const flow = chain([
      actnorm({ dimension: 3 }),
      linear({ dimension: 3, ...draw }),
      standardise({ mean: [1, 2, 3], deviation: [4, 5, 6] }),
      split({ dimension: 3, inner: chain([actnorm({ dimension: 2 })]) }),
    ]);
    const x = tf.add(tf.mul(sample([500, 3], draw), [1, 10, 100]), 7) as tf.Tensor2D;
    const start = startParameters(flow.parameters, draw);
    const replaced = flow.initialise!(x, start);
    deepStrictEqual(Object.keys(replaced), [
      "0.logScale",
      "0.bias",
      "3.inner.0.logScale",
      "3.inner.0.bias",
    ]);
    const { mean, variance } = tf.moments(flow.forward(x, { ...start, ...replaced }).value, 0);
    assertClose(mean.dataSync().slice(0, 2), [0, 0], 1e-4);
    assertClose(variance.dataSync().slice(0, 2), [1, 1], 1e-4);
  });
});

Deno.test("chain gives a start to no layer that needs none", () => {
  tf.tidy(() => {
    const flow = chain([linear({ dimension: 2, ...draw })]);
    deepStrictEqual(flow.initialise!(sample([5, 2], draw), startParameters(flow.parameters, draw)), {});
  });
});

Deno.test("chain tells position 1 from position 11", () => {
  const flow = chain(Array.from({ length: 12 }, () => actnorm({ dimension: 2 })));
  tf.tidy(() => {
    const parameters = startParameters(flow.parameters, draw);
    const { value } = flow.forward(tf.zeros([1, 2]), {
      ...parameters,
      "1.bias": tf.ones([2]),
      "11.bias": tf.fill([2], 3),
    });
    deepStrictEqual([...value.dataSync()], [4, 4]);
  });
});

Deno.test("chain refuses no layer, and layers of different dimension, naming the layer", () => {
  throws(() => chain([]), /there must be at least one/);
  throws(() => chain([actnorm({ dimension: 2 }), actnorm({ dimension: 3 })]), {
    name: "RangeError",
    message: /dimension 2 as the first has, but layer 1 \(actnorm\) has 3/,
  });
});

Deno.test("split refuses to factor out nothing", () => {
  throws(
    () => split({ dimension: 2, inner: actnorm({ dimension: 2 }) }),
    /larger than the 2 that go on, but it is 2/,
  );
});
