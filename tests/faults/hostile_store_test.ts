/** Files of the store that somebody else wrote: records, restart points, caches, the lock, links. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { resolve } from "node:path";
import { digestOf, sha256 } from "../../pipeline/canonical.ts";
import { openCheckpoint, sealCheckpoint } from "../../pipeline/checkpoint.ts";
import { CodeScans } from "../../pipeline/code_scan.ts";
import { type ArtifactEntry, unitKey } from "../../pipeline/key.ts";
import { isStageId } from "../../pipeline/graph.ts";
import { layout } from "../../pipeline/layout.ts";
import { parseLoggedEvent } from "../../pipeline/logged_event.ts";
import { compareLock, graph, type Json, parseLock, plan, readRun, writeLock } from "../../pipeline/mod.ts";
import { publish } from "../../pipeline/publish.ts";
import { readRecord, readTime, writeRecord } from "../../pipeline/record.ts";
import { openSession } from "../../pipeline/session.ts";
import { counting, only, outputs, root, run, withFolder } from "../pipeline/toy/mod.ts";
import { testReader } from "./hostile.ts";
import { changedBytes, decode, encode, jsonTexts, names } from "./hostile_inputs.ts";
import { files } from "./store_state.ts";

const SHA = "0123456789abcdef".repeat(4);
const unit = {
  stage: "a/make",
  params: { seed: 1, box: [0.1, 0.2] },
  shard: 3,
  inputs: { made: SHA },
  code: SHA,
  artifacts: [
    { name: "data.zarr/c/0", digest: SHA, size: 12 },
    { name: "image.png", digest: SHA, size: 0, identity: SHA },
  ],
};

/** One store for all records of this file: a key in it is a digest, so no two are in each other's way. */
const folder = await Deno.makeTempDir({ prefix: "macronet-hostile-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const places = layout(`${folder}/store`);
Deno.mkdirSync(`${folder}/store/records`, { recursive: true });

/** A new file each time: to write over one, some file systems wait for the disk. */
function put(path: string, text: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // The first.
  }
  Deno.writeTextFileSync(path, text);
}

/** Puts a record into the store by hand, with a digest that holds. Returns its key. */
function forge(record: unknown, store = places): string {
  const attempt = <T>(make: () => T, otherwise: T) => {
    try {
      return make();
    } catch {
      return otherwise;
    }
  };
  const key = attempt(() => unitKey(record as typeof unit), "0".repeat(64));
  const digest = attempt(() => digestOf("record/1", record as Json), SHA);
  const text = attempt(() => JSON.stringify({ type: "record/1", digest, record }), "{}");
  put(store.record(key), text);
  return key;
}

/** What a reader of records gives: broken ones are refused without a word of their own. */
function recordOf(key: string) {
  const record = readRecord(key, places);
  if (record === "broken" || record === undefined) throw new Error("Cannot use the record: it is broken");
  return record;
}

/** Nothing that a record names leads out of the store. */
function assertInside(artifacts: readonly ArtifactEntry[], stage = "stage"): void {
  for (const { name, digest } of artifacts) {
    const published = `${places.published(stage)}/${name}`;
    assertEquals(resolve(published), published);
    assert(resolve(places.object(digest)).startsWith(`${places.artifacts}/objects/`), digest);
  }
}

const session = openSession(layout(`${folder}/again`));
globalThis.addEventListener("unload", () => session.close());
const rewritten = (record: typeof unit) =>
  readRecord(writeRecord(record, { layout: layout(`${folder}/again`), session }), layout(`${folder}/again`));

testReader("unit records whose digest holds", {
  inputs: fc.oneof(
    jsonTexts(unit),
    fc.tuple(names, fc.oneof(names, fc.constant(SHA))).map(([name, digest]) =>
      JSON.stringify({ ...unit, artifacts: [{ name, digest, size: 1 }] })
    ),
  ),
  read: (text) => recordOf(forge(parsed(text))),
  again: (record) => rewritten(record as typeof unit),
  check: ({ artifacts }) => assertInside(artifacts),
});

const key = forge(unit);
const file = Deno.readTextFileSync(places.record(key));

testReader("files of unit records", {
  inputs: fc.oneof(jsonTexts(JSON.parse(file)), changedBytes(encode(file)).map(decode)),
  read: (text) => {
    put(places.record(key), text);
    return recordOf(key);
  },
  check: (record) => assertEquals(record, unit),
});

testReader("times of units", {
  inputs: jsonTexts({ milliseconds: 12 }),
  read: (text) => {
    put(places.time(key), text);
    const time = readTime(key, places);
    if (time === undefined) throw new Error("Cannot use the time: it is broken");
    return time;
  },
  check: (time) => assert(time >= 0 && time < Infinity),
});

const sealed = sealCheckpoint(Uint8Array.from({ length: 50 }, (_, i) => i));
testReader("restart points", {
  inputs: changedBytes(sealed, sealCheckpoint(new Uint8Array())),
  read: (bytes) => {
    const opened = openCheckpoint(bytes);
    if (opened === undefined) throw new Error("Cannot use the restart point: it is broken");
    return opened;
  },
  again: (opened) => openCheckpoint(sealCheckpoint(opened)),
  check: (opened, bytes) => assertEquals(sealCheckpoint(opened), new Uint8Array(bytes)),
});

const at = "2026-01-01T00:00:00.000Z";
const log = [
  {
    at,
    type: "plan",
    run: "r",
    about: { a: 1 },
    stages: [{ stage: "a", units: 2, reuse: 0, run: 2, cost: 1 }],
  },
  { at, type: "unit-done", stage: "a", shard: 0, key: SHA, milliseconds: 5 },
  {
    at,
    type: "stage-done",
    stage: "a",
    params: {},
    shards: 2,
    inputs: { b: SHA },
    code: SHA,
    output: SHA,
    executed: 2,
    reused: 0,
  },
  { at, type: "failed", stage: "a", shard: null, params: {}, message: "Cannot" },
  { at, type: "run-done", executed: 2, reused: 0, failed: 0, aborted: false, milliseconds: 9 },
];
const RUN = "2026-01-01T00-00-00.000Z-1-a";
Deno.mkdirSync(`${folder}/store/runs`);

testReader("logs of runs", {
  inputs: fc.tuple(fc.nat(log.length - 1), fc.oneof(...log.map((event) => jsonTexts(event)))),
  read: ([at, line]) => {
    const lines = log.map((event) => JSON.stringify(event));
    put(places.run(RUN), lines.with(at, line.replaceAll("\n", " ")).join("\n"));
    const run = readRun(RUN, places.artifacts);
    if (parseLoggedEvent(line) === undefined) throw new Error("Cannot use the line: it is left out");
    return run;
  },
  check: (run) => {
    for (const { stage } of [...run.planned, ...run.stages, ...run.units, ...run.failures]) {
      assert(isStageId(stage));
    }
    for (const number of [run.executed, run.reused, run.milliseconds]) assert(number >= 0);
    assert(run.stages.every(({ shards }) => shards === null || shards <= 10_000_000));
  },
});

const lock = {
  profiles: {
    smoke: { "a/make": { "*": `files:${SHA}`, "data.zarr/": `sha256:${SHA}` }, report: {} },
    paper: { render: { "image.png": `identity:${SHA}` } },
  },
};

testReader("reproduce.lock.json", {
  inputs: fc.oneof(
    jsonTexts(lock),
    fc.tuple(names, names, fc.nat(2)).map(([stage, entry, at]) => {
      const chosen = [stage, "a/make", "a/make"][at];
      return `{"profiles":{"smoke":{${JSON.stringify(chosen)}:{${JSON.stringify(entry)}:"sha256:${SHA}"}}}}`;
    }),
  ),
  read: (text) => parseLock(text, "my.lock.json"),
  again: (lock) => parseLock(JSON.stringify(lock), "my.lock.json"),
  check: ({ profiles }) => {
    for (const stage of Object.values(profiles).flatMap(Object.keys)) {
      assert(/^[a-z0-9_/-]+$/.test(stage), stage);
    }
  },
});

const source = encode('import { a } from "./a.ts";\nexport const b = a + 1;\n');
const scans = new CodeScans();
const scan = scans.scan(source);
const cache = scans.update()!;
const CACHE = `${folder}/scans`;
const body = (text: string) => `${sha256(encode(text))}\n${text}`;

testReader("the cache of code scans, whose digest holds or not", {
  inputs: fc.oneof(
    changedBytes(encode(cache)).map(decode),
    jsonTexts(JSON.parse(cache.slice(cache.indexOf("\n") + 1))).map(body),
    jsonTexts(JSON.parse(cache.slice(cache.indexOf("\n") + 1))),
  ),
  read: (text) => {
    put(CACHE, text);
    const opened = new CodeScans(CACHE);
    const { digest, references } = opened.scan(source);
    assert(/^[0-9a-f]{64}$/.test(digest));
    for (const { specifier, kind } of references) {
      assertEquals([typeof specifier, typeof kind], ["string", "string"]);
    }
    if (opened.update() !== undefined) throw new Error("Cannot use the cache: it is broken");
    return text;
  },
});

Deno.test("code scans: a bit that flips anywhere in their cache empties it, and the scan is made anew", () => {
  const bytes = encode(cache);
  for (let i = 0; i < bytes.length; i++) {
    put(CACHE, decode(bytes.map((byte, at) => at === i ? byte ^ 1 : byte)));
    assertEquals(new CodeScans(CACHE).scan(source), scan);
  }
});

const evil: [what: string, entry: Record<string, Json>][] = [
  ["a name that climbs", { name: "../../victim.txt" }],
  ["a name within that climbs", { name: "a/../../../victim.txt" }],
  ["an absolute name", { name: "/victim.txt" }],
  ["a name with NUL", { name: "a\0b" }],
  ["a look-alike of a slash", { name: "..\uff0f..\uff0fvictim.txt" }],
  ["a name of 300 characters", { name: "a".repeat(300) }],
  ["a device", { name: "nul" }],
  ["a digest that climbs", { digest: "../../../victim.txt" }],
  ["a digest in capitals", { digest: SHA.toUpperCase() }],
  ["a size below nothing", { size: -1 }],
  ["an identity that is none", { identity: "../x" }],
  ["more than it says", { more: 1 }],
];
for (const [what, change] of evil) {
  Deno.test(`a record with ${what} and a digest that holds is a miss, and nothing outside the store changes`, () =>
    withFolder(async (folder) => {
      const artifacts = `${folder}/store`;
      const toy = graph(counting());
      const first = await run(toy, { artifacts });
      await Deno.writeTextFile(`${folder}/victim.txt`, "precious");
      const store = layout(artifacts);
      const [key] = first.stages[0].keys;
      const record = structuredClone(readRecord(key, store)) as typeof unit;
      const [entry] = record.artifacts;
      record.artifacts = [{ ...entry, ...change }];
      assertEquals(forge(record, store), key);

      assertEquals(plan(toy, { root, artifacts })[0].units[0].action, "run");
      const second = await run(toy, { artifacts });
      assert(second.ok);
      assertEquals(only(second.events, "broken").map(({ shard, what }) => [shard, what]), [[0, "record"]]);
      assertEquals(outputs(second), outputs(first));
      assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), ["store", "victim.txt"]);
      assertEquals(await Deno.readTextFile(`${folder}/victim.txt`), "precious");
      assertEquals((await run(toy, { artifacts })).executed, 0);
    }));
}

