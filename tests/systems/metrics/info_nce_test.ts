import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { matrix } from "../../../macronet/matrix.ts";
import { infoNce } from "../../../systems/metrics/info_nce.ts";
import { mean } from "../../../systems/metrics/statistics.ts";
import { correlatedPair, gaussianInformation } from "./gaussian_pairs.ts";

const bound = (d: number, rho: number, rows = 3000) => {
  const { x, y } = correlatedPair({ rows, d, rho });
  return mean(infoNce(x, y).terms);
};

for (const d of [1, 2, 3, 4]) {
  for (const rho of [0, 0.6, 0.9]) {
    Deno.test(`infoNce: of ${d} pairs of Gaussians correlated by ${rho} it is near −½ Σ log(1 − ρ²), its critic being theirs`, () => {
      assertAlmostEquals(bound(d, rho), gaussianInformation(d, rho), 0.12);
    });
  }
}

Deno.test("infoNce: no term is above the cap, log of the rows it is evaluated on, and much information reaches it", () => {
  const { x, y } = correlatedPair({ rows: 401, d: 4, rho: 0.9999 });
  const { terms, cap } = infoNce(x, y);
  assertEquals(terms.length, 201);
  assertAlmostEquals(cap, Math.log(201), 1e-12);
  assert(terms.every((term) => term <= cap + 1e-9));
  assertAlmostEquals(mean(terms), cap, 0.01);
});

Deno.test("infoNce: of 300 pairs from the same distributions it is a lower bound on average", () => {
  const found = Array.from({ length: 40 }, (_, sample) => {
    const { x, y } = correlatedPair({ rows: 300, d: 1, rho: 0.8, sample });
    return mean(infoNce(x, y).terms);
  });
  assert(mean(found) <= gaussianInformation(1, 0.8), `${mean(found)}`);
});

Deno.test("infoNce: the scale and offset of a side are no matter, nor the sign", () => {
  const { x, y } = correlatedPair({ rows: 600, d: 2, rho: 0.8 });
  const before = mean(infoNce(x, y).terms);
  assertAlmostEquals(mean(infoNce(matrix(x.data.map((value) => 5 - 8 * value), 2), y).terms), before, 1e-3);
});

Deno.test("infoNce: a few wild rows widen the bandwidth, where the Gaussian's own would find nothing", () => {
  const { x, y } = correlatedPair({ rows: 2000, d: 1, rho: 0.95 });
  const wild = matrix(y.data.map((value, i) => i % 20 === 0 ? -value : value), 1);
  assert(mean(infoNce(x, wild).terms) > 0.4);
});

Deno.test("infoNce: of constants it is 0, of ten rows finite", () => {
  const { x, y } = correlatedPair({ rows: 10, d: 3, rho: 0.9 });
  assertEquals(mean(infoNce(x, matrix(new Float32Array(30), 3)).terms), 0);
  assert(infoNce(x, y).terms.every(Number.isFinite));
});

Deno.test("infoNce: refuses sides of different shapes and fewer than 4 rows", () => {
  const { x } = correlatedPair({ rows: 6, d: 2, rho: 0 });
  assertThrows(() => infoNce(x, matrix(x.data, 1)), RangeError, "they are [6, 2] and [12, 1]");
  assertThrows(
    () => infoNce(matrix(x.data.slice(0, 6), 2), matrix(x.data.slice(0, 6), 2)),
    RangeError,
    "4 rows",
  );
});
