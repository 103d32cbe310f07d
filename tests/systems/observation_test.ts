import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { matrix, rowRange } from "../../macronet/matrix.ts";
import { mean, variance } from "../../systems/metrics/statistics.ts";
import { checkObservation, disguise, observe, type Transformations } from "../../systems/observation.ts";
import { system as linear } from "../../systems/linear.ts";
import { system as oscillator } from "../../systems/oscillator.ts";
import type { System } from "../../systems/system.ts";
import { system as turing } from "../../systems/turing.ts";

const transformations: Transformations<"shift" | "scale"> = {
  shift: {
    draws: 1,
    view: ({ data, columns }, draws) =>
      data.forEach((x, i) => data[i] = x + draws.data[Math.floor(i / columns)]),
  },
  scale: {
    draws: 2,
    thing: ({ data, columns }, draws) =>
      data.forEach((x, i) => data[i] = x * draws.data[2 * Math.floor(i / columns) + 1]),
  },
};
const randomness = { seed: 1, purpose: "test", from: 0 };
const seen = (unknown: { shift?: boolean; scale?: boolean }, noise = 0) => ({
  observation: { noise, unknown: { shift: false, scale: false, ...unknown } },
  transformations,
  randomness,
});
const zeros = (rows: number, columns = 2) => matrix(new Float32Array(rows * columns), columns);

Deno.test("observe: with nothing unknown and no noise a view is the thing itself", () => {
  const views = zeros(5);
  observe(views, seen({}));
  assertEquals(views, zeros(5));
});

Deno.test("observe: an unknown transformation is drawn anew for every view, and is one for all of its numbers", () => {
  const views = zeros(500);
  observe(views, seen({ shift: true }));
  const firsts = Array.from({ length: views.rows }, (_, i) => views.data[2 * i]);
  assertEquals(firsts, Array.from({ length: views.rows }, (_, i) => views.data[2 * i + 1]));
  assert(new Set(firsts).size > 490);
  assert(Math.abs(mean(firsts) - 0.5) < 0.05);
});

Deno.test("observe: noise is normal with the declared deviation, on every number its own", () => {
  const views = zeros(4000);
  observe(views, seen({}, 0.25));
  assert(Math.abs(mean(views.data)) < 0.02);
  assert(Math.abs(Math.sqrt(variance(views.data)) - 0.25) < 0.01);
  assert(new Set(views.data).size > 7900);
});

Deno.test("disguise: moves what is observed and not what is given", () => {
  const things = matrix(new Float32Array(20).fill(1), 2);
  const moved = disguise(things, seen({ scale: true }));
  assertEquals(things.data, new Float32Array(20).fill(1));
  assert(moved.data.every((x) => x > 0 && x < 1));
  assertEquals(disguise(things, seen({ shift: true })), things);
});

Deno.test("observe: sample i is the same whatever the split into calls", () => {
  const whole = zeros(30);
  observe(whole, seen({ shift: true }, 0.1));
  fc.assert(fc.property(fc.integer({ min: 0, max: 29 }), fc.integer({ min: 1, max: 10 }), (from, count) => {
    const to = Math.min(30, from + count);
    const part = zeros(to - from);
    observe(part, { ...seen({ shift: true }, 0.1), randomness: { ...randomness, from } });
    assertEquals(part.data, rowRange(whole, from, to).data);
  }));
});

Deno.test("checkObservation: a negative noise is refused with the reason", () => {
  const limit = { least: 0, reason: "it is a standard deviation" };
  assertThrows(() => checkObservation({ noise: -1, unknown: {} }, limit), RangeError, "standard deviation");
});

/** What no view can show, if the transformation is unknown: each system's own invariants stay in it. */
for (
  const [name, system, change, invariant] of [
    ["frame", linear, { frame: true }, (v: Float32Array) => v[0] * v[0] + v[1] * v[1]],
    ["time", oscillator, { time: true }, (v: Float32Array) => v[0] * v[0] + v[1] * v[1]],
  ] as const
) {
  Deno.test(`an unknown ${name}: moves every view, and leaves its invariant alone`, () => {
    const plain = system as unknown as System<{ observation: object }>;
    const { physics } = plain.profiles.smoke;
    const u = plain.prior(physics, 50, randomness);
    const view = (unknown: object) =>
      plain.grow({ ...physics, observation: { noise: 0, unknown } }, u, randomness).v;
    const known = view({ [name]: false });
    const hidden = view(change);
    for (let i = 0; i < 50; i++) {
      const [one, other] = [known, hidden].map((v) => rowRange(v, i, i + 1).data);
      assert(Math.abs(one[0] - other[0]) + Math.abs(one[1] - other[1]) > 1e-4);
      assert(Math.abs(invariant(one) - invariant(other)) < 1e-4 * (1 + invariant(one)));
    }
  });
}

Deno.test("an unknown magnification: the pattern is that of smaller diffusion coefficients, their ratio kept", () => {
  const { physics } = turing.profiles.smoke;
  const small = { ...physics, size: 16, steps: 60 };
  const unknown = (magnification: boolean) => ({
    ...small,
    observation: { noise: 1e-6, unknown: { start: true, magnification } },
  });
  const u = turing.prior(small, 6, randomness);
  const known = turing.grow(unknown(false), u, randomness).v;
  const hidden = turing.grow(unknown(true), u, randomness).v;
  const distance = (i: number, other: { data: Float32Array }) =>
    Math.max(...rowRange(hidden, i, i + 1).data.map((x, j) => Math.abs(x - other.data[j])));
  let moved = 0;
  for (let i = 0; i < 6; i++) {
    const [Da, Db, F, k] = rowRange(u, i, i + 1).data;
    const grownAt = (scale: number) => {
      const rule = matrix(Float32Array.of(Da * scale, Db * scale, F, k), 4);
      return turing.grow(unknown(false), rule, { ...randomness, from: i }).v;
    };
    if (distance(i, { data: rowRange(known, i, i + 1).data }) > 0.01) moved++;
    // One scale from ½ to 1 makes it: the nearest of a fine grid is near.
    const scales = Array.from({ length: 101 }, (_, n) => 0.5 + n / 200);
    assert(Math.min(...scales.map((scale) => distance(i, grownAt(scale)))) < 0.01);
  }
  assert(moved > 2, `${moved}`);
});

Deno.test("a known start: every sample begins from the same discs", () => {
  const physics = {
    ...turing.profiles.smoke.physics,
    size: 16,
    steps: 5,
    observation: { noise: 1e-6, unknown: { start: false, magnification: false } },
  };
  const rule = turing.prior(physics, 1, randomness);
  const twice = matrix(Float32Array.of(...rule.data, ...rule.data), 4);
  const { v } = turing.grow(physics, twice, randomness);
  const [one, other] = [0, 1].map((i) => rowRange(v, i, i + 1).data);
  assert(one.every((x, j) => Math.abs(x - other[j]) < 1e-5));
});
