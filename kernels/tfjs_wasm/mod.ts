/**
 * What tfjs's WebAssembly backend lacks: gradients of convolutions in their filters and of `tf.gather`, fast products
 * with transposed matrices and gradients of convolutions in their inputs, parts of tensors without a copy of the whole,
 * an error when memory is full, and its memory for kernels of one's own.
 *
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import "@tensorflow/tfjs-backend-wasm";
 * import { deepStrictEqual } from "node:assert/strict";
 * import { fillHoles } from "./mod.ts";
 *
 * await tf.setBackend("wasm");
 * fillHoles(tf.backend());
 * const x = tf.ones<tf.Rank.R4>([1, 4, 4, 1]), filter = tf.ones<tf.Rank.R4>([2, 2, 1, 1]);
 * const gradient = tf.grad((w) => tf.conv2d(x, w as tf.Tensor4D, 1, "valid"))(filter);
 * deepStrictEqual([...gradient.dataSync()], [9, 9, 9, 9]);
 * ```
 *
 * @module
 */
export { OutOfTensorMemoryError } from "./out_of_memory.ts";
export { fillHoles } from "./register.ts";
export { abandonTape } from "./tape.ts";
export { shareClones, type TensorMemory, tensorMemory } from "./tensor_memory.ts";
