import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { linearTrajectories } from "../../kernels/trajectories/mod.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import { type Matrix, matrix, rowRange } from "../../macronet/matrix.ts";
import { startParameters } from "../../macronet/parameters.ts";
import { relationParameters } from "../../macronet/relation.ts";
import { system } from "../../systems/linear.ts";
import { mean, variance } from "../../systems/metrics/statistics.ts";
import type { Columns, Trial } from "../../systems/system.ts";
import { assertClose } from "../macronet/numerical.ts";
import { changed } from "./refusals.ts";

await useWasmBackend();

const physics = system.profiles.smoke.physics;
/** The physics under another observation. */
const seen = (frame: "known" | "unknown", noise = 0) => ({
  ...physics,
  observation: { noise, unknown: { frame: frame === "unknown" } },
});
const draw = { seed: 1, purpose: "test", from: 0 };
const ROWS = 600;
const u = system.prior(physics, ROWS, draw);

const pathOf = (v: Matrix, i: number) => rowRange(v, i, i + 1).data;

/** Signed angle from the first point to the last, step by step. */
function sweep(path: Float32Array): number {
  let angle = 0;
  for (let j = 2; j < path.length; j += 2) {
    angle += Math.atan2(
      path[j - 2] * path[j + 1] - path[j - 1] * path[j],
      path[j - 2] * path[j] + path[j - 1] * path[j + 1],
    );
  }
  return angle;
}

const radii = (path: Float32Array) =>
  Array.from({ length: path.length / 2 }, (_, t) => Math.hypot(path[2 * t], path[2 * t + 1]));

Deno.test("linear.prior: standard normal entries, a function of (seed, purpose, sample) alone", () => {
  assertAlmostEquals(mean(u.data), 0, 0.06);
  assertAlmostEquals(variance(u.data), 1, 0.08);
  assertEquals(system.prior(physics, 10, { ...draw, from: 90 }).data, rowRange(u, 90, 100).data);
  assert(system.prior(physics, 1, { ...draw, seed: 2 }).data[0] !== u.data[0]);
  assert(system.prior(physics, 1, { ...draw, purpose: "other" }).data[0] !== u.data[0]);
});

for (const frame of ["known", "unknown"] as const) {
  Deno.test(`linear.grow, frame ${frame}: sample i is the same whatever the split into calls`, () => {
    const whole = system.grow(seen(frame, 0.03), u, draw);
    for (const [from, to] of [[0, 1], [1, 18], [300, 600]]) {
      const part = system.grow(seen(frame, 0.03), rowRange(u, from, to), { ...draw, from });
      for (const name of ["v", "start"]) assertEquals(part[name].data, rowRange(whole[name], from, to).data);
    }
  });
}

Deno.test("linear.grow, frame known, no noise: the kernel's trajectories from the starts that it tells", () => {
  const { v, start } = system.grow(seen("known"), u, draw);
  const expected = linearTrajectories({ matrices: u.data, starts: start.data, steps: 8, timeStep: 1 / 8 });
  assertEquals(v.data, expected);
  assertAlmostEquals(mean(start.data), 0, 0.1);
  assertAlmostEquals(variance(start.data), 1, 0.15);
});

Deno.test("linear.grow, frame unknown: a rotation of the known frame's, so that sweeps and radii stay", () => {
  const known = system.grow(seen("known"), u, draw).v;
  const unknown = system.grow(seen("unknown"), u, draw).v;
  let moved = 0;
  for (let i = 0; i < ROWS; i++) {
    const before = pathOf(known, i), after = pathOf(unknown, i);
    assertAlmostEquals(sweep(after), sweep(before), 1e-3);
    assertClose(radii(after), radii(before), 1e-5);
    if (Math.abs(after[0] - before[0]) > 0.1) moved++;
  }
  assert(moved > 0.8 * ROWS);
});

