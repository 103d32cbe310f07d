import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { sealCheckpoint } from "../../pipeline/checkpoint.ts";
import { layout } from "../../pipeline/layout.ts";
import { graph, type RunEvent, type Stage, verify, type VerifyOptions } from "../../pipeline/mod.ts";
import { StoreError } from "../../pipeline/mod.ts";
import { files } from "../faults/store_state.ts";
import { flipBit, forge } from "../forge.ts";
import { counting, only, root, run, toy, withFolder } from "./toy/mod.ts";

const ALL = { units: "all", seed: 1 } as const;
const random: Stage = { id: "random", module: toy("random"), params: {} };
const walk = (params: { steps: number; pause: number }): Stage => ({
  id: "walk",
  module: toy("walk"),
  params,
});

async function verified(stages: readonly Stage[], options: Partial<VerifyOptions> & { artifacts: string }) {
  const events: RunEvent[] = [];
  const onEvent = (event: RunEvent) => {
    events.push(event);
    options.onEvent?.(event);
  };
  return { ...await verify(graph(stages), { root, workers: 2, ...options, onEvent }), events };
}

/** Everything in a store, to the byte and to the time of its last change. */
function snapshot(artifacts: string): string[] {
  return [...files(artifacts)].map((path) => {
    const { mtime, mode } = Deno.statSync(path);
    return `${path} ${mode} ${mtime?.getTime()} ${Deno.readFileSync(path).toBase64()}`;
  }).sort();
}

Deno.test("verify() finds a store as it should be, with and without recomputing, and changes nothing in it", () =>
  withFolder(async (artifacts) => {
    await run(graph(counting()), { artifacts });
    const before = snapshot(artifacts);
    const hashed = await verified(counting(), { artifacts });
    assert.ok(hashed.ok);
    assert.equal(only(hashed.events, "unit-start").length, 0);
    assert.deepEqual(hashed.stages.map(({ checked, recomputed }) => [checked, recomputed]), [[3, []], [
      1,
      [],
    ]]);

    const again = await verified(counting(), { artifacts, recompute: ALL });
    assert.ok(again.ok);
    assert.deepEqual(
      again.stages.map(({ stage, recomputed }) => [stage.id, recomputed.map(({ state }) => state)]),
      [["count", ["identical", "identical", "identical"]], ["sum", ["identical"]]],
    );
    assert.deepEqual(snapshot(artifacts), before);
    assert.deepEqual([...Deno.readDirSync(`${artifacts}/scratch`)], []);
  }));

Deno.test("verify() catches a stage that gives something else each time, with file and byte", () =>
  withFolder(async (artifacts) => {
    await run(graph([random]), { artifacts });
    const { ok, stages: [{ recomputed: [unit] }] } = await verified([random], { artifacts, recompute: ALL });
    assert.equal(ok, false);
    assert.equal(unit.state, "different");
    const [difference] = unit.differences;
    assert.equal(difference.what, "random.bin");
    const stored = await Deno.readFile(`${artifacts}/random/random.bin`);
    const at = Number(/^byte (\d+)$/.exec(difference.at)![1]);
    assert.equal(difference.stored, `0x${stored.subarray(at, at + 1).toHex()}`);
    assert.notEqual(difference.recomputed, difference.stored);
  }));

Deno.test("verify() trusts a forged record without recomputing, and finds it out by recomputing", () =>
  withFolder(async (artifacts) => {
    const { stages: [{ keys }] } = await run(graph(counting()), { artifacts });
    await forge(artifacts, { key: keys[1], name: "part-1.txt", change: () => new TextEncoder().encode("9") });
    const forged = counting().slice(0, 1);
    assert.ok((await verified(forged, { artifacts })).ok);

    const { ok, stages: [{ recomputed }] } = await verified(forged, { artifacts, recompute: ALL });
    assert.equal(ok, false);
    assert.deepEqual(recomputed.map(({ state }) => state), ["identical", "different", "identical"]);
    assert.deepEqual(recomputed[1].differences, [{
      what: "part-1.txt",
      at: "byte 0",
      stored: "0x39",
      recomputed: "0x32",
      differing: 1,
      of: 1,
      place: "byte",
    }]);
  }));

