import { deepStrictEqual, doesNotThrow, ok, throws } from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { useWasmBackend } from "../../macronet/backend.ts";
import { logitBox, requireInside } from "../../macronet/box.ts";

await useWasmBackend();

const box = { lower: [0.1, 0.02, -5], upper: [0.21, 0.07, 1e6] };

Deno.test("logitBox: no latent leaves the box, and none comes back infinite", () => {
  const latent = fc.array(fc.float({ noNaN: true }), { minLength: 3, maxLength: 3 });
  const map = logitBox(box);
  fc.assert(fc.property(latent, (latent) => {
    tf.tidy(() => {
      const { value } = map.inverse(tf.tensor2d(latent, [1, 3]), {});
      doesNotThrow(() => requireInside(value.dataSync(), box));
      ok(map.forward(value, {}).value.dataSync().every(Number.isFinite));
    });
  }));
});

Deno.test("logitBox: the middle of the box is the origin", () => {
  tf.tidy(() => {
    const { value } = logitBox({ lower: [-1, 2], upper: [3, 4] }).inverse(tf.zeros([1, 2]), {});
    deepStrictEqual([...value.dataSync()], [1, 3]);
  });
});

Deno.test("requireInside refuses values on and outside the limits, naming row and dimension", () => {
  const inside = [0.15, 0.03, 0];
  doesNotThrow(() => requireInside(inside, box));
  for (const outside of [0.02, 0.07, 0.01, 0.08, NaN, Infinity]) {
    throws(() => requireInside([...inside, 0.15, outside, 0], box), {
      name: "RangeError",
      message: `Cannot map a box: values must lie strictly between 0.02 and 0.07 in dimension 1, ` +
        `but row 1 has ${outside}`,
    });
  }
});

const refused: [title: string, lower: number[], upper: number[], message: RegExp][] = [
  ["an upside-down box", [0, 2], [1, 1], /those of dimension 1 are 2 and 1/],
  ["an empty interval", [1], [1], /are 1 and 1/],
  ["limits that 32 bits cannot tell apart", [1], [1 + 1e-9], /lower one smaller/],
  ["an infinite limit", [0], [Infinity], /must be finite/],
  ["NaN", [NaN], [1], /must be finite/],
  ["limits of different number", [0], [1, 1], /it has 1 and 2/],
  ["no dimension", [], [], /it has 0 and 0/],
];
for (const [title, lower, upper, message] of refused) {
  Deno.test(`logitBox refuses ${title}`, () => {
    throws(() => logitBox({ lower, upper }), { name: "RangeError", message });
  });
}
