import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { normals } from "../../../kernels/philox/mod.ts";
import { matrix } from "../../../macronet/matrix.ts";
import { rankPValues } from "../../../systems/metrics/calibration.ts";
import { macrostatesGiven } from "../../../systems/metrics/residuals.ts";
import { mean, variance } from "../../../systems/metrics/statistics.ts";

const N = 600, DRAWS = 40;

const options = { draws: DRAWS, seed: 1 };

/** α = 0.9 β + noise that grows with |β|. */
function pairs(seed: number) {
  const [beta, noise] = ["beta", "noise"].map((purpose) => normals(N, { seed, purpose }));
  const spread = (b: number) => 0.05 + 0.2 * Math.abs(b);
  return {
    spread,
    beta: matrix(beta, 1),
    alpha: matrix(beta.map((b, i) => 0.9 * b + spread(b) * noise[i]), 1),
  };
}

Deno.test("macrostatesGiven: draws have the mean and the width that α has where β is", () => {
  const { beta, spread } = pairs(1);
  const { data } = macrostatesGiven(beta, pairs(2), options);
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
  const { alpha, beta } = pairs(1);
  const draws = macrostatesGiven(beta, pairs(2), options);
  assert(rankPValues({ truth: alpha, draws }, { seed: 1 })[0] > 0.05);
  const exact = matrix(Float32Array.from(draws.data, (_, k) => beta.data[Math.floor(k / DRAWS)]), 1);
  assert(rankPValues({ truth: alpha, draws: exact }, { seed: 1 })[0] < 1e-6);
});

Deno.test("macrostatesGiven: of few pairs every difference is drawn", () => {
  const beta = matrix(Float32Array.of(0, 1, 2, 3), 1), alpha = matrix(Float32Array.of(0.5, 1, 2, 3), 1);
  const { data } = macrostatesGiven(matrix(Float32Array.of(7), 1), { alpha, beta }, { draws: 30, seed: 1 });
  assertEquals(new Set(data), new Set([7, 7.5]));
});
