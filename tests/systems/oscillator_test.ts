import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { normals } from "../../kernels/philox/mod.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import { decode, encode, macrostates } from "../../macronet/macrostate_map.ts";
import { column, type Matrix, matrix, repeatRows, rowRange } from "../../macronet/matrix.ts";
import { startParameters } from "../../macronet/parameters.ts";
import { relationParameters, sideParameters } from "../../macronet/relation.ts";
import { correlation, mean, variance } from "../../systems/metrics/statistics.ts";
import { system } from "../../systems/oscillator.ts";
import type { Trial } from "../../systems/system.ts";
import { assertClose } from "../macronet/numerical.ts";
import { changed } from "./refusals.ts";

await useWasmBackend();

const draw = { seed: 1, purpose: "test", from: 0 };
const ROWS = 2000;
const { physics } = system.profiles.smoke;
const u = system.prior(physics, ROWS, draw);
const { v } = system.grow(physics, u, draw);

const energies = (states: Matrix) =>
  column(states, 0).map((x, i) => (x * x + states.data[3 * i + 1] * states.data[3 * i + 1]) / 2);

Deno.test("oscillator.prior: states and noise are standard normal", () => {
  for (let j = 0; j < 3; j++) {
    assertAlmostEquals(mean(column(u, j)), 0, 0.08);
    assertAlmostEquals(variance(column(u, j)), 1, 0.12);
  }
});

Deno.test("oscillator.prior, grow: sample i is the same whatever the split into calls", () => {
  for (const [from, to] of [[0, 1], [7, 40], [1999, 2000]]) {
    const at = { ...draw, from };
    assertEquals(system.prior(physics, to - from, at).data, rowRange(u, from, to).data);
    assertEquals(system.grow(physics, rowRange(u, from, to), at).v.data, rowRange(v, from, to).data);
  }
});

Deno.test("oscillator.grow: every pair has one energy", () => {
  assertClose(energies(v), energies(u), 1e-6);
});

Deno.test("oscillator.grow: the time that passed is uniform over a period", () => {
  // x + ip turns clockwise by τ.
  const times = Array.from({ length: ROWS }, (_, i) => {
    const [x, p] = u.data.subarray(3 * i), [y, q] = v.data.subarray(3 * i);
    const angle = Math.atan2(y * p - x * q, x * y + p * q);
    return (angle + 2 * Math.PI) % (2 * Math.PI);
  });
  const sorted = times.toSorted((a, b) => a - b);
  // Kolmogorov-Smirnov: 1.63 / √n at the 1 % level
  const distance = Math.max(...sorted.map((time, i) => Math.abs(time / (2 * Math.PI) - (i + 0.5) / ROWS)));
  assert(distance < 1.63 / Math.sqrt(ROWS), `${distance}`);
});

Deno.test("oscillator.grow: the noise coordinate of v is drawn anew", () => {
  const before = column(u, 2), after = column(v, 2);
  assertAlmostEquals(variance(after), 1, 0.1);
  assertAlmostEquals(correlation(before, after), 0, 0.08);
});

Deno.test("oscillator.examples: pairs of held-out states at radii from 0.5 to 2.5, without noise", () => {
  const { u: chosen, v: later } = system.examples({ u, v }, 5);
  assertEquals([...column(chosen, 2), ...column(later, 2)], new Array(10).fill(0));
  const radii = (states: Matrix) => energies(states).map((h) => Math.sqrt(2 * h));
  assertClose(radii(chosen), [0.5, 1, 1.5, 2, 2.5], 1e-6);
  assertClose(radii(later), [0.5, 1, 1.5, 2, 2.5], 1e-6);
  assertClose(radii(system.examples({ u, v }, 3).u), [0.5, 1.5, 2.5], 1e-6);
  assertClose(radii(system.examples({ u, v }, 1).u), [1.5], 1e-6);
  const angle = (states: Matrix, i: number) => Math.atan2(states.data[3 * i + 1], states.data[3 * i]);
  assertAlmostEquals(angle(chosen, 1), angle(u, ROWS / 5), 1e-6); // scaled, not turned
  assertAlmostEquals(angle(later, 1), angle(v, ROWS / 5), 1e-6);
});

const { network } = system.profiles.smoke;
const relation = system.relation({ physics, network, seed: 1 }, {
  u: matrix(new Float32Array(6), 3),
  v: matrix(new Float32Array(6), 3),
});
const start = startParameters(relationParameters(relation), { seed: 1, purpose: "start" });

/** Moved from the start, where φ does not see (x, p) at all. */
const parameters = Object.fromEntries(
  Object.entries(start).map(([name, tensor], sample) => {
    const noise = normals(tensor.size, { seed: 1, purpose: "scatter", sample }).map((value) => 0.1 * value);
    return [name, tf.add(tensor, tf.tensor(noise, tensor.shape))];
  }),
);

Deno.test("oscillator.relation: one network for both times, whose macrostate starts as the noise coordinate", () => {
  assert(relation.shared && relation.u === relation.v);
  const few = rowRange(u, 0, 20);
  const alpha = macrostates(relation.u, sideParameters(relation, "u", start), few);
  assertAlmostEquals(Math.abs(correlation(column(alpha, 0), column(few, 2))), 1, 1e-6);
});

