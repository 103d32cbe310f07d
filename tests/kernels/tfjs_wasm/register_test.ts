import { deepStrictEqual, match, throws } from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { fileURLToPath } from "node:url";
import { fillHoles } from "../../../kernels/tfjs_wasm/mod.ts";
import { segmentSum } from "../../../kernels/tfjs_wasm/reference.ts";
import { drawn, gradients, on, sameOnBoth } from "./backends.ts";

Deno.test("unsortedSegmentSum is its oracle's, bit for bit, and leaves ids beyond the segments out", () => {
  const sizes = { columns: fc.integer({ min: 1, max: 11 }), segments: fc.integer({ min: 1, max: 9 }) };
  const ids = fc.array(fc.integer({ min: -1, max: 9 }), { minLength: 1, maxLength: 50 });
  return fc.assert(fc.asyncProperty(ids, fc.record(sizes), async (ids, { columns, segments }) => {
    const inputs = drawn([[ids.length, columns]], "segments");
    const sums = (x: tf.Tensor) => tf.unsortedSegmentSum(x, tf.tensor1d(ids, "int32"), segments);
    const [values] = await sameOnBoth(inputs, sums);
    deepStrictEqual(values, segmentSum(inputs.values[0], Int32Array.from(ids), { columns, segments }));
  }));
});

Deno.test("gather's gradient is that of tfjs's cpu backend, along every axis", async () => {
  for (const axis of [0, 1, 2]) {
    const gather = (x: tf.Tensor) => tf.gather(x, tf.tensor1d([2, 0, 2, 1], "int32"), axis);
    await sameOnBoth(drawn([[3, 4, 5]], "gather"), gradients(gather));
  }
});

Deno.test("unsortedSegmentSum keeps NaN in its segment", async () => {
  const inputs = { shapes: [[3, 2]], values: [Float32Array.of(1, NaN, 2, 3, 4, 5)] };
  const [{ values }] = await on(
    "wasm",
    inputs,
    (x) => tf.unsortedSegmentSum(x, tf.tensor1d([1, 0, 1], "int32"), 3),
  );
  deepStrictEqual(values, Float32Array.of(2, 3, 5, NaN, 0, 0));
});

Deno.test("what the kernels do not compute they refuse", () => {
  tf.tidy(() => {
    throws(
      () => tf.unsortedSegmentSum(tf.ones([2, 2], "int32"), tf.tensor1d([0, 1], "int32"), 2),
      /Cannot sum segments: .*int32 \[2,2\]/,
    );
    const image = tf.ones<tf.Rank.R4>([1, 2, 4, 4]), filter = tf.ones<tf.Rank.R4>([2, 2, 2, 1]);
    throws(
      () =>
        tf.engine().runKernel(
          tf.Conv2DBackpropFilter,
          { x: image, dy: image },
          { strides: 1, pad: "same", dataFormat: "NCHW", filterShape: filter.shape } as never,
        ),
      /Cannot compute the gradient of a filter: .*NCHW/,
    );
  });
});

Deno.test("fillHoles again changes nothing", () => {
  const kernel = () => tf.getKernel(tf.BatchMatMul, "wasm").kernelFunc;
  const before = kernel();
  deepStrictEqual(fillHoles(tf.backend()), true);
  deepStrictEqual(kernel(), before);
});

Deno.test("fillHoles of a backend that is not as expected says so in a line and leaves the stock kernels", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", fileURLToPath(new URL("unexpected_backend.ts", import.meta.url))],
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  deepStrictEqual(code, 0, err);
  match(
    err,
    /^Kernels of tfjs's wasm backend stay as they are: Cannot use the memory of tfjs's backend: .*\n$/,
  );
  deepStrictEqual(JSON.parse(out), { filled: false, isStock: true, hasMissing: false, product: [17, 39] });
});

Deno.test("the folder imports nothing but itself and tfjs: it could be published on its own", () => {
  const folder = fileURLToPath(new URL("../../../kernels/tfjs_wasm/", import.meta.url));
  for (const { name } of Deno.readDirSync(folder)) {
    if (!name.endsWith(".ts")) continue;
    const code = Deno.readTextFileSync(folder + name);
    for (const [, from] of code.matchAll(/^(?:import|export|\}) .*"([^"]+)";$/gm)) {
      match(from, /^(\.\/[a-z0-9_]+\.ts|@tensorflow\/tfjs)$/, name);
    }
  }
});
