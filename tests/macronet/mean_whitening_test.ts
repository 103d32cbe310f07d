import { ok } from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { normals } from "../../kernels/philox/mod.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import { logProb } from "../../macronet/base_distribution.ts";
import { meanWhitening } from "../../macronet/gaussianisation/mean_whitening.ts";
import { matrix } from "../../macronet/matrix.ts";
import { minimise } from "../../macronet/minimise.ts";
import { startVector, unflatten } from "../../macronet/parameters.ts";
import { assertClose, numericalLogDet } from "./numerical.ts";

await useWasmBackend();

const SIZE = 8, N = 2 * SIZE * SIZE, MEANS = [0, SIZE * SIZE / 4];
const whitening = meanWhitening({ size: SIZE, context: 1, conditioner: { width: 16, hiddenLayers: 2 } });

/** Parameters of which none is 0. */
function scattered() {
  const start = startVector(whitening.parameters, { seed: 1, purpose: "start" });
  const noise = normals(start.length, { seed: 1, purpose: "scatter" });
  return unflatten(start.map((value, i) => value + 0.3 * noise[i]), whitening.parameters);
}

Deno.test("meanWhitening: inverse undoes forward, and both give the log-determinant of their numerical Jacobians", () => {
  tf.tidy(() => {
    const parameters = scattered(), c = tf.tensor2d([0.7], [1, 1]);
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
      ok(Math.abs(found - logDet) < 1e-3, `${found}, not ${logDet}`);
    }
    const { value, logDet } = whitening.forward(tf.tensor2d(x, [1, N]), c, parameters);
    const back = whitening.inverse(value, c, parameters);
    assertClose(back.value.dataSync(), x, 1e-6);
    assertClose(back.logDet.dataSync(), tf.neg(logDet).dataSync(), 1e-6);
    value.dataSync().forEach((z, i) => ok(z === x[i] !== MEANS.includes(i), `${i}`));
  });
});

Deno.test("meanWhitening: likelihood teaches it to take from the means what the context tells of them", () => {
  const rows = 2000, draws = normals(rows * (N + 1), { seed: 1, purpose: "rows" });
  const data = draws.map((value, i) => {
    const j = i % (N + 1) - 1, c = draws[i - j - 1];
    return MEANS.includes(j) ? Math.exp(0.4 * c) * value + 2 * c : value;
  });
  const v = matrix(Float32Array.from(data), N + 1), u = matrix(new Float32Array(rows), 1);
  const forward = (v: tf.Tensor2D, given: Record<string, tf.Tensor>) => {
    const [c, z] = tf.split(v, [1, N], 1) as tf.Tensor2D[];
    return { c, ...whitening.forward(z, c, given) };
  };
  const { parameters } = minimise({
    objective: {
      parameters: whitening.parameters,
      loss(given, { v }) {
        const { value, logDet } = forward(v, given);
        return tf.div(tf.neg(tf.mean(tf.add(logProb(value), logDet))), N);
      },
    },
    train: { u, v },
    validation: { u, v },
    options: { seed: 1, batch: 64, steps: 600, learningRate: 0.01, warmup: 10, clipNorm: 5, logEvery: 200 },
    purpose: "whitening",
  });
  tf.tidy(() => {
    const { c, value } = forward(
      tf.tensor2d(v.data, [rows, N + 1]),
      unflatten(parameters, whitening.parameters),
    );
    const told = c.dataSync<"float32">(), z = value.dataSync<"float32">();
    for (const at of MEANS) {
      const slope = (power: number) => told.reduce((sum, c, i) => sum + c * z[i * N + at] ** power / rows, 0);
      ok(Math.abs(slope(1)) < 0.15, `mean: ${slope(1)}`);
      ok(Math.abs(slope(2)) < 0.3, `strength: ${slope(2)}`);
    }
  });
});
