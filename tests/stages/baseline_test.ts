import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { type Matrix, rowRange } from "../../macronet/matrix.ts";
import { DESIGNS, run } from "../../stages/baseline.ts";
import { BASELINES, baselineStages } from "../../stages/baselines/graph.ts";
import { DESCRIPTIONS } from "../../stages/catalogue.ts";
import { readSplit } from "../../stages/dataset.ts";
import { METRICS } from "../../stages/evaluate.ts";
import { readTables } from "../../stages/tables.ts";
import type { Metric } from "../../systems/system.ts";
import { assertSameArtifacts, inputOf, json, runUnit } from "./in_memory.ts";
import { runPipeline, TINY } from "./tiny.ts";

const { system, settings } = TINY.turing;
const { cache, sample, evaluate } = await runPipeline(TINY.turing);
const stages = baselineStages(
  { name: "turing", system, module: "file:///turing.ts", baselines: BASELINES },
  settings,
);
const { examples: count, draws } = settings.sample;

/** What the designs of every method are measured by: what MacroNet's are, too. */
const MEASURES = ["spectrum", "minkowski", "moments", "live_share", "design_spread"].concat(
  ["Da", "Db", "F", "k"].map((name) => `importance_${name}`),
);

async function runBaseline({ id, params, uses }: typeof stages[number]) {
  const method = await import(uses!.method);
  const { artifacts } = await runUnit(run, {
    stage: id,
    params: params!,
    inputs: { cache, sample },
    uses: { system: { system }, method },
  });
  return artifacts;
}

const rowsOf = (source: Matrix) =>
  Array.from({ length: source.rows }, (_, i) => rowRange(source, i, i + 1).data.join());

const found = new Map<string, Awaited<ReturnType<typeof runBaseline>>>();
for (const stage of stages) found.set(stage.id.split("/")[2], await runBaseline(stage));
const metricsOf = (method: string) => json<Record<string, Metric>>(found.get(method)!, METRICS);
const designsOf = (method: string) => readTables(found.get(method)!.get(DESIGNS)!).u;

for (const stage of stages) {
  const method = stage.id.split("/")[2];

  Deno.test(`baseline, ${method}: measured as MacroNet is, by metrics that are described`, () => {
    const metrics = metricsOf(method), macronet = json<Record<string, Metric>>(evaluate, METRICS);
    for (const name of MEASURES) assert(name in metrics && name in macronet, name);
    for (const name of Object.keys(metrics)) assert(name in DESCRIPTIONS, name);
  });

  Deno.test(`baseline, ${method}: rules of the box for every example, and one pattern of each`, () => {
    const tables = readTables(found.get(method)!.get(DESIGNS)!);
    assertEquals([tables.u.rows, tables.u.columns, tables.v.rows], [count * draws, 4, count]);
    for (let i = 0; i < tables.u.rows; i++) {
      const [Da, Db] = tables.u.data.subarray(4 * i);
      assert(Da >= 0.1 && Da <= 0.21 && Db / Da >= 0.3999 && Db / Da <= 0.6001, `${Da}, ${Db}`);
    }
  });

  Deno.test(`baseline, ${method}: gives the same bytes again`, async () => {
    assertSameArtifacts(await runBaseline(stage), found.get(method)!);
  });
}

for (const method of ["random", "nearest"]) {
  Deno.test(`baseline, ${method}: its rules are training rules, none of a held-out sample`, async () => {
    const train = new Set(rowsOf((await readSplit(inputOf(cache), "train")).u));
    assert(rowsOf(designsOf(method)).every((row) => train.has(row)));
  });
}

Deno.test("baseline, regressor: one rule for an example fixes every parameter, and leaves no spread", () => {
  const { design_spread, ...metrics } = metricsOf("regressor");
  assertEquals(new Set(rowsOf(designsOf("regressor"))).size, count);
  assertEquals(design_spread.value, 0);
  for (const name of ["Da", "Db", "F", "k"]) {
    assertAlmostEquals(metrics[`importance_${name}`].value, 1, 1e-12);
  }
});

Deno.test("baseline, regressor, linear: a matrix for each example, and how often it turns the example's way", async () => {
  const { linear } = TINY;
  const { cache, sample, evaluate } = await runPipeline(linear);
  const own = { name: "linear", system: linear.system, module: "", baselines: ["regressor"] } as const;
  const longer = { ...linear.settings.train, steps: 60 };
  const [{ params, uses }] = baselineStages(own, { ...linear.settings, train: longer });
  const { artifacts } = await runUnit(run, {
    params: params!,
    inputs: { cache, sample },
    uses: { system: { system: linear.system }, method: await import(uses!.method) },
  });
  const metrics = json<Record<string, Metric>>(artifacts, METRICS);
  const macronet = json<Record<string, Metric>>(evaluate, METRICS);
  assertEquals(metrics.examples_turning, macronet.examples_turning);
  for (const name of ["rotation_agreement_parameters", "rotation_agreement_parameters_all_complex"]) {
    assert(metrics[name].value >= 0 && metrics[name].value <= 1, name);
  }
  const { u } = readTables(artifacts.get(DESIGNS)!);
  assertEquals(u.rows, linear.settings.sample.examples * linear.settings.sample.draws);
  assertEquals(new Set(rowsOf(u)).size, linear.settings.sample.examples);
});

Deno.test("baselineStages: as long a training as MacroNet's", () => {
  for (const { params } of stages) {
    const { learning: { train } } = params as unknown as { learning: { train: typeof settings.train } };
    for (const name of ["seed", "batch", "steps", "learningRate"] as const) {
      assertEquals(train[name], settings.train[name]);
    }
  }
});

Deno.test("baselineStages: none of a system that has no inversion, or no sizes", () => {
  const own = { name: "turing", module: "", baselines: BASELINES };
  const { oscillator } = TINY;
  assertEquals(baselineStages({ ...own, system: oscillator.system }, oscillator.settings), []);
  const { baselines: _, ...without } = settings;
  assertEquals(baselineStages({ ...own, system }, without), []);
});

for (const [name, value] of [["width", 0], ["blocks", 1.5], ["logScaleBound", -1]] as const) {
  Deno.test(`baselineStages: refuses baselines.${name} = ${value}`, () => {
    const wrong = { ...settings, baselines: { ...settings.baselines!, [name]: value } };
    const build = () => baselineStages({ name: "turing", system, module: "", baselines: BASELINES }, wrong);
    assertThrows(build, RangeError, `Cannot use baselines.${name}`);
  });
}