for (const microstate of ["state", "position+noise"] as const) {
  Deno.test(`oscillator.relation, ${microstate}: what the network does not see is abandoned as it is`, () => {
    const { u: map } = system.relation(
      { physics, network: { ...network, microstate }, seed: 1 },
      { u: matrix(new Float32Array(6), 3), v: matrix(new Float32Array(6), 3) },
    );
    const draws = Object.entries(startParameters(map.bijection.parameters, { seed: 1, purpose: "start" }));
    const own = Object.fromEntries(draws.map(([name, tensor]) => [name, tf.add(tensor, 0.1)]));
    const hidden = microstate === "state" ? 2 : 1;
    const few = rowRange(u, 0, 20);
    const { macrostate, abandoned } = encode(map, own, few);
    assertEquals(column(abandoned, 1), column(few, hidden));
    const elsewhere = { ...few, data: few.data.map((value, i) => i % 3 === hidden ? value + 1 : value) };
    assertEquals(macrostates(map, own, elsewhere).data, macrostate.data);
    assertClose(decode(map, own, { macrostate, abandoned }).data, few.data, 1e-4);
  });
}

/** A trial whose designs lie on circles of the given radius over the example's √(2H). */
function trialOf(ratio: (sample: number) => number): Trial<typeof physics> {
  const test = { u: rowRange(u, 0, 200), v: rowRange(v, 0, 200) };
  const examples = system.examples(test, 3);
  const draws = 40;
  const angles = normals(3 * draws, { seed: 1, purpose: "angles" });
  const designs = repeatRows(examples.u, draws);
  const radii = energies(designs).map((h) => Math.sqrt(2 * h));
  for (let i = 0; i < designs.rows; i++) {
    const radius = radii[i] * ratio(i);
    designs.data.set([radius * Math.cos(angles[i]), radius * Math.sin(angles[i])], 3 * i);
  }
  const bootstrap = { seed: 1, resamples: 10 };
  return {
    physics,
    relation,
    parameters,
    validation: test as { u: Matrix; v: Matrix },
    test,
    examples,
    designs: { u: designs },
    again: {},
    bootstrap,
  };
}

Deno.test("oscillator.evaluate: rings of the right radius have no bias, no spread, nothing outside", () => {
  const { metrics, tables } = system.evaluate(trialOf(() => 1));
  assertAlmostEquals(metrics.ring_radius_bias_max.value, 0, 1e-6);
  assertAlmostEquals(metrics.ring_radius_sd_max.value, 0, 1e-6);
  assertAlmostEquals(metrics.ring_radius_robust_max.value, 0, 1e-6);
  assertEquals(metrics.ring_outside_share.value, 0);
  assertClose(column(tables.energy, 0), energies(rowRange(u, 0, 200)), 1e-6);
  assertEquals(tables.plane.columns, 3);
});

Deno.test("oscillator.evaluate: a bias and what lies outside are measured", () => {
  const { metrics } = system.evaluate(trialOf((i) => i % 4 === 0 ? 1.5 : 1.1));
  assertAlmostEquals(metrics.ring_radius_bias_max.value, 0.2, 1e-6);
  assertAlmostEquals(metrics.ring_outside_share.value, 0.25, 1e-12);
  assertAlmostEquals(metrics.ring_radius_sd_max.value, 0.4 * Math.sqrt(0.25 * 0.75), 1e-6);
});

Deno.test("oscillator.evaluate: the widest ring counts, not their mean", () => {
  const { metrics } = system.evaluate(trialOf((i) => i < 40 ? 1 + 0.1 * (i % 2) : 1));
  assertAlmostEquals(metrics.ring_radius_sd_max.value, 0.05, 1e-6);
  assertAlmostEquals(metrics.ring_radius_robust_max.value, 0.1 / 1.349, 1e-6);
});

Deno.test("oscillator.evaluate: the oracle's variance is 1, and its distance that of the best affine map", () => {
  const { metrics } = system.evaluate(trialOf(() => 1));
  const distance = metrics.oracle_distance.value, r = metrics.oracle_correlation.value;
  assertAlmostEquals(distance, Math.sqrt(1 - r * r), 0.15);
});

Deno.test("oscillator.evaluate: designs that are not finite are outside, and stop nothing", () => {
  const { metrics } = system.evaluate(trialOf((i) => i % 10 === 0 ? NaN : 1));
  assertAlmostEquals(metrics.ring_outside_share.value, 0.1, 1e-12);
  assert(Object.values(metrics).every(({ value }) => Number.isFinite(value)), JSON.stringify(metrics));
  assertAlmostEquals(metrics.ring_radius_bias_max.value, 0, 1e-6);
});

Deno.test("oscillator.check: refuses a microstate that there is not", () => {
  const expected = 'network.microstate: it must be "state+noise" or "state" or "position+noise"';
  const settings = changed(system, { "network.microstate": "momentum" });
  assertThrows(() => system.check(settings), RangeError, expected);
});

Deno.test("oscillator, d = 2 and 3: the first number of the macrostate is that of d = 1, and is what is held against energy", () => {
  const once = system.evaluate(trialOf(() => 1)).metrics;
  for (const macroDimension of [2, 3]) {
    const settings = changed(system, { "network.macroDimension": macroDimension });
    system.check(settings);
    const rows = { u: rowRange(u, 0, 2), v: rowRange(v, 0, 2) };
    const wider = system.relation({ physics, network: settings.network, seed: 1 }, rows);
    const { metrics } = system.evaluate({ ...trialOf(() => 1), relation: wider });
    for (const name of ["spearman_energy_single", "spearman_energy_mean", "oracle_distance"]) {
      assertEquals(metrics[name].value, once[name].value, name);
    }
  }
});

Deno.test("oscillator.relation: refuses more macro dimensions than the microstate has", () => {
  const { network } = changed(system, { "network.macroDimension": 4 });
  const rows = { u: rowRange(u, 0, 2), v: rowRange(v, 0, 2) };
  const expected = "macroDimension must be a whole number from 1 to 3";
  assertThrows(() => system.relation({ physics, network, seed: 1 }, rows), RangeError, expected);
});
