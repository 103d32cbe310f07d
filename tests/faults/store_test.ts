import assert from "node:assert/strict";
import { graph } from "../../pipeline/mod.ts";
import type { RunResult } from "../../pipeline/mod.ts";
import { counting, only, outputs, run, toy, withFolder } from "../pipeline/toy/mod.ts";
import { flipBit, overwrite, overwriteBelowSeal } from "./harm.ts";

const toyGraph = graph(counting());

/** Path of the object behind an artifact. */
function object(result: RunResult, artifacts: string, stage: string, name: string): string {
  const { artifacts: entries } = result.stages.find((entry) => entry.stage.id === stage)!;
  const { digest } = entries.find((entry) => entry.name === name)!;
  return `${artifacts}/objects/${digest.slice(0, 2)}/${digest}`;
}

const faults: [name: string, harm: (path: string) => void][] = [
  ["truncated", (path) => overwrite(path, (bytes) => bytes.slice(0, -1))],
  ["bit-flipped", (path) => overwrite(path, (bytes) => flipBit(bytes, 0))],
  ["longer", (path) => overwrite(path, (bytes) => Uint8Array.of(...bytes, 32))],
  ["deleted", (path) => Deno.removeSync(path)],
];
for (const [name, harm] of faults) {
  Deno.test(`a ${name} object is named, recomputed, and nothing else runs`, () =>
    withFolder(async (artifacts) => {
      const first = await run(toyGraph, { artifacts });
      const path = object(first, artifacts, "count", "part-1.txt");
      const good = await Deno.readFile(path);
      harm(path);

      const second = await run(toyGraph, { artifacts });
      assert.ok(second.ok);
      assert.deepEqual(only(second.events, "broken").map(({ stage, shard, what }) => [stage, shard, what]), [
        ["count", 1, "part-1.txt"],
      ]);
      assert.deepEqual(only(second.events, "unit-start").map(({ stage, shard }) => [stage, shard]), [[
        "count",
        1,
      ]]);
      assert.deepEqual(outputs(second), outputs(first));
      assert.deepEqual(await Deno.readFile(path), good);
      assert.deepEqual(
        await Deno.readFile(`${artifacts}/count/part-1.txt`),
        good,
        "the published link is whole again",
      );
      assert.equal((await run(toyGraph, { artifacts })).executed, 0);
    }));
}

Deno.test("an edit through the published link is found and undone", () =>
  withFolder(async (artifacts) => {
    await run(toyGraph, { artifacts });
    overwrite(`${artifacts}/sum/sum.txt`, () => new TextEncoder().encode("7"));
    const again = await run(toyGraph, { artifacts });
    assert.equal(only(again.events, "broken").length, 1);
    assert.equal(await Deno.readTextFile(`${artifacts}/sum/sum.txt`), "6");
  }));

Deno.test("a bit that flips below the seal is found by who reads it, and its maker runs again", () =>
  withFolder(async (artifacts) => {
    const first = await run(toyGraph, { artifacts });
    const path = object(first, artifacts, "count", "part-2.txt");
    overwriteBelowSeal(path, (bytes) => flipBit(bytes, 0));
    const changed = graph([...counting().slice(0, 1), { ...counting()[1], id: "another" }]);

    const second = await run(changed, { artifacts });
    assert.ok(second.ok, second.failures[0]?.message);
    assert.match(only(second.events, "broken")[0].what, /^input /);
    assert.deepEqual(only(second.events, "unit-start").map(({ stage, shard }) => [stage, shard]), [
      ["another", null],
      ["count", 2],
      ["another", null],
    ]);
    assert.equal(await Deno.readTextFile(`${artifacts}/another/sum.txt`), "6");
  }));

Deno.test("rehash finds a bit that flipped below the seal before anybody reads it", () =>
  withFolder(async (artifacts) => {
    const first = await run(toyGraph, { artifacts });
    const path = object(first, artifacts, "sum", "sum.txt");
    overwriteBelowSeal(path, (bytes) => flipBit(bytes, 0));
    assert.equal((await run(toyGraph, { artifacts })).executed, 0);
    assert.equal((await run(toyGraph, { artifacts, rehash: true })).executed, 1);
    assert.equal((await run(toyGraph, { artifacts, rehash: true })).executed, 0);
  }));

