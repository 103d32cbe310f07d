/**
 * The Haar squeeze by its kernel.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor2D, TensorInfo } from "@tensorflow/tfjs";
import type { Bijection, Mapped } from "../bijection.ts";
import { type FieldShape, haarSqueeze } from "../haar.ts";
import { type Call, defineOperation, isNative, type Operation } from "../native.ts";
import { kernelsOn } from "./layout.ts";

/**
 * {@linkcode haarSqueeze}, bit for bit, at the speed of the kernel where tfjs lets it work on its memory.
 *
 * @throws {RangeError} If a side is odd.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { useWasmBackend } from "../backend.ts";
 * import { fieldSqueeze } from "./squeeze.ts";
 *
 * await useWasmBackend();
 * const { value } = fieldSqueeze({ height: 2, width: 2, channels: 1 }).forward(tf.tensor2d([[1, 2, 3, 4]]), {});
 * assertEquals([...value.dataSync()], [5, -1, -2, 0]);
 * ```
 */
export function fieldSqueeze(shape: FieldShape): Bijection {
  const stock = haarSqueeze(shape);
  const mapped = ([value]: Tensor[]): Mapped => ({
    value: value as Tensor2D,
    logDet: tf.zeros([value.shape[0]]),
  });
  return {
    ...stock,
    forward: (x, parameters) => isNative() ? mapped(squeeze([x], { shape })) : stock.forward(x, parameters),
    inverse: (z, parameters) => isNative() ? mapped(unsqueeze([z], { shape })) : stock.inverse(z, parameters),
  };
}

interface Squeeze {
  readonly shape: FieldShape;
}

/** A rotation: the gradient of one is the other. */
const squeeze: Operation<Squeeze> = defineOperation("Squeeze", (call) => eachField(call, "squeeze"), {
  saves: [],
  of: ([dy], _saved, attributes) => unsqueeze([dy], attributes),
});
const unsqueeze: Operation<Squeeze> = defineOperation("Unsqueeze", (call) => eachField(call, "unsqueeze"), {
  saves: [],
  of: ([dy], _saved, attributes) => squeeze([dy], attributes),
});

function eachField(
  { memory, inputs: [fields], attributes: { shape } }: Call<Squeeze>,
  direction: "squeeze" | "unsqueeze",
): TensorInfo[] {
  const { height, width, channels } = shape;
  const kernels = kernelsOn(memory.memory), result = memory.allocate(fields.shape);
  const [from, to] = [fields, result].map(memory.pointerTo);
  const bytes = 4 * height * width * channels;
  for (let at = 0; at < fields.shape[0] * bytes; at += bytes) {
    kernels[direction](from + at, to + at, height, width, channels);
  }
  return [result];
}
