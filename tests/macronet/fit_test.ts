import { assert, assertEquals, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { normals } from "../../kernels/philox/mod.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import type { Pairs } from "../../macronet/evaluation.ts";
import {
  type Checkpoints,
  fit,
  type FitOptions,
  type FitRequest,
  type Fitted,
  NonFiniteLossError,
} from "../../macronet/fit.ts";
import { type MacrostateMap, macrostateMap, macrostates } from "../../macronet/macrostate_map.ts";
import { type Matrix, matrix, rowRange } from "../../macronet/matrix.ts";
import { startNative } from "../../macronet/native.ts";
import { count, unflatten } from "../../macronet/parameters.ts";
import { realNvp } from "../../macronet/real_nvp.ts";
import { type Relation, relationParameters, type Side, sideParameters } from "../../macronet/relation.ts";
import type { LossRecord } from "../../macronet/training_record.ts";
import { writeSafetensors } from "../../macronet/weights.ts";
import { assertClose } from "./numerical.ts";
import { correlation, variance } from "../../systems/metrics/statistics.ts";

await useWasmBackend();

const side = (purpose: string) =>
  macrostateMap(
    realNvp({
      dimension: 2,
      blocks: 1,
      conditioner: { width: 8, hiddenLayers: 1 },
      logScaleBound: 2,
      seed: 1,
      purpose,
    }),
    { macroDimension: 1 },
  );
const relation: Relation = { u: side("u"), v: side("v"), shared: false };
const one = side("both");
const shared: Relation = { u: one, v: one, shared: true };

/** u = (x, e) and v = (x + noise, e′): x is all that they share. */
function pairs(rows: number, purpose: string): Pairs {
  const draws = normals(4 * rows, { seed: 1, purpose });
  const u = new Float32Array(2 * rows), v = new Float32Array(2 * rows);
  for (let i = 0; i < rows; i++) {
    const [x, noise, e, other] = draws.subarray(4 * i);
    u.set([x, e], 2 * i);
    v.set([x + 0.1 * noise, other], 2 * i);
  }
  return { u: matrix(u, 2), v: matrix(v, 2) };
}

const train = pairs(500, "train"), validation = pairs(200, "validation");
const options: FitOptions = {
  seed: 1,
  gamma: 0.3,
  batch: 32,
  parts: 3,
  steps: 14,
  learningRate: 0.01,
  warmup: 3,
  clipNorm: 5,
  logEvery: 4,
  checkpointEvery: 3,
};
const request = { relation, train, validation, options } satisfies FitRequest;

/** Keeps the last checkpoint, and counts. Takes the buffer away, as a transfer would. */
class Memory implements Checkpoints {
  bytes: Uint8Array | undefined;
  saves = 0;

  load() {
    return Promise.resolve(this.bytes?.slice());
  }

  save(bytes: Uint8Array) {
    this.bytes = structuredClone(bytes, { transfer: [bytes.buffer as ArrayBuffer] });
    this.saves++;
    return Promise.resolve();
  }
}

/** What a kill looks like from inside. */
class Killed extends Error {}

const uninterrupted = await fit(request);

Deno.test("fit: the same seed gives the same bytes, another seed others", async () => {
  assertEquals(await fit(request), uninterrupted);
  const other = await fit({ ...request, options: { ...options, seed: 2 } });
  assertNotEquals(other.parameters, uninterrupted.parameters);
});

Deno.test("fit: without the kernels, it comes to the same within rounding", async () => {
  const { error } = console;
  let stock;
  try {
    console.error = () => {};
    startNative({});
    stock = await fit(request);
  } finally {
    console.error = error;
    startNative(tf.backend());
  }
  assertNotEquals(stock.parameters, uninterrupted.parameters);
  assertClose(stock.parameters, uninterrupted.parameters, 1e-3);
  const totals = ({ history }: Fitted) => history.map(({ validation }) => validation.total);
  assertClose(totals(stock), totals(uninterrupted), 1e-3);
});

Deno.test("fit: keeping checkpoints changes no byte, and the last step needs none", async () => {
  const memory = new Memory();
  assertEquals(await fit({ ...request, checkpoints: memory }), uninterrupted);
  assertEquals(memory.saves, 4);
});

Deno.test("fit: how often it records its loss changes no parameter", async () => {
  const often = await fit({ ...request, options: { ...options, logEvery: 1 } });
  assertEquals(often.parameters, uninterrupted.parameters);
  for (const record of uninterrupted.history) assertEquals(often.history[record.step], record);
});

Deno.test("fit: records the first step, each logEvery-th and the last", () => {
  assertEquals(uninterrupted.history.map(({ step }) => step), [0, 4, 8, 12, 13]);
});

for (const save of [1, 2, 3, 4]) {
  Deno.test(`fit: killed right after checkpoint ${save} and resumed, it ends in the same bytes`, async () => {
    const memory = new Memory();
    const checkpoints = {
      load: () => memory.load(),
      async save(bytes: Uint8Array) {
        await memory.save(bytes);
        if (memory.saves === save) throw new Killed();
      },
    };
    await assertRejects(() => fit({ ...request, checkpoints }), Killed);
    const repeated: number[] = [];
    const onRecord = ({ step }: LossRecord) => repeated.push(step);
    assertEquals(await fit({ ...request, checkpoints: memory, onRecord }), uninterrupted);
    const from = save * options.checkpointEvery;
    assertEquals(repeated, uninterrupted.history.map(({ step }) => step).filter((step) => step >= from));
  });
}

Deno.test("fit: killed at every record in turn, it ends in the same bytes", async () => {
  const memory = new Memory();
  let kills = 0, step = -1;
  const onRecord = (record: LossRecord) => {
    if (record.step <= step) return;
    step = record.step;
    kills++;
    throw new Killed();
  };
  for (;;) {
    try {
      assertEquals(await fit({ ...request, checkpoints: memory, onRecord }), uninterrupted);
      break;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }
  assertEquals(kills, 5);
});

Deno.test("fit: killed while a checkpoint is written, it goes on from the one before", async () => {
  const memory = new Memory();
  const checkpoints = {
    load: () => memory.load(),
    save: (bytes: Uint8Array) => memory.saves === 2 ? Promise.reject(new Killed()) : memory.save(bytes),
  };
  await assertRejects(() => fit({ ...request, checkpoints }), Killed);
  assertEquals(await fit({ ...request, checkpoints: memory }), uninterrupted);
});

for (const where of ["u", "v"] as const) {
  Deno.test(`fit: NaN in the data of ${where} is a NonFiniteLossError with the step, and nothing is saved`, async () => {
    const memory = new Memory();
    const bad = { ...train[where], data: train[where].data.slice() };
    bad.data[2 * 499] = NaN; // in the start batch of actnorm: NaN from the first step on
    const error = await assertRejects(
      () => fit({ ...request, train: { ...train, [where]: bad }, checkpoints: memory }),
      NonFiniteLossError,
    ) as NonFiniteLossError;
    assertEquals([error.step, memory.saves], [0, 0]);
    assertStringIncludes(error.message, "at step 0 the loss is NaN");
  });
}

Deno.test("fit: a checkpoint of something else is refused, with the way out", async () => {
  const vector = { shape: [3], data: new Float32Array(3) };
  const short = { shape: [2], data: new Float32Array(2) };
  const files = [
    writeSafetensors({}),
    writeSafetensors({ parameters: vector, mean: vector, square: short }, { step: "1", history: "[]" }),
    writeSafetensors({ parameters: vector, mean: vector, square: vector }, { step: "many", history: "[]" }),
    writeSafetensors({ parameters: vector, mean: vector, square: vector }, { step: "1" }),
  ];
  for (const bytes of files) {
    const checkpoints = { load: () => Promise.resolve(bytes), save: () => Promise.resolve() };
    await assertRejects(
      () => fit({ ...request, checkpoints }),
      RangeError,
      "remove it, and training begins anew",
    );
  }
});

Deno.test("fit: a loss that stops being finite midway names that step, and keeps the checkpoint before", async () => {
  const memory = new Memory();
  let observed = 0;
  const after = 60; // calls of observe, two or three for each side and step
  const breaking: MacrostateMap = {
    ...relation.u,
    observe(prepared, parameters) {
      const found = relation.u.observe(prepared, parameters);
      if (++observed < after) return found;
      return { ...found, macrostate: tf.div(found.macrostate, 0) as tf.Tensor2D };
    },
  };
  const broken = { ...relation, u: breaking };
  const run = () =>
    fit({ ...request, relation: broken, options: { ...options, steps: 200 }, checkpoints: memory });
  const error = await assertRejects(run, NonFiniteLossError) as NonFiniteLossError;
  assert(error.step > 4, `step ${error.step}`);
  assertEquals(memory.saves, Math.floor(error.step / options.checkpointEvery));
  assertNotEquals(memory.saves, 0);
});

Deno.test("fit: leaves no tensor behind, whatever it logs and saves", async () => {
  const before = tf.memory().numTensors;
  await fit({
    ...request,
    checkpoints: new Memory(),
    options: { ...options, logEvery: 1, checkpointEvery: 1 },
  });
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("fit: refuses to go on with a relation that leaks a tensor in each step", async () => {
  const kept: tf.Tensor[] = [];
  const leaking: MacrostateMap = {
    ...relation.u,
    observe(prepared, parameters) {
      kept.push(tf.keep(tf.scalar(1)));
      return relation.u.observe(prepared, parameters);
    },
  };
  const error = await assertRejects(() => fit({ ...request, relation: { ...relation, u: leaking } }), Error);
  assertStringIncludes(error.message, "a step must leave no tensor behind");
  tf.dispose(kept);
});

Deno.test("fit: a batch larger than the data set is drawn with repeats", async () => {
  const few = { u: rowRange(train.u, 0, 8), v: rowRange(train.v, 0, 8) };
  const { parameters } = await fit({ ...request, train: few, options: { ...options, steps: 3 } });
  assert(parameters.every(Number.isFinite));
});

Deno.test("fit: start values fit the training data, so that the first macrostate has variance near 1", () => {
  const { macroVariance } = uninterrupted.history[0].train;
  assert(macroVariance > 0.5 && macroVariance < 2, `${macroVariance}`);
});

/** φ of one side over the validation pairs. */
function learned(relation: Relation, vector: Float32Array, name: Side): Matrix {
  const tensors = unflatten(vector, relationParameters(relation));
  const found = macrostates(relation[name], sideParameters(relation, name, tensors), validation[name]);
  tf.dispose(tensors);
  return found;
}

for (const [title, which] of [["two networks", relation], ["one shared network", shared]] as const) {
  Deno.test(`fit, ${title}: learns what both sides share, and does not collapse`, async () => {
    const longer = { ...options, steps: 150, batch: 64, warmup: 10, logEvery: 75, learningRate: 0.02 };
    const { parameters, history } = await fit({ ...request, relation: which, options: longer });
    const first = history[0].validation, last = history.at(-1)!.validation;
    assert(last.prediction < 0.1 * Math.min(1, first.prediction), `${first.prediction} → ${last.prediction}`);
    assert(last.total < first.total);
    assert(last.macroVariance > 0.5, `Var α ${last.macroVariance}`);
    const x = Float64Array.from({ length: validation.u.rows }, (_, i) => validation.u.data[2 * i]);
    for (const name of ["u", "v"] as const) {
      const alpha = learned(which, parameters, name).data;
      assert(Math.abs(correlation(alpha, x)) > 0.95, `${name}: ${correlation(alpha, x)}`);
      assert(variance(alpha) > 0.5);
    }
  });
}

Deno.test("fit, one shared network: half the parameters of two, under names of u", () => {
  const names = Object.keys(relationParameters(shared));
  assert(names.length > 0 && names.every((name) => name.startsWith("u.")));
  assertEquals(count(relationParameters(relation)), 2 * count(relationParameters(shared)));
});
