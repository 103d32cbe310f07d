import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { normals } from "../../../kernels/philox/mod.ts";
import { besideEachOther, column, type Matrix, matrix } from "../../../macronet/matrix.ts";
import {
  explainedVariance,
  gaussianMutualInformation,
  normalisedMacroError,
} from "../../../systems/metrics/information.ts";

const ROWS = 3000;
const draw = (columns: number, purpose: string, rows = ROWS) =>
  matrix(normals(rows * columns, { seed: 1, purpose }), columns);
const map = (source: Matrix, f: (value: number, index: number) => number) =>
  matrix(source.data.map(f), source.columns);

/** Correlated with `x` by ρ in each column, and else independent of it. */
function correlated(x: Matrix, rho: number): Matrix {
  const noise = draw(x.columns, "noise", x.rows).data;
  return map(x, (value, i) => rho * value + Math.sqrt(1 - rho * rho) * noise[i]);
}

for (const rho of [0, 0.3, -0.6, 0.9, 0.99]) {
  Deno.test(`gaussianMutualInformation: of Gaussians correlated by ${rho} it is −½ log(1 − ρ²)`, () => {
    const x = draw(1, "x");
    assertAlmostEquals(
      gaussianMutualInformation(x, correlated(x, rho)),
      -0.5 * Math.log(1 - rho * rho),
      0.05,
    );
  });
}

Deno.test("gaussianMutualInformation: dimensions add up, however a side mixes them", () => {
  const x = draw(2, "x");
  const y = correlated(x, 0.8);
  const each = -0.5 * Math.log(1 - 0.64);
  assertAlmostEquals(gaussianMutualInformation(x, y), 2 * each, 0.07);
  const [first, second] = [column(y, 0), column(y, 1)];
  const mixed = map(y, (_, i) => i % 2 ? (first[i >> 1] - second[i >> 1]) : (first[i >> 1] + second[i >> 1]));
  assertAlmostEquals(gaussianMutualInformation(x, mixed), 2 * each, 0.07);
});

Deno.test("gaussianMutualInformation: monotone maps of single dimensions change no bit", () => {
  const x = draw(2, "x", 300);
  const y = correlated(x, 0.7);
  const before = gaussianMutualInformation(x, y);
  assertEquals(gaussianMutualInformation(map(x, Math.exp), y), before);
  assertEquals(gaussianMutualInformation(x, map(y, (value) => value * 3 - 1)), before);
});

Deno.test("gaussianMutualInformation: symmetric, and of the rows chosen alone", () => {
  const x = draw(1, "x", 400);
  const y = correlated(x, 0.7);
  assertAlmostEquals(gaussianMutualInformation(x, y), gaussianMutualInformation(y, x), 1e-12);
  const rows = Array.from({ length: 200 }, (_, i) => i);
  const head = ({ data }: Matrix) => matrix(data.slice(0, 200), 1);
  assertEquals(gaussianMutualInformation(x, y, rows), gaussianMutualInformation(head(x), head(y)));
});

Deno.test("gaussianMutualInformation: of equal macrostates it is large and finite", () => {
  const x = draw(1, "x", 100);
  const found = gaussianMutualInformation(x, x);
  assert(Number.isFinite(found) && found > 10, `${found}`);
});

Deno.test("normalisedMacroError: 0 for equal, about 1 for independent, 1 − ρ between", () => {
  const x = draw(2, "x");
  assertEquals(normalisedMacroError(x, x), 0);
  assertAlmostEquals(normalisedMacroError(x, draw(2, "y")), 1, 0.05);
  assertAlmostEquals(normalisedMacroError(x, correlated(x, 0.75)), 0.25, 0.03);
  assert(normalisedMacroError(x, map(x, (value) => -value)) > 1.5, "worse than chance is above 1");
});

Deno.test("normalisedMacroError: the scale of macrostates is no matter", () => {
  const x = draw(1, "x", 200), y = correlated(x, 0.5);
  const scaled = (source: Matrix) => map(source, (value) => 8 * value);
  assertAlmostEquals(normalisedMacroError(scaled(x), scaled(y)), normalisedMacroError(x, y), 1e-12);
});

Deno.test("explainedVariance: 1 for a linear map of the columns, whatever the offsets", () => {
  const x = draw(3, "x", 200);
  const [a, b, c] = [0, 1, 2].map((i) => column(x, i));
  assertAlmostEquals(
    explainedVariance(x, a.map((value, i) => 5 + 2 * value - 3 * b[i] + 0.5 * c[i])),
    1,
    1e-12,
  );
});

Deno.test("explainedVariance: the signal's share of a noisy sum, and 0 of what is unrelated", () => {
  const x = draw(2, "x");
  const noise = column(draw(1, "noise"), 0);
  const y = column(x, 0).map((value, i) => 2 * value + noise[i]);
  assertAlmostEquals(explainedVariance(x, y), 0.8, 0.03);
  assertAlmostEquals(explainedVariance(x, noise), 0, 0.01);
});

Deno.test("explainedVariance: of one column it is the squared correlation", () => {
  const x = draw(1, "x", 500), y = correlated(x, 0.6);
  const rho = column(x, 0).reduce((sum, value, i) => sum + value * y.data[i], 0);
  assert(rho > 0);
  const centred = (values: Float64Array) => {
    const middle = values.reduce((sum, value) => sum + value) / values.length;
    return values.map((value) => value - middle);
  };
  const [p, q] = [centred(column(x, 0)), centred(column(y, 0))];
  const dot = (r: Float64Array, s: Float64Array) => r.reduce((sum, value, i) => sum + value * s[i], 0);
  assertAlmostEquals(explainedVariance(x, column(y, 0)), dot(p, q) ** 2 / dot(p, p) / dot(q, q), 1e-12);
});

Deno.test("explainedVariance: a column that never changes explains nothing and breaks nothing", () => {
  const x = draw(1, "x", 200);
  const y = column(correlated(x, 0.6), 0);
  const constant = matrix(new Float32Array(200).fill(3), 1);
  assertAlmostEquals(explainedVariance(besideEachOther(x, constant), y), explainedVariance(x, y), 1e-12);
});

Deno.test("explainedVariance: between 0 and 1, and more columns never explain less", () => {
  fc.assert(fc.property(fc.nat(1000), (sample) => {
    const values = normals(4 * 40, { seed: 1, purpose: "explained", sample });
    const y = Float64Array.from(values.subarray(0, 40));
    const first = matrix(values.slice(40, 80), 1), all = matrix(values.slice(40), 3);
    const columns = besideEachOther(first, matrix(all.data.slice(40), 2));
    const few = explainedVariance(first, y), many = explainedVariance(columns, y);
    assert(0 <= few && few <= many + 1e-12 && many <= 1 + 1e-12, `${few} ${many}`);
  }));
});
