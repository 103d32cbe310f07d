import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { startNative } from "../../macronet/native.ts";
import { macrostates } from "../../macronet/macrostate_map.ts";
import { fit, NonFiniteLossError } from "../../macronet/fit.ts";
import { type Matrix } from "../../macronet/matrix.ts";
import { type Relation, relationParameters, sideParameters } from "../../macronet/relation.ts";
import { unflatten } from "../../macronet/parameters.ts";
import { readSafetensors, writeSafetensors } from "../../macronet/weights.ts";
import { normalisationOf, readSplit, readSummary } from "../../stages/dataset.ts";
import { architectureOf, MODEL, readModel, writeModel } from "../../stages/model.ts";
import { laterTurns, run, trainParams } from "../../stages/train.ts";
import { readTrainingMetrics, TRAINING_METRICS } from "../../stages/training_metrics.ts";
import type { Columns } from "../../systems/system.ts";
import { type Artifacts, assertSameArtifacts, inputOf, runUnit, together } from "./in_memory.ts";
import { runStage, simulate, TINY, type Tiny } from "./tiny.ts";

const datasetOf = async (tiny: Tiny) => {
  const shards = [await simulate(tiny, 0), await simulate(tiny, 1)];
  return (await runStage("cache", tiny, { simulate: together(...shards) })).artifacts;
};

/** What train hands to fit. */
async function requestOf({ system, settings }: Tiny, dataset: Artifacts) {
  const normalisation = normalisationOf(await readSummary(inputOf(dataset)));
  const architecture = { physics: settings.physics, network: settings.network, seed: settings.train.seed };
  const relation = system.relation(architecture, normalisation);
  const prepared = ({ u, v }: Columns) => ({ u: relation.u.prepare(u), v: relation.v.prepare(v) });
  const train = prepared(await readSplit(inputOf(dataset), "train"));
  const validation = prepared(await readSplit(inputOf(dataset), "validation"));
  const { u, v } = await readSplit(inputOf(dataset), "validation");
  const microstates = { u, v };
  return { architecture, normalisation, relation, train, validation, microstates, options: settings.train };
}

const macrostatesOf = (
  relation: Relation,
  parameters: ReturnType<typeof unflatten>,
  u: Matrix,
  v: Matrix,
) => [
  macrostates(relation.u, sideParameters(relation, "u", parameters), u).data,
  macrostates(relation.v, sideParameters(relation, "v", parameters), v).data,
];

for (const [name, tiny] of Object.entries(TINY)) {
  Deno.test(`train, ${name}: a model read back gives the same macrostates, bit for bit`, async () => {
    const dataset = await datasetOf(tiny);
    const { artifacts } = await runStage("train", tiny, { cache: dataset });
    const { relation, ...request } = await requestOf(tiny, dataset);
    const { parameters, history } = await fit({ relation, ...request });
    assertEquals(readTrainingMetrics(artifacts.get(TRAINING_METRICS)!), history);
    assert(history.every(({ roundTrip }) => roundTrip > 0 && roundTrip < 1e-3));

    const model = readModel(artifacts.get(MODEL)!, tiny.system);
    assertEquals(model.architecture, request.architecture);
    const { u, v } = request.validation;
    const trained = unflatten(parameters, relationParameters(relation));
    assertEquals(
      macrostatesOf(model.relation, model.parameters as typeof trained, u, v),
      macrostatesOf(relation, trained, u, v),
    );
  });
}

const { linear } = TINY;
const dataset = await datasetOf(linear);

