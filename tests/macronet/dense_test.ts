import * as tf from "@tensorflow/tfjs";
import { normals } from "../../kernels/philox/mod.ts";
import { sumOverBatch } from "../../macronet/batch.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import { dense, leakyRelu, product, silu } from "../../macronet/dense.ts";
import { assertClose } from "./numerical.ts";

await useWasmBackend();

function random(shape: number[], purpose: string): tf.Tensor2D {
  const size = shape.reduce((size, length) => size * length, 1);
  return tf.tensor(normals(size, { seed: 1, purpose }), shape as [number, number]);
}

/** Holds value and gradients of `fast` against those that tfjs derives for `plain`. */
function assertSame(
  fast: (...inputs: tf.Tensor[]) => tf.Tensor,
  plain: typeof fast,
  inputs: tf.Tensor[],
): void {
  tf.tidy(() => {
    const value = fast(...inputs);
    assertClose(value.dataSync(), plain(...inputs).dataSync(), 1e-5);
    const weights = random(value.shape, "weights");
    const expected = tf.grads(plain)(inputs, weights);
    for (const [i, gradient] of tf.grads(fast)(inputs, weights).entries()) {
      assertClose(gradient.dataSync(), expected[i].dataSync(), 1e-4, `gradient of input ${i}`);
    }
  });
}

// Inputs wider than outputs take another way to the gradient than the opposite.
for (const [inputs, outputs] of [[3, 8], [8, 3], [5, 5], [1, 1]]) {
  Deno.test(`dense from ${inputs} to ${outputs} has the value and gradients of its definition`, () => {
    assertSame(
      (x, weight, bias) => dense(x as tf.Tensor2D, weight as tf.Tensor2D, bias as tf.Tensor1D),
      (x, weight, bias) => tf.add(tf.matMul(x, weight), bias),
      [random([7, inputs], "x"), random([inputs, outputs], "weight"), random([outputs], "bias")],
    );
  });
  Deno.test(`product from ${inputs} to ${outputs} has the value and gradients of its definition`, () => {
    assertSame(
      (x, w) => product(x as tf.Tensor2D, w as tf.Tensor2D),
      (x, w) => tf.matMul(x, w),
      [random([7, inputs], "x"), random([inputs, outputs], "w")],
    );
  });
}

Deno.test("silu has the value and gradient of its definition", () => {
  assertSame((x) => silu(x as tf.Tensor2D), (x) => tf.mul(x, tf.sigmoid(x)), [random([5, 9], "x")]);
});

Deno.test("leakyRelu has the value and gradient of its definition", () => {
  const x = random([5, 9], "x");
  assertSame((x) => leakyRelu(x as tf.Tensor2D), (x) => tf.maximum(x, tf.mul(x, 0.01)), [x]);
});

Deno.test("silu of numbers far from 0 is finite, as is its gradient", () => {
  tf.tidy(() => {
    const x = tf.tensor2d([[-1e30, -100, 0, 100, 1e30]]);
    assertClose(silu(x).dataSync(), [0, 0, 0, 100, Math.fround(1e30)], 1e-6);
    assertClose(tf.grad((x) => silu(x as tf.Tensor2D))(x).dataSync(), [0, 0, 0.5, 1, 1], 1e-6);
  });
});

Deno.test("sumOverBatch adds rows", () => {
  tf.tidy(() => {
    const x = random([100, 3], "x");
    assertClose(sumOverBatch(x).dataSync(), tf.sum(x, 0).dataSync(), 1e-5);
  });
});
