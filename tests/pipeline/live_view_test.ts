import assert from "node:assert/strict";
import fc from "fast-check";
import { liveLine, liveLines, watched } from "../../pipeline/live_view.ts";
import { type Readings, type RunEvent, showProgress } from "../../pipeline/mod.ts";
import { ProgressState } from "../../pipeline/progress_state.ts";

const trainings = ["linear/train", "oscillator/train", "turing/train"];

const plan: RunEvent = {
  type: "plan",
  run: "r",
  stages: trainings.map((stage) => ({ stage, units: 1, reuse: 0, run: 1, cost: 1 })),
};

const start = (stage: string): RunEvent => ({
  type: "unit-start",
  stage,
  shard: null,
  key: "k",
  reason: "new",
});

const readings = (loss: number): Readings => ({
  values: [["loss", loss], ["L_P", 0.1234], ["L_Du", 1.5], ["L_Dv", -0.7], ["Var α", 0], [
    "round trip",
    2.13e-6,
  ]],
  curve: ["validation loss", 2 * loss],
});

const report = (stage: string, done: number, loss: number): RunEvent => ({
  type: "progress",
  stage,
  shard: null,
  done,
  total: 1000,
  detail: readings(loss),
});

/** The state of trainings that do 50 steps in a second and report every ten of them. */
function trained(stages: readonly string[], losses: readonly number[]): ProgressState {
  const state = new ProgressState(0);
  state.add(plan, 0);
  for (const stage of stages) {
    state.add(start(stage), 0);
    losses.forEach((loss, i) => state.add(report(stage, 10 * i, loss), 5000 + 200 * i));
  }
  return state;
}

const lines = (state: ProgressState, { columns = 90, rows = 20, now = 6000 } = {}) =>
  liveLines(watched(state), { columns, rows, now });

Deno.test("liveLines: pace, numbers and curve of a training; preparing takes no part in its pace", () => {
  assert.deepEqual(lines(trained(["linear/train"], [6, 5, 4, 3, 2, 1])), [
    "linear/train [#-------------------] 50/1000 · 50 steps/s · 0:19 left",
    "  loss 1.00  L_P 0.123  L_Du 1.50  L_Dv -0.700  Var α 0.00  round trip 2.1e-6",
    "  validation loss 2.00 █▇▅▄▂▁",
  ]);
});

Deno.test("liveLines: a training that has said nothing twice has no pace, one without numbers no lines", () => {
  assert.equal(lines(trained(["linear/train"], [6]))[0], "linear/train [--------------------] 0/1000");
  assert.deepEqual(lines(trained(["linear/train"], [])), []);
});

Deno.test("liveLines: in 20 columns it says what fits", () => {
  assert.deepEqual(lines(trained(["linear/train"], [3, 2, 1]), { columns: 20 }), [
    "linear/train 2 % 20…",
    "  loss 1.00  L_P 0.…",
    "  validation loss 2…",
  ]);
});

Deno.test("liveLines: fewer lines for each where there are many trainings or few rows", () => {
  const state = trained(trainings, [2, 1]);
  assert.equal(lines(state, { rows: 9 }).length, 9);
  assert.equal(lines(state, { rows: 8 }).length, 6);
  assert.equal(lines(state, { rows: 5 }).length, 3);
  assert.match(
    lines(state, { rows: 3 })[2],
    /^turing\/train 10\/1000, 50 steps\/s, 0:19 left, loss 1.00, L_P/,
  );
  assert.equal(lines(state, { rows: 1 }).length, 1);
  assert.equal(lines(state, { rows: 0 }).length, 0);
});

Deno.test("liveLines: whatever the numbers and the room, no line is too wide and none too many", () =>
  fc.assert(fc.property(
    fc.array(fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity)), { maxLength: 40 }),
    fc.integer({ min: -1, max: 200 }),
    fc.integer({ min: -1, max: 12 }),
    (losses, columns, rows) => {
      const shown = lines(trained(trainings, losses), { columns, rows });
      assert.ok(shown.length <= Math.max(0, rows));
      for (const line of shown) assert.ok(line.length <= Math.max(0, columns), line);
    },
  )));

Deno.test("liveLines: NaN and infinite numbers are said as such", () => {
  const shown = lines(trained(["linear/train"], [1, NaN, Infinity]));
  assert.match(shown[1], /^ {2}loss ∞ {2}/);
  assert.match(shown[2], /validation loss ∞ ▁ █$/);
});

Deno.test("liveLines: thousands of records keep to their line, and the pace follows the last ones", () => {
  const state = trained(["linear/train"], Array.from({ length: 5000 }, (_, i) => 1 / (1 + i)));
  const shown = lines(state, { columns: 200, now: 5000 + 200 * 5000 });
  assert.match(shown[0], /50 steps\/s · 0:00 left$/);
  assert.equal(shown[2].split(" ").at(-1)!.length, 48);
});

Deno.test("liveLine: all in one line, for a log", () => {
  const [training] = watched(trained(["linear/train"], [3, 2, 1]));
  assert.equal(
    liveLine(training, 5400),
    "linear/train 20/1000, 50 steps/s, 0:20 left, loss 1.00, L_P 0.123, L_Du 1.50, L_Dv -0.700, Var α 0.00, " +
      "round trip 2.1e-6, validation loss 2.00",
  );
});

Deno.test("showProgress, lines: the first record, each tenth and the last, without an escape code", async () => {
  let [text, clock] = ["", 0];
  const display = showProgress("lines", { write: (more) => text += more, now: () => clock, color: false });
  display.onEvent(plan);
  display.onEvent(start("linear/train"));
  for (let i = 0; i < 100; i++) {
    clock += 100;
    display.onEvent(report("linear/train", 10 * i, 1));
  }
  display.onEvent({ type: "progress", stage: "linear/train", shard: null, done: 1000, total: 1000 });
  await display.close();
  const said = text.trimEnd().split("\n").filter((line) => line.includes("loss 1.00, L_P 0.123"));
  assert.deepEqual(
    said.map((line) => line.split(",")[0]),
    [0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000].map((done) => `linear/train ${done}/1000`),
  );
  assert.ok(!text.includes("\u001b") && !text.includes("\r"));
});

Deno.test("showProgress, lines: a slow training says a line at least every 30 s", async () => {
  let [text, clock] = ["", 0];
  const display = showProgress("lines", { write: (more) => text += more, now: () => clock, color: false });
  display.onEvent(plan);
  display.onEvent(start("linear/train"));
  for (let i = 0; i < 10; i++, clock += 15_000) display.onEvent(report("linear/train", i, 1));
  await display.close();
  assert.equal(text.match(/loss 1\.00, L_P/g)!.length, 5);
});
