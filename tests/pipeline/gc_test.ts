import assert from "node:assert/strict";
import { collectGarbage, graph, lockEntries, pinStages, readRun, unpinStages } from "../../pipeline/mod.ts";
import { assertIntact, files } from "../faults/store_state.ts";
import { counting, run, toy, withFolder } from "./toy/mod.ts";

/** A run of numbers that begin at `from`: three shards and their sum, of one byte each or two. */
const counted = (artifacts: string, from: number) => run(graph(counting({ from })), { artifacts });
const nothing = { locked: [], runs: 0 };

/** All files with their sizes and times, but for those that a collection itself may touch. */
const listing = (artifacts: string) =>
  [...files(artifacts)].sort().map((path) => {
    const { size, mtime, ctime } = Deno.statSync(path);
    return [path, size, mtime?.getTime(), ctime?.getTime()];
  });

Deno.test("gc keeps what the newest runs made or used, and removes the rest with its published names", () =>
  withFolder(async (artifacts) => {
    await counted(artifacts, 10);
    await counted(artifacts, 20);
    await counted(artifacts, 10);
    const { collected, objects, freed, kept } = await collectGarbage({ artifacts, locked: [], runs: 1 });
    // 20, 21, 22 and their sum 63: four objects of two bytes.
    assert.deepEqual([collected.length, objects, freed], [4, 4, 8]);
    assert.deepEqual(collected.map(({ stage }) => stage).sort(), ["count", "count", "count", "sum"]);
    assert.deepEqual([kept.units, kept.objects], [4, 4]);
    assert.equal(assertIntact(artifacts).length, 4);
    assert.equal((await counted(artifacts, 10)).executed, 0);
    assert.equal((await counted(artifacts, 20)).executed, 4);
  }));

Deno.test("gc keeps an object that a unit which stays shares with one that goes", () =>
  withFolder(async (artifacts) => {
    await counted(artifacts, 1);
    await counted(artifacts, 2);
    // 1, 2, 3 → 6 and 2, 3, 4 → 9: the first has 1 and 6 alone.
    const { objects } = await collectGarbage({ artifacts, locked: [], runs: 1 });
    assert.equal(objects, 2);
    assertIntact(artifacts);
    assert.equal((await counted(artifacts, 2)).executed, 0);
  }));

Deno.test("gc removes published names with the objects that they lead to", () =>
  withFolder(async (artifacts) => {
    await counted(artifacts, 1);
    const { freed } = await collectGarbage({ artifacts, ...nothing });
    assert.equal(freed, 4);
    assert.deepEqual([...files(`${artifacts}/objects`)], []);
    for (const stage of ["count", "sum"]) assert.throws(() => Deno.statSync(`${artifacts}/${stage}`));
  }));

Deno.test("gc keeps what gives the locked digests, however old", () =>
  withFolder(async (artifacts) => {
    const first = await counted(artifacts, 10);
    const larger = await run(graph(counting({ from: 10, shards: 5 })), { artifacts });
    await counted(artifacts, 20);
    const locked = [lockEntries(first.stages)];
    await collectGarbage({ artifacts, locked, runs: 0 });
    assert.equal((await counted(artifacts, 10)).executed, 0);
    assert.equal((await run(graph(counting({ from: 10, shards: 5 })), { artifacts })).executed, 3);
    assert.equal(larger.executed, 3);
    assert.equal((await counted(artifacts, 20)).executed, 4);
  }));

Deno.test("gc keeps what is pinned, and takes it when the pin is off", () =>
  withFolder(async (artifacts) => {
    const { id } = await counted(artifacts, 10);
    const pinned = readRun(id, artifacts).stages.filter(({ stage }) => stage === "count");
    pinStages(pinned, artifacts);
    assert.deepEqual((await collectGarbage({ artifacts, ...nothing })).collected.map(({ stage }) => stage), [
      "sum",
    ]);
    unpinStages(pinned, artifacts);
    assert.equal((await collectGarbage({ artifacts, ...nothing })).collected.length, 3);
  }));