Deno.test("linear.grow, frame unknown: the angle is uniform, each sample's its own", () => {
  // Of one and the same matrix: the direction of the first point, less that in the known frame.
  const same = matrix(new Float32Array(4 * ROWS), 4);
  for (let i = 0; i < ROWS; i++) same.data.set([0.2, -1, 1, 0.2], 4 * i);
  const known = system.grow(seen("known"), same, draw).v;
  const unknown = system.grow(seen("unknown"), same, draw).v;
  const angles = Array.from({ length: ROWS }, (_, i) => {
    const [x, y] = pathOf(known, i), [p, q] = pathOf(unknown, i);
    return Math.atan2(x * q - y * p, x * p + y * q);
  });
  for (const k of [1, 2, 3]) {
    // The k-th trigonometric moment of a uniform angle is 0, its standard error 1/√(2n) ≈ 0.029.
    assertAlmostEquals(mean(angles.map((angle) => Math.cos(k * angle))), 0, 0.11);
    assertAlmostEquals(mean(angles.map((angle) => Math.sin(k * angle))), 0, 0.11);
  }
  assertEquals(new Set(angles).size, ROWS);
});

Deno.test("linear.grow: noise of the set deviation on every coordinate, nothing else", () => {
  const { v } = system.grow(seen("unknown", 0.5), u, draw);
  const clean = system.grow(seen("unknown"), u, draw).v;
  const errors = v.data.map((value, i) => value - clean.data[i]);
  assertAlmostEquals(mean(errors), 0, 0.02);
  assertAlmostEquals(Math.sqrt(variance(errors)), 0.5, 0.02);
  for (const lag of [1, 2, 16]) {
    const products = errors.subarray(lag).map((value, i) => value * errors[i]);
    assertAlmostEquals(mean(products), 0, 0.015); // neighbours and samples are independent
  }
});

Deno.test("linear: c − b > 0 turns anticlockwise, c − b < 0 clockwise", () => {
  for (
    const [turn, sign] of [[[0, -1, 1, 0], 1], [[0, 1, -1, 0], -1], [[0.3, -2, 2, 0.3], 1], [
      [-1, 3, -2, -1],
      -1,
    ]] as const
  ) {
    const one = matrix(Float32Array.from(turn), 4);
    for (const frame of ["known", "unknown"] as const) {
      const { v } = system.grow(seen(frame), one, draw);
      assertEquals(Math.sign(sweep(v.data)), sign);
    }
  }
});

/** A trial of an untrained relation on made-up designs. */
function trialOf(designs: (examples: Columns) => Columns, examples: Columns): Trial<typeof physics> {
  const unit = (size: number) => matrix(new Float32Array(2 * size).fill(1, size), size);
  const { network } = system.profiles.smoke;
  const relation = system.relation({ physics, network, seed: 1 }, { u: unit(4), v: unit(16) });
  const parameters = startParameters(relationParameters(relation), { seed: 1, purpose: "start" });
  const test = { u, v: system.grow(physics, u, draw).v };
  const made = designs(examples);
  return {
    physics,
    relation,
    parameters,
    validation: test,
    test,
    examples,
    designs: made,
    again: {},
    bootstrap: { seed: 1, resamples: 20 },
  };
}

/** Examples with complex eigenvalues that sweep more than 1 rad, and such that do not turn. */
const examples: Columns = (() => {
  const matrices = [[0, -2, 2, 0], [0, 2, -2, 0], [0.1, -3, 2, 0], [1, 0, 0, -1], [0, -0.2, 0.2, 0]];
  const u = matrix(Float32Array.from(matrices.flat()), 4);
  return { u, ...system.grow(seen("known"), u, draw) };
})();

Deno.test("linear.evaluate: designs that are the example's own matrix turn its way from any start", () => {
  const { metrics, tables } = system.evaluate(
    trialOf(
      ({ u, v }) => ({
        u,
        v,
        "grown.start": matrix(Float32Array.from([1, 0, 0, 1, -1, 2, 0.5, 0.5, 3, -1]), 2),
      }),
      examples,
    ),
  );
  assertEquals(metrics.rotation_agreement_parameters, { value: 1, interval: [1, 1] });
  assertEquals(metrics.rotation_agreement_parameters_all_complex.value, 1);
  assertEquals(metrics.rotation_agreement_trajectories.value, 1);
  assertEquals(metrics.rotation_agreement_trajectories_all_complex.value, 1);
  assertEquals(metrics.rotation_sense_agreement.value, 1);
  assertEquals(metrics.exploding_share.value, 0);
  assertEquals([metrics.examples_turning.value, metrics.examples_sweeping.value], [4, 3]);
  assert(tables.sweep.data[0] > 1 && tables.sweep.data[1] < -1 && tables.sweep.data[2] > 1);
});

