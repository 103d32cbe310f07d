/**
 * Gray-Scott on tensorflow.js's WebAssembly backend, one thread: each field padded periodically by concatenation,
 * then convolved with a 3 × 3 kernel that holds the diffusion and the linear part of the reaction.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Fields } from "../../kernels/gray_scott/mod.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import { serve, type Work } from "./serve.ts";

await useWasmBackend();
await serve(simulate);

async function simulate({ Da, Db, F, k, size, steps, ...start }: Work): Promise<Fields> {
  const kernel = (around: number, here: number) =>
    tf.tensor4d([0, around, 0, around, here, around, 0, around, 0], [3, 3, 1, 1]);
  const kernelA = kernel(Da, 1 - (4 * Da + F)), kernelB = kernel(Db, 1 - (4 * Db + F + k));
  const feed = tf.scalar(F);
  let a = tf.tensor4d(start.a, [1, size, size, 1]), b = tf.tensor4d(start.b, [1, size, size, 1]);
  for (let step = 0; step < steps; step++) {
    const next = tf.tidy(() => {
      const reaction = tf.mul(a, tf.mul(b, b));
      return [
        tf.add(tf.sub(convolve(a, kernelA, size), reaction), feed),
        tf.add(convolve(b, kernelB, size), reaction),
      ] as tf.Tensor4D[];
    });
    tf.dispose([a, b]);
    [a, b] = next;
  }
  const [dataA, dataB] = await Promise.all([a.data(), b.data()]);
  tf.dispose([a, b, kernelA, kernelB, feed]);
  return { a: new Float32Array(dataA), b: new Float32Array(dataB) };
}

function convolve(field: tf.Tensor4D, kernel: tf.Tensor4D, size: number): tf.Tensor4D {
  const column = (x: number) => tf.slice(field, [0, 0, x, 0], [1, size, 1, 1]);
  const wide = tf.concat([column(size - 1), field, column(0)], 2);
  const row = (y: number) => tf.slice(wide, [0, y, 0, 0], [1, 1, size + 2, 1]);
  return tf.depthwiseConv2d(tf.concat([row(size - 1), wide, row(0)], 1), kernel, 1, "valid");
}
