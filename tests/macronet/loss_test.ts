import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { normals } from "../../kernels/philox/mod.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import type { Parameters } from "../../macronet/bijection.ts";
import { loss } from "../../macronet/loss.ts";
import { type MacrostateMap, macrostateMap } from "../../macronet/macrostate_map.ts";
import { type Relation, relationParameters } from "../../macronet/relation.ts";
import { standardise } from "../../macronet/standardise.ts";

await useWasmBackend();

/** z = x / deviation in each of `dimension`. */
function scaled(dimension: number, deviation: number, options: { d?: number; weight?: number } = {}) {
  const bijection = standardise({
    mean: new Float32Array(dimension),
    deviation: new Float32Array(dimension).fill(deviation),
  });
  const { d = 1, weight } = options;
  return macrostateMap(bijection, { macroDimension: d, ...(weight === undefined ? {} : { weight }) });
}

function values(relation: Relation, rows: { u: number[][]; v: number[][] }, gamma: number) {
  return tf.tidy(() => {
    const terms = loss(relation, {}, { u: tf.tensor2d(rows.u), v: tf.tensor2d(rows.v) }, gamma);
    return Object.fromEntries(Object.entries(terms).map(([name, term]) => [name, term.dataSync()[0]]));
  });
}

Deno.test("loss: every term is what the formulas give by hand", () => {
  // z_u = x / 2, z_v = x; d = 1, so α is the first column of z.
  const relation = { u: scaled(2, 2), v: scaled(3, 1), shared: false };
  const u = [[2, 4], [6, -2]]; // z: (1, 2), (3, −1)
  const v = [[0, 1, 2], [5, 0, 0]];
  const log2Pi = Math.log(2 * Math.PI);
  const found = values(relation, { u, v }, 0.25);
  const prediction = ((1 - 0) ** 2 + (3 - 5) ** 2) / 2;
  // −log p = ½ |z|² + n/2 log 2π − log |det|, and log |det| = −2 log 2; per dimension
  const distributionU = ((0.5 * 5 + 0.5 * 10) / 2 + log2Pi + 2 * Math.log(2)) / 2;
  const distributionV = ((0.5 * 5 + 0.5 * 25) / 2 + 1.5 * log2Pi) / 3;
  assertAlmostEquals(found.prediction, prediction, 1e-6);
  assertAlmostEquals(found.distributionU, distributionU, 1e-6);
  assertAlmostEquals(found.distributionV, distributionV, 1e-6);
  assertAlmostEquals(found.total, prediction + 0.25 * (distributionU + distributionV), 1e-6);
  assertAlmostEquals(found.macroVariance, (1 + 6.25) / 2, 1e-6); // of (1, 3) and of (0, 5)
});

Deno.test("loss: prediction sums over all macro dimensions, and over no other", () => {
  const relation = { u: scaled(3, 1, { d: 2 }), v: scaled(3, 1, { d: 2 }), shared: false };
  const found = values(relation, { u: [[1, 2, 100]], v: [[3, 5, -100]] }, 1);
  assertEquals(found.prediction, 4 + 9);
});

Deno.test("loss: weights weigh each named term of a likelihood", () => {
  const terms = (macro: number, abandoned: number): MacrostateMap => ({
    ...scaled(2, 1),
    weights: { macro, abandoned },
    observe: (x) => ({
      macrostate: tf.slice(x, [0, 0], [-1, 1]),
      negativeLogLikelihood: { macro: tf.tensor1d([1, 3]), abandoned: tf.tensor1d([10, 30]) },
    }),
  });
  const rows = { u: [[0, 0], [0, 0]], v: [[0, 0], [0, 0]] };
  const found = values({ u: terms(0.5, 0.25), v: terms(1, 0), shared: false }, rows, 2);
  assertEquals([found.distributionU, found.distributionV], [0.5 * 2 + 0.25 * 20, 2]);
  assertEquals(found.total, 2 * (6 + 2));
});

Deno.test("loss: a resemblance is told the pairs, φ_v(v) and both parameters, and adds to the rest as it is", () => {
  tf.tidy(() => {
    const sides = { u: scaled(2, 1), v: scaled(2, 1), shared: false };
    const relation: Relation = {
      ...sides,
      resemblance: {
        parameters: { gain: { shape: [1], start: "ones" } },
        initialise: () => ({}),
        loss: ({ u, v, macrostate }, { u: ofU, own }) => {
          assertEquals(Object.keys(ofU), []);
          return tf.mul(own.gain, tf.sum(tf.concat([u, v, macrostate], 1))).asScalar();
        },
      },
    };
    assertEquals(Object.keys(relationParameters(relation)), ["resemblance.gain"]);
    const batch = { u: tf.tensor2d([[1, 2]]), v: tf.tensor2d([[30, 40]]) };
    const parameters = { "resemblance.gain": tf.tensor1d([10]) };
    const { total, resemblance } = loss(relation, parameters, batch, 0.5);
    const { total: others } = loss(sides, {}, batch, 0.5);
    assertEquals(resemblance!.dataSync()[0], 10 * (1 + 2 + 30 + 40 + 30));
    assertAlmostEquals(total.dataSync()[0], others.dataSync()[0] + 1030, 1e-3);
  });
});

Deno.test("loss: a normal sample under the identity costs n/2 · log 2πe nats, and more under a wrong scale", () => {
  const rows = 4000, n = 4;
  const data = normals(rows * n, { seed: 1, purpose: "sample" });
  const sample = Array.from({ length: rows }, (_, i) => [...data.slice(i * n, (i + 1) * n)]);
  const cost = (deviation: number) => {
    const map = scaled(n, deviation, { weight: 1 });
    return values({ u: map, v: map, shared: true }, { u: sample, v: sample }, 1).distributionU;
  };
  const entropy = n / 2 * Math.log(2 * Math.PI * Math.E);
  assertAlmostEquals(cost(1), entropy, 0.05); // standard error √(n / 2 / rows) ≈ 0.022
  assert(cost(1.3) > cost(1) + 0.1);
  assert(cost(0.7) > cost(1) + 0.1);
});

Deno.test("loss: shared maps read one set of parameters, others each their own", () => {
  const shift: MacrostateMap = {
    ...scaled(2, 1),
    observe: (x, { bias }: Parameters) => ({
      macrostate: tf.add(tf.slice(x, [0, 0], [-1, 1]), bias) as tf.Tensor2D,
      negativeLogLikelihood: { all: tf.zeros([x.shape[0]]) },
    }),
  };
  const parameters = { "u.bias": tf.scalar(1), "v.bias": tf.scalar(4) };
  const x = tf.tensor2d([[7, 0]]);
  const prediction = (shared: boolean) =>
    loss({ u: shift, v: shift, shared }, parameters, { u: x, v: x }, 1).prediction.dataSync()[0];
  assertEquals([prediction(true), prediction(false)], [0, 9]);
});
