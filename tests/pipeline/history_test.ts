import assert from "node:assert/strict";
import { findRun, graph, lastOf, listRuns, pastKeys, readRun } from "../../pipeline/mod.ts";
import { counting, misbehaving, run, withFolder } from "./toy/mod.ts";

const toyGraph = graph(counting());

Deno.test("a run is read back from its log: what it was told, executed, reused and gave", () =>
  withFolder(async (artifacts) => {
    const first = await run(toyGraph, { artifacts, about: { command: "run count" } });
    const second = await run(toyGraph, { artifacts });
    assert.deepEqual(listRuns(artifacts), [second.id, first.id]);

    const past = readRun(first.id, artifacts);
    assert.deepEqual([past.state, past.executed, past.reused], ["done", 4, 0]);
    assert.deepEqual(past.about, { command: "run count" });
    assert.deepEqual(past.stages.map(({ stage, shards, output }) => [stage, shards, output]), [
      ["count", 3, first.stages[0].output],
      ["sum", null, first.stages[1].output],
    ]);
    assert.deepEqual(past.stages.flatMap(pastKeys), first.stages.flatMap(({ keys }) => keys));
    const again = readRun(second.id, artifacts);
    assert.deepEqual([again.executed, again.reused, again.about], [0, 4, {}]);
  }));

Deno.test("what failed and what was cut off is told as such, by the lines that are whole", () =>
  withFolder(async (artifacts) => {
    const failed = await run(graph([misbehaving("throw")]), { artifacts });
    const past = readRun(failed.id, artifacts);
    assert.equal(past.state, "failed");
    assert.deepEqual(
      past.failures.map(({ message }) => message),
      failed.failures.map(({ message }) => message),
    );

    const path = `${artifacts}/runs/${failed.id}.jsonl`;
    const lines = (await Deno.readTextFile(path)).trimEnd().split("\n");
    await Deno.writeTextFile(path, lines.slice(0, -1).join("\n") + "\n" + lines.at(-1)!.slice(0, 20));
    assert.equal(readRun(failed.id, artifacts).state, "cut off");
  }));

Deno.test("runs keep their order when the clock goes back", () =>
  withFolder(async (artifacts) => {
    const ids: string[] = [];
    for (const time of [5000, 9000, 1000, 1000]) {
      const { id, executed } = await run(toyGraph, { artifacts, now: () => time });
      ids.unshift(id);
      assert.equal(executed, ids.length === 1 ? 4 : 0);
    }
    assert.deepEqual(listRuns(artifacts), ids);
    assert.equal(lastOf("sum", artifacts)!.run.id, ids[0]);
    assert.equal(findRun("last~3", artifacts), ids[3]);
  }));

Deno.test("a run is found by its id or how that begins, and by how many runs ago it was", () =>
  withFolder(async (artifacts) => {
    const { id } = await run(toyGraph, { artifacts, now: () => 0 });
    for (const name of [id, "1970", "last", "last~0"]) assert.equal(findRun(name, artifacts), id);
    await run(toyGraph, { artifacts, now: () => 0 });
    assert.throws(() => findRun("1970", artifacts), /Cannot find run "1970": .* 2 begin so/);
    for (const name of ["", "last~2", "../x", "2026"]) {
      assert.throws(() => findRun(name, artifacts), RangeError);
    }
  }));