Deno.test("verify() finds a flipped bit behind a whole seal, and says which by recomputing", () =>
  withFolder(async (artifacts) => {
    const { stages: [{ artifacts: [part] }] } = await run(graph(counting()), { artifacts });
    await flipBit(layout(artifacts).object(part.digest));
    const { ok, stages } = await verified(counting(), { artifacts, recompute: ALL });
    assert.equal(ok, false);
    const [{ recomputed: [first] }, { recomputed: [sum] }] = stages;
    assert.deepEqual(first.differences.map(({ at, stored, recomputed }) => [at, stored, recomputed]), [
      ["byte 0", "0x30", "0x31"],
    ]);
    assert.equal(sum.state, "failed");
    assert.match(sum.message!, /its bytes must have this SHA-256/);

    // Its seal is broken by now: the next run makes it again, and the next look finds it at once.
    for (const options of [{}, { recompute: ALL }]) {
      const again = await verified(counting(), { artifacts, ...options });
      assert.equal(again.ok, false);
      const [count] = again.stages;
      assert.deepEqual(count.broken.map(({ shard, what }) => [shard, what]), [[0, "part-0.txt"]]);
      assert.match(count.broken[0].found, /found 1 bytes with SHA-256/);
      assert.deepEqual(
        count.recomputed.map(({ differences }) => differences.length),
        options.recompute ? [1, 0, 0] : [],
      );
    }
  }));

Deno.test("verify() says what is not in the store, and checks the rest", () =>
  withFolder(async (artifacts) => {
    await run(graph(counting({ shards: 2 })), { artifacts });
    const { ok, stages } = await verified(counting({ shards: 3 }), { artifacts, recompute: ALL });
    assert.equal(ok, false);
    assert.deepEqual(
      stages.map(({ state, units, checked, recomputed }) => [state, units, checked, recomputed.length]),
      [["missing", 3, 2, 2], ["missing", 1, 0, 0]],
    );
  }));

Deno.test("verify() compares by identity where a stage declares one", () =>
  withFolder(async (artifacts) => {
    const picture = { id: "picture", module: toy("picture"), params: { comment: "a" } };
    const { stages: [{ keys: [key] }] } = await run(graph([picture]), { artifacts });
    const change = () => new TextEncoder().encode("1,2,3 other comment");
    await forge(artifacts, { key, name: "image.png", change });
    assert.ok((await verified([picture], { artifacts, recompute: ALL })).ok);

    const identify = (_: string, bytes: Uint8Array) =>
      Uint8Array.from(new TextDecoder().decode(bytes).split(" ")[0].split(","), Number);
    assert.ok((await verified([picture], { artifacts, identify })).ok);
    await forge(artifacts, { key, name: "image.png", change: () => new TextEncoder().encode("1,2,4 a") });
    const { ok, stages: [lied] } = await verified([picture], { artifacts, identify, recompute: ALL });
    assert.equal(ok, false);
    assert.match(lied.broken[0].found, /^its identity must be [0-9a-f]{64}, as recorded, but is/);
    assert.deepEqual(lied.recomputed[0].differences.map(({ at }) => at), ["byte 4"]);

    await forge(artifacts, { key, name: "image.png", change });
    await forge(artifacts, { key, name: "data.zarr/c/2", change: () => new Uint8Array([7]) });
    const { stages: [{ recomputed: [unit] }] } = await verified([picture], { artifacts, recompute: ALL });
    assert.deepEqual(unit.differences.map(({ what }) => what), ["data.zarr/c/2"]);
  }));

