import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { normals } from "../../kernels/philox/mod.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import { startParameters, startVector, unflatten } from "../../macronet/parameters.ts";
import { realNvp, type RealNvpOptions } from "../../macronet/real_nvp.ts";
import { assertClose, numericalLogDet } from "./numerical.ts";

await useWasmBackend();

const options: RealNvpOptions = {
  dimension: 5,
  blocks: 2,
  conditioner: { width: 8, hiddenLayers: 2 },
  logScaleBound: 2,
  seed: 1,
  purpose: "test",
};

function scattered(flow: ReturnType<typeof realNvp>) {
  const vector = startVector(flow.parameters, { seed: 3, purpose: "start" });
  const noise = normals(vector.length, { seed: 3, purpose: "noise" });
  return unflatten(vector.map((value, i) => value + 0.3 * noise[i]), flow.parameters);
}

for (const blocks of [0, 1.5, -1, NaN]) {
  Deno.test(`realNvp: refuses ${blocks} blocks`, () => {
    assertThrows(() => realNvp({ ...options, blocks }), RangeError, `of at least 1, but it is ${blocks}`);
  });
}

Deno.test("realNvp: inverse undoes forward, with the log-determinant of the numerical Jacobian", () => {
  tf.tidy(() => {
    const flow = realNvp(options);
    const parameters = scattered(flow);
    const rows = normals(15, { seed: 1, purpose: "x" }).map((value) => Math.round(value * 256) / 256);
    const x = tf.tensor2d(rows, [3, 5]);
    const { value, logDet } = flow.forward(x, parameters);
    assertClose(flow.inverse(value, parameters).value.dataSync(), rows, 1e-4);
    const map = (rows: Float32Array) =>
      tf.tidy(() =>
        flow.forward(tf.tensor2d(rows, [rows.length / 5, 5]), parameters).value.dataSync<"float32">()
      );
    const numerical = [0, 1, 2].map((i) => numericalLogDet(map, rows.slice(5 * i, 5 * i + 5)));
    assertClose(logDet.dataSync(), numerical, 3e-3);
  });
});

Deno.test("realNvp: every output depends on every input, so one block mixes both halves", () => {
  tf.tidy(() => {
    const flow = realNvp({ ...options, blocks: 1 });
    const parameters = scattered(flow);
    const forward = (row: number[]) => flow.forward(tf.tensor2d([row]), parameters).value.dataSync();
    const before = forward([0.1, 0.2, 0.3, 0.4, 0.5]);
    for (let j = 0; j < 5; j++) {
      const row = [0.1, 0.2, 0.3, 0.4, 0.5];
      row[j] += 0.5;
      const after = forward(row);
      for (let i = 0; i < 5; i++) assertNotEquals(after[i], before[i], `output ${i} does not see input ${j}`);
    }
  });
});

Deno.test("realNvp: its fixed rotations are a function of seed and purpose", () => {
  const apply = (changes: Partial<RealNvpOptions>) =>
    tf.tidy(() => {
      const flow = realNvp({ ...options, ...changes });
      const parameters = startParameters(flow.parameters, { seed: 1, purpose: "start" });
      return [...flow.forward(tf.tensor2d([[1, 2, 3, 4, 5]]), parameters).value.dataSync()];
    });
  assertEquals(apply({}), apply({}));
  assertNotEquals(apply({}), apply({ seed: 2 }));
  assertNotEquals(apply({}), apply({ purpose: "other" }));
});
