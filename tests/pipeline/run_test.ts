import assert from "node:assert/strict";
import { graph } from "../../pipeline/mod.ts";
import { counting, misbehaving, only, outputs, run, toy, withFolder } from "./toy/mod.ts";

const text = (path: string) => Deno.readTextFile(path);

Deno.test("execute() gives the artifacts, publishes them, and executes nothing the second time", () =>
  withFolder(async (artifacts) => {
    const first = await run(graph(counting()), { artifacts });
    assert.ok(first.ok, first.failures[0]?.message);
    assert.equal(first.executed, 4);
    assert.equal(await text(`${artifacts}/sum/sum.txt`), "6");

    const second = await run(graph(counting()), { artifacts });
    assert.equal(second.executed, 0);
    assert.equal(second.reused, 4);
    assert.equal(only(second.events, "unit-start").length, 0);
    assert.deepEqual(outputs(second), outputs(first));
  }));

Deno.test("execute() leaves no lock, session or temporary behind", () =>
  withFolder(async (artifacts) => {
    await run(graph(counting()), { artifacts });
    for (const folder of ["locks", "sessions"]) {
      assert.deepEqual([...Deno.readDirSync(`${artifacts}/${folder}`)], []);
    }
  }));

Deno.test("execute() reuses the shards of a smaller run when their number grows", () =>
  withFolder(async (artifacts) => {
    await run(graph(counting({ shards: 3 })), { artifacts });
    const more = await run(graph(counting({ shards: 5 })), { artifacts });
    assert.deepEqual(only(more.events, "unit-start").map(({ stage, shard }) => [stage, shard]), [
      ["count", 3],
      ["count", 4],
      ["sum", null],
    ]);
    assert.equal(await text(`${artifacts}/sum/sum.txt`), "15");

    const fewer = await run(graph(counting({ shards: 3 })), { artifacts });
    assert.equal(fewer.executed, 0);
    assert.deepEqual([...Deno.readDirSync(`${artifacts}/count`)].map(({ name }) => name).sort(), [
      "part-0.txt",
      "part-1.txt",
      "part-2.txt",
    ]);
  }));

Deno.test("execute() cuts off early: an input rebuilt to the same bytes reruns nothing", () =>
  withFolder(async (artifacts) => {
    await run(graph(counting({ failAt: 98 })), { artifacts });
    const rebuilt = await run(graph(counting({ failAt: 99 })), { artifacts });
    assert.deepEqual(only(rebuilt.events, "unit-start").map(({ stage }) => stage), [
      "count",
      "count",
      "count",
    ]);
  }));

Deno.test("execute() gives the same digests with one worker and with two", () =>
  withFolder(async (folder) => {
    const [one, two] = [
      await run(graph(counting({ shards: 8 })), { artifacts: `${folder}/one`, workers: 1 }),
      await run(graph(counting({ shards: 8 })), { artifacts: `${folder}/two`, workers: 2 }),
    ];
    assert.deepEqual(outputs(one), outputs(two));
    const record = (artifacts: string, key: string) => text(`${artifacts}/records/${key}.json`);
    for (const key of one.stages.flatMap(({ keys }) => keys)) {
      assert.equal(await record(`${folder}/one`, key), await record(`${folder}/two`, key));
    }
  }));

Deno.test("execute() keeps the other shards when one fails, says its params, and skips what depends on it", () =>
  withFolder(async (artifacts) => {
    const other = { id: "other", module: toy("count"), params: { from: 7 } };
    const stages = [...counting({ failAt: 2 }), other];
    const failed = await run(graph(stages), { artifacts });
    assert.equal(failed.ok, false);
    assert.equal(failed.failures.length, 1);
    assert.match(
      failed.failures[0].message,
      /^Cannot run count, shard 1, with \{"from":1,"failAt":2\}: value must/,
    );
    assert.deepEqual(failed.stages.map(({ stage, state }) => [stage.id, state]), [
      ["count", "failed"],
      ["sum", "skipped"],
      ["other", "done"],
    ]);
    const again = await run(graph(stages), { artifacts });
    assert.deepEqual(only(again.events, "unit-start").map(({ stage, shard }) => [stage, shard]), [[
      "count",
      1,
    ]]);
  }));

const misdeeds: [how: string, message: RegExp][] = [
  ["nothing", /must write at least one artifact/],
  ["twice", /"same": each is written once/],
  ["upwards", /must be a relative path/],
  ["absolute", /must be a relative path/],
  ["exit", /it called exit\(\)/],
  ["close", /it called close\(\)/],
  ["unhandled", /nobody catches this/],
  ["trap", /unreachable/],
];
for (const [how, message] of misdeeds) {
  Deno.test(`execute() fails a unit that misbehaves: ${how}`, () =>
    withFolder(async (artifacts) => {
      const result = await run(graph([misbehaving(how)]), { artifacts });
      assert.match(result.failures[0].message, message);
      assert.match(result.failures[0].message, new RegExp(`^Cannot run ${how} with {"how":"${how}"`));
      const again = await run(graph([misbehaving(how), ...counting()]), { artifacts });
      assert.equal(again.failures.length, 1, "nothing was stored as if it were good");
      assert.ok(again.stages.some(({ stage, state }) => stage.id === "sum" && state === "done"));
    }));
}

Deno.test("execute() fails a stage whose shards write the same name", () =>
  withFolder(async (artifacts) => {
    const stage = { id: "clash", module: toy("clash"), params: {}, shards: 2 };
    const result = await run(graph([stage]), { artifacts });
    assert.match(
      result.failures[0].message,
      /Cannot run clash with {}: its units must write different names/,
    );
  }));

Deno.test("execute() turns what a stage prints into events", () =>
  withFolder(async (artifacts) => {
    const { events } = await run(graph([misbehaving("print")]), { artifacts });
    assert.deepEqual(only(events, "said").map(({ stage, text }) => [stage, text]), [[
      "print",
      "hello 42 { a: 1 }",
    ]]);
  }));

Deno.test("execute() stops at once when aborted, and goes on from its checkpoint", () =>
  withFolder(async (artifacts) => {
    const walk = graph([{ id: "walk", module: toy("walk"), params: { steps: 6, pause: 20 } }]);
    const stop = new AbortController();
    const aborted = await run(walk, {
      artifacts,
      signal: stop.signal,
      onEvent: (event) => event.type === "progress" && event.done === 3 && stop.abort(),
    });
    assert.equal(aborted.aborted, true);
    assert.equal(aborted.ok, false);
    assert.deepEqual(aborted.failures, []);
    const resumed = await run(walk, { artifacts });
    assert.ok(resumed.ok);
    assert.ok(only(resumed.events, "progress")[0].done > 3);
    assert.deepEqual([...Deno.readDirSync(`${artifacts}/scratch`)], [], "the checkpoint is gone");

    const whole = await run(walk, { artifacts: `${artifacts}/whole` });
    assert.deepEqual(outputs(resumed), outputs(whole));
  }));
