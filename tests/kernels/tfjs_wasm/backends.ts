/** tfjs's WebAssembly backend with its holes filled, and its cpu backend, which computes the same in plain JavaScript. */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { ok } from "node:assert/strict";
import { normals } from "../../../kernels/philox/mod.ts";
import { fillHoles } from "../../../kernels/tfjs_wasm/mod.ts";

tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
await tf.setBackend("cpu");
await tf.setBackend("wasm");
ok(fillHoles(tf.backend()));

export type Values = Float32Array;

/** Inputs of an operation: shapes, and numbers that are drawn for each. */
export interface Inputs {
  readonly shapes: readonly number[][];
  readonly values: readonly Values[];
}

export function drawn(shapes: readonly number[][], purpose: string): Inputs {
  const values = shapes.map((shape, i) =>
    Float32Array.from(normals(tf.util.sizeFromShape(shape), { seed: 1, purpose: `${purpose} ${i}` }))
  );
  return { shapes, values };
}

type Compute = (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[];

/** What an operation gives on a backend. */
export async function on(backend: "wasm" | "cpu", { shapes, values }: Inputs, compute: Compute) {
  await tf.setBackend(backend);
  try {
    return tf.tidy(() => {
      const found = compute(...values.map((value, i) => tf.tensor(value, shapes[i])));
      return [found].flat().map((tensor) => ({ shape: tensor.shape, values: tensor.dataSync() as Values }));
    });
  } finally {
    await tf.setBackend("wasm");
  }
}

/** Fails unless both backends give the same, but for rounding; returns what ours gives. */
export async function sameOnBoth(inputs: Inputs, compute: Compute): Promise<Values[]> {
  const [ours, theirs] = [await on("wasm", inputs, compute), await on("cpu", inputs, compute)];
  for (const [i, { shape, values }] of ours.entries()) {
    ok(tf.util.arraysEqual(shape, theirs[i].shape), `${shape} and ${theirs[i].shape}`);
    const largest = theirs[i].values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
    values.forEach((value, at) => {
      const difference = Math.abs(value - theirs[i].values[at]);
      ok(difference <= 1e-5 * largest, `${at}: ${value}, not ${theirs[i].values[at]}`);
    });
  }
  return ours.map(({ values }) => values);
}

/** The gradients of a weighted sum of an operation's output in all its inputs. */
export function gradients(compute: (...inputs: tf.Tensor[]) => tf.Tensor): Compute {
  return (...inputs) =>
    tf.grads((...inputs) => {
      const found = compute(...inputs);
      return tf.sum(tf.mul(found, tf.reshape(tf.cos(tf.range(0, found.size)), found.shape)));
    })(inputs);
}
