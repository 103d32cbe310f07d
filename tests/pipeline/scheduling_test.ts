import assert from "node:assert/strict";
import { graph, type RunEvent } from "../../pipeline/mod.ts";
import { counting, only, run, toy, withFolder } from "./toy/mod.ts";

/** Most units of a stage that were at work at the same time. */
function mostAtOnce(events: readonly RunEvent[], stage: string): number {
  let now = 0;
  let most = 0;
  for (const event of events) {
    if (event.type === "unit-start" && event.stage === stage) most = Math.max(most, ++now);
    if (event.type === "unit-done" && event.stage === stage) now--;
  }
  return most;
}

const walks = (memory: number) =>
  graph([{ id: "walk", module: toy("walk"), params: { steps: 3, pause: 20 }, shards: 4, memory }]);

Deno.test("units that declare more memory than there is do not run at the same time", () =>
  withFolder(async (folder) => {
    const narrow = await run(walks(60), { artifacts: `${folder}/narrow`, memory: 100 });
    const wide = await run(walks(60), { artifacts: `${folder}/wide`, memory: 120 });
    assert.deepEqual([narrow, wide].map(({ executed }) => executed), [4, 4]);
    assert.deepEqual([narrow, wide].map(({ events }) => mostAtOnce(events, "walk")), [1, 2]);
    assert.equal(narrow.stages[0].output, wide.stages[0].output, "memory changes no byte");
  }));

Deno.test("a unit that declares more memory than there is runs alone", () =>
  withFolder(async (artifacts) => {
    const { ok, events } = await run(walks(60), { artifacts, memory: 10 });
    assert.ok(ok);
    assert.equal(mostAtOnce(events, "walk"), 1);
  }));

Deno.test("where a large unit has to wait, a small one goes first", () =>
  withFolder(async (artifacts) => {
    const params = { steps: 4, pause: 20 };
    const stages = [
      { id: "large", module: toy("walk"), params, shards: 2, memory: 60 },
      { id: "small", module: toy("walk"), params, memory: 30 },
    ];
    const { events } = await run(graph(stages), { artifacts, memory: 100 });
    const started = only(events, "unit-start").map(({ stage }) => stage);
    assert.deepEqual(started, ["large", "small", "large"]);
  }));

Deno.test("the longest path goes first", () =>
  withFolder(async (artifacts) => {
    const [count, sum] = counting({ shards: 1 });
    const alone = { id: "alone", module: toy("count"), params: { from: 5, failAt: null } };
    const cost = ({ id }: { id: string }) => id === "sum" ? 10 : 6;
    const { events } = await run(graph([alone, count, sum]), { artifacts, workers: 1, cost });
    assert.deepEqual(only(events, "unit-start").map(({ stage }) => stage), ["count", "sum", "alone"]);
  }));

const failing = [
  ...counting({ failAt: 1, shards: 3 }),
  { id: "other", module: toy("count"), params: { from: 9, failAt: null } },
];

Deno.test("a failure stops what depends on it and nothing else, and is not tried again", () =>
  withFolder(async (artifacts) => {
    const { events, stages, failures } = await run(graph(failing), { artifacts, workers: 1 });
    assert.equal(failures.length, 1);
    assert.deepEqual(only(events, "unit-start").map(({ stage, shard }) => [stage, shard]), [
      ["count", 0],
      ["count", 1],
      ["count", 2],
      ["other", null],
    ]);
    assert.deepEqual(stages.map(({ stage, state }) => [stage.id, state]), [
      ["count", "failed"],
      ["sum", "skipped"],
      ["other", "done"],
    ]);
  }));

Deno.test("failFast begins nothing after a failure, and keeps what was at work", () =>
  withFolder(async (artifacts) => {
    const { events, stages } = await run(graph(failing), { artifacts, workers: 1, failFast: true });
    assert.deepEqual(only(events, "unit-start").map(({ shard }) => shard), [0]);
    assert.deepEqual(stages.map(({ state }) => state), ["failed", "skipped", "skipped"]);

    const slow = { id: "slow", module: toy("walk"), params: { steps: 5, pause: 30 } };
    const cost = ({ id }: { id: string }) => id === "slow" ? 9 : 1;
    const beside = await run(graph([slow, ...failing]), { artifacts, failFast: true, cost });
    assert.equal(beside.stages.find(({ stage }) => stage.id === "slow")!.state, "done");
  }));