Deno.test("publish() writes and removes nothing outside the folder of a stage, whatever it is asked for", () =>
  withFolder(async (folder) => {
    const store = layout(`${folder}/store`);
    await Deno.mkdir(`${folder}/store/objects/01`, { recursive: true });
    await Deno.writeTextFile(store.object(SHA), "evil");
    await Deno.writeTextFile(`${folder}/victim.txt`, "precious");
    fc.assert(
      fc.property(names, (name) => {
        try {
          publish("stage", [{ name, digest: SHA, size: 4 }], store);
        } catch (error) {
          assert(error instanceof RangeError, `${error}`);
        }
        const paths = [...files(folder)].map((path) => path.slice(folder.length));
        const outside = paths.filter((path) => !path.startsWith("/store/stage/"));
        assertEquals(outside.sort(), [`/store/objects/01/${SHA}`, "/victim.txt"]);
      }),
      { numRuns: 1000 },
    );
    assertEquals(await Deno.readTextFile(`${folder}/victim.txt`), "precious");
  }));

Deno.test("publish() refuses a link in the place of a stage's folder, and what lies there stays", () =>
  withFolder(async (folder) => {
    const store = layout(`${folder}/store`);
    await Deno.mkdir(`${folder}/store`);
    await Deno.mkdir(`${folder}/home/make`, { recursive: true });
    await Deno.writeTextFile(`${folder}/home/make/precious.txt`, "precious");
    await Deno.symlink(`${folder}/home`, `${folder}/store/a`);
    assertThrows(
      () => publish("a/make", [], store),
      Error,
      'store/a" must be a folder, but is a link; remove it',
    );
    assertEquals(await Deno.readTextFile(`${folder}/home/make/precious.txt`), "precious");
  }));

