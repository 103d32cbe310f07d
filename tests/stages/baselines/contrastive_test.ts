import { assert, assertAlmostEquals } from "@std/assert";
import { log } from "../../../kernels/elementary/mod.ts";
import { normals } from "../../../kernels/philox/mod.ts";
import * as tf from "@tensorflow/tfjs";
import { useWasmBackend } from "../../../macronet/backend.ts";
import { column, matrix } from "../../../macronet/matrix.ts";
import { contrast, fitEncoders } from "../../../stages/baselines/contrastive.ts";
import { correlation, spearman } from "../../../systems/metrics/statistics.ts";

await useWasmBackend();

/** u = (s + a, s − a) and v = (b, s³, c): s alone is shared. */
function pairs(rows: number, purpose: string) {
  const [s, a, b, c] = ["s", "a", "b", "c"].map((name) =>
    normals(rows, { seed: 1, purpose: `${purpose}.${name}` })
  );
  const u = new Float32Array(2 * rows), v = new Float32Array(3 * rows);
  for (let i = 0; i < rows; i++) {
    u.set([s[i] + a[i], s[i] - a[i]], 2 * i);
    v.set([b[i], s[i] * s[i] * s[i], c[i]], 3 * i);
  }
  return { s, u: matrix(u, 2), v: matrix(v, 3) };
}

Deno.test("fitEncoders: both find the coordinate that u and v share, and agree on it", () => {
  const encoders = fitEncoders({
    macroDimension: 1,
    hidden: { width: 16, hiddenLayers: 2 },
    train: pairs(4000, "train"),
    validation: pairs(500, "validation"),
    options: { seed: 1, batch: 64, steps: 400, learningRate: 0.005, warmup: 20, clipNorm: 5, logEvery: 50 },
    purpose: "test",
  });
  const { s, u, v } = pairs(1000, "test");
  const own = column(encoders.u(u), 0), other = column(encoders.v(v), 0);
  assert(Math.abs(spearman(own, s)) > 0.98, `u: ${spearman(own, s)}`);
  assert(Math.abs(spearman(other, s)) > 0.98, `v: ${spearman(other, s)}`);
  assert(correlation(own, other) > 0.95, `${correlation(own, other)}`);
});

Deno.test("contrast: is the cross-entropy of the right row, written out", () => {
  const rows = 5, d = 2;
  const [u, v] = ["u", "v"].map((purpose) => normals(rows * d, { seed: 1, purpose }));
  const score = (i: number, j: number) =>
    -0.5 * ((u[2 * i] - v[2 * j]) ** 2 + (u[2 * i + 1] - v[2 * j + 1]) ** 2);
  let expected = 0;
  for (let i = 0; i < rows; i++) {
    const all = (other: (j: number) => number) =>
      Array.from({ length: rows }, (_, j) => Math.exp(other(j))).reduce((sum, one) => sum + one);
    expected += log(all((j) => score(i, j))) + log(all((j) => score(j, i))) - 2 * score(i, i);
  }
  const found = contrast(tf.tensor2d(u, [rows, d]), tf.tensor2d(v, [rows, d])).dataSync()[0];
  assertAlmostEquals(found, expected / (2 * rows), 1e-5);
});