Deno.test("verify() chooses the same units by the same seed, and more of them by a larger number", () =>
  withFolder(async (artifacts) => {
    const stages = counting({ shards: 12 });
    await run(graph(stages), { artifacts });
    const chosen = async (units: number, seed: number, of?: string[]) => {
      const recompute = { units, seed, ...(of !== undefined && { of }) };
      const { stages: all, ok } = await verified(stages, { artifacts, recompute });
      assert.ok(ok);
      return all.flatMap(({ recomputed }) => recomputed.map(({ stage, shard }) => `${stage} ${shard}`));
    };
    const three = await chosen(3, 7);
    assert.equal(three.length, 3);
    assert.deepEqual(await chosen(3, 7), three);
    assert.notDeepEqual(await chosen(3, 8), three);
    const five = await chosen(5, 7);
    assert.ok(three.every((unit) => five.includes(unit)));
    assert.deepEqual(await chosen(99, 7, ["sum"]), ["sum null"]);
  }));

Deno.test("verify() begins at the beginning, whatever restart point is there, and leaves it", () =>
  withFolder(async (artifacts) => {
    const stages = [walk({ steps: 3, pause: 1 })];
    const { stages: [{ keys: [key] }] } = await run(graph(stages), { artifacts });
    const checkpoint = layout(artifacts).checkpoint(key);
    const poison = sealCheckpoint(new TextEncoder().encode("[2, 123]"));
    await Deno.mkdir(checkpoint.slice(0, -"/checkpoint".length), { recursive: true });
    await Deno.writeFile(checkpoint, poison);
    const { ok, events } = await verified(stages, { artifacts, recompute: ALL });
    assert.ok(ok);
    assert.deepEqual(only(events, "progress").map(({ done }) => done), [1, 2, 3]);
    assert.deepEqual(await Deno.readFile(checkpoint), poison);
  }));

Deno.test("verify() stops at once when aborted, leaves no scratch, and is not content", () =>
  withFolder(async (artifacts) => {
    const stages = [walk({ steps: 40, pause: 1 })];
    await run(graph(stages), { artifacts });
    const before = snapshot(artifacts);
    const stop = new AbortController();
    const onEvent = (event: RunEvent) => void (event.type === "progress" && event.done === 5 && stop.abort());
    const { signal } = stop;
    const result = await verified(stages, { artifacts, recompute: ALL, signal, onEvent });
    assert.deepEqual([result.ok, result.aborted], [false, true]);
    assert.deepEqual(result.stages[0].recomputed, []);
    assert.deepEqual(snapshot(artifacts), before);
    assert.deepEqual([...Deno.readDirSync(`${artifacts}/scratch`)], []);
  }));

Deno.test("verify() killed while it recomputes leaves scratch that the next run removes, and all else as it was", () =>
  withFolder(async (artifacts) => {
    const stages = [walk({ steps: 200, pause: 1 })];
    await run(graph(stages), { artifacts });
    const before = snapshot(artifacts);
    const program = fileURLToPath(new URL("./toy/verify_process.ts", import.meta.url));
    const process = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", program, artifacts],
      stdout: "piped",
    }).spawn();
    for await (const chunk of process.stdout) {
      if (new TextDecoder().decode(chunk).includes("recomputing")) break;
    }
    process.kill("SIGKILL");
    await process.status;
    const [left] = [...Deno.readDirSync(`${artifacts}/scratch`)];
    assert.match(left.name, new RegExp(`^${process.pid}-`));

    assert.equal((await run(graph(stages), { artifacts })).executed, 0);
    assert.deepEqual([...Deno.readDirSync(`${artifacts}/scratch`)], []);
    const isLog = (line: string) => line.startsWith(`${artifacts}/runs/`);
    assert.deepEqual(
      snapshot(artifacts).filter((line) => !isLog(line)),
      before.filter((line) => !isLog(line)),
    );
  }));

Deno.test("verify() throws when there is no place for what it recomputes", () =>
  withFolder(async (artifacts) => {
    await run(graph(counting()), { artifacts });
    await Deno.remove(`${artifacts}/scratch`, { recursive: true }).catch(() => {});
    await Deno.writeTextFile(`${artifacts}/scratch`, "a file");
    await assert.rejects(verified(counting(), { artifacts, recompute: ALL }), StoreError);
  }));