Deno.test("gc with a size removes the least recently used, and no more than it must", () =>
  withFolder(async (artifacts) => {
    const big = (bytes: number) => graph([{ id: "big", module: toy("big"), params: { bytes } }]);
    for (const bytes of [1000, 1001, 1002, 1000]) await run(big(bytes), { artifacts });
    const { collected, kept } = await collectGarbage({ artifacts, ...nothing, maxSize: 2500 });
    assert.deepEqual([collected.length, collected[0].bytes, kept.bytes], [1, 1001, 2002]);
    const nowhere = await collectGarbage({ artifacts, ...nothing, maxSize: 2500 });
    assert.deepEqual(nowhere.collected, []);
    const runs = await collectGarbage({ artifacts, locked: [], runs: 2, maxSize: 10 });
    assert.equal(runs.kept.bytes, 2002, "what the last runs made stays, however much it is");
  }));

Deno.test("a dry run of gc says what a run of it does, and touches nothing", () =>
  withFolder(async (artifacts) => {
    await counted(artifacts, 10);
    await counted(artifacts, 20);
    const before = listing(artifacts);
    const dry = await collectGarbage({ artifacts, locked: [], runs: 1, dryRun: true });
    assert.deepEqual(listing(artifacts), before);
    assert.deepEqual(await collectGarbage({ artifacts, locked: [], runs: 1 }), dry);
  }));

Deno.test("gc takes what a killed process left: objects of no unit, broken records, restart points", () =>
  withFolder(async (artifacts) => {
    await counted(artifacts, 1);
    const orphan = "ab".repeat(32);
    await Deno.mkdir(`${artifacts}/objects/ab`, { recursive: true });
    await Deno.writeTextFile(`${artifacts}/objects/ab/${orphan}`, "of nobody");
    await Deno.writeTextFile(`${artifacts}/records/${orphan}.json`, "{");
    await Deno.mkdir(`${artifacts}/scratch/${orphan}`, { recursive: true });
    await Deno.writeTextFile(`${artifacts}/scratch/${orphan}/checkpoint`, "old");
    const { collected, freed } = await collectGarbage({ artifacts, locked: [], runs: 1 });
    assert.deepEqual(collected, [{ bytes: 9 }, { key: orphan, bytes: 0 }]);
    assert.equal(freed, 9);
    assertIntact(artifacts);
    assert.deepEqual([...files(`${artifacts}/scratch`)], []);
  }));

Deno.test("gc keeps what a running process found in the store, and what it makes meanwhile", () =>
  withFolder(async (artifacts) => {
    await counted(artifacts, 1);
    await counted(artifacts, 10);
    const walk = { id: "walk", module: toy("walk"), params: { steps: 12, pause: 25 }, shards: 2 };
    const late = { ...counting({ from: 1 })[1], id: "late", inputs: { numbers: "count", walks: "walk" } };
    const stages = [...counting({ from: 1 }), walk, { ...late, params: { roles: ["numbers"] } }];
    const going = run(graph(stages), {
      artifacts,
      onEvent: ({ type }) => type === "progress" && begun.resolve(),
    });
    const begun = Promise.withResolvers<void>();
    await begun.promise;
    const collections = [];
    let checkpoints = 0;
    for (let i = 0; i < 5; i++) {
      collections.push(await collectGarbage({ artifacts, ...nothing }));
      checkpoints += [...files(`${artifacts}/scratch`)].filter((path) => path.endsWith("/checkpoint")).length;
      await new Promise((done) => setTimeout(done, 40));
    }
    const result = await going;
    assert.ok(result.ok, result.failures[0]?.message);
    assert.deepEqual(result.events.filter(({ type }) => type === "broken"), []);
    assert.equal(result.reused, 4);
    assert.ok(checkpoints > 0, "the restart points of units at work stay");
    assert.ok(collections[0].collected.length >= 1, "what it does not need goes all the same");
    assertIntact(artifacts);
    assert.equal((await run(graph(stages), { artifacts })).executed, 0);
  }));

Deno.test("gc waits for who reads the store, and leaves a store of a newer version alone", () =>
  withFolder(async (artifacts) => {
    await counted(artifacts, 1);
    const { waitForLock } = await import("../../pipeline/advisory_lock.ts");
    const reader = await waitForLock(`${artifacts}/locks/guard`, { isShared: true });
    const waited = Promise.withResolvers<void>();
    const collecting = collectGarbage({ artifacts, ...nothing, onWait: waited.resolve });
    await waited.promise;
    assert.ok([...files(`${artifacts}/objects`)].length > 0);
    reader.release();
    assert.equal((await collecting).collected.length, 4);

    await Deno.writeTextFile(`${artifacts}/store.json`, '{"type":"store/2"}');
    await assert.rejects(
      collectGarbage({ artifacts, ...nothing }),
      /must be of store\/1, but is of store\/2/,
    );
  }));
