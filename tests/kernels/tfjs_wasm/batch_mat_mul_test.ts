import { deepStrictEqual, ok, throws } from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { multiply } from "../../../kernels/tfjs_wasm/reference.ts";
import { drawn, gradients, on, sameOnBoth, type Values } from "./backends.ts";

const size = fc.integer({ min: 1, max: 37 });
const products = fc.record({
  rows: size,
  inner: fc.oneof(size, fc.integer({ min: 250, max: 520 })),
  columns: size,
  transposeA: fc.boolean(),
  transposeB: fc.boolean(),
  batch: fc.constantFrom<[number[], number[]]>([[], []], [[3], [3]], [[1], [4]], [[4], [1]], [[2, 3], [
    2,
    3,
  ]]),
});
type Product = typeof products extends fc.Arbitrary<infer T> ? T : never;

const LARGE: Product = {
  ...{ rows: 96, inner: 4096, columns: 64, transposeA: true, transposeB: false },
  batch: [[], []],
};

function forAll(runs: number, check: (product: Product) => Promise<void>): Promise<void> {
  return fc.assert(fc.asyncProperty(products, check), { numRuns: runs, examples: [[LARGE]] });
}

function inputsOf({ rows, inner, columns, transposeA, transposeB, batch }: Product) {
  const a = transposeA ? [inner, rows] : [rows, inner], b = transposeB ? [columns, inner] : [inner, columns];
  return drawn([[...batch[0], ...a], [...batch[1], ...b]], "product");
}

const matMul = ({ transposeA, transposeB }: Product) => (a: tf.Tensor, b: tf.Tensor) =>
  tf.matMul(a, b, transposeA, transposeB);

/** A product of one pair of matrices, by the oracle. */
function oracle(a: Values, b: Values, { rows, inner, columns, transposeA, transposeB }: Product): Values {
  return multiply(
    transposeA ? (i, k) => a[k * rows + i] : (i, k) => a[i * inner + k],
    transposeB ? (k, j) => b[j * inner + k] : (k, j) => b[k * columns + j],
    { rows, inner, columns },
  );
}

Deno.test("matMul and its gradients are those of tfjs's cpu backend, transposed or not", () =>
  forAll(60, async (product) => {
    await sameOnBoth(inputsOf(product), matMul(product));
    // tfjs's own gradients do not sum over a batch dimension that was broadcast.
    const [a, b] = product.batch;
    if (a.join() === b.join()) await sameOnBoth(inputsOf(product), gradients(matMul(product)));
  }));

Deno.test("matMul of transposed matrices is its oracle's, bit for bit", () =>
  forAll(60, async (product) => {
    if (!product.transposeA && !product.transposeB) return;
    const inputs = inputsOf({ ...product, batch: [[], []] });
    const [{ values }] = await on("wasm", inputs, matMul(product));
    deepStrictEqual(values, oracle(inputs.values[0], inputs.values[1], product));
  }));

Deno.test("matMul broadcasts batch dimensions of both sides", async () => {
  const product: Product = {
    ...{ rows: 3, inner: 5, columns: 6, transposeA: true, transposeB: true },
    batch: [[2, 1, 2], [3, 1]],
  };
  const inputs = inputsOf(product);
  const [{ shape, values }] = await on("wasm", inputs, matMul(product));
  deepStrictEqual(shape, [2, 3, 2, 3, 6]);
  const [a, b] = inputs.values;
  for (let at = 0; at < 12; at++) {
    const ofA = 2 * Math.floor(at / 6) + at % 2, ofB = Math.floor(at / 2) % 3;
    const expected = oracle(a.subarray(15 * ofA), b.subarray(30 * ofB), product);
    deepStrictEqual(values.slice(18 * at, 18 * at + 18), expected);
  }
});

Deno.test("matMul of nothing is nothing, or zeros", async () => {
  const transposed = (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, true);
  const none = await on("wasm", drawn([[3, 0], [3, 4]], "none"), transposed);
  deepStrictEqual([none[0].shape, none[0].values.length], [[0, 4], 0]);
  const zeros = await on("wasm", drawn([[0, 2], [0, 3]], "zeros"), transposed);
  deepStrictEqual(zeros[0].values, new Float32Array(6));
});

Deno.test("matMul: a NaN of a transposed matrix is in its row of the product, and nowhere else", async () => {
  const { shapes, values } = drawn([[5, 7], [5, 6]], "nan");
  values[0][2 * 7 + 4] = NaN;
  const [{ values: found }] = await on("wasm", { shapes, values }, (a, b) => tf.matMul(a, b, true));
  found.forEach((value, at) => deepStrictEqual(Number.isNaN(value), Math.floor(at / 6) === 4));
});

Deno.test("matMul of shapes that do not fit says so", () => {
  throws(() => tf.matMul(tf.ones([2, 3]), tf.ones([3, 2]), true), /inner/);
  ok(tf.getBackend() === "wasm");
});
