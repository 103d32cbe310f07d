import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { graph } from "../../pipeline/graph.ts";
import { readLock } from "../../pipeline/lock.ts";
import type { JsonObject, Stage } from "../../pipeline/stage.ts";
import { COMPARISONS, type Experiment, EXPERIMENTS } from "../../stages/experiments.ts";
import { UnknownNameError } from "../../stages/experiment_settings.ts";
import { stages } from "../../stages/graph.ts";
import { parseAssignment, SettingError } from "../../stages/settings.ts";

const BASELINES: readonly string[] = EXPERIMENTS.flatMap(({ name, baselines = [] }) =>
  baselines.map((method) => `${name}/baseline/${method}`)
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

const LOCK = new URL("../../reproduce.lock.json", import.meta.url).pathname;

/** Stages at paper size that wait for the next run of everything to be locked again. */
const WAITING = ["report"];

/** Stages of one training, and of an experiment that is no variation of another. */
const TRAINING = ["train", "sample", "evaluate"];

for (const profile of ["smoke", "paper"] as const) {
  Deno.test(`stages, ${profile}: the lock knows each, and no other; but what waits for a run of all`, async () => {
    const locked = Object.keys((await readLock(LOCK)).profiles[profile]);
    const ids = stages({ profile }).map(({ id }) => id);
    const unlocked = ids.filter((id) => !locked.includes(id));
    assertEquals(locked.filter((id) => !ids.includes(id)), []);
    assertEquals(unlocked.filter((id) => !(profile === "paper" && WAITING.includes(id))), []);
  });

  Deno.test(`stages, ${profile}: all trainings of each experiment, comparisons, one report; a sound graph`, () => {
    const list = stages({ profile });
    const ids = list.map(({ id }) => id);
    for (const { name, of } of EXPERIMENTS) {
      const own = ids.filter((id) => id.startsWith(`${name}/`));
      const repeats = own.filter((id) => id.endsWith("/train")).length;
      assert(repeats >= 2, name);
      const folders = Array.from({ length: repeats }, (_, i) => i === 0 ? name : `${name}/repeat_${i + 1}`);
      const alone = of === undefined ? ["simulate", "cache", "render"] : [];
      const compared = COMPARISONS.some((comparison) => comparison.name === name) ? ["compare"] : [];
      const expected = [
        ...folders.flatMap((folder) => TRAINING.map((stage) => `${folder}/${stage}`)),
        ...BASELINES.filter((id) => id.startsWith(`${name}/`)),
        ...[...alone, ...compared, "repeats"].map((stage) => `${name}/${stage}`),
      ];
      assertEquals(own.sort(), expected.sort());
    }
    assertEquals(ids.at(-1), "report");
    assertEquals(graph(list).stages.length, list.length);
  });
}

Deno.test("stages: Turing patterns are measured against all baselines, linear systems against two", () => {
  const of = (name: string) =>
    BASELINES.filter((id) => id.startsWith(`${name}/`)).map((id) => id.split("/")[2]);
  assertEquals(of("turing"), ["random", "nearest", "regressor", "npe", "contrastive"]);
  assertEquals(of("linear"), ["regressor", "npe"]);
});

Deno.test("stages: repeats differ in the seed of their training alone", () => {
  const params = paramsOf(build([]));
  const { train, ...rest } = params["linear/train"] as { train: JsonObject } & JsonObject;
  assertEquals(params["linear/repeat_2/train"], {
    ...rest,
    train: { ...train, seed: Number(train.seed) + 1 },
  });
  assertEquals(params["linear/repeat_2/sample"], params["linear/sample"]);
  assertEquals(params["linear/repeat_2/evaluate"], params["linear/evaluate"]);
});

Deno.test("stages: a variation works on the data set of what it varies, and follows its settings", () => {
  const list = build(["turing_d2"], "turing.train.steps=9");
  const train = list.find(({ id }) => id === "turing_d2/train")!;
  assertEquals(train.inputs, { cache: "turing/cache" });
  assertEquals((train.params.train as JsonObject).steps, 9);
  assertEquals((train.params.network as JsonObject).macroDimension, 2);
  assertEquals(list.filter(({ id }) => id.startsWith("turing/")).map(({ id }) => id), [
    "turing/simulate",
    "turing/cache",
  ]);
});

Deno.test("stages: a variation cannot have data of its own", () => {
  const message = "Cannot set simulate of turing_d2: it must share the data set of turing, but differs; " +
    "set turing.simulate instead";
  assertThrows(() => build([], "turing_d2.simulate.seed=3"), SettingError, message);
});

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
  assert(Object.keys(list.at(-1)!.inputs!).every((id) => ["linear", "turing"].includes(id.split("/")[0])));
});

