import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { normals } from "../../../kernels/philox/mod.ts";
import { column, type Matrix, matrix } from "../../../macronet/matrix.ts";
import { abandonedDependence, dimensionsLookedAt } from "../../../systems/metrics/dependence.ts";
import { mean, spearman } from "../../../systems/metrics/statistics.ts";

const OPTIONS = { seed: 1, permutations: 60 };

const draw = (rows: number, columns: number, purpose: string, sample = 0) =>
  matrix(normals(rows * columns, { seed: 1, purpose, sample }), columns);

/** z with its second dimension made of α. */
function traced(z: Matrix, alpha: Matrix, f: (alpha: number, z: number) => number): Matrix {
  const { columns } = z;
  return matrix(
    z.data.map((v, i) => i % columns === 1 ? f(alpha.data[Math.floor(i / columns)], v) : v),
    columns,
  );
}

Deno.test("abandonedDependence: around 0 where nothing depends, although the largest of all correlations is not", () => {
  const rows = 250;
  const found = Array.from({ length: 30 }, (_, sample) => {
    const alpha = draw(rows, 3, "alpha", sample), z = draw(rows, 32, "z", sample);
    return abandonedDependence(alpha, z, { seed: 1, permutations: 10 }).value;
  });
  assertAlmostEquals(mean(found), 0, 0.03);
  const alpha = draw(rows, 3, "alpha"), z = draw(rows, 32, "z");
  const all = [0, 1, 2].flatMap((i) =>
    Array.from({ length: 32 }, (_, j) => Math.abs(spearman(column(alpha, i), column(z, j))))
  );
  assert(Math.max(...all) > 0.14, "of 96 correlations the largest is large by chance");
});

Deno.test("abandonedDependence: of one dependent dimension it is that one's correlation, within its noise", () => {
  const alpha = draw(4000, 2, "alpha"), z = draw(4000, 10, "z");
  const first = matrix(Float32Array.from(column(alpha, 0)), 1);
  for (const weight of [0.2, -0.5, 3]) {
    const trace = traced(z, first, (a, value) => value + weight * a);
    const expected = Math.abs(spearman(column(first, 0), column(trace, 1)));
    assertAlmostEquals(abandonedDependence(alpha, trace, OPTIONS).value, expected, 0.02);
  }
});

Deno.test("abandonedDependence: sees a trace of α in the size of z alone", () => {
  const alpha = draw(3000, 1, "alpha"), z = draw(3000, 3, "z");
  assert(abandonedDependence(alpha, z, OPTIONS).value < 0.08);
  assert(abandonedDependence(alpha, traced(z, alpha, (a, v) => v * Math.exp(2 * a)), OPTIONS).value > 0.7);
});

Deno.test("abandonedDependence: of independent parts it stays below what it says chance gives, in 95 of 100", () => {
  let below = 0;
  for (let sample = 0; sample < 40; sample++) {
    const alpha = draw(120, 2, "alpha", sample), z = draw(120, 8, "z", sample);
    const { value, ofIndependent } = abandonedDependence(alpha, z, OPTIONS);
    if (value <= ofIndependent) below++;
  }
  assert(below >= 34, `${below} of 40`); // binomial: 38 ± 1.4
});

Deno.test("abandonedDependence: a dimension that never varies depends on nothing", () => {
  const alpha = draw(100, 1, "alpha");
  assertEquals(abandonedDependence(alpha, matrix(new Float32Array(200), 2), OPTIONS), {
    value: 0,
    ofIndependent: 0,
  });
});

Deno.test("abandonedDependence: where nothing is abandoned nothing depends", () => {
  const nothing = { rows: 100, columns: 0, data: new Float32Array() };
  assertEquals(abandonedDependence(draw(100, 4, "alpha"), nothing, OPTIONS), { value: 0, ofIndependent: 0 });
});

Deno.test("abandonedDependence: refuses fewer than 4 rows", () => {
  const few = draw(3, 1, "alpha");
  assertThrows(() => abandonedDependence(few, few, OPTIONS), RangeError, "at least 4, but they have 3 and 3");
});

Deno.test("dimensionsLookedAt: rising, each once, the first 16 and the last among them, and never more than 32", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 10_000 }), (count) => {
    const found = dimensionsLookedAt(count);
    assertEquals(found.length, Math.min(count, 32));
    assert(found.every((j, i) => i === 0 ? j === 0 : j > found[i - 1]), `${found}`);
    assertEquals(found.slice(0, 16), Array.from({ length: Math.min(16, count) }, (_, i) => i));
    assertEquals(found.at(-1), count - 1);
  }));
});
