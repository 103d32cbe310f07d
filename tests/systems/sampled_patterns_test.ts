import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import { normals } from "../../kernels/philox/mod.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import type { Parameters } from "../../macronet/bijection.ts";
import type { ConditionalBijection } from "../../macronet/conditional.ts";
import { partOf } from "../../macronet/flat_parameters.ts";
import { contextTraces } from "../../macronet/gaussianisation/traces.ts";
import { toTensor } from "../../macronet/macrostate_map.ts";
import { type Matrix, matrix } from "../../macronet/matrix.ts";
import { hashOfRow } from "../../macronet/noise_coordinates.ts";
import { startParameters } from "../../macronet/parameters.ts";
import { patternLooks } from "../../systems/pattern_looks.ts";
import { sampledPatterns } from "../../systems/sampled_patterns.ts";
import { minkowskiCurve } from "../../systems/metrics/patterns.ts";

await useWasmBackend();

const SIZE = 8, WIDTH = 2 * SIZE * SIZE;

/** z = (x − 0.3 − slope · α) / deviation in every cell. */
const affine: ConditionalBijection = {
  name: "affine",
  dimension: WIDTH,
  context: 1,
  parameters: { slope: { shape: [1], start: "zeros" }, deviation: { shape: [1], start: "ones" } },
  forward: (x, alpha, { slope, deviation }) => ({
    value: tf.div(tf.sub(tf.sub(x, 0.3), tf.mul(alpha, slope)), deviation) as Tensor2D,
    logDet: tf.mul(-WIDTH, tf.log(tf.mul(deviation, tf.ones([x.shape[0]])))) as Tensor1D,
  }),
  inverse: (z, alpha, { slope, deviation }) => ({
    value: tf.add(tf.add(tf.mul(z, deviation), 0.3), tf.mul(alpha, slope)) as Tensor2D,
    logDet: tf.mul(WIDTH, tf.log(tf.mul(deviation, tf.ones([z.shape[0]])))) as Tensor1D,
  }),
};

const flow = (slope: number, deviation: number): Parameters => ({
  slope: tf.tensor1d([slope]),
  deviation: tf.tensor1d([deviation]),
});

/** Rows (α, x) that the flow of these numbers fits exactly. */
function pairsOf(rows: number, { slope, deviation, batch = 0 }: Record<string, number>): Matrix {
  const draws = normals(rows * (WIDTH + 1), { seed: 1, purpose: "pairs", sample: batch });
  const data = draws.map((value, i) => {
    const j = i % (WIDTH + 1);
    return j === 0 ? value : 0.3 + slope * draws[i - j] + deviation * value;
  });
  return matrix(Float32Array.from(data), WIDTH + 1);
}

const term = sampledPatterns({
  size: SIZE,
  bijection: affine,
  weights: { noise: 2, others: 1.5, traces: 3 },
});

/** What the term has of its own, before it is taught: the units of looks are those of the rows. */
function ownOf(v: Tensor2D) {
  return { ...startParameters(term.parameters, { seed: 1, purpose: "own" }), ...term.initialise!(v) };
}

/** The term of rows under a flow. */
function score(rows: Matrix, parameters: Parameters): number {
  return tf.tidy(() => {
    const v = toTensor(rows), own = ownOf(v);
    return term.loss({ u: v, v, macrostate: v }, { u: {}, v: parameters, own }).dataSync()[0];
  });
}

/** The same, averaged over batches. */
function meanScore(truth: Record<string, number>, parameters: Parameters): number {
  const scores = Array.from(
    { length: 16 },
    (_, batch) => score(pairsOf(8, { ...truth, batch }), parameters),
  );
  return scores.reduce((sum, value) => sum + value / scores.length, 0);
}

Deno.test("sampledPatterns: the term is what the formula gives by hand, of the first rows", () => {
  const rows = 8, pairs = pairsOf(rows + 2, { slope: 0.1, deviation: 0.1 }), looks = patternLooks(SIZE);
  tf.tidy(() => {
    const parameters = flow(0.05, 0.2), v = toTensor(pairs), own = ownOf(v);
    const numbersOf = (patterns: number[][]) => {
      const found = looks.of(tf.tensor2d(patterns));
      return (tf.add(tf.mul(found, tf.exp(own["look.logScale"])), own["look.bias"]) as Tensor2D).arraySync();
    };
    const all = v.arraySync().slice(0, rows), alpha = all.map(([alpha]) => alpha);
    const x = all.map((row) => row.slice(1));
    const made = (i: number, z: ArrayLike<number>) =>
      Array.from(z, (value: number) => value * 0.2 + 0.3 + 0.05 * alpha[i]);
    const drawn = (which: string) =>
      alpha.map((value, i) => {
        const sample = hashOfRow(Float32Array.of(value));
        return made(i, normals(WIDTH, { seed: 0, purpose: `sampled patterns.${which}`, sample }));
      });
    const distance = (a: number[][], b: number[][]) => {
      let sum = 0, from = 0;
      for (const size of looks.sizes) {
        const to = from + size;
        for (const [i, row] of a.entries()) {
          const squares = row.slice(from, to).map((value, j) => (value - b[i][from + j]) ** 2);
          sum += Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / size) / rows;
        }
        from = to;
      }
      return sum;
    };
    const latent = x.map((row, i) => row.map((value) => (value - 0.3 - 0.05 * alpha[i]) / 0.2));
    const ofOthers = (by: number) => alpha.map((_, i) => made(i, latent[(i + by) % rows]));
    const [target, ...samples] = [x, drawn("first"), drawn("second"), ofOthers(1), ofOthers(4)].map(
      numbersOf,
    );
    const energy = (a: number[][], b: number[][]) =>
      (distance(a, target) + distance(b, target) - distance(a, b)) / 2;
    const [a, b, c, d] = samples;
    // An untaught predictor tells 0, and there is no trace.
    const { prediction } = contextTraces({
      size: SIZE,
      context: 1,
      predictor: { width: 32, hiddenLayers: 2 },
    })
      .loss(tf.tensor2d(latent), tf.tensor2d(alpha, [rows, 1]), partOf("traces", own));
    const ofNoise = 2 * energy(a, b);
    const expected = ofNoise + 1.5 * energy(c, d) + prediction.dataSync()[0];
    assertAlmostEquals(score(pairs, parameters), expected, 1e-3);
    const fewer = sampledPatterns({
      size: SIZE,
      bijection: affine,
      weights: { noise: 2, others: 0, traces: 0 },
    });
    assertEquals(Object.keys(fewer.parameters), ["look.logScale", "look.bias"]);
    const found = fewer.loss({ u: v, v, macrostate: v }, { u: {}, v: parameters, own });
    assertAlmostEquals(found.dataSync()[0], ofNoise, 1e-3);
  });
});

