import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { initialState, simulate, stableTimeStep } from "../../kernels/gray_scott/mod.ts";
import { below, normals } from "../../kernels/philox/mod.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import { decode, encode, macrostates } from "../../macronet/macrostate_map.ts";
import { column, type Matrix, matrix, pickRows, repeatRows, rowRange } from "../../macronet/matrix.ts";
import { startParameters } from "../../macronet/parameters.ts";
import { relationParameters, sideParameters } from "../../macronet/relation.ts";
import { species } from "../../systems/metrics/patterns.ts";
import { mean, variance } from "../../systems/metrics/statistics.ts";
import type { Columns, Trial } from "../../systems/system.ts";
import { system } from "../../systems/turing.ts";
import { assertClose } from "../macronet/numerical.ts";
import { changed } from "./refusals.ts";

await useWasmBackend();

const physics = { ...system.profiles.smoke.physics, size: 32, steps: 1500 };
const { box } = physics;
const draw = { seed: 1, purpose: "test", from: 0 };
const u = system.prior(physics, 40, draw);
const grown = system.grow(physics, u, draw);

/** The numbers in which the box is a box: Da, Db/Da, F, k. */
const boxed = ([Da, Db, F, k]: Float32Array) => [Da, Db / Da, F, k];
const sides = [box.Da, box.ratio, box.F, box.k];

Deno.test("turing.prior: uniform strictly inside the box, Db by its ratio to Da", () => {
  const many = system.prior(physics, 2000, draw);
  const shares = Array.from(
    { length: many.rows },
    (_, i) =>
      boxed(rowRange(many, i, i + 1).data).map((value, j) =>
        (value - sides[j][0]) / (sides[j][1] - sides[j][0])
      ),
  );
  for (let j = 0; j < 4; j++) {
    const share = shares.map((row) => row[j]);
    assert(Math.min(...share) > 0 && Math.max(...share) < 1);
    assertAlmostEquals(mean(share), 0.5, 0.03);
    assertAlmostEquals(variance(share), 1 / 12, 0.006);
  }
});

Deno.test("turing.prior, grow: sample i is the same whatever the split into calls", () => {
  fc.assert(
    fc.property(fc.nat(39), fc.integer({ min: 1, max: 4 }), (from, count) => {
      const to = Math.min(from + count, 40);
      assertEquals(system.prior(physics, to - from, { ...draw, from }).data, rowRange(u, from, to).data);
      const part = system.grow(physics, rowRange(u, from, to), { ...draw, from });
      for (const name in part) assertEquals(part[name].data, rowRange(grown[name], from, to).data);
    }),
    { numRuns: 5 },
  );
});

Deno.test("turing.grow: a pattern is the kernel's with noise, its species side by side, from its own random start", () => {
  const { a, b } = simulate({
    width: 32,
    height: 32,
    ...initialState({ width: 32, height: 32, draw: { seed: 1, purpose: "test.start", sample: 3 } }),
    ...ruleOf(3),
    steps: physics.steps,
  });
  const pattern = rowRange(grown.v, 3, 4).data;
  const { noise } = physics.observation;
  for (const [which, field] of [a, b].entries()) {
    const errors = species(pattern, which as 0 | 1).map((value, cell) => value - field[cell]);
    assert(errors.every((error) => Math.abs(error) < 5 * noise));
    assert(Math.abs(Math.sqrt(variance(errors)) / noise - 1) < 0.1);
  }
  const again = system.grow(physics, rowRange(u, 3, 4), { ...draw, from: 4 });
  assert(again.v.data.some((value, i) => value !== pattern[i]), "another sample starts from other discs");
});

Deno.test("turing.grow: observation noise has its standard deviation, and what is alive was decided without it", () => {
  const noise = 0.5;
  const noisy = system.grow({ ...physics, observation: { ...physics.observation, noise } }, u, draw);
  const errors = noisy.v.data.map((value, i) => value - grown.v.data[i]);
  assertAlmostEquals(mean(errors), 0, 0.005);
  assertAlmostEquals(variance(errors), noise * noise, 0.005);
  assertEquals(noisy.accepted, grown.accepted);
});

function ruleOf(i: number) {
  const [Da, Db, F, k] = rowRange(u, i, i + 1).data;
  return { Da, Db, F, k };
}

Deno.test("turing.grow: accepted are exactly the patterns whose b has a standard deviation over 0.01", () => {
  const alive = Array.from(
    { length: u.rows },
    (_, i) => Math.sqrt(variance(species(rowRange(grown.v, i, i + 1).data, 1))) > 0.01 ? 1 : 0,
  );
  assertEquals(Array.from(grown.accepted.data), alive);
  const share = mean(alive);
  assert(share > 0.2 && share < 0.9, `both kinds are among them: ${share}`);
});

