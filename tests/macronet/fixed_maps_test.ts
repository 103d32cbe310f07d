import { deepStrictEqual, throws } from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { useWasmBackend } from "../../macronet/backend.ts";
import { logProb, sample } from "../../macronet/base_distribution.ts";
import { routeColumns } from "../../macronet/columns.ts";
import { linear } from "../../macronet/linear.ts";
import { startParameters } from "../../macronet/parameters.ts";
import { permutation, randomPermutation, reversal } from "../../macronet/permutation.ts";
import { randomRotation } from "../../macronet/rotation.ts";
import { standardise } from "../../macronet/standardise.ts";
import { assertClose } from "./numerical.ts";

await useWasmBackend();

const draw = { seed: 1, purpose: "fixed maps test" };

for (const order of [[0, 0], [1, 2], [0, 1.5], [-1, 0], [0, NaN]]) {
  Deno.test(`permutation refuses the order ${order}`, () => {
    throws(() => permutation(order), { name: "RangeError", message: /each of 0 … 1 once/ });
  });
}

Deno.test("reversal turns a row around", () => {
  tf.tidy(() => {
    deepStrictEqual([...reversal(3).forward(tf.tensor2d([[1, 2, 3]]), {}).value.dataSync()], [3, 2, 1]);
  });
});

Deno.test("randomPermutation is a function of its draw", () => {
  tf.tidy(() => {
    const x = sample([1, 50], draw);
    const permuted = (seed: number) =>
      randomPermutation({ dimension: 50, seed, purpose: "p" }).forward(x, {}).value.dataSync().join();
    deepStrictEqual(permuted(1), permuted(1));
    deepStrictEqual(permuted(1) === permuted(2), false);
  });
});

Deno.test("routeColumns and its gradient are exact for any route, as a product and as slices", () => {
  const route = fc.record({
    from: fc.nat(5),
    to: fc.nat(5),
    count: fc.integer({ min: 1, max: 70 }),
    rest: fc.nat(5),
  });
  fc.assert(
    fc.property(route, fc.nat(5), ({ from, to, count, rest }, more) => {
      tf.tidy(() => {
        const n = from + count + rest, width = to + count + more;
        const x = sample([2, n], draw), weights = sample([2, width], draw);
        const y = routeColumns(x, { from, to, count, width }).arraySync();
        const gradient = tf.grad((x) => routeColumns(x as tf.Tensor2D, { from, to, count, width }))(
          x,
          weights,
        ).arraySync();
        for (const i of [0, 1]) {
          const row = Array(width).fill(0), back = Array(n).fill(0);
          for (let j = 0; j < count; j++) {
            row[to + j] = x.arraySync()[i][from + j];
            back[from + j] = weights.arraySync()[i][to + j];
          }
          deepStrictEqual(y[i], row);
          deepStrictEqual((gradient as number[][])[i], back);
        }
      });
    }),
    { numRuns: 30 },
  );
});

for (const n of [1, 2, 16, 64]) {
  Deno.test(`randomRotation of ${n} is orthogonal`, () => {
    const matrix = randomRotation(n, draw);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += matrix[i * n + k] * matrix[j * n + k];
        assertClose([sum], [i === j ? 1 : 0], 1e-13);
      }
    }
  });
}

Deno.test("linear starts as its rotation: lengths are kept", () => {
  tf.tidy(() => {
    const map = linear({ dimension: 16, ...draw });
    const x = sample([20, 16], draw);
    const { value, logDet } = map.forward(x, startParameters(map.parameters, draw));
    assertClose(tf.norm(value, 2, 1).dataSync(), tf.norm(x, 2, 1).dataSync(), 1e-5);
    assertClose(logDet.dataSync(), new Float32Array(20), 0);
  });
});

Deno.test("linear refuses a dimension of 0", () => {
  throws(() => linear({ dimension: 0, ...draw }), /at least 1, but it is 0/);
});

const refused: [title: string, mean: number[], deviation: number[], message: RegExp][] = [
  ["a deviation of 0", [0, 0], [1, 0], /that of dimension 1 is 0; leave out/],
  ["a negative deviation", [0], [-1], /is -1/],
  ["a deviation that is 0 in 32 bits", [0], [1e-60], /is 1e-60/],
  ["an infinite mean", [Infinity], [1], /means must be finite/],
  ["lengths that differ", [0, 0], [1], /they have 2 and 1/],
];
for (const [title, mean, deviation, message] of refused) {
  Deno.test(`standardise refuses ${title}`, () => {
    throws(() => standardise({ mean, deviation }), { name: "RangeError", message });
  });
}

Deno.test("base distribution: logProb is the log-density of the standard normal, summed over dimensions", () => {
  tf.tidy(() => {
    const rows = [[0, 0, 0], [1, -2, 3], [30, 0, 0]];
    const expected = rows.map((row) =>
      row.reduce((sum, z) => sum - z * z / 2 - Math.log(2 * Math.PI) / 2, 0)
    );
    assertClose(logProb(tf.tensor2d(rows)).dataSync(), expected, 1e-6);
  });
});

Deno.test("base distribution: samples have mean 0 and variance 1, and a larger batch begins with the smaller", () => {
  tf.tidy(() => {
    const large = sample([20_000, 2], draw);
    const { mean, variance } = tf.moments(large, 0);
    assertClose(mean.dataSync(), [0, 0], 0.03);
    assertClose(variance.dataSync(), [1, 1], 0.03);
    deepStrictEqual(sample([7, 2], draw).dataSync(), large.dataSync().slice(0, 14));
  });
});
