/**
 * A flipped bit in every one of many objects: all are found, named and made again, and nothing else is.
 * `FAULT_FLIPS=100` harms so many objects of a real store with all systems; by default some of one training.
 */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { graph, openArtifacts, plan, type RunResult } from "../../pipeline/mod.ts";
import { jsonLines, macronet } from "../commands/cli.ts";
import { only, outputs, root, run, toy, withFolder } from "../pipeline/toy/mod.ts";
import { drawn, flipBit, overwrite, overwriteBelowSeal } from "./harm.ts";
import { uniform } from "./kill_moments.ts";
import { assertIntact, files } from "./store_state.ts";

const FLIPS = Number(Deno.env.get("FAULT_FLIPS") ?? 10);
const IS_FULL = FLIPS >= 50;

/** Objects of the toy store that are harmed: 100 of 120. */
const TOY_FLIPS = 100;
/** A reader begins anew after each that it finds. */
const READ_FLIPS = IS_FULL ? 100 : 25;
const numbers = {
  id: "count",
  module: toy("count"),
  params: { from: 1_000_000_007, failAt: null },
  shards: 120,
};
const sum = (id: string) => ({
  id,
  module: toy("sum"),
  params: { roles: ["numbers"] },
  inputs: { numbers: "count" },
});
const toyGraph = graph([numbers, sum("sum")]);

/** What a run made: the path of its object, and the unit and the name. */
function objectsOf({ stages }: RunResult, artifacts: string) {
  const entries = stages.find(({ stage }) => stage.id === "count")!.artifacts;
  return entries.map(({ name, digest }) => ({
    name,
    shard: Number(/\d+/.exec(name)),
    digest,
    path: `${artifacts}/objects/${digest.slice(0, 2)}/${digest}`,
  }));
}

const byNumber = (a: number, b: number) => a - b;

for (const isSealed of [false, true]) {
  Deno.test(`a flipped bit ${isSealed ? "below" : "that broke"} the seal in each of ${TOY_FLIPS} objects is found, named and undone`, () =>
    withFolder(async (artifacts) => {
      const first = await run(toyGraph, { artifacts });
      const draw = uniform(3);
      const harmed = drawn(objectsOf(first, artifacts), TOY_FLIPS, draw);
      for (const { path } of harmed) {
        (isSealed ? overwriteBelowSeal : overwrite)(path, (bytes) => flipBit(bytes, draw()));
      }
      if (isSealed) assertEquals((await run(toyGraph, { artifacts })).executed, 0, "nobody has looked yet");

      const second = await run(toyGraph, { artifacts, rehash: isSealed });
      assert(second.ok);
      assertEquals(
        only(second.events, "broken").map(({ stage, what }) => `${stage} ${what}`).sort(),
        harmed.map(({ name }) => `count ${name}`).sort(),
      );
      assertEquals(
        only(second.events, "unit-start").map(({ shard }) => shard!).sort(byNumber),
        harmed.map(({ shard }) => shard).sort(byNumber),
      );
      assertEquals(outputs(second), outputs(first));
      assertIntact(artifacts);
      assertEquals((await run(toyGraph, { artifacts, rehash: true })).executed, 0);
    }));
}

Deno.test(`a stage that reads ${READ_FLIPS} objects with bits flipped below their seals has each made again`, () =>
  withFolder(async (artifacts) => {
    const first = await run(toyGraph, { artifacts });
    const draw = uniform(4);
    const harmed = drawn(objectsOf(first, artifacts), READ_FLIPS, draw);
    for (const { path } of harmed) overwriteBelowSeal(path, (bytes) => flipBit(bytes, draw()));

    const second = await run(graph([numbers, sum("sum"), sum("another")]), { artifacts });
    assert(second.ok, second.failures[0]?.message);
    assertEquals(
      only(second.events, "broken").map(({ what }) => what).sort(),
      harmed.map(({ digest }) => `input ${digest}`).sort(),
    );
    assertEquals(outputs(second).another, outputs(first).sum);
    assertEquals(outputs(second).count, outputs(first).count);
    assertIntact(artifacts);
  }));

