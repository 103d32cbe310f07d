import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { normals } from "../../kernels/philox/mod.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import { logProb } from "../../macronet/base_distribution.ts";
import { partOf } from "../../macronet/flat_parameters.ts";
import { haarAnalysis, haarPyramid } from "../../macronet/haar.ts";
import { decode, encode, type MacrostateMap, macrostates, toTensor } from "../../macronet/macrostate_map.ts";
import { besideEachOther, column, type Matrix, matrix, rowRange } from "../../macronet/matrix.ts";
import { prefixed } from "../../macronet/names.ts";
import { noiseCoordinates } from "../../macronet/noise_coordinates.ts";
import { startParameters } from "../../macronet/parameters.ts";
import { patternMap, type PatternMapOptions } from "../../systems/pattern_map.ts";
import { SUMMARY_SIZE } from "../../systems/metrics/patterns.ts";
import { mean, variance } from "../../systems/metrics/statistics.ts";
import { assertClose, numericalLogDet } from "../macronet/numerical.ts";
import { moved, SYMMETRIES } from "./fields.ts";

await useWasmBackend();

function options(size: number, macroDimension: number): PatternMapOptions {
  return {
    shape: { height: size, width: size, channels: 2 },
    macroDimension,
    conditioner: { width: 8, hiddenLayers: 2 },
    noiseLogScale: [-3, -0.5],
    pattern: { layers: 2, conditioner: { width: 8, hiddenLayers: 1 } },
    weights: { macro: 0.2, abandoned: 0.5 },
  };
}

/** Fields about as far apart as patterns are: a near 0.6, b near 0.2. */
function fields(size: number, rows: number) {
  const draws = normals(rows * 2 * size * size, { seed: 1, purpose: "fields" });
  const data = draws.map((value, i) => (i % 2 ? 0.2 : 0.6) + 0.15 * value);
  return matrix(data, 2 * size * size);
}

/** A field in multiples of 2⁻²⁰: steps are exact, and no two cells equal, where quantiles have no derivative. */
function smoothPoint(size: number, row: number) {
  return rowRange(fields(size, row + 1), row, row + 1).data.map((value) =>
    Math.round(2 ** 20 * value) / 2 ** 20
  );
}

/** A field's values and its noise coordinates. */
function withNoise(x: Matrix, { noiseCoordinates: size }: MacrostateMap) {
  return besideEachOther(x, noiseCoordinates(x, size!));
}

/** The nearest multiple of 2⁻⁸. */
function onGrid(value: number) {
  return Math.round(256 * value) / 256;
}

/** A map started on data, each of its parameters then moved, those that are zero included. */
function example(size: number, d: number, given = options(size, d)) {
  const map = patternMap(given);
  const parameters: Record<string, tf.Tensor> = tf.tidy(() => {
    const moved = Object.entries(startOn(map, fields(size, 200))).map(([name, tensor], sample) => {
      const noise = normals(tensor.size, { seed: 1, purpose: "scatter", sample }).map((value) => 0.1 * value);
      return [name, tf.add(tensor, tf.tensor(noise, tensor.shape))] as const;
    });
    return Object.fromEntries(moved);
  });
  return { map, parameters };
}

/** What the turns of a training start with. */
function startOn(map: MacrostateMap, x: Matrix): Record<string, tf.Tensor> {
  const start = startParameters(map.bijection.parameters, { seed: 1, purpose: "start" });
  const first = { ...start, ...map.initialise!(toTensor(map.prepare(x)), start) };
  const context = tf.zeros<tf.Rank.R2>([x.rows, map.macroDimension]);
  const later = (map.remainders ?? []).map(({ prefix, bijection }) =>
    prefixed(prefix, bijection.initialise?.(toTensor(x), context, partOf(prefix, start)) ?? {})
  );
  return Object.assign(first, ...later);
}

