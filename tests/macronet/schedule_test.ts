import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { learningRateAt, type Schedule } from "../../macronet/schedule.ts";

const schedules: fc.Arbitrary<Schedule> = fc.record({
  learningRate: fc.double({ min: 1e-6, max: 1, noNaN: true }),
  warmup: fc.nat(50),
  steps: fc.integer({ min: 51, max: 400 }),
});
const rates = (schedule: Schedule) =>
  Array.from({ length: schedule.steps + 1 }, (_, step) => learningRateAt(step, schedule));

Deno.test("learningRateAt: rises during the warm-up in equal steps to the peak, then falls to 0", () => {
  fc.assert(fc.property(schedules, (schedule) => {
    const { learningRate, warmup, steps } = schedule;
    const all = rates(schedule);
    for (let step = 0; step < warmup; step++) {
      assert(Math.abs(all[step] - learningRate * (step + 1) / warmup) <= 1e-15);
    }
    assertEquals(all[warmup], learningRate);
    for (let step = warmup + 1; step <= steps; step++) assert(all[step] < all[step - 1]);
    assert(Math.abs(all[steps]) <= 1e-15);
    assert(all[steps - 1] > 0, "the last step learns");
  }));
});

Deno.test("learningRateAt: without warm-up the first step is at the peak", () => {
  assertEquals(learningRateAt(0, { learningRate: 0.5, warmup: 0, steps: 10 }), 0.5);
});

Deno.test("learningRateAt: after the warm-up it is half a cosine", () => {
  const schedule = { learningRate: 2, warmup: 10, steps: 50 };
  for (let step = 10; step <= 50; step++) {
    const expected = 1 + Math.cos(Math.PI * (step - 10) / 40);
    assert(Math.abs(learningRateAt(step, schedule) - expected) < 1e-12);
  }
});

Deno.test("learningRateAt: a warm-up as long as the training is finite at its end", () => {
  assertEquals(learningRateAt(10, { learningRate: 1, warmup: 10, steps: 10 }), 1);
});
