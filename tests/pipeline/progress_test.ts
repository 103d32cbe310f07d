import assert from "node:assert/strict";
import { type RunEvent, showProgress } from "../../pipeline/mod.ts";
import { ProgressState } from "../../pipeline/progress_state.ts";

const plan: RunEvent = {
  type: "plan",
  run: "r",
  stages: [
    { stage: "make", units: 4, reuse: 2, run: 2, cost: 1 },
    { stage: "train", units: 1, reuse: 0, run: 0, cost: 9 },
  ],
};
const start = (stage: string, shard: number | null): RunEvent => ({
  type: "unit-start",
  stage,
  shard,
  key: "k",
  reason: "new",
});
const done = (stage: string, shard: number | null): RunEvent => ({
  type: "unit-done",
  stage,
  shard,
  key: "k",
  milliseconds: 1,
});
const step = (n: number): RunEvent => ({
  type: "progress",
  stage: "train",
  shard: null,
  done: n,
  total: 100,
  detail: `loss ${n}`,
});
const finished = (stage: string): RunEvent => ({
  type: "stage-done",
  stage,
  params: {},
  shards: null,
  inputs: {},
  code: "c",
  output: "o",
  executed: 1,
  reused: 0,
});

/** A run on a clock that the test moves: [second, event]. */
const story: [number, RunEvent][] = [
  [0, plan],
  [0, { type: "reused", stage: "make", units: 2 }],
  [0, start("make", 2)],
  [0, start("make", 3)],
  [1, done("make", 2)],
  [2, done("make", 3)],
  [2, finished("make")],
  [2, start("train", null)],
  ...Array.from({ length: 100 }, (_, i): [number, RunEvent] => [3 + i, step(i + 1)]),
  [103, done("train", null)],
  [103, finished("train")],
];

async function shown(style: "bar" | "lines" | "json", story: [number, RunEvent][]): Promise<string> {
  let text = "";
  let clock = 0;
  const display = showProgress(style, { write: (more) => text += more, now: () => clock, color: false });
  for (const [second, event] of story) {
    clock = second * 1000;
    display.onEvent(event);
  }
  await display.close();
  return text;
}

Deno.test("lines say where stages begin, stand and end, about every tenth", async () => {
  const lines = (await shown("lines", story)).trimEnd().split("\n");
  assert.equal(lines[0], "make: 2 units to run, 2 reused");
  assert.equal(lines[1], "make: done in 2.0 s");
  assert.equal(lines[2], "train: 1 unit to run");
  assert.match(lines[3], /^train 10 % 1\.0\/s loss 10 · 1:\d\d left$/);
  assert.equal(lines.at(-1), "train: done in 101.0 s");
  assert.equal(lines.length, 13);
});

Deno.test("json writes every event as a line, progress at most four times a second", async () => {
  const fast = Array.from({ length: 100 }, (_, i): [number, RunEvent] => [i / 100, step(i + 1)]);
  const events = (await shown("json", [[0, plan], ...fast])).trimEnd().split("\n").map((line) =>
    JSON.parse(line)
  );
  assert.equal(events[0].type, "plan");
  assert.equal(events[0].at, "1970-01-01T00:00:00.000Z");
  assert.ok(events.length >= 4 && events.length <= 7);
  assert.equal(events.at(-1).done, 100, "the last step is always told");
});

Deno.test("the bar shows units, stages, rate and the remaining time, and failures stay on the screen", async () => {
  const failed: RunEvent = {
    type: "failed",
    stage: "train",
    shard: null,
    params: {},
    message: "Cannot run train",
  };
  const bar = await shown("bar", [...story.slice(0, 60), [60, failed]]);
  assert.match(bar, /Cannot run train\n/);
  assert.ok(bar.endsWith("\r\u001b[K\r\u001b[J"), "the bar goes away");
});

Deno.test("ProgressState counts effort, not units, and knows nothing too early", () => {
  const state = new ProgressState(0);
  for (const [second, event] of story.slice(0, 5)) state.add(event, second * 1000);
  assert.deepEqual(state.counts(), { done: 3, units: 5 });
  assert.equal(state.fraction(), 0.075);
  assert.equal(state.remaining(1000), undefined);
  // A quarter of `make` took 2 s, so a cost of 1 takes 8 s, and 9.25 are left.
  assert.equal(state.remaining(2000), 74_000);
});