for (const [size, d] of [[4, 1], [4, 3], [4, 8], [8, 2], [8, 3]]) {
  const title = `patternMap, ${size} × ${size}, d = ${d}`;
  const { map, parameters } = example(size, d);
  const x = fields(size, 6);
  const whole = withNoise(x, map);
  const n = whole.columns;

  Deno.test(`${title}: inverse undoes forward and forward inverse, and the log-determinants cancel`, () => {
    tf.tidy(() => {
      const went = map.bijection.forward(toTensor(whole), parameters);
      const came = map.bijection.inverse(went.value, parameters);
      assertClose(came.value.dataSync(), whole.data, 1e-4);
      assertClose(tf.neg(came.logDet).dataSync(), went.logDet.dataSync(), 1e-4);
      const z = tf.tensor2d(normals(4 * n, { seed: 2, purpose: "z" }), [4, n]);
      const back = map.bijection.inverse(z, parameters);
      const again = map.bijection.forward(back.value, parameters);
      assertClose(again.value.dataSync(), z.dataSync(), 2e-3);
      assertClose(tf.neg(again.logDet).dataSync(), back.logDet.dataSync(), 1e-3);
    });
  });

  for (const direction of ["forward", "inverse"] as const) {
    Deno.test(`${title}: ${direction} gives the log-determinant of its numerical Jacobian`, () => {
      const apply = (rows: Float32Array) => map.bijection[direction](toTensor(matrix(rows, n)), parameters);
      const value = (rows: Float32Array) => tf.tidy(() => apply(rows).value.dataSync<"float32">());
      for (const row of [0, 1]) {
        const latent = normals(n, { seed: 3, purpose: "z", sample: row });
        const point = direction === "forward"
          ? Float32Array.of(...smoothPoint(size, row), ...latent.slice(0, map.noiseCoordinates).map(onGrid))
          : latent.map(onGrid);
        const logDet = tf.tidy(() => apply(point).logDet.dataSync()[0]);
        assert(Math.abs(logDet) > 1, `too close to 0 to tell the sign: ${logDet}`);
        assertAlmostEquals(logDet, numericalLogDet(value, point, 2 ** -10), 0.05);
      }
    });
  }

  Deno.test(`${title}: what was prepared gives the macrostate of the whole network`, () => {
    tf.tidy(() => {
      const { value } = map.bijection.forward(toTensor(whole), parameters);
      const observed = map.observe(toTensor(map.prepare(x)), parameters);
      assertClose(observed.macrostate.dataSync(), tf.slice(value, [0, 0], [-1, d]).dataSync(), 1e-5);
      assertEquals(Object.keys(observed.negativeLogLikelihood), Object.keys(map.weights));
    });
  });
}

Deno.test("patternMap: the likelihood of α has its part of the determinant, G the rest", () => {
  tf.tidy(() => {
    const d = 2, taught = options(4, d);
    const weights = { looks: 1, traces: 1 };
    const { map, parameters } = example(4, d, { ...taught, pattern: { ...taught.pattern!, weights } });
    const x = fields(4, 3);
    const terms = map.observe(toTensor(map.prepare(x)), parameters).negativeLogLikelihood;
    const { macrostate, logDet } = encode(map, parameters, x);
    const rest = new Float32Array(x.rows);
    let left = toTensor(x);
    const last = map.remainders!.filter(({ prefix }, i, all) =>
      !all.slice(i + 1).some((later) => prefix.startsWith(later.prefix))
    );
    assertEquals(last.map(({ name }) => name), ["traces", "means"]);
    for (const { prefix, bijection } of last) {
      const { value, logDet } = bijection.forward(left, toTensor(macrostate), partOf(prefix, parameters));
      logDet.dataSync().forEach((value, row) => rest[row] += value);
      left = value;
    }
    for (let row = 0; row < x.rows; row++) {
      const cost = rowRange(macrostate, row, row + 1).data.reduce(
        (sum, value) => sum + (value * value + Math.log(2 * Math.PI)) / 2,
        0,
      );
      const carried = cost - terms.macro.dataSync()[row];
      assertAlmostEquals(carried + rest[row], logDet.data[row], 1e-3);
      // Σ s, with s from −3 to −0.5
      assert(carried > -3 * d && carried < -0.5 * d, `${carried}`);
    }
  });
});

Deno.test("patternMap: without G what was prepared gives the likelihood of the whole network, and the way back is open", () => {
  tf.tidy(() => {
    const { pattern: _, ...banded } = options(8, 3);
    const { map, parameters } = example(8, 3, banded);
    assertEquals(map.remainders, undefined);
    const x = fields(8, 5);
    const { value, logDet } = map.bijection.forward(toTensor(withNoise(x, map)), parameters);
    const terms = map.observe(toTensor(map.prepare(x)), parameters).negativeLogLikelihood;
    const likelihood = tf.neg(tf.add(logProb(value), logDet)).dataSync();
    assertClose(tf.addN(Object.values(terms)).dataSync(), likelihood, 1e-3);
    const back = map.bijection.inverse(value, parameters);
    assertClose(back.value.dataSync(), withNoise(x, map).data, 1e-4);
    assertClose(back.logDet.dataSync(), tf.neg(logDet).dataSync(), 1e-3);
  });
});

