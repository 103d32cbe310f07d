import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { type Matrix, matrix, pickRows, rowIsFinite, rowRange } from "../../macronet/matrix.ts";
import { readSafetensors, writeSafetensors } from "../../macronet/weights.ts";
import { DESCRIPTIONS } from "../../stages/catalogue.ts";
import { readSplit } from "../../stages/dataset.ts";
import { METRICS, TABLES } from "../../stages/evaluate.ts";
import { MODEL, readModel } from "../../stages/model.ts";
import { SAMPLES } from "../../stages/sample.ts";
import { readTables, writeTables } from "../../stages/tables.ts";
import { normalisedMacroError } from "../../systems/metrics/information.ts";
import type { Metric } from "../../systems/system.ts";
import { macrostates } from "../../macronet/macrostate_map.ts";
import { sideParameters } from "../../macronet/relation.ts";
import { assertSameArtifacts, inputOf, json } from "./in_memory.ts";
import { type Pipeline, runPipeline, runStage, TINY, type Tiny } from "./tiny.ts";
import { assertClose } from "../macronet/numerical.ts";

type Metrics = Readonly<Record<string, Metric>>;

/** Of every system (issue: the main job, end to end). */
const GENERAL = [
  "macro_error_normalised",
  "mutual_information_nats",
  "mutual_information_null",
  "mutual_information_ksg",
  "mutual_information_infonce",
  "mutual_information_infonce_cap",
  "macro_variance",
  "abandoned_dependence_u",
  "abandoned_dependence_v",
  "abandoned_dependence_null",
  "sbc",
  "tarp",
  "tarp_null",
  "tarp_designs",
  "round_trip_error_max",
  "nonfinite_share",
];
const SPECIAL: Record<keyof typeof TINY, readonly string[]> = {
  linear: ["rotation_agreement_parameters", "rotation_agreement_trajectories"],
  oscillator: ["spearman_energy_single", "spearman_energy_mean", "ring_radius_bias_max"],
  turing: [
    "spectrum",
    "minkowski",
    "live_share",
    "direct_spectrum",
    "direct_minkowski",
    "direct_moments",
    "sbc_Da",
    "sbc_Db",
    "sbc_F",
    "sbc_k",
  ],
};

const pipelines: Record<string, Pipeline> = {};
for (const [name, tiny] of Object.entries(TINY)) pipelines[name] = await runPipeline(tiny);

for (const [name, tiny] of Object.entries(TINY)) {
  const { cache, train, sample, evaluate } = pipelines[name];
  const { examples: count, draws, again } = tiny.settings.sample;
  const samples = readTables(sample.get(SAMPLES)!);

  Deno.test(`sample, ${name}: examples, draws of designs for each, and their own u grown again`, () => {
    const rows = (table: string) => samples[table].rows;
    assertEquals([rows("example.u"), rows("example.v"), rows("example.macrostate")], [count, count, count]);
    assertEquals(
      [rows("design.u"), rows("design.v"), rows("design.grown.v")],
      new Array(3).fill(count * draws),
    );
    assertEquals(rows("again.v"), count * again);
    for (let i = 0; i < count * draws; i++) assert(rowIsFinite(samples["design.u"], i));
  });

  Deno.test(`sample, ${name}: a design has its example's macrostate, by either network`, () => {
    const { relation, parameters } = readModel(train.get(MODEL)!, tiny.system);
    // A map with noise coordinates draws them anew for what it sampled: its macrostate moves with them.
    for (const side of (["u", "v"] as const).filter((side) => !relation[side].noiseCoordinates)) {
      const own = sideParameters(relation, side, parameters);
      const found = macrostates(relation[side], own, relation[side].prepare(samples[`design.${side}`]));
      const wanted = samples["example.macrostate"];
      for (let i = 0; i < found.rows; i++) {
        const example = Math.floor(i / draws);
        assertClose(rowRange(found, i, i + 1).data, rowRange(wanted, example, example + 1).data, 5e-3);
      }
    }
  });

  Deno.test(`sample, ${name}: designs of one example differ, and the run is repeatable`, async () => {
    const design = samples["design.u"];
    assert(rowRange(design, 0, 1).data.join() !== rowRange(design, 1, 2).data.join());
    assertSameArtifacts((await runStage("sample", tiny, { cache, train })).artifacts, sample);
  });

  Deno.test(`evaluate, ${name}: every metric that was promised, flat, finite and described`, () => {
    const metrics = json<Metrics>(evaluate, METRICS);
    for (const metric of [...GENERAL, ...SPECIAL[name as keyof typeof TINY]]) {
      assert(metric in metrics, metric);
    }
    for (const [metric, { value, interval }] of Object.entries(metrics)) {
      assert(/^[a-zA-Z_0-9]+$/.test(metric), metric);
      assert(Number.isFinite(value), metric);
      assert(metric in DESCRIPTIONS, `${metric} has no description`);
      if (interval) assert(interval[0] <= interval[1], metric);
    }
  });

  Deno.test(`evaluate, ${name}: macrostates of the tables are those of held-out pairs, and give the macro error`, async () => {
    const tables = readTables(evaluate.get(TABLES)!);
    const test = await readSplit(inputOf(cache), "test");
    const { relation, parameters } = readModel(train.get(MODEL)!, tiny.system);
    const own = sideParameters(relation, "v", parameters);
    assertEquals(tables.macrostate_v.data, macrostates(relation.v, own, relation.v.prepare(test.v)).data);
    const [alpha, beta] = [tables.macrostate_u, tables.macrostate_v];
    const squares = alpha.data.map((value, i) => (value - beta.data[i]) ** 2);
    const metrics = json<Metrics>(evaluate, METRICS);
    const expected = squares.reduce((sum, square) => sum + square, 0) / alpha.rows;
    assertAlmostEquals(metrics.prediction_loss.value, expected, 1e-5 * expected);
    assertEquals(metrics.test_samples.value, test.u.rows);
  });

  Deno.test(`evaluate, ${name}: the designs' macro error is that of what was accepted, each against its own example`, () => {
    const { relation, parameters } = readModel(train.get(MODEL)!, tiny.system);
    const { "design.grown.v": grown, "design.grown.accepted": accepted, "example.macrostate": target } =
      samples;
    const rows = Array.from({ length: grown.rows }, (_, i) => i).filter((i) =>
      !accepted || accepted.data[i] === 1
    );
    const own = sideParameters(relation, "v", parameters);
    const found = macrostates(relation.v, own, relation.v.prepare(pickRows(grown, rows)));
    const wanted = pickRows(target, rows.map((i) => Math.floor(i / draws)));
    const { design_macro_error_normalised: { value } } = json<Metrics>(evaluate, METRICS);
    assertAlmostEquals(value, normalisedMacroError(found, wanted), 1e-12);
    assert(rows.length > 1, "something was accepted");
  });

  Deno.test(`sample, evaluate, ${name}: designs that are not finite are counted and stop nothing`, async () => {
    const broken = withBrokenInverse(tiny);
    const spoilt = (await runStage("sample", broken, { cache, train })).artifacts;
    const tables = readTables(spoilt.get(SAMPLES)!);
    const finite = Array.from({ length: count * draws }, (_, i) => rowIsFinite(tables["design.u"], i));
    const lost = finite.filter((value) => !value).length;
    assertEquals(lost, Math.ceil(count * draws / 5));
    finite.forEach((value, i) => {
      if (!value) return assert(!rowIsFinite(tables["design.grown.v"], i), "nothing grows of it");
      const row = (columns: Readonly<Record<string, Matrix>>) =>
        rowRange(columns["design.grown.v"], i, i + 1).data;
      assertEquals(row(tables), row(samples)); // the others grow as they would have
    });
    const { artifacts } = await runStage("evaluate", tiny, { cache, train, sample: spoilt });
    const { nonfinite_share } = json<Metrics>(artifacts, METRICS);
    assertAlmostEquals(nonfinite_share.value, lost / (count * draws) / 2, 1e-12); // half of designs and direct samples
  });
}

