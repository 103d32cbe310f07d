/** The whitenings of z: by the gains of all its waves, and of its two means. */
import { ok } from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { normals } from "../../kernels/philox/mod.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import { logProb } from "../../macronet/base_distribution.ts";
import type { ConditionalBijection } from "../../macronet/conditional.ts";
import { meanWhitening } from "../../macronet/gaussianisation/mean_whitening.ts";
import { waveWhitening } from "../../macronet/gaussianisation/wave_whitening.ts";
import { matrix } from "../../macronet/matrix.ts";
import { minimise } from "../../macronet/minimise.ts";
import { startVector, unflatten } from "../../macronet/parameters.ts";
import { assertClose, numericalLogDet } from "./numerical.ts";

await useWasmBackend();

const SIZE = 8, N = 2 * SIZE * SIZE, MEANS = [0, SIZE * SIZE / 4];
const options = { size: SIZE, context: 1, conditioner: { width: 16, hiddenLayers: 2 } };
const WHITENINGS = { meanWhitening: meanWhitening(options), waveWhitening: waveWhitening(options) };

/** Parameters of which none is 0. */
function scattered(whitening: ConditionalBijection) {
  const start = startVector(whitening.parameters, { seed: 1, purpose: "start" });
  const noise = normals(start.length, { seed: 1, purpose: "scatter" });
  return unflatten(start.map((value, i) => value + 0.3 * noise[i]), whitening.parameters);
}

for (const [name, whitening] of Object.entries(WHITENINGS)) {
  Deno.test(`${name}: inverse undoes forward, and both give the log-determinant of their numerical Jacobians`, () => {
    tf.tidy(() => {
      const parameters = scattered(whitening), c = tf.tensor2d([0.7], [1, 1]);
      const x = normals(N, { seed: 1, purpose: "x" }).map((value) => Math.round(256 * value) / 256);
      for (const direction of ["forward", "inverse"] as const) {
        const apply = (values: Float32Array) => {
          const rows = tf.tensor2d(values, [values.length / N, N]);
          return whitening[direction](rows, tf.tile(c, [rows.shape[0], 1]), parameters);
        };
        const logDet = apply(x).logDet.dataSync()[0];
        ok(Math.abs(logDet) > 0.05, `too close to 0 to tell the sign: ${logDet}`);
        const found = numericalLogDet(
          (values) => tf.tidy(() => apply(values).value.dataSync<"float32">()),
          x,
          2 ** -9,
        );
        ok(Math.abs(found - logDet) < 1e-3 * Math.max(1, Math.abs(logDet)), `${found}, not ${logDet}`);
      }
      const { value, logDet } = whitening.forward(tf.tensor2d(x, [1, N]), c, parameters);
      const back = whitening.inverse(value, c, parameters);
      assertClose(back.value.dataSync(), x, 1e-5);
      assertClose(back.logDet.dataSync(), tf.neg(logDet).dataSync(), 1e-5);
      const moved = [...value.dataSync()].flatMap((z, i) => z === x[i] ? [] : [i]);
      ok(name === "waveWhitening" ? moved.length === N : `${moved}` === `${MEANS}`, `${moved}`);
    });
  });
}

/** Places in z of a wave's coefficients in either species. */
const placesOf = (waves: readonly number[]) => waves.flatMap((i) => MEANS.map((mean) => mean + i));

/** Two orbits of one ring: the longest waves along a side of the grid, and along its diagonals. */
const ALONG_SIDES = placesOf([1, 3, 4, 12]), ALONG_DIAGONALS = placesOf([5, 7, 13, 15]);

/**
 * Rows (c, z): the larger c is, the stronger and the higher the means, and all other waves as much as `others` says, but
 * those along diagonals the weaker.
 */
function contextualRows(rows: number, others: number) {
  const draws = normals(rows * (N + 1), { seed: 1, purpose: "rows" });
  const data = draws.map((value, i) => {
    const j = i % (N + 1) - 1, c = draws[i - j - 1];
    if (j < 0) return value;
    const slope = ALONG_DIAGONALS.includes(j) ? -others : others;
    return MEANS.includes(j) ? Math.exp(0.4 * c) * value + 2 * c : Math.exp(0.4 * slope * c) * value;
  });
  return matrix(Float32Array.from(data), N + 1);
}

for (const [name, whitening] of Object.entries(WHITENINGS)) {
  Deno.test(`${name}: likelihood teaches it to take from z what the context tells of it`, () => {
    const v = contextualRows(2000, name === "waveWhitening" ? 1 : 0), u = matrix(new Float32Array(v.rows), 1);
    const forward = (v: tf.Tensor2D, given: Record<string, tf.Tensor>) => {
      const [c, z] = tf.split(v, [1, N], 1) as tf.Tensor2D[];
      return { c, z, moved: whitening.forward(z, c, given) };
    };
    const { parameters } = minimise({
      objective: {
        parameters: whitening.parameters,
        loss(given, { v }) {
          const { value, logDet } = forward(v, given).moved;
          return tf.div(tf.neg(tf.mean(tf.add(logProb(value), logDet))), N);
        },
      },
      train: { u, v },
      validation: { u, v },
      options: { seed: 1, batch: 64, steps: 600, learningRate: 0.01, warmup: 10, clipNorm: 5, logEvery: 200 },
      purpose: "whitening",
    });
    tf.tidy(() => {
      const rows = tf.tensor2d(v.data, [v.rows, v.columns]);
      const { c, z, moved } = forward(rows, unflatten(parameters, whitening.parameters));
      const slope = (x: tf.Tensor) => tf.mean(tf.mul(tf.reshape(x, [-1]), tf.reshape(c, [-1]))).dataSync()[0];
      const strength = (x: tf.Tensor) => slope(tf.mean(tf.square(x), 1));
      const meanOf = (x: tf.Tensor, at: number) => tf.slice(x, [0, at], [-1, 1]);
      for (const at of MEANS) {
        ok(slope(meanOf(z, at)) > 1.5, "what is there to be learned");
        ok(Math.abs(slope(meanOf(moved.value, at))) < 0.15, `mean: ${slope(meanOf(moved.value, at))}`);
        const square = slope(tf.square(meanOf(moved.value, at)));
        ok(Math.abs(square) < 0.3, `strength of the mean: ${square}`);
      }
      ok(Math.abs(strength(moved.value)) < 0.1, `strength: ${strength(moved.value)}`);
      for (const orbit of [ALONG_SIDES, ALONG_DIAGONALS]) {
        const own = strength(tf.gather(moved.value, orbit, 1));
        ok(Math.abs(own) < 0.15, `strength of an orbit: ${own}`);
      }
    });
  });
}
