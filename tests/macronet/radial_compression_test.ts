import { assertAlmostEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { useWasmBackend } from "../../macronet/backend.ts";
import { radialCompression } from "../../macronet/radial_compression.ts";
import { assertClose } from "./numerical.ts";

await useWasmBackend();

const map = radialCompression({ dimension: 4, group: 2 });
const parameters = () => ({ logScale: tf.tensor1d([0, Math.log(10)]) });

Deno.test("radialCompression: x / c below the scale, √ of the length beyond, each group by its own", () => {
  tf.tidy(() => {
    const x = tf.tensor2d([[3e-3, 4e-3, 0.03, 0.04], [3e4, 4e4, 3e5, 4e5]]);
    const [near, far] = map.forward(x, parameters()).value.arraySync();
    assertClose(near, [3e-3, 4e-3, 3e-3, 4e-3], 1e-6);
    const length = Math.sqrt(5e4);
    assertClose(far, [0.6 * length, 0.8 * length, 0.6 * length, 0.8 * length], 1e-3);
  });
});

Deno.test("radialCompression: turns with its groups", () => {
  tf.tidy(() => {
    const turned = ([x, y, p, q]: number[]) => [-y, x, -q, p];
    const x = [0.3, -1.2, 50, 7];
    const [first, second] = map.forward(tf.tensor2d([x, turned(x)]), parameters()).value.arraySync();
    assertClose(second, turned(first), 1e-6);
  });
});

Deno.test("radialCompression.initialise: the scale is the median length, and stays where all is 0", () => {
  tf.tidy(() => {
    const x = tf.tensor2d([[3, 4, 0, 0], [0, 1, 0, 0], [600, 0, 0, 0]]);
    const [first, second] = map.initialise!(x, parameters()).logScale.dataSync();
    assertAlmostEquals(first, Math.log(5), 1e-6);
    assertAlmostEquals(second, 0, 1e-12);
  });
});

Deno.test("radialCompression: refuses groups that do not fill the dimension", () => {
  assertThrows(() => radialCompression({ dimension: 5, group: 2 }), RangeError, "it is 5, and a group 2");
  assertThrows(() => radialCompression({ dimension: 5, group: 0 }), RangeError, "a group 0");
});
