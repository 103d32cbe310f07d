import assert from "node:assert/strict";
import {
  compareLock,
  graph,
  lockEntries,
  provenance,
  readLock,
  withMade,
  writeLock,
} from "../../pipeline/mod.ts";
import { counting, run, toy, withFolder } from "./toy/mod.ts";

const picture = (comment: string) => ({ id: "picture", module: toy("picture"), params: { comment } });

Deno.test("compareLock() finds a run identical, wherever it ran", () =>
  withFolder(async (folder) => {
    const [one, two] = [
      await run(graph(counting()), { artifacts: `${folder}/one`, workers: 1 }),
      await run(graph(counting()), { artifacts: `${folder}/two` }),
    ];
    const lock = lockEntries(one.stages);
    assert.deepEqual(Object.keys(lock.count), ["*"], "the parts of a sharded stage are one entry");
    assert.deepEqual(compareLock(lock, two), { identical: 2, total: 2, differences: [] });
  }));

Deno.test("compareLock() says what differs, and from which stage on", () =>
  withFolder(async (artifacts) => {
    const lock = lockEntries((await run(graph([picture("a"), ...counting()]), { artifacts })).stages);
    const other = compareLock(
      lock,
      await run(graph([picture("a"), ...counting({ from: 2 })]), { artifacts }),
    );
    assert.equal(other.identical, other.total - 2);
    assert.equal(other.firstStage, "count");
    assert.deepEqual(other.differences.map(({ stage, entry }) => `${stage} ${entry}`), [
      "count *",
      "sum sum.txt",
    ]);
  }));

Deno.test("compareLock() counts what failed as missing, and leaves out what was not selected", () =>
  withFolder(async (artifacts) => {
    const lock = lockEntries((await run(graph([picture("a"), ...counting()]), { artifacts })).stages);
    const { differences, total } = compareLock(
      lock,
      await run(graph(counting({ failAt: 2 })), { artifacts }),
    );
    assert.equal(total, 2);
    assert.ok(differences.every(({ actual, expected }) => actual === undefined && expected !== undefined));
  }));

Deno.test("an artifact with an identity is locked by it, and a folder of files is one entry", () =>
  withFolder(async (artifacts) => {
    const a = await run(graph([picture("a")]), { artifacts });
    const b = await run(graph([picture("b")]), { artifacts });
    const lock = lockEntries(a.stages);
    assert.deepEqual(Object.keys(lock.picture), ["data.zarr/", "image.png"]);
    assert.match(lock.picture["image.png"], /^identity:/);
    assert.match(lock.picture["data.zarr/"], /^files:/);
    assert.notEqual(a.stages[0].output, b.stages[0].output, "the bytes differ");
    assert.deepEqual(compareLock(lock, b).differences, []);
  }));

Deno.test("writeLock() keeps the other profiles and formats always alike", () =>
  withFolder(async (folder) => {
    const path = `${folder}/reproduce.lock.json`;
    const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
    await writeLock(path, "smoke", { b: { y: digest("a"), x: digest("b") }, a: {} });
    await writeLock(path, "paper", {});
    const text = await Deno.readTextFile(path);
    await writeLock(path, "smoke", { a: {}, b: { x: digest("b"), y: digest("a") } });
    assert.equal(await Deno.readTextFile(path), text);
    assert.deepEqual(Object.keys((await readLock(path)).profiles), ["paper", "smoke"]);
  }));

Deno.test("readLock() refuses what is no lock, and takes none for empty", () =>
  withFolder(async (folder) => {
    assert.deepEqual(await readLock(`${folder}/none.json`), { profiles: {} });
    const bad = [
      "",
      "[]",
      "null",
      "{}",
      '{"profiles":{"p":{"s":{"a":"md5:1"}}}}',
      '{"profiles":[1]}',
      "<<<<<<< HEAD",
    ];
    for (const text of bad) {
      await Deno.writeTextFile(`${folder}/bad.json`, text);
      await assert.rejects(
        readLock(`${folder}/bad.json`),
        /^TypeError: Cannot read .*bad\.json: it must/,
        text,
      );
    }
  }));

Deno.test("withMade(): what a part made is locked, what comes of it is not, all else stays", () => {
  const module = "file:///toy.ts", params = {};
  const whole = graph([
    { id: "a", module, params },
    { id: "b", module, params, inputs: { a: "a" } },
    { id: "c", module, params, inputs: { b: "b" } },
    { id: "d", module, params },
    { id: "e", module, params, inputs: { c: "c", d: "d" } },
  ]);
  const all = (digest: string, ids = "abcde") =>
    Object.fromEntries([...ids].map((id) => [id, { made: `sha256:${digest}` }]));
  const before = all("1");
  assert.deepEqual(withMade(before, {}, whole), before);
  assert.deepEqual(withMade(before, all("1", "bd"), whole), before);
  assert.deepEqual(withMade(before, all("2"), whole), all("2"));
  assert.deepEqual(withMade({}, all("2"), whole), all("2"));
  assert.deepEqual(withMade(before, all("2", "b"), whole), { ...all("1", "ad"), ...all("2", "b") });
  assert.deepEqual(withMade(before, all("2", "ce"), whole), { ...all("1", "abd"), ...all("2", "ce") });
  const renamed = { b: { other: "sha256:1" } }, more = { d: { made: "sha256:1", more: "sha256:1" } };
  assert.deepEqual(Object.keys(withMade(before, renamed, whole)), ["a", "b", "d"]);
  assert.deepEqual(Object.keys(withMade(before, more, whole)), ["a", "b", "c", "d"]);
  assert.deepEqual(Object.keys(withMade({ ...before, gone: before.a }, {}, whole)), [..."abcde"]);
});

Deno.test("provenance() keeps the time of the run that executed a stage", () =>
  withFolder(async (artifacts) => {
    const first = provenance(await run(graph(counting()), { artifacts }), artifacts);
    const second = provenance(await run(graph(counting()), { artifacts }), artifacts);
    assert.deepEqual(second.stages, first.stages);
    assert.equal(first.stages[0].artifacts, 3);
    assert.equal(typeof first.stages[0].milliseconds, "number");
    assert.equal(JSON.stringify(JSON.parse(JSON.stringify(first))), JSON.stringify(first));
  }));
