/** Fills the holes of a backend that hides its memory, as another version might. Prints what came of it. */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { fillHoles } from "../../../kernels/tfjs_wasm/mod.ts";

tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
await tf.setBackend("wasm");
const stock = tf.getKernel(tf.BatchMatMul, "wasm");
const filled = fillHoles(Object.create(tf.backend(), { wasm: { value: {} } }));
console.log(JSON.stringify({
  filled,
  isStock: tf.getKernel(tf.BatchMatMul, "wasm") === stock,
  hasMissing: tf.getKernel(tf.UnsortedSegmentSum, "wasm") !== undefined,
  product: [...tf.matMul(tf.tensor2d([[1, 2], [3, 4]]), tf.tensor2d([[5, 6]]), false, true).dataSync()],
}));
