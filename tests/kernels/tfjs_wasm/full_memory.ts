/** Fills the memory of tfjs's WebAssembly backend to the brim, in a process of its own, and says what came of it. */
import * as tf from "@tensorflow/tfjs";
import type { TensorInfo } from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { OutOfTensorMemoryError, tensorMemory } from "../../../kernels/tfjs_wasm/mod.ts";

tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
await tf.setBackend("wasm");
const memory = tensorMemory(tf.backend());
tensorMemory(tf.backend()); // again: errors must not be wrapped twice

const MEGABYTES = 2 ** 20;
const beginning = () => [...new Uint8Array(memory.memory.buffer, 0, 1024)].join();

/** What the attempt throws. */
function thrownBy(attempt: () => unknown): unknown {
  try {
    attempt();
    return undefined;
  } catch (error) {
    return error;
  }
}

const x = tf.tensor1d([1, 2, 3]), before = beginning(), tensors = tf.memory().numTensors;
const filling: TensorInfo[] = [];
let full: unknown;
while (full === undefined) {
  full = thrownBy(() => filling.push(memory.allocate([64 * MEGABYTES / 4])));
}
const megabytes = 64 * filling.length;
// What is left is less than 64 MB: tfjs's own kernels must fail as well, one for its output, one for a copy.
const values = new Float32Array(16 * MEGABYTES).fill(7);
const ofTensor = thrownBy(() => tf.tensor1d(values));
const ofKernel = thrownBy(() => tf.tidy(() => tf.fill([32 * MEGABYTES], 7)));
const unharmed = beginning() === before && tf.memory().numTensors === tensors;
filling.forEach(memory.free);
// A size that 32 bits cut to 64 bytes.
const huge = thrownBy(() => memory.allocate([2 ** 30 + 16]));
const sum = tf.tidy(() =>
  tf.sum(tf.mul(tf.add(x, tf.ones([3])), tf.tensor1d(values.subarray(0, 3)))).dataSync()
);
const errors = [full, ofTensor, ofKernel, huge];
console.log(JSON.stringify({
  megabytes,
  unharmed,
  errors: errors.map((error) =>
    error instanceof OutOfTensorMemoryError ? { bytes: error.bytes, message: error.message } : String(error)
  ),
  sum: [...sum],
}));