Deno.test("an object that was only touched is hashed, and kept", () =>
  withFolder(async (artifacts) => {
    const first = await run(toyGraph, { artifacts });
    const path = object(first, artifacts, "sum", "sum.txt");
    await Deno.utime(path, 5, 5);
    const second = await run(toyGraph, { artifacts });
    assert.equal(second.executed, 0);
    assert.equal(only(second.events, "broken").length, 0);
  }));

const torn: [name: string, change: (text: string) => string][] = [
  ["empty", () => ""],
  ["truncated", (text) => text.slice(0, text.length / 2)],
  ["edited", (text) => text.replace("part-0.txt", "part-9.txt")],
  ["another unit's", (text) => text.replace('"shard": 0', '"shard": 1')],
  ["made of nonsense", () => '{"type":"record/1","digest":"","record":1e999}'],
];
for (const [name, change] of torn) {
  Deno.test(`a record that is ${name} is a miss, said aloud`, () =>
    withFolder(async (artifacts) => {
      const first = await run(toyGraph, { artifacts });
      const path = `${artifacts}/records/${first.stages[0].keys[0]}.json`;
      await Deno.writeTextFile(path, change(await Deno.readTextFile(path)));
      const second = await run(toyGraph, { artifacts });
      assert.deepEqual(only(second.events, "broken").map(({ shard, what }) => [shard, what]), [[
        0,
        "record",
      ]]);
      assert.equal(second.executed, 1);
      assert.deepEqual(outputs(second), outputs(first));
    }));
}

Deno.test("a record of a newer engine is refused with the way out", () =>
  withFolder(async (artifacts) => {
    const first = await run(toyGraph, { artifacts });
    const path = `${artifacts}/records/${first.stages[0].keys[0]}.json`;
    await Deno.writeTextFile(path, (await Deno.readTextFile(path)).replace("record/1", "record/2"));
    await assert.rejects(
      run(toyGraph, { artifacts }),
      /must be of record\/1, but is of record\/2; use the version/,
    );
  }));

Deno.test("a unit made again with other bytes is said to have drifted", () =>
  withFolder(async (artifacts) => {
    const random = graph([{ id: "random", module: toy("random"), params: {} }]);
    const first = await run(random, { artifacts });
    await Deno.remove(object(first, artifacts, "random", "random.bin"));
    const second = await run(random, { artifacts });
    assert.deepEqual(only(second.events, "drifted").map(({ names }) => names), [["random.bin"]]);
  }));

Deno.test("what a dead process left is removed, what a living one writes is not", () =>
  withFolder(async (artifacts) => {
    await run(toyGraph, { artifacts });
    await Deno.writeTextFile(`${artifacts}/sessions/1-dead`, "");
    await Deno.writeTextFile(`${artifacts}/records/x.json.1-dead-0.tmp`, "half");
    await Deno.mkdir(`${artifacts}/objects/ab`, { recursive: true });
    await Deno.writeTextFile(`${artifacts}/objects/ab/abc.1-dead-7.tmp`, "half");
    await Deno.writeTextFile(`${artifacts}/objects/ab/abc.2-alive-7.tmp`, "half");
    using alive = await Deno.open(`${artifacts}/sessions/2-alive`, { create: true, write: true });
    await alive.lock(true);

    await run(toyGraph, { artifacts });
    assert.deepEqual([...Deno.readDirSync(`${artifacts}/objects/ab`)].map(({ name }) => name), [
      "abc.2-alive-7.tmp",
    ]);
    assert.deepEqual([...Deno.readDirSync(`${artifacts}/sessions`)].map(({ name }) => name), ["2-alive"]);
    assert.ok(![...Deno.readDirSync(`${artifacts}/records`)].some(({ name }) => name.endsWith(".tmp")));
  }));

Deno.test("a store that cannot be written is refused in words", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    await assert.rejects(
      run(toyGraph, { artifacts: `${folder}/file` }),
      /Cannot use the store .*must be writable/,
    );
  }));