Deno.test("linear.evaluate: designs that turn the other way agree with none, those not finite neither", () => {
  const other = (values: Matrix, f: (row: Float32Array) => number[]) =>
    matrix(
      Float32Array.from(Array.from({ length: values.rows }, (_, i) => f(pathOf(values, i))).flat()),
      values.columns,
    );
  const mirrored = trialOf(({ u, v, start }) => ({
    u: other(u, ([a, b, c, d]) => [a, -b, -c, d]),
    v: other(v, (path) => Array.from(path, (value, j) => j % 2 ? -value : value)),
    "grown.start": start,
  }), examples);
  const names = ["parameters", "trajectories"].map((what) => `rotation_agreement_${what}`);
  for (const name of [...names, "rotation_sense_agreement"]) {
    assertEquals(system.evaluate(mirrored).metrics[name].value, 0);
  }
  const broken = trialOf(
    ({ u, v, start }) => ({ u: other(u, () => [NaN, NaN, NaN, NaN]), v, "grown.start": start }),
    examples,
  );
  assertEquals(system.evaluate(broken).metrics.rotation_agreement_parameters.value, 0);
});

Deno.test("linear.evaluate: trajectories beyond 100 times the largest held out, or not finite, explode", () => {
  const largest = Math.max(...system.grow(physics, u, draw).v.data.map(Math.abs));
  const trial = trialOf(({ u, v, start }) => {
    const designs = matrix(v.data.slice(), v.columns);
    designs.data[3] = -101 * largest;
    designs.data[v.columns] = NaN;
    designs.data[2 * v.columns] = 99 * largest;
    return { u, v: designs, "grown.start": start };
  }, examples);
  assertEquals(system.evaluate(trial).metrics.exploding_share.value, 2 / 5);
});

Deno.test("linear.relation: few points of a trajectory are all signal, more of them leave noise to factor out", () => {
  const { network } = system.profiles.smoke;
  for (const steps of [2, 4, 5, 8]) {
    const unit = (size: number) => matrix(new Float32Array(2 * size).fill(1, size), size);
    const { v } = system.relation({ physics: { ...physics, steps }, network, seed: 1 }, {
      u: unit(4),
      v: unit(2 * steps),
    });
    assertEquals(v.bijection.dimension, 2 * steps);
    const names = Object.keys(v.bijection.parameters);
    assertEquals(names.some((name) => name.includes("inner")), steps > 4);
  }
});

for (
  const [changes, message] of [
    [
      { "physics.observation.noise": 0 },
      "physics.observation.noise: it must be a number from 0.0001 to 1000000 (without noise a trajectory determines M",
    ],
    [{ "physics.observation.noise": -0.1 }, "but it is -0.1"],
    [
      { "physics.steps": 1 },
      "physics.steps: it must be a whole number from 2 to 64 (a trajectory has two points)",
    ],
    [{ "physics.steps": 7.5 }, "physics.steps"],
    [{ "network.macroDimension": 5 }, "macroDimension must be a whole number from 1 to 4"],
  ] as const
) {
  Deno.test(`linear.check: refuses ${JSON.stringify(changes)}`, () => {
    assertThrows(() => system.check(changed(system, changes)), RangeError, message);
  });
}

Deno.test("linear.shapes: are those of what prior and grow make", () => {
  const columns: Columns = { u, ...system.grow(physics, u, draw) };
  for (const [name, shape] of Object.entries(system.shapes(physics))) {
    assertEquals(columns[name].columns, shape.reduce((product, side) => product * side));
  }
});
