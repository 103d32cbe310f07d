import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { matrix, pickRows } from "../../../macronet/matrix.ts";
import { neighbourMutualInformation } from "../../../systems/metrics/nearest_neighbours.ts";
import { mean, normalScores, subsample, variance } from "../../../systems/metrics/statistics.ts";
import { correlatedPair, gaussianInformation } from "./gaussian_pairs.ts";

// Of strong dependence in several dimensions the estimate is known to be too low, by what the documentation says.
for (
  const [d, rho, off] of [
    [1, 0, 0.03],
    [1, 0.6, 0.03],
    [1, 0.9, 0.04],
    [1, 0.99, 0.05],
    [2, 0, 0.03],
    [2, 0.6, 0.04],
    [2, 0.9, 0.06],
    [3, 0, 0.03],
    [3, 0.4, 0.05],
    [4, 0, 0.03],
    [4, 0.4, 0.06],
  ]
) {
  Deno.test(`neighbourMutualInformation: of ${d} pairs of Gaussians correlated by ${rho} it is −½ Σ log(1 − ρ²)`, () => {
    const { x, y } = correlatedPair({ rows: 3000, d, rho });
    assertAlmostEquals(neighbourMutualInformation(x, y), gaussianInformation(d, rho), off);
  });
}

/** ψ(k) + ψ(n) − ⟨ψ(n_x + 1) + ψ(n_y + 1)⟩ as it is written, all distances sorted. */
function bySorting(x: Float64Array[], y: Float64Array[], k: number): number {
  const n = x.length;
  const psi = (m: number) => Array.from({ length: m - 1 }, (_, i) => 1 / (i + 1)).reduce((a, b) => a + b, 0);
  const apart = (rows: Float64Array[], i: number) =>
    rows.map((row) => Math.max(...row.map((value, j) => Math.abs(value - rows[i][j]))));
  const terms = x.map((_, i) => {
    const [dx, dy] = [apart(x, i), apart(y, i)];
    const both = dx.map((value, j) => Math.max(value, dy[j])).filter((_, j) => j !== i).sort((a, b) => a - b);
    const nearer = (distances: number[]) => distances.filter((d, j) => j !== i && d < both[k - 1]).length;
    return psi(nearer(dx) + 1) + psi(nearer(dy) + 1);
  });
  return psi(k) + psi(n) - mean(terms);
}

Deno.test("neighbourMutualInformation: exact, as by sorting all distances", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 4, max: 60 }),
      fc.nat(99),
      (d, rows, sample) => {
        const { x, y } = correlatedPair({ rows, d, rho: 0.8, sample });
        const scores = [x, y].map((side) => {
          const columns = Array.from(
            { length: d },
            (_, j) => normalScores(Array.from({ length: rows }, (_, i) => side.data[i * d + j])),
          );
          return Array.from({ length: rows }, (_, i) => Float64Array.from(columns, (column) => column[i]));
        });
        assertAlmostEquals(neighbourMutualInformation(x, y), bySorting(scores[0], scores[1], 3), 1e-12);
      },
    ),
    { numRuns: 40 },
  );
});

Deno.test("neighbourMutualInformation: sees what has no correlation", () => {
  const { x, y: noise } = correlatedPair({ rows: 1500, d: 1, rho: 0 });
  const square = matrix(x.data.map((value, i) => value * value + 0.1 * noise.data[i]), 1);
  assert(neighbourMutualInformation(x, square) > 1);
});

Deno.test("neighbourMutualInformation: monotone maps change no bit, and the order of rows only the rounding", () => {
  const { x, y } = correlatedPair({ rows: 300, d: 2, rho: 0.7 });
  const before = neighbourMutualInformation(x, y);
  assertEquals(neighbourMutualInformation(matrix(x.data.map(Math.exp), 2), y), before);
  const turned = Array.from({ length: 300 }, (_, i) => (i * 7) % 300);
  assertAlmostEquals(neighbourMutualInformation(pickRows(x, turned), pickRows(y, turned)), before, 1e-12);
  assertAlmostEquals(neighbourMutualInformation(x, y, turned), before, 1e-12);
});

Deno.test("neighbourMutualInformation: of equal and of constant sides it is finite", () => {
  const { x } = correlatedPair({ rows: 200, d: 2, rho: 0 });
  assert(neighbourMutualInformation(x, x) > 3);
  assert(Number.isFinite(neighbourMutualInformation(x, matrix(new Float32Array(400), 2))));
});

Deno.test("neighbourMutualInformation: refuses fewer rows than neighbours need, and unequal sides", () => {
  const { x, y } = correlatedPair({ rows: 3, d: 1, rho: 0 });
  assertThrows(() => neighbourMutualInformation(x, y), RangeError, "more than 3, but they have 3 and 3");
  const { x: longer } = correlatedPair({ rows: 9, d: 1, rho: 0 });
  assertThrows(() => neighbourMutualInformation(longer, y), RangeError, "but they have 9 and 3");
});

Deno.test("subsample: the interval of an estimate by neighbours is as wide as the estimate spreads", () => {
  const found = Array.from({ length: 60 }, (_, sample) => {
    const { x, y } = correlatedPair({ rows: 300, d: 1, rho: 0.8, sample });
    const options = { seed: sample, resamples: 40, purpose: "test" };
    return subsample(300, (rows) => neighbourMutualInformation(x, y, rows), options);
  });
  const spread = Math.sqrt(variance(found.map(({ value }) => value)));
  const half = mean(found.map(({ interval }) => (interval![1] - interval![0]) / 2));
  assertAlmostEquals(half / (1.96 * spread), 1, 0.25);
});