for (const [name, symmetry] of Object.entries(SYMMETRIES)) {
  Deno.test(`patternMap: but for its noise, the macrostate does not see ${name}`, () => {
    const d = 3;
    const { map, parameters } = example(8, d);
    /** α, prepared with the noise coordinates of another field. */
    const under = (noise: Matrix, x: Matrix) => {
      const prepared = map.prepare(x);
      prepared.data.set(noise.data, SUMMARY_SIZE);
      return macrostates(map, parameters, prepared).data;
    };
    const x = fields(8, 1);
    const noise = noiseCoordinates(x, d);
    const before = macrostates(map, parameters, map.prepare(x)).data;
    fc.assert(
      fc.property(fc.nat(7), fc.nat(7), (dx, dy) => {
        const other = matrix(moved(x.data, symmetry({ size: 8, dx, dy })), 128);
        assertClose(under(noise, other), before, 1e-4);
      }),
      { numRuns: 10 },
    );
  });
}

/** Mean and variance of columns `[from, to)` together. */
function momentsOf({ data, columns }: Matrix, from: number, to: number) {
  const values = data.filter((_, i) => i % columns >= from && i % columns < to);
  return { centre: mean(values), variance: variance(values) };
}

Deno.test("patternMap: initialise gives bands and what the networks read mean 0 and variance 1", () => {
  tf.tidy(() => {
    const d = 3;
    const map = patternMap(options(8, d));
    const x = fields(8, 400);
    const parameters = startOn(map, x);
    // At the start the last layer of either network is zero: s is in the middle of its range, t is 0.
    const { macrostate } = encode(map, parameters, x);
    for (let j = 0; j < d; j++) {
      const noise = column(noiseCoordinates(x, d), j);
      assertClose(column(macrostate, j), noise.map((value) => value * Math.exp((-3 - 0.5) / 2)), 1e-5);
    }
    const { bands } = haarPyramid(options(8, d).shape);
    const coefficients = matrix(haarAnalysis(x.data, options(8, d).shape), 128);
    bands.forEach(({ start, count }, band) => {
      const { centre, variance } = momentsOf(coefficients, start, start + count);
      assertAlmostEquals(parameters["bands.mean"].dataSync()[band], centre, 1e-3);
      assertAlmostEquals(parameters["bands.logScale"].dataSync()[band], 0.5 * Math.log(variance), 1e-2);
    });
    const scale = parameters["summary.logScale"].dataSync(), bias = parameters["summary.bias"].dataSync();
    const prepared = map.prepare(x);
    scale.forEach((logScale, j) => {
      const raw = momentsOf(prepared, j, j + 1);
      const exact = raw.variance * Math.exp(2 * logScale);
      assertAlmostEquals(raw.centre * Math.exp(logScale) + bias[j], 0, 1e-2);
      // Not so where next to nothing varies: rings that so small a field has not.
      assertAlmostEquals(exact, raw.variance / (raw.variance + 1e-8), 1e-2, `summary ${j}`);
    });
  });
});

Deno.test("patternMap: fields that never vary have a finite start", () => {
  tf.tidy(() => {
    const map = patternMap(options(4, 2));
    const flat = matrix(new Float32Array(3 * 32).fill(0.5), 32);
    const parameters = startOn(map, flat);
    const { negativeLogLikelihood } = map.observe(toTensor(map.prepare(flat)), parameters);
    for (const tensor of [...Object.values(parameters), ...Object.values(negativeLogLikelihood)]) {
      assert(tensor.dataSync().every(Number.isFinite));
    }
  });
});

Deno.test("patternMap: prepares and maps each row as it would alone", () => {
  const { map, parameters } = example(8, 3);
  const x = fields(8, 5);
  const prepared = map.prepare(x), all = encode(map, parameters, x);
  const back = decode(map, parameters, all);
  for (let i = 0; i < x.rows; i++) {
    const row = rowRange(x, i, i + 1);
    assertEquals(map.prepare(row).data, rowRange(prepared, i, i + 1).data);
    const encoded = encode(map, parameters, row);
    assertEquals(encoded.abandoned.data, rowRange(all.abandoned, i, i + 1).data);
    assertEquals(decode(map, parameters, encoded).data, rowRange(back, i, i + 1).data);
  }
});

Deno.test("patternMap: weights are per macro and per abandoned dimension", () => {
  assertEquals(patternMap(options(4, 2)).weights, { macro: 0.1, abandoned: 0.5 / 32 });
});

for (const d of [0, 33, 2.5]) {
  Deno.test(`patternMap: refuses d = ${d}, as a field of 32 values has no other number of macrostates`, () => {
    assertThrows(() => patternMap(options(4, d)), RangeError, "from 1 to 32");
  });
}