/** The second checkpoint is that φ is learned; of patterns those after it are each the end of a later turn. */
for (const [name, fatal] of [["linear", 2], ["turing", 3], ["turing", 6]] as const) {
  Deno.test(`train, ${name}: killed at checkpoint ${fatal} and run again, it writes the same bytes`, async () => {
    const tiny = TINY[name], dataset = await datasetOf(tiny);
    const uninterrupted = (await runStage("train", tiny, { cache: dataset })).artifacts;
    const checkpoints = new Map<string, Uint8Array>();
    let kills = 0;
    /** Dies at the checkpoint that is fatal. */
    const dying = new class extends Map<string, Uint8Array> {
      override get(key: string) {
        return checkpoints.get(key);
      }
      override set(key: string, bytes: Uint8Array) {
        checkpoints.set(key, bytes);
        if (++kills === fatal) throw new Error("killed");
        return this;
      }
    }();
    const unit = { params: trainParams(tiny.settings), inputs: { cache: dataset }, uses: { system: tiny } };
    await assertRejects(() => runUnit(run, { ...unit, checkpoints: dying }), Error, "killed");
    const resumed = await runUnit(run, { ...unit, checkpoints });
    assertSameArtifacts(resumed.artifacts, uninterrupted);
    assertEquals(kills, fatal);
    assertEquals(
      resumed.progress.some(([done]) => done === 2),
      false,
      "steps before the checkpoint are not repeated",
    );
  });
}

Deno.test("laterTurns: in their order, each with its settings; one without is refused", async () => {
  const { train } = TINY.turing.settings;
  const { relation } = await requestOf(TINY.turing, await datasetOf(TINY.turing));
  const turns = laterTurns(relation, train);
  assertEquals(turns.map(({ remainder }) => remainder.name), ["flow", "looks", "gains", "traces", "means"]);
  assertEquals(turns.map(({ options }) => options), Object.values(train.remainder!));
  const { flow } = train.remainder!;
  assertThrows(
    () => laterTurns(relation, { ...train, remainder: { flow } }),
    RangeError,
    "train.remainder.looks must say how that turn is trained",
  );
  assertEquals(laterTurns({ ...relation, v: relation.u }, train), []);
});

Deno.test("train: without the kernels nothing is trained that could be stored", async () => {
  const { error } = console;
  try {
    console.error = () => {};
    startNative({});
    const { message } = await assertRejects(() => runStage("train", linear, { cache: dataset }), Error);
    assertStringIncludes(message, "Cannot train: weights must be the same bytes on every machine");
  } finally {
    console.error = error;
    startNative(tf.backend());
  }
});

Deno.test("train: NaN in the data set is an error with the step", async () => {
  const broken = new Map(dataset);
  const name = "dataset.zarr/train/v/c/0/0/0";
  const bytes = broken.get(name)!.slice();
  new DataView(bytes.buffer).setFloat32(0, NaN, true);
  broken.set(name, bytes);
  const error = await assertRejects(() => runStage("train", linear, { cache: broken }), NonFiniteLossError);
  assertEquals((error as NonFiniteLossError).step, 0);
});

Deno.test("writeModel, readModel: parameters are named tensors beside the normalisation and the architecture", async () => {
  const { relation, architecture, normalisation } = await requestOf(linear, dataset);
  const specs = relationParameters(relation);
  const size = Object.values(specs).reduce((sum, { shape }) => sum + shape.reduce((p, n) => p * n, 1), 0);
  const vector = Float32Array.from({ length: size }, (_, i) => i);
  const bytes = writeModel({ architecture, normalisation, relation, vector });
  assertEquals(architectureOf(bytes), architecture);
  const { tensors } = readSafetensors(bytes);
  for (const [name, { shape }] of Object.entries(specs)) assertEquals(tensors[name].shape, shape);
  assertEquals(Float32Array.from(tensors["normalisation.v"].data), normalisation.v.data);
  const model = readModel(bytes, linear.system);
  const flat = Object.keys(specs).flatMap((name) => [...model.parameters[name].dataSync()]);
  assertEquals(flat, [...vector]);
});

Deno.test("readModel: a file without one of the parameters is refused, with its name", async () => {
  const { relation, architecture, normalisation } = await requestOf(linear, dataset);
  const vector = new Float32Array(100_000);
  const { tensors, metadata } = readSafetensors(
    writeModel({ architecture, normalisation, relation, vector }),
  );
  const [missing] = Object.keys(relationParameters(relation));
  const { [missing]: _, ...rest } = tensors;
  const message = `Cannot read a model: "${missing}" must be`;
  assertThrows(() => readModel(writeSafetensors(rest, metadata), linear.system), Error, message);
  assert(missing.startsWith("u."));
});