Deno.test("who reads an artifact with a bit flipped below the seal is told, and the next run makes it again", () =>
  withFolder(async (artifacts) => {
    const first = await run(toyGraph, { artifacts });
    const { path, name } = objectsOf(first, artifacts)[7];
    overwriteBelowSeal(path, (bytes) => flipBit(bytes, 0.5));
    const [stage] = plan(toyGraph, { root, artifacts });
    assertEquals(stage.state, "done");
    const error = await assertRejects(() => openArtifacts(stage, artifacts).read(name), Error);
    assertMatch(
      error.message,
      /^Cannot read "part-\d+\.txt" of count: .* must have this SHA-256, but found .*; the next run makes it again$/,
    );
    assertEquals((await run(toyGraph, { artifacts })).executed, 1);
    await openArtifacts(stage, artifacts).read(name);
  }));

Deno.test("flipped bits in a store of real science are found, named and undone, below the seal as well", () =>
  withFolder(async (folder) => {
    const store = `${folder}/store`;
    const flags = [
      ...(IS_FULL ? [] : ["linear/train"]),
      "--profile",
      "smoke",
      "--artifacts",
      "store",
      "--json",
    ];
    const first = jsonLines((await macronet(["run", ...flags], { folder })).out);
    assertEquals(first.at(-1).lock.differences, []);
    const names = namesByDigest(first);
    const draw = uniform(5);
    for (const isSealed of [false, true]) {
      const harmed = drawn([...files(`${store}/objects`)], FLIPS, draw);
      for (const path of harmed) {
        (isSealed ? overwriteBelowSeal : overwrite)(path, (bytes) => flipBit(bytes, draw()));
      }
      const expected = harmed.map((path) => names.get(path.slice(-64))!);
      const rehash = isSealed ? ["--rehash"] : [];

      const { code, out } = await macronet(["run", ...flags, ...rehash], { folder });
      const lines = jsonLines(out);
      const broken = lines.filter(({ type }) => type === "broken");
      const said = new Set(broken.map(({ stage, what }) => `${stage} ${what}`));
      // An object that several stages share is whole again for the later ones when the first has made it again.
      for (const names of expected) assert(names.some((name) => said.has(name)), names.join());
      for (const name of said) assert(expected.flat().includes(name), name);
      assertEquals([code, lines.at(-1).lock.differences], [0, []]);
      assertIntact(store);
    }
    // By the command that shows results, too: what is below the seal is no result.
    const [object] = harmedDataset(first, store);
    overwriteBelowSeal(object, (bytes) => flipBit(bytes, draw()));
    const dataset = ["linear/cache", "--profile", "smoke", "--artifacts", "store"];
    const { code, err } = await macronet(["export", ...dataset, "--to", "out"], { folder });
    assertMatch(
      err,
      /^error: Cannot read "dataset\.zarr\/test\/v\/c\/0[^\n]* must have this SHA-256[^\n]* makes it again\n$/,
    );
    assertEquals(code, 1);
    const [again] = jsonLines(
      (await macronet(["run", ...dataset, "--json"], { folder })).out.split("\n")
        .filter((line) => line.includes('"broken"')).join("\n"),
    );
    assertEquals(again.stage, "linear/cache");
    assertEquals((await macronet(["export", ...dataset, "--to", "whole"], { folder })).code, 0);
  }));

type Lines = ReturnType<typeof jsonLines>;

/** Digest → the artifacts that hold these bytes, as `<stage> <name>`. */
function namesByDigest(lines: Lines): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const { type, stage, artifact } of lines) {
    if (type !== "artifact") continue;
    names.set(artifact.digest, [...(names.get(artifact.digest) ?? []), `${stage} ${artifact.name}`]);
  }
  return names;
}

/** The object that holds the patterns which were held out. */
function harmedDataset(lines: Lines, store: string): string[] {
  return lines.filter(({ type, stage, artifact }) =>
    type === "artifact" && stage === "linear/cache" && artifact.name.startsWith("dataset.zarr/test/v/c/0")
  ).map(({ artifact: { digest } }) => `${store}/objects/${digest.slice(0, 2)}/${digest}`);
}