Deno.test("turing.grow: steps are those computed, all of them where a pattern never settles", () => {
  const asked = system.steps!(physics);
  const taken = Array.from(grown.steps.data);
  assert(taken.every((steps) => steps > 0 && steps <= asked && (steps === asked || steps % 250 === 0)));
  assert(taken.includes(asked) && taken.some((steps) => steps < asked), `${taken}`);
});

for (
  const [changes, message] of [
    [{ "physics.box.Da": [0.1, 0.26] }, "explicit Euler is stable from 0 to"],
    // Da = 0.24 is stable at k = 0.066, where there is no other stationary state, but not at k = 0.055.
    [{ "physics.box.Da": [0.1, 0.24] }, "Da = 0.24, Db = 0.144, F = 0.07, k = 0.055, but it is 1"],
    [{ "physics.timeStep": 2 }, "physics.timeStep"],
    [{ "physics.timeStep": 0 }, "physics.timeStep"],
    [{ "physics.timeStep": NaN }, "physics.timeStep"],
    [
      { "physics.box.F": [0.07, 0.02] },
      "physics.box.F: a box needs 0 < lower < upper, but it is [0.07, 0.02]",
    ],
    [{ "physics.box.k": [0.06, 0.06] }, "physics.box.k: a box needs 0 < lower < upper"],
    [{ "physics.box.Da": [0, 0.2] }, "physics.box.Da: a box needs 0 < lower"],
    [{ "physics.box.ratio": [0.4, NaN] }, "physics.box.ratio"],
    [
      { "physics.observation.noise": 0 },
      "physics.observation.noise: it must be a number from 0.000001 to 1000000 (a pattern without noise",
    ],
    [{ "physics.size": 48 }, "physics.size: it must be a power of two"],
    [{ "physics.size": 4 }, "physics.size: it must be a whole number from 8 to 1024"],
    [{ "physics.steps": 0 }, "physics.steps"],
    [{ "physics.steps": 1e12 }, "physics.steps: it must be a whole number from 1 to 2147483647"],
    [{ "network.macroDimension": 5 }, "macroDimension must be a whole number from 1 to 4"],
    [{ "network.weightMacro": -1 }, "network.weightMacro"],
    [{ "network.weightAbandoned": Infinity }, "network.weightAbandoned"],
  ] as const
) {
  Deno.test(`turing.check: refuses ${JSON.stringify(changes)}`, () => {
    assertThrows(() => system.check(changed(system, changes)), RangeError, message);
  });
}

Deno.test("turing.check: a box that it takes has no rule that the kernel refuses", () => {
  const interval = (least: number, most: number) =>
    fc.tuple(
      fc.double({ min: least, max: most, noNaN: true }),
      fc.double({ min: least, max: most, noNaN: true }),
    )
      .map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]);
  fc.assert(fc.property(
    interval(0.05, 0.25),
    interval(0.01, 0.1),
    interval(0.04, 0.07),
    fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }),
    (Da, F, k, [a, r, f, p]) => {
      const settings = changed(system, { "physics.box.Da": Da, "physics.box.F": F, "physics.box.k": k });
      try {
        system.check(settings);
      } catch {
        return;
      }
      const at = ([lower, upper]: readonly number[], share: number) => lower + share * (upper - lower);
      const diffusion = at(Da, a);
      const rule = { Da: diffusion, Db: diffusion * at(box.ratio, r), F: at(F, f), k: at(k, p) };
      assert(stableTimeStep(rule) > 1 - 1e-3, `${JSON.stringify(rule)}: ${stableTimeStep(rule)}`);
    },
  ));
});

const { network } = system.profiles.smoke;
const unit = (size: number) => matrix(new Float32Array(2 * size).fill(1, size), size);
const relation = system.relation({ physics, network, seed: 1 }, { u: unit(4), v: unit(2048) });
const parameters = startParameters(relationParameters(relation), { seed: 1, purpose: "start" });

Deno.test("turing.relation: rules go there and back, and every design lies in the box", () => {
  const own = sideParameters(relation, "u", parameters);
  const encoded = encode(relation.u, own, u);
  assertClose(decode(relation.u, own, encoded).data, u.data, 1e-5);
  const far = matrix(normals(300, { seed: 1, purpose: "far" }).map((value) => 20 * value), 3);
  const designs = decode(relation.u, own, { macrostate: far, abandoned: matrix(far.data.slice(0, 100), 1) });
  for (let i = 0; i < designs.rows; i++) {
    boxed(rowRange(designs, i, i + 1).data).forEach((value, j) => {
      assert(value >= sides[j][0] - 1e-7 && value <= sides[j][1] + 1e-7, `${j}: ${value}`);
    });
  }
});

Deno.test("turing.relation: patterns go there and back", () => {
  const own = sideParameters(relation, "v", parameters);
  const few = rowRange(grown.v, 0, 5);
  assertClose(decode(relation.v, own, encode(relation.v, own, few)).data, few.data, 1e-3);
  const prepared = relation.v.prepare(few);
  assertClose(
    macrostates(relation.v, own, prepared).data,
    encode(relation.v, own, few).macrostate.data,
    1e-4,
  );
});

