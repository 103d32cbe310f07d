import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { graph } from "../../pipeline/graph.ts";
import type { JsonObject, Stage } from "../../pipeline/stage.ts";
import { type Experiment, EXPERIMENTS, stages, UnknownNameError } from "../../stages/graph.ts";
import { parseAssignment, SettingError } from "../../stages/settings.ts";

const STAGES = ["simulate", "cache", "train", "sample", "evaluate", "render"];
const BASELINES = ["random", "nearest", "regressor", "npe", "contrastive"].map((name) =>
  `turing/baseline/${name}`
);
const build = (systems: string[], ...assignments: string[]) =>
  stages({ profile: "smoke", systems, assignments: assignments.map(parseAssignment) });
const paramsOf = (list: readonly Stage[]) => Object.fromEntries(list.map(({ id, params }) => [id, params]));

/** Ids of the stages whose own declaration an assignment changes. */
function changedBy(...assignments: string[]): string[] {
  const before = new Map(build([]).map((stage) => [stage.id, JSON.stringify(stage)]));
  return build([], ...assignments).filter((stage) => before.get(stage.id) !== JSON.stringify(stage)).map((
    { id },
  ) => id);
}

for (const profile of ["smoke", "paper"] as const) {
  Deno.test(`stages, ${profile}: six for each experiment, baselines and one report, a sound graph`, () => {
    const list = stages({ profile });
    const expected = EXPERIMENTS.flatMap(({ name }) => STAGES.map((stage) => `${name}/${stage}`));
    assertEquals(list.map(({ id }) => id), [...expected, ...BASELINES, "report"]);
    assertEquals(graph(list).stages.length, list.length);
  });
}

Deno.test("stages: every module and every module it loads exists and has what is loaded", async () => {
  for (const { id, module, uses } of build([])) {
    assertEquals(typeof (await import(module)).run, "function", id);
    for (const [role, used] of Object.entries(uses ?? {})) {
      const loaded = await import(used);
      assertEquals(
        typeof loaded[role === "gallery" ? "draw" : role],
        role === "gallery" ? "function" : "object",
        id,
      );
    }
  }
});

Deno.test("stages: an experiment's file is that of its system", async () => {
  for (const { module, system } of EXPERIMENTS as readonly Experiment[]) {
    assertEquals((await import(new URL(`../../stages/${module}`, import.meta.url).href)).system, system);
  }
});

Deno.test("stages: experiments are chosen by name, in their own order, with a report of them alone", () => {
  const list = build(["turing", "linear"]);
  assertEquals([...new Set(list.map(({ id }) => id.split("/")[0]))], ["linear", "turing", "report"]);
  assertEquals(Object.keys(list.at(-1)!.inputs!).length, 6);
});

Deno.test("stages: an unknown experiment is refused with the nearest", () => {
  const message = 'Cannot choose system "turnig": it must be one of ' +
    'linear, linear_literal, oscillator, turing (did you mean "turing"?)';
  assertThrows(() => build(["turnig"]), UnknownNameError, message);
});

Deno.test("stages: the literal setting is the linear system with the frame known, and nothing else", () => {
  const params = paramsOf(build([]));
  const physics = (id: string) => params[id].physics as JsonObject;
  assertEquals(physics("linear_literal/simulate"), { ...physics("linear/simulate"), frame: "known" });
  assertEquals(physics("linear/simulate").frame, "unknown");
  assertEquals(params["linear_literal/evaluate"], params["linear/evaluate"]);
});