/** The system whose inverse of u gives NaN in each fifth row. */
function withBrokenInverse({ system, settings }: Tiny): Tiny {
  const relation: typeof system.relation = (architecture, normalisation) => {
    const whole = system.relation(architecture, normalisation);
    const { bijection } = whole.u;
    const u = {
      ...whole.u,
      bijection: {
        ...bijection,
        inverse(
          z: Parameters<typeof bijection.inverse>[0],
          parameters: Parameters<typeof bijection.inverse>[1],
        ) {
          const { value, logDet } = bijection.inverse(z, parameters);
          const holes = tf.tensor2d(Float32Array.from({ length: z.shape[0] }, (_, i) => i % 5 ? 0 : NaN), [
            z.shape[0],
            1,
          ]);
          return { value: tf.add(value, holes) as tf.Tensor2D, logDet };
        },
      },
    };
    return { ...whole, u };
  };
  return { system: { ...system, relation }, settings };
}

Deno.test("sample: without a single finite design there is nothing to grow, and it says so", async () => {
  const { cache, train } = pipelines.linear;
  const { tensors, metadata } = readSafetensors(train.get(MODEL)!);
  const spoilt = Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) =>
      name.startsWith("u.")
        ? [name, { ...tensor, data: new Float32Array(tensor.data.length).fill(NaN) }]
        : [name, tensor]
    ),
  );
  const model = new Map([...train, [MODEL, writeSafetensors(spoilt, metadata)]]);
  let message = "";
  await runStage("sample", TINY.linear, { cache, train: model }).catch((error) => message = error.message);
  assertEquals(message, "Cannot grow designs: one at least must be finite, but none is");
});

Deno.test("evaluate: a metric that is not finite fails the stage with its name", async () => {
  const { cache, train, sample } = pipelines.turing;
  const tables = { ...readTables(sample.get(SAMPLES)!) };
  tables["again.v"] = matrix(tables["again.v"].data.map(() => NaN), tables["again.v"].columns);
  let message = "";
  const spoilt = new Map([[SAMPLES, writeTables(tables)]]);
  await runStage("evaluate", TINY.turing, { cache, train, sample: spoilt }).catch((error) =>
    message = error.message
  );
  assertEquals(message, "Cannot store metrics: spectrum must be finite, but is NaN");
});

Deno.test("evaluate: macrostates as wide as u, which abandon nothing of it, are evaluated like others", async () => {
  const { system, settings } = TINY.linear;
  const { cache } = pipelines.linear;
  const whole = { system, settings: { ...settings, network: { ...settings.network, macroDimension: 4 } } };
  const train = (await runStage("train", whole, { cache })).artifacts;
  const sample = (await runStage("sample", whole, { cache, train })).artifacts;
  const { artifacts } = await runStage("evaluate", whole, { cache, train, sample });
  const metrics = json<Metrics>(artifacts, METRICS);
  assertEquals(metrics.abandoned_dependence_u.value, 0);
  assert(metrics.tarp_designs.value > metrics.tarp_null.value, "designs without width are no posterior");
});