/** The live samples as a test set, the first of them as examples. */
const live = Array.from({ length: u.rows }, (_, i) => i).filter((i) => grown.accepted.data[i] === 1);
const test: Columns = { u: pickRows(u, live), v: pickRows(grown.v, live) };
const CASES = 3, DRAWS = 4;

/** Where no v is sampled directly, what was grown stands for it. */
function trialOf(sampled: Columns, again: Matrix): Trial<typeof physics> {
  const designs = { v: sampled["grown.v"], ...sampled };
  const examples = system.examples(test, CASES);
  const bootstrap = { seed: 1, resamples: 20 };
  return {
    physics,
    relation,
    parameters,
    validation: test as { u: Matrix; v: Matrix },
    test,
    examples,
    designs,
    again: { v: again },
    bootstrap,
  };
}

/** What the examples' own rules grow into. */
function regrown(purpose: string): { u: Matrix; grown: Columns } {
  const own = repeatRows(rowRange(test.u, 0, CASES), DRAWS);
  return { u: own, grown: system.grow(physics, own, { seed: 1, purpose, from: 0 }) };
}

Deno.test("turing.evaluate: designs that are the example's own rule lie at the floor, and all is important", () => {
  const { u, grown } = regrown("again");
  const { metrics } = system.evaluate(
    trialOf({ u, "grown.v": grown.v, "grown.accepted": grown.accepted }, grown.v),
  );
  for (const look of ["spectrum", "minkowski", "moments"]) {
    assertAlmostEquals(metrics[look].value, 0, 1e-12);
    assertAlmostEquals(metrics[`direct_${look}`].value, 0, 1e-12);
  }
  for (const name of ["Da", "Db", "F", "k", "ratio"]) {
    assertAlmostEquals(metrics[`importance_${name}`].value, 1, 1e-9);
  }
  assertAlmostEquals(metrics.design_spread.value, 0, 1e-6);
  assertEquals(metrics.live_share.value, mean(grown.accepted.data));
});

Deno.test("turing.evaluate: random live rules lie far above the floor and have no importance", () => {
  const rows = below(live.length, CASES * 32, { seed: 1, purpose: "random rules" });
  const designs = { u: pickRows(test.u, rows), "grown.v": pickRows(test.v, rows) };
  const accepted = matrix(new Float32Array(rows.length).fill(1), 1);
  const { metrics } = system.evaluate(
    trialOf({ ...designs, "grown.accepted": accepted }, regrown("again").grown.v),
  );
  for (const look of ["spectrum", "moments"]) {
    assert(metrics[look].value > 0.5, `${look} ${metrics[look].value}`);
  }
  for (const name of ["Da", "F", "k", "ratio"]) assert(metrics[`importance_${name}`].value < 0.35, name);
  assertAlmostEquals(metrics.design_spread.value, 1, 0.2);
  assertEquals(metrics.live_share, { value: 1, interval: [1, 1] });
});

Deno.test("turing.evaluate: patterns sampled directly are measured for themselves", () => {
  const { u, grown } = regrown("again");
  const noise = normals(grown.v.data.length, { seed: 1, purpose: "no pattern" });
  const v = matrix(noise.map((value, i) => (i % 2 ? 0.2 : 0.6) + 0.1 * value), grown.v.columns);
  const designs = { u, v, "grown.v": grown.v, "grown.accepted": grown.accepted };
  const { metrics } = system.evaluate(trialOf(designs, grown.v));
  for (const look of ["spectrum", "minkowski", "moments"]) {
    assertAlmostEquals(metrics[look].value, 0, 1e-12);
    assert(metrics[`direct_${look}`].value > 0.5, look);
  }
});

Deno.test("turing.evaluate: designs that are not finite are dead, and stop nothing", () => {
  const { u, grown } = regrown("again");
  const broken = (source: Matrix) =>
    matrix(source.data.map((v, i) => i < source.columns ? NaN : v), source.columns);
  const accepted = matrix(Float32Array.from({ length: CASES * DRAWS }, (_, i) => i === 0 ? NaN : 1), 1);
  const designs = { u: broken(u), "grown.v": broken(grown.v), "grown.accepted": accepted };
  const { metrics } = system.evaluate(trialOf(designs, grown.v));
  assertAlmostEquals(metrics.live_share.value, 11 / 12, 1e-6);
  assert(Object.values(metrics).every(({ value }) => Number.isFinite(value)), JSON.stringify(metrics));
});

Deno.test("turing.shapes: are those of what prior and grow make", () => {
  const columns: Columns = { u, ...grown };
  for (const [name, shape] of Object.entries(system.shapes(physics))) {
    assertEquals(columns[name].columns, shape.reduce((product, side) => product * side));
  }
  assertEquals(column(grown.accepted, 0).length, u.rows);
});