Deno.test("stages: of one system, two experiments are compared and one is not", () => {
  const comparisons = (names: string[]) =>
    build(names).map(({ id }) => id).filter((id) => id.endsWith("/compare"));
  assertEquals(comparisons(["linear"]), []);
  assertEquals(comparisons(["linear_d1", "linear_literal"]), ["linear/compare"]);
});

Deno.test("stages: an unknown experiment is refused with the nearest", () => {
  const names = EXPERIMENTS.map(({ name }) => name).join(", ");
  const message = `Cannot choose system "turnig": it must be one of ${names} (did you mean "turing"?)`;
  assertThrows(() => build(["turnig"]), UnknownNameError, message);
});

Deno.test("stages: the literal setting is the linear system with the frame known, and nothing else", () => {
  const params = paramsOf(build([]));
  const physics = (id: string) => params[id].physics as JsonObject;
  const seen = (frame: boolean) => ({ noise: 0.02, unknown: { frame } });
  assertEquals(physics("linear/simulate").observation, seen(true));
  assertEquals(physics("linear_literal/simulate"), {
    ...physics("linear/simulate"),
    observation: seen(false),
  });
  assertEquals(params["linear_literal/evaluate"], params["linear/evaluate"]);
});

const TURINGS = EXPERIMENTS.filter(({ name }) => name.startsWith("turing")).map(({ name }) => name);
const turing = ["turing"];
const family = TURINGS.filter((name) => name !== "turing_magnified");

for (
  const [assignment, experiments, changed, andBaselines] of [
    ["turing.evaluate.resamples=33", family, ["evaluate"], true],
    ["turing.baselines.width=33", turing, [], true],
    ["turing.sample.draws=5", family, ["sample"], false],
    ["turing.train.steps=77", family, ["train"], true],
    ["turing.network.blocks=3", family, ["train"], false],
    ["turing_d2.network.blocks=3", ["turing_d2"], ["train"], false],
    ["turing.cache.testShare=0.3", turing, ["cache"], false],
    // The seed runs all again anyway; the data set's card says it.
    ["turing.simulate.seed=9", turing, ["simulate", "cache"], false],
    ["turing.cache.dataType=float16", turing, ["cache"], false],
    ["turing.cache.compression=zstd", turing, ["cache"], false],
    ["turing.simulate.shards=9", turing, ["simulate"], false],
    ["turing.physics.steps=100", family, ["simulate", "cache", "train"], true],
    ["evaluate.resamples=33", EXPERIMENTS.map(({ name }) => name), ["evaluate"], true],
    ["physics.size=64", TURINGS, ["simulate", "cache", "train"], true],
    ["linear_literal.train.gamma=0.5", ["linear_literal"], ["train"], false],
  ] as const
) {
  const said = [...changed, ...(andBaselines ? ["baselines"] : [])].join(", ");
  Deno.test(`stages: ${assignment} changes ${said} of ${experiments.join(", ")} and no other`, () => {
    const expected = build([]).map(({ id }) => id).filter((id) => {
      const [folder] = id.split("/");
      if (!(experiments as readonly string[]).includes(folder)) return false;
      return BASELINES.includes(id)
        ? andBaselines
        : (changed as readonly string[]).includes(id.slice(id.lastIndexOf("/") + 1));
    });
    assertEquals(changedBy(assignment), expected);
  });
}

Deno.test("stages: repeats=1 leaves one training of each experiment", () => {
  const ids = build([], "repeats=1").map(({ id }) => id);
  assertEquals(ids.filter((id) => id.includes("repeat_")), []);
  assertEquals(ids.filter((id) => id.endsWith("/train")).length, EXPERIMENTS.length);
});

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
    ["linear.physics.observation.noise=-1", RangeError, "linear: Cannot use physics.observation.noise"],
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
