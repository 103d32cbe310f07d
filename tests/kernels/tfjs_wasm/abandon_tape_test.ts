import { deepStrictEqual, throws } from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { abandonTape } from "../../../kernels/tfjs_wasm/mod.ts";
import "./backends.ts";

Deno.test("abandonTape frees what a gradient that threw had saved, and gradients go on", () => {
  const x = tf.tensor1d([2, 3]), before = tf.memory().numTensors;
  const failing = tf.grad((x) => {
    tf.mul(x, x);
    throw new RangeError("as if there were no room");
  });
  throws(() => failing(x), RangeError);
  abandonTape();
  deepStrictEqual(tf.memory().numTensors, before);
  tf.tidy(() => deepStrictEqual([...tf.grad((x) => tf.sum(tf.mul(x, x)))(x).dataSync()], [4, 6]));
  x.dispose();
});
