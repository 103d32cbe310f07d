import { deepStrictEqual, throws } from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { drawn, gradients, type Inputs, on, sameOnBoth } from "./backends.ts";

/** A shape of up to five axes, none of them empty, and of each axis a range. */
const parts = fc.array(
  fc.record({ size: fc.integer({ min: 1, max: 7 }), begin: fc.nat(6), taken: fc.nat(7) }),
  { minLength: 1, maxLength: 5 },
).map((axes) =>
  axes.map(({ size, begin, taken }) => {
    const from = begin % size;
    return { size, begin: from, taken: taken % (size - from + 1) };
  })
);

/** What both backends give: nothing is rounded, so it is the same to the last bit. */
async function equalOnBoth(inputs: Inputs, compute: (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[]) {
  const ours = await on("wasm", inputs, compute);
  deepStrictEqual(ours, await on("cpu", inputs, compute));
}

Deno.test("slice is that of tfjs's cpu backend, of tensors of any rank", () =>
  fc.assert(
    fc.asyncProperty(parts, async (axes) => {
      const inputs = drawn([axes.map(({ size }) => size)], "slice");
      const [begin, size] = [axes.map(({ begin }) => begin), axes.map(({ taken }) => taken)];
      await equalOnBoth(inputs, (x) => tf.slice(x, begin, size));
    }),
    { numRuns: 300 },
  ));

Deno.test("split and concat are those of tfjs's cpu backend along every axis, and undo each other", () =>
  fc.assert(
    fc.asyncProperty(parts, fc.nat(), async (axes, chosen) => {
      const axis = chosen % axes.length, shape = axes.map(({ size }) => size), { size, taken } = axes[axis];
      const inputs = drawn([shape], "split");
      const sizes = [taken, size - taken].filter((size) => size > 0);
      const halves = (x: tf.Tensor) => tf.split(x, sizes, axis);
      await equalOnBoth(inputs, halves);
      const [together] = await on("wasm", inputs, (x) => tf.concat(halves(x), axis - axes.length));
      deepStrictEqual(together, { shape, values: inputs.values[0] });
    }),
    { numRuns: 300 },
  ));

Deno.test("concat of tensors that differ in the axis, also of one that is empty there", async () => {
  const inputs = drawn([[2, 3, 2], [2, 0, 2], [2, 5, 2]], "concat");
  await equalOnBoth(inputs, (...parts) => tf.concat(parts, 1));
});

Deno.test("gradients of slice, split and concat are those of tfjs's cpu backend", async () => {
  const inputs = drawn([[4, 6, 5], [4, 2, 5]], "gradients");
  await sameOnBoth(
    inputs,
    gradients((x, y) => {
      const [, middle] = tf.split(x, [1, 3, 2], 1);
      return tf.concat([
        tf.slice(x, [1, 2, 1], [2, 4, 3]),
        tf.slice(tf.concat([middle, y], 1), [0, 1, 0], [2, 4, 3]),
      ]);
    }),
  );
});

Deno.test("integers and booleans are taken apart by the stock kernels", () => {
  tf.tidy(() => {
    const x = tf.tensor2d([[1, 2, 3], [4, 5, 6]], [2, 3], "int32");
    const [first, rest] = tf.split(x, [1, 2], 1);
    deepStrictEqual([first.dtype, ...rest.dataSync()], ["int32", 2, 3, 5, 6]);
    const back = tf.concat([rest, first], 1);
    deepStrictEqual([back.dtype, ...back.dataSync()], ["int32", 2, 3, 1, 5, 6, 4]);
    deepStrictEqual([...tf.slice(tf.tensor1d([true, false]), 1).dataSync()], [0]);
  });
});

Deno.test("what does not fit is refused", () => {
  throws(() => tf.concat([tf.ones([2, 3]), tf.ones([3, 2])], 1), /concat/i);
  throws(() => tf.slice(tf.ones([2, 3]), [0, 2], [2, 2]), /begin\[1\] \+ size\[1\]/);
});
