import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { normals } from "../../../kernels/philox/mod.ts";
import {
  bootstrap,
  bootstrapMean,
  correlation,
  mean,
  normalScores,
  permutationNull,
  quantile,
  spearman,
  subsample,
  variance,
} from "../../../systems/metrics/statistics.ts";

const numbers = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 3, maxLength: 30 });

Deno.test("mean, variance: divided by n", () => {
  assertEquals(mean([1, 2, 3, 6]), 3);
  assertEquals(variance([1, 2, 3, 6]), (4 + 1 + 0 + 9) / 4);
});

Deno.test("quantile: linear between order statistics, whatever the order given", () => {
  assertEquals([0, 0.25, 0.5, 1].map((q) => quantile([40, 10, 30, 20], q)), [10, 17.5, 25, 40]);
  assertEquals(quantile([7], 0.3), 7);
});

Deno.test("correlation: known numbers, and both signs of a line", () => {
  assertAlmostEquals(correlation([1, 2, 3], [1, 2, 4]), 0.9819805060619657, 1e-15);
  assertAlmostEquals(correlation([1, 2, 3], [9, 7, 5]), -1, 1e-15);
});

Deno.test("spearman: ties share their mean rank", () => {
  // Ranks (1, 2.5, 2.5, 4) and (1, 3, 2, 4): Σ of products about the mean 4.5, of squares 4.5 and 5.
  assertAlmostEquals(spearman([1, 2, 2, 3], [10, 30, 20, 40]), 4.5 / Math.sqrt(4.5 * 5), 1e-15);
  // Ranks (2, 2, 2, 4, 5) and (5, 4, 2, 2, 2): Σ of products −5, of squares 8 and 8; as scipy.stats.spearmanr.
  assertAlmostEquals(spearman([0, 0, 0, 1, 2], [3, 2, 1, 1, 1]), -0.625, 1e-15);
});

Deno.test("spearman: a rising map of one side changes no bit, a falling one the sign", () => {
  fc.assert(fc.property(numbers, (x) => {
    fc.pre(new Set(x).size > 2);
    const y = x.map((value, i) => value + 100 * Math.sin(i));
    fc.pre(new Set(y).size > 1);
    const rho = spearman(x, y);
    const distinct = [...new Set(x)].sort((a, b) => a - b);
    assertEquals(spearman(x.map((value) => distinct.indexOf(value) ** 3), y), rho);
    assertAlmostEquals(spearman(x.map((value) => -value), y), -rho, 1e-12);
    assert(Math.abs(rho) <= 1 + 1e-12);
  }));
});

Deno.test("bootstrapMean: the value is the plain mean, and its interval that of the normal approximation", () => {
  const n = 400;
  const sample = normals(n, { seed: 1, purpose: "sample" });
  const { value, interval } = bootstrapMean(sample, { seed: 1, resamples: 1000, purpose: "test" });
  assertEquals(value, mean(sample));
  const half = 1.96 * Math.sqrt(variance(sample) / n);
  assertAlmostEquals(interval![0], value - half, 0.15 * half);
  assertAlmostEquals(interval![1], value + half, 0.15 * half);
});

Deno.test("bootstrapMean: about 95 of 100 intervals cover the true mean", () => {
  let covered = 0;
  for (let sample = 0; sample < 200; sample++) {
    const values = normals(60, { seed: 2, purpose: "coverage", sample });
    const options = { seed: sample, resamples: 200, purpose: "coverage" };
    const [low, high] = bootstrapMean(values, options).interval!;
    if (low <= 0 && 0 <= high) covered++;
  }
  // Binomial: 190 ± 3.1; the percentile interval of 60 values is a little short.
  assert(covered >= 178 && covered <= 198, `${covered} of 200`);
});

Deno.test("bootstrap: a function of seed and purpose, and of every case", () => {
  const values = normals(50, { seed: 1, purpose: "sample" });
  const options = { seed: 1, resamples: 50, purpose: "a" };
  const first = bootstrapMean(values, options);
  assertEquals(bootstrapMean(values, options), first);
  for (const changed of [{ ...options, seed: 2 }, { ...options, purpose: "b" }]) {
    const other = bootstrapMean(values, changed);
    assertEquals(other.value, first.value);
    assert(other.interval![0] !== first.interval![0]);
  }
  const seen = new Set<number>();
  bootstrap(50, (chosen) => {
    assertEquals(chosen.length, 50);
    for (let i = 0; i < chosen.length; i++) seen.add(chosen[i]);
    return 0;
  }, options);
  assertEquals(seen.size, 50);
});

Deno.test("bootstrap: cases that are all alike have an interval of no width", () => {
  assertEquals(bootstrapMean([3, 3, 3], { seed: 1, resamples: 20, purpose: "same" }), {
    value: 3,
    interval: [3, 3],
  });
});

Deno.test("normalScores: quantiles of a standard normal in the order of the values, equal ones by index", () => {
  const scores = normalScores([30, 10, 20, 20, 40]);
  assertEquals(scores[4], -scores[1]);
  assert(scores[1] < scores[2] && scores[2] < scores[3] && scores[3] < scores[0] && scores[0] < scores[4]);
  assertEquals(scores[3], 0);
  const many = normalScores(normals(2000, { seed: 1, purpose: "scores" }).map((value) => value ** 3));
  assertAlmostEquals(mean(many), 0, 1e-12);
  assertAlmostEquals(variance(many), 1, 0.01);
});

Deno.test("subsample: of a mean, its interval is that of the normal approximation", () => {
  for (const n of [40, 400, 4000]) {
    const sample = normals(n, { seed: 1, purpose: "sample" });
    const options = { seed: 1, resamples: 1000, purpose: "test" };
    const { value, interval } = subsample(n, (rows) => mean(Array.from(rows, (i) => sample[i])), options);
    assertEquals(value, mean(sample));
    const half = 1.96 * Math.sqrt(variance(sample) / n);
    assertAlmostEquals(interval![0], value - half, 0.2 * half);
    assertAlmostEquals(interval![1], value + half, 0.2 * half);
  }
});

Deno.test("subsample: no case twice, a quarter of 400, half of 8, a tenth of 4000", () => {
  for (const [cases, rows] of [[8, 4], [40, 16], [400, 100], [2000, 256], [4000, 400]]) {
    subsample(cases, (chosen) => {
      assert(chosen.length === cases || chosen.length === rows, `${chosen.length} of ${cases}`);
      assertEquals(new Set(Array.from(chosen)).size, chosen.length);
      return 0;
    }, { seed: 1, resamples: 5, purpose: "test" });
  }
});

Deno.test("permutationNull: 95 % of what permuted pairs give lies below, and every partner is used once", () => {
  const x = normals(300, { seed: 1, purpose: "x" });
  const options = { seed: 1, resamples: 500, purpose: "test" };
  const null95 = permutationNull(300, (partners) => {
    assertEquals(new Set(Array.from(partners)).size, 300);
    return correlation(x, Array.from(partners, (i) => x[i]));
  }, options);
  assertAlmostEquals(null95, 1.645 / Math.sqrt(300), 0.015);
});