for (
  const [assignment, expected] of [
    ["turing.evaluate.resamples=33", ["turing/evaluate", ...BASELINES]],
    ["turing.baselines.width=33", BASELINES],
    ["turing.sample.draws=5", ["turing/sample"]],
    ["turing.train.steps=77", ["turing/train", ...BASELINES]],
    ["turing.network.blocks=3", ["turing/train"]],
    ["turing.cache.testShare=0.2", ["turing/cache"]],
    // The seed runs all again anyway; the data set's card says it.
    ["turing.simulate.seed=9", ["turing/simulate", "turing/cache"]],
    ["turing.cache.dataType=float16", ["turing/cache"]],
    ["turing.cache.compression=zstd", ["turing/cache"]],
    ["turing.simulate.shards=9", ["turing/simulate"]],
    ["turing.physics.steps=100", ["turing/simulate", "turing/cache", "turing/train", ...BASELINES]],
    ["evaluate.resamples=33", [...EXPERIMENTS.map(({ name }) => `${name}/evaluate`), ...BASELINES]],
    ["physics.size=64", ["turing/simulate", "turing/cache", "turing/train", ...BASELINES]],
    ["linear.train.gamma=0.5", ["linear/train"]],
  ] as const
) {
  Deno.test(`stages: ${assignment} changes ${expected.join(", ")} and no other`, () => {
    assertEquals(changedBy(assignment), [...expected]);
  });
}

Deno.test("stages: more shards change the count, not the parameters that a shard's key is made of", () => {
  const of = (list: Stage[]) => list.find(({ id }) => id === "linear/simulate")!;
  const before = of(build([])), after = of(build([], "linear.simulate.shards=7"));
  assertEquals(after.shards, 7);
  assertEquals(after.params, before.params);
});

Deno.test("stages: of two assignments of one key the later holds", () => {
  const params = paramsOf(build([], "train.steps=5", "linear.train.steps=7"));
  const steps = (id: string) => (params[`${id}/train`].train as JsonObject).steps;
  assertEquals([steps("linear"), steps("linear_literal"), steps("turing")], [7, 5, 5]);
});

Deno.test("stages: building a graph leaves the systems' own settings alone", () => {
  const before = structuredClone(EXPERIMENTS.map(({ system }) => system.profiles));
  build([], "train.steps=5", "turing.physics.box.Da=[0.15,0.2]");
  assertEquals(EXPERIMENTS.map(({ system }) => system.profiles), before);
  assertNotEquals(changedBy("train.steps=5"), []);
});

for (
  const [assignment, Kind, message] of [
    ["turing.train.stpes=5", SettingError, 'there is no setting "train.stpes" (did you mean "steps"?)'],
    ["banana=5", SettingError, 'there is no setting "banana"'],
    // Of the system that has the setting, not of the first.
    ["physics.box.ratio=[0.4]", SettingError, "physics.box.ratio takes [number, number]"],
    ["physics.size=big", SettingError, 'physics.size takes number (now 32), but the value is "big"'],
    ["linear=5", SettingError, 'Cannot set "linear=5"'],
    ["linear.simulate.shards=0", RangeError, "linear: Cannot use simulate.shards"],
    ["linear.physics.noise=-1", RangeError, "linear: Cannot use physics.noise"],
    [
      "turing.physics.box.F=[0.07,0.02]",
      RangeError,
      "turing: Cannot use physics.box.F: a box needs 0 < lower < upper",
    ],
    ["linear.network.blocks=0", RangeError, "linear: Cannot build a flow: blocks must be"],
    [
      "oscillator.network.width=0.5",
      RangeError,
      "oscillator: Cannot build a multilayer perceptron: width must be",
    ],
    [
      "turing.network.logScaleBound=-1",
      RangeError,
      "turing: Cannot build an affine coupling: logScaleBound must be",
    ],
  ] as const
) {
  Deno.test(`stages: refuses ${assignment} before anything runs`, () => {
    assertThrows(() => build([], assignment), Kind as typeof Error, message);
  });
}

Deno.test("stages: an assignment to an experiment that was not chosen is refused", () => {
  const message = 'Cannot set "turing.train.steps=5": turing is not among the chosen systems';
  assertThrows(() => build(["linear"], "turing.train.steps=5"), SettingError, message);
});

Deno.test("stages: parameters are plain JSON, the same whenever they are built", () => {
  const list = build([]);
  assertEquals(JSON.parse(JSON.stringify(list)), list);
  assertEquals(build([]), list);
  assert(list.every(({ module }) => module.startsWith("file:")));
});