Deno.test("publish() takes a link inside the folder away, and not what it leads to", () =>
  withFolder(async (folder) => {
    const store = layout(`${folder}/store`);
    await Deno.mkdir(`${folder}/store/objects/01`, { recursive: true });
    await Deno.writeTextFile(store.object(SHA), "good");
    await Deno.mkdir(`${folder}/store/stage`);
    await Deno.mkdir(`${folder}/home`);
    await Deno.writeTextFile(`${folder}/home/x`, "precious");
    await Deno.symlink(`${folder}/home`, `${folder}/store/stage/data`);
    await Deno.symlink(`${folder}/home/x`, `${folder}/store/stage/x`);
    publish("stage", ["data/x", "x"].map((name) => ({ name, digest: SHA, size: 4 })), store);
    assertEquals(await Deno.readTextFile(`${folder}/home/x`), "precious");
    assertEquals(await Deno.readTextFile(`${folder}/store/stage/data/x`), "good");
  }));

Deno.test("a session of odd leftovers: links and folders among sessions, locks and restart points are left alone", () =>
  withFolder(async (folder) => {
    const artifacts = `${folder}/store`;
    for (const place of ["sessions", "locks", "scratch", "objects", "records"]) {
      await Deno.mkdir(`${artifacts}/${place}/folder`, { recursive: true });
      await Deno.symlink(`${folder}/made-by-opening`, `${artifacts}/${place}/dangling`);
      await Deno.symlink(folder, `${artifacts}/${place}/up`);
    }
    await Deno.writeTextFile(`${artifacts}/sessions/1-dead`, "");
    await Deno.writeTextFile(`${folder}/mine.1-dead-0.tmp`, "precious");
    assert((await run(graph(counting()), { artifacts })).ok);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), [
      "mine.1-dead-0.tmp",
      "store",
    ]);
  }));

Deno.test("compareLock() finds no entry in what objects inherit", () => {
  const stage = { id: "constructor", module: "file:///m.ts", params: {} };
  const artifacts = ["name", "toString", "__proto__"].map((name) => ({ name, digest: SHA, size: 1 }));
  const made = { stages: [{ stage, state: "done", executed: 1, reused: 0, keys: [], artifacts } as const] };
  const { total, differences } = compareLock({}, made);
  assertEquals(total, 3);
  assert(differences.every(({ expected, actual }) => expected === undefined && actual === `sha256:${SHA}`));
});

Deno.test("a lock as a merge may leave it, with a stage twice, is refused and stays as it is", () =>
  withFolder(async (folder) => {
    const path = `${folder}/my.lock.json`;
    const text = `{"profiles":{"smoke":{"a":{},"b":{"x":"sha256:${SHA}"},"a":{"y":"sha256:${SHA}"}}}}`;
    await Deno.writeTextFile(path, text);
    await assertRejects(
      () => writeLock(path, "smoke", {}),
      TypeError,
      'names must be unique, but "a" stands twice',
    );
    assertEquals(await Deno.readTextFile(path), text);
  }));

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
