import { deepStrictEqual, ok } from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { filterGradient, inputGradient } from "../../../kernels/tfjs_wasm/reference.ts";
import { drawn, gradients, on, sameOnBoth } from "./backends.ts";

type Pad = Parameters<typeof tf.conv2d>[3];
type Strides = [number, number];

const stride = fc.integer({ min: 1, max: 3 }), edge = fc.integer({ min: 0, max: 2 });
const pads: fc.Arbitrary<Pad> = fc.oneof(
  fc.constantFrom<Pad>("same", "valid"),
  fc.tuple(edge, edge, edge, edge).map(([top, bottom, left, right]): Pad => [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]),
);
const convolutions = fc.record({
  batch: fc.constantFrom(1, 3, 16),
  height: fc.integer({ min: 1, max: 4 }),
  width: fc.integer({ min: 1, max: 4 }),
  moreHeight: fc.integer({ min: 0, max: 6 }),
  moreWidth: fc.integer({ min: 0, max: 9 }),
  inputs: fc.constantFrom(1, 2, 3, 4, 5, 16, 21),
  outputs: fc.constantFrom(1, 2, 3, 4, 5, 16, 21),
  strides: fc.tuple(stride, stride),
  pad: pads,
});
type Convolution = typeof convolutions extends fc.Arbitrary<infer T> ? T : never;

function forAll(check: (convolution: Convolution) => Promise<void>): Promise<void> {
  return fc.assert(fc.asyncProperty(convolutions, check), { numRuns: 60 });
}

function inputsOf({ batch, height, width, moreHeight, moreWidth, inputs, outputs }: Convolution) {
  return drawn(
    [[batch, height + moreHeight, width + moreWidth, inputs], [height, width, inputs, outputs]],
    "convolution",
  );
}

const conv2d = (strides: Strides, pad: Pad) => (x: tf.Tensor, w: tf.Tensor) =>
  tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad);

Deno.test("conv2d's gradients in x and filter are those of tfjs's cpu backend", () =>
  forAll(async (convolution) => {
    await sameOnBoth(inputsOf(convolution), gradients(conv2d(convolution.strides, convolution.pad)));
  }));

Deno.test("conv2d's gradients in x and filter are their oracles', bit for bit", () =>
  forAll(async (convolution) => {
    const { shapes: [xShape, wShape], values: [x, w] } = inputsOf(convolution);
    const { strides, pad } = convolution;
    type Shape = [number, number, number, number];
    const info = tf.backend_util.computeConv2DInfo(
      ...[xShape as Shape, wShape as Shape, strides, 1, pad] as const,
    );
    const { shapes: [dyShape], values: [dy] } = drawn([info.outShape], "dy");
    const found = await on("wasm", { shapes: [xShape, wShape, dyShape], values: [x, w, dy] }, (x, w, dy) => {
      const attributes = { strides, pad, dataFormat: "NHWC", dimRoundingMode: undefined };
      const run = (kernel: string, inputs: object, more: object) =>
        tf.engine().runKernel(kernel, inputs as tf.NamedTensorMap, { ...attributes, ...more } as never);
      return [
        run(tf.Conv2DBackpropFilter, { x, dy }, { filterShape: wShape }) as tf.Tensor,
        run(tf.Conv2DBackpropInput, { dy, filter: w }, { inputShape: xShape }) as tf.Tensor,
      ];
    });
    const { strideHeight, strideWidth, padInfo: { top, left }, outHeight, outWidth } = info;
    const [batch, xHeight, xWidth, inputs] = xShape as Shape, [height, width, , outputs] = wShape as Shape;
    const sizes = [
      ...[batch, xHeight, xWidth, inputs, outHeight, outWidth, outputs, height, width] as const,
      ...[strideHeight, strideWidth, top, left] as const,
    ] as const;
    deepStrictEqual(found[0].values, filterGradient(x, dy, sizes));
    deepStrictEqual(found[1].values, inputGradient(dy, w, sizes));
  }));

Deno.test("a large convolution's gradients are those of tfjs's cpu backend", () =>
  sameOnBoth(drawn([[8, 32, 32, 2], [3, 3, 2, 16]], "large"), gradients(conv2d([1, 1], "same"))).then(
    () => {},
  ));

Deno.test("a NaN in x is in the places of the filter's gradient that see it", async () => {
  const { shapes, values } = drawn([[1, 4, 4, 2], [2, 2, 2, 3]], "nan");
  values[0][1] = NaN; // the first corner, second channel: seen from the filter's first place alone
  const [, { values: dw }] = await on("wasm", { shapes, values }, gradients(conv2d([1, 1], "valid")));
  dw.forEach((value, at) => deepStrictEqual(Number.isNaN(value), at >= 3 && at < 6));
});

Deno.test("two thousand steps with convolutions, products and gathers leave neither tensors nor memory behind", () => {
  const x = tf.ones<tf.Rank.R4>([2, 6, 6, 3]), w = tf.ones<tf.Rank.R4>([3, 3, 3, 5]);
  const dense = tf.ones<tf.Rank.R2>([5, 7]), ids = tf.tensor1d([3, 0, 3], "int32");
  const step = () =>
    tf.tidy(() => {
      const found = tf.grads((w, dense) => {
        const image = tf.reshape(tf.conv2d(x, w as tf.Tensor4D, 2, "same"), [-1, 5]);
        return tf.sum(tf.gather(tf.matMul(dense, image, true, true), ids));
      })([w, dense]);
      found.forEach((gradient) => gradient.dataSync());
    });
  const { memory } = (tf.backend() as unknown as { wasm: { asm: { memory: WebAssembly.Memory } } }).wasm.asm;
  for (let i = 0; i < 10; i++) step();
  const before = { tensors: tf.memory(), bytes: memory.buffer.byteLength };
  for (let i = 0; i < 2000; i++) step();
  deepStrictEqual({ tensors: tf.memory(), bytes: memory.buffer.byteLength }, before);
  ok(before.bytes > 0);
});
