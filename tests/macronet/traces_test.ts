import { deepStrictEqual, ok } from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { normals } from "../../kernels/philox/mod.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import { contextTraces } from "../../macronet/gaussianisation/traces.ts";
import { matrix } from "../../macronet/matrix.ts";
import { minimise } from "../../macronet/minimise.ts";
import { startVector, unflatten } from "../../macronet/parameters.ts";
import { assertClose } from "./numerical.ts";

await useWasmBackend();

/** Rows (c, z) of fields whose waves are the stronger and whose mean the higher, the larger c is. */
function contextualRows(size: number, { rows, told }: { rows: number; told: number }) {
  const cells = size * size, n = 2 * cells, inner = cells / 4;
  const draws = normals(rows * (n + 1), { seed: 1, purpose: "rows" });
  const data = draws.map((value, i) => {
    const j = i % (n + 1) - 1, c = draws[i - j - 1];
    if (j < 0) return value;
    return Math.exp(0.4 * told * c) * value + (j === 0 || j === inner ? 2 * told * c : 0);
  });
  return matrix(Float32Array.from(data), n + 1);
}

const TRACED = 8, N = 2 * TRACED * TRACED;

/** Fits z ← z·e^(−slope c) − shift c in all waves and in the two means, by their traces alone. */
function tracesRemoved(told: number) {
  const traces = contextTraces({ size: TRACED, context: 1, predictor: { width: 16, hiddenLayers: 1 } });
  const rows = contextualRows(TRACED, { rows: 2000, told }), u = matrix(new Float32Array(rows.rows), 1);
  const isMean = Float32Array.from({ length: N }, (_, i) => i === 0 || i === N / 8 ? 1 : 0);
  const moved = (v: tf.Tensor2D, { slope, shift }: Record<string, tf.Tensor>) => {
    const [c, z] = tf.split(v, [1, N], 1) as tf.Tensor2D[];
    const centred = tf.sub(z, tf.mul(tf.mul(c, shift), tf.tensor1d(isMean)));
    return { c, z: tf.mul(centred, tf.exp(tf.neg(tf.mul(c, slope)))) as tf.Tensor2D };
  };
  const specs = {
    slope: { shape: [1], start: "zeros" },
    shift: { shape: [1], start: "zeros" },
    ...traces.parameters,
  } as const;
  const { parameters } = minimise({
    objective: {
      parameters: specs,
      loss(given, { v }) {
        const { c, z } = moved(v, given);
        return tf.addN(Object.values(traces.loss(z, c, given))) as tf.Scalar;
      },
    },
    train: { u, v: rows },
    validation: { u, v: rows },
    options: { seed: 1, batch: 64, steps: 1500, learningRate: 0.005, warmup: 10, clipNorm: 5, logEvery: 500 },
    purpose: "traces",
  });
  const { slope, shift } = unflatten(parameters, specs);
  return { slope: slope.dataSync()[0], shift: shift.dataSync()[0] };
}

Deno.test("contextTraces: by them alone a flow takes from strength and mean what the context tells of them", () => {
  tf.tidy(() => {
    const { slope, shift } = tracesRemoved(1);
    assertClose([slope, shift], [0.4, 2], 0.15);
    const none = tracesRemoved(0);
    assertClose([none.slope, none.shift], [0, 0], 0.05);
  });
});

Deno.test("contextTraces: the predictor is taught by the prediction alone, z by the trace alone", () => {
  tf.tidy(() => {
    const traces = contextTraces({ size: TRACED, context: 1, predictor: { width: 4, hiddenLayers: 1 } });
    const start = startVector(traces.parameters, { seed: 1, purpose: "start" }).map((value) => value + 0.1);
    const parameters = unflatten(start, traces.parameters);
    const c = tf.tensor2d([[0.3], [-1]]), z = tf.tensor2d(normals(2 * N, { seed: 1, purpose: "z" }), [2, N]);
    for (const [part, teaches] of [["prediction", "predictor"], ["trace", "z"]] as const) {
      const given = [z, ...Object.values(parameters)];
      const [ofZ, ...ofPredictor] = tf.grads((...given: tf.Tensor[]) => {
        const [z, ...values] = given;
        const named = Object.fromEntries(Object.keys(parameters).map((name, i) => [name, values[i]]));
        const term = traces.loss(z as tf.Tensor2D, c, named)[part];
        return tf.addN([term, ...given.map((tensor) => tf.mul(0, tf.sum(tensor)))]).asScalar();
      })(given);
      const isTaught = (tensor: tf.Tensor) => tensor.dataSync().some((value) => value !== 0);
      deepStrictEqual(isTaught(ofZ), teaches === "z");
      deepStrictEqual(ofPredictor.every(isTaught), teaches === "predictor");
    }
  });
});

Deno.test("contextTraces: of white noise there is none to tell, in any group of waves", () => {
  tf.tidy(() => {
    const traces = contextTraces({ size: TRACED, context: 1, predictor: { width: 4, hiddenLayers: 1 } });
    const rows = 4000;
    const parameters = unflatten(
      startVector(traces.parameters, { seed: 1, purpose: "start" }),
      traces.parameters,
    );
    const last = Object.keys(parameters).findLast((name) => name.endsWith("bias"))!;
    const z = tf.tensor2d(normals(rows * N, { seed: 1, purpose: "white" }), [rows, N]);
    const slope = tf.grad((bias) =>
      traces.loss(z, tf.zeros([rows, 1]), { ...parameters, [last]: bias }).prediction
    )(parameters[last]);
    // −2 / numbers · the mean of each number
    for (const value of slope.dataSync()) ok(Math.abs(value) < 0.01, `${value}`);
  });
});