Deno.test("sampledPatterns: least for the flow that the data came from", () => {
  const truth = { slope: 0.1, deviation: 0.1 };
  const best = meanScore(truth, flow(0.1, 0.1));
  for (const [slope, deviation] of [[0.1, 0.05], [0.1, 0.2], [0, 0.1], [0.2, 0.1]]) {
    const other = meanScore(truth, flow(slope, deviation));
    assert(other > best + 0.02, `slope ${slope}, deviation ${deviation}: ${other} is not above ${best}`);
  }
});

Deno.test("sampledPatterns: a z of others that is far out counts as the largest noise", () => {
  const pairs = pairsOf(4, { slope: 0.1, deviation: 0.1 });
  const [far, further] = [10, 1000].map((z) => {
    const { data, ...shape } = pairs;
    return { ...shape, data: data.map((value, i) => i === WIDTH ? z : value) };
  });
  const weights = { noise: 0, others: 1, traces: 0 };
  tf.tidy(() => {
    const own = ownOf(toTensor(pairs)), parameters = flow(0.1, 0.1);
    // Of the row itself only the others are looked at.
    const [near, ...scores] = [pairs, far, further].map((rows) => {
      const v = toTensor(rows), x = toTensor(pairs);
      const seen = {
        ...affine,
        forward: (_: Tensor2D, c: Tensor2D, p: Parameters) =>
          affine.forward(tf.slice(v, [0, 1], [-1, -1]), c, p),
      };
      const { loss } = sampledPatterns({ size: SIZE, bijection: seen, weights });
      return loss({ u: x, v: x, macrostate: x }, { u: {}, v: parameters, own }).dataSync()[0];
    });
    assert(scores[0] !== near);
    assertEquals(scores[0], scores[1]);
  });
});

Deno.test("sampledPatterns: units are frozen, all else that samples depend on is taught", () => {
  tf.tidy(() => {
    const v = toTensor(pairsOf(4, { slope: 0.1, deviation: 0.1 })), own = ownOf(v);
    const [slope, deviation, ...units] = tf.grads((...given: tf.Tensor[]) => {
      const [slope, deviation, logScale, bias] = given;
      const parameters = { ...own, "look.logScale": logScale, "look.bias": bias };
      const loss = term.loss({ u: v, v, macrostate: v }, { u: {}, v: { slope, deviation }, own: parameters });
      return tf.addN([loss, ...given.map((tensor) => tf.mul(0, tf.sum(tensor)))]).asScalar();
    })([...Object.values(flow(0.05, 0.2)), own["look.logScale"], own["look.bias"]]);
    for (const tensor of [slope, deviation]) assert(Math.abs(tensor.dataSync()[0]) > 1e-2);
    for (const tensor of units) assertEquals(new Set(tensor.dataSync().map(Math.abs)), new Set([0]));
  });
});

Deno.test("sampledPatterns: units are those of the looks of the rows, few at a time or all at once", () => {
  tf.tidy(() => {
    const rows = pairsOf(40, { slope: 0.1, deviation: 0.1 }), found = term.initialise!(toTensor(rows));
    assertEquals(Object.keys(found), ["look.logScale", "look.bias"]);
    const areas = Array.from(
      { length: rows.rows },
      (_, i) =>
        minkowskiCurve(rows.data.slice(i * (WIDTH + 1) + 1, (i + 1) * (WIDTH + 1)), { ramp: 0.03 })[8],
    );
    const at = SIZE + 8;
    const mean = areas.reduce((sum, area) => sum + area / areas.length, 0);
    const variance = areas.reduce((sum, area) => sum + (area - mean) ** 2 / areas.length, 0);
    assertAlmostEquals(
      found["look.logScale"].dataSync()[at],
      -0.5 * Math.log(variance + 1e-8),
      1e-3,
    );
  });
});
