/**
 * A bijection by our operations and by stock ones, for tests that hold one to the other.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { normals } from "../../kernels/philox/mod.ts";
import type { Bijection, Parameters } from "../../macronet/bijection.ts";
import { startNative } from "../../macronet/native.ts";
import { startVector, unflatten } from "../../macronet/parameters.ts";

/** Start values, each moved by a normal draw of deviation 0.2. */
export function someParameters({ parameters }: Bijection): Parameters {
  const vector = startVector(parameters, { seed: 2, purpose: "start" });
  const noise = normals(vector.length, { seed: 2, purpose: "noise" });
  return unflatten(vector.map((value, i) => value + 0.2 * noise[i]), parameters);
}

/** Value, log-determinants, and the gradients of a number that depends on all of them, in x and the parameters. */
export function everythingOf(
  bijection: Bijection,
  x: tf.Tensor2D,
  parameters: Parameters,
): Record<string, Float32Array> {
  const names = Object.keys(parameters);
  const weights = tf.tensor2d(normals(x.size, { seed: 4, purpose: "weights" }), x.shape);
  const { value, logDet } = bijection.forward(x, parameters);
  const gradients = tf.grads((x, ...own) => {
    const named = Object.fromEntries(names.map((name, i) => [name, own[i]]));
    const { value, logDet } = bijection.forward(x as tf.Tensor2D, named);
    return tf.add(tf.sum(tf.mul(weights, value)), tf.sum(tf.mul(0.3, tf.square(logDet))));
  })([x, ...Object.values(parameters)]);
  const tensors = [value, logDet, ...gradients];
  return Object.fromEntries(
    ["value", "logDet", "x", ...names].map((name, i) => [name, tensors[i].dataSync() as Float32Array]),
  );
}

/** What comes of it where the kernels cannot be used. */
export function withStockOperations<T>(run: () => T): T {
  const { error } = console;
  console.error = () => {};
  try {
    startNative({});
    return run();
  } finally {
    console.error = error;
    startNative(tf.backend());
  }
}
