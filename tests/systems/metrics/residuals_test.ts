import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { normals } from "../../../kernels/philox/mod.ts";
import { matrix } from "../../../macronet/matrix.ts";
import { rankPValues } from "../../../systems/metrics/calibration.ts";
import { macrostatesGiven } from "../../../systems/metrics/residuals.ts";
import { mean, variance } from "../../../systems/metrics/statistics.ts";

const N = 600, DRAWS = 40;

/** α = 0.9 β + noise that grows with |β|. */
function pairs() {
  const beta = normals(N, { seed: 1, purpose: "beta" }), noise = normals(N, { seed: 1, purpose: "noise" });
  const spread = (b: number) => 0.05 + 0.2 * Math.abs(b);
  return {
    spread,
    beta: matrix(beta, 1),
    alpha: matrix(beta.map((b, i) => 0.9 * b + spread(b) * noise[i]), 1),
  };
}

Deno.test("macrostatesGiven: draws have the mean and the width that α has where β is", () => {
  const { alpha, beta, spread } = pairs();
  const { data } = macrostatesGiven(alpha, beta, { cases: N, draws: DRAWS, seed: 1 });
  const of = (keep: (b: number) => boolean) =>
    Array.from(data, (value, k) => ({ b: beta.data[Math.floor(k / DRAWS)], value }))
      .filter(({ b }) => keep(b)).map(({ b, value }) => (value - 0.9 * b) / spread(b));
  for (const keep of [(b: number) => Math.abs(b) < 0.3, (b: number) => b > 0.8, (b: number) => b < -0.8]) {
    const scaled = of(keep);
    assertAlmostEquals(mean(scaled), 0, 0.25);
    assertAlmostEquals(Math.sqrt(variance(scaled)), 1, 0.3);
  }
});

Deno.test("macrostatesGiven: α is exchangeable with the draws, as β alone is not", () => {
  const { alpha, beta } = pairs();
  const draws = macrostatesGiven(alpha, beta, { cases: N, draws: DRAWS, seed: 1 });
  assert(rankPValues({ truth: alpha, draws }, { seed: 1 })[0] > 0.05);
  const exact = matrix(Float32Array.from(draws.data, (_, k) => beta.data[Math.floor(k / DRAWS)]), 1);
  assert(rankPValues({ truth: alpha, draws: exact }, { seed: 1 })[0] < 1e-6);
});

Deno.test("macrostatesGiven: a pair's own difference is never drawn for it", () => {
  const beta = matrix(Float32Array.of(0, 1, 2, 3), 1), alpha = matrix(Float32Array.of(0.5, 1, 2, 3), 1);
  const { data } = macrostatesGiven(alpha, beta, { cases: 4, draws: 30, seed: 1 });
  assertEquals(new Set(data.subarray(0, 30)), new Set([0]));
  assertEquals(new Set(data.subarray(30, 60)), new Set([1, 1.5]));
});
