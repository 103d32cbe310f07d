import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { normals, uniforms } from "../../../kernels/philox/mod.ts";
import { matrix } from "../../../macronet/matrix.ts";
import {
  expectedCoverage,
  kolmogorovPValue,
  type Posterior,
  rankPValues,
} from "../../../systems/metrics/calibration.ts";
import { mean, variance } from "../../../systems/metrics/statistics.ts";

const D = 3;

/**
 * θ ~ N(0, I) seen as x = θ + N(0, I): the posterior is N(x / 2, I / 2), its draws made wider and shifted in units of
 * their standard deviation.
 */
function conjugate(
  { cases = 256, draws = 32, width = 1, shift = 0, sample = 0 }: Partial<
    Record<"cases" | "draws" | "width" | "shift" | "sample", number>
  >,
): Posterior {
  const values = (count: number, purpose: string) => normals(count, { seed: 1, purpose, sample });
  const truth = values(cases * D, "truth"), error = values(cases * D, "error");
  const z = values(cases * draws * D, "posterior");
  const deviation = Math.SQRT1_2;
  const drawn = z.map((value, i) => {
    const j = Math.floor(i / (draws * D)) * D + i % D;
    return (truth[j] + error[j]) / 2 + deviation * (shift + width * value);
  });
  return { truth: matrix(truth, D), draws: matrix(drawn, D) };
}

Deno.test("rankPValues, expectedCoverage: the exact posterior passes", () => {
  for (let sample = 0; sample < 5; sample++) {
    const posterior = conjugate({ sample });
    assert(Math.min(...rankPValues(posterior, { seed: 1 })) > 0.005);
    assert(expectedCoverage(posterior, { seed: 1 }).deviation < 0.05);
  }
});

for (
  const [what, changes] of [
    ["too narrow", { width: 0.5 }],
    ["too wide", { width: 2 }],
    ["shifted", { shift: 1.5 }],
  ] as const
) {
  Deno.test(`rankPValues, expectedCoverage: a posterior ${what} fails both`, () => {
    const posterior = conjugate(changes);
    rankPValues(posterior, { seed: 1 }).forEach((p) => assert(p < 0.001, `${p}`));
    const { deviation, deviationOfExact } = expectedCoverage(posterior, { seed: 1 });
    assert(deviation > 0.1 && deviation > 2 * deviationOfExact, `${deviation}`);
  });
}

Deno.test("rankPValues: p-values of exact posteriors are uniform, ties and few draws notwithstanding", () => {
  const rounded = (posterior: Posterior): Posterior => ({
    truth: matrix(posterior.truth.data.map(Math.round), D),
    draws: matrix(posterior.draws.data.map(Math.round), D),
  });
  // Rounding both keeps truth and draws exchangeable, with many of them equal.
  const found = Array.from(
    { length: 60 },
    (_, sample) => rankPValues(rounded(conjugate({ cases: 40, draws: 3, sample })), { seed: sample }),
  ).flat();
  assertAlmostEquals(mean(found), 0.5, 0.08);
  assertAlmostEquals(variance(found), 1 / 12, 0.02);
});

Deno.test("expectedCoverage: sees a wrong relation between parameters whose ranks are right one by one", () => {
  // Draws of a posterior whose parameters go together, replaced by those of one where they do not.
  const common = normals(400, { seed: 1, purpose: "common" });
  const truth = matrix(Float32Array.from({ length: 1200 }, (_, i) => common[Math.floor(i / 3)]), 3);
  const apart = matrix(normals(400 * 32 * 3, { seed: 1, purpose: "apart" }), 3);
  const { deviation, deviationOfExact } = expectedCoverage({ truth, draws: apart }, { seed: 1 });
  assert(Math.min(...rankPValues({ truth, draws: apart }, { seed: 1 })) > 0.01);
  assert(deviation > 2 * deviationOfExact, `${deviation}, by chance ${deviationOfExact}`);
});

Deno.test("expectedCoverage: what chance gives shrinks as cases grow, and 95 of 100 exact posteriors stay below it", () => {
  const small = expectedCoverage(conjugate({ cases: 50 }), { seed: 1 }).deviationOfExact;
  const large = expectedCoverage(conjugate({ cases: 450 }), { seed: 1 }).deviationOfExact;
  assertAlmostEquals(small / large, 3, 0.8);
  let below = 0;
  for (let sample = 0; sample < 40; sample++) {
    const found = expectedCoverage(conjugate({ cases: 60, draws: 16, sample }), { seed: sample });
    if (found.deviation <= found.deviationOfExact) below++;
  }
  assert(below >= 34, `${below} of 40`); // binomial: 38 ± 1.4
});

Deno.test("rankPValues, expectedCoverage: draws that are not finite are left out", () => {
  const posterior = conjugate({ cases: 100, draws: 8 });
  const holes = matrix(posterior.draws.data.map((v, i) => Math.floor(i / D) % 4 === 0 ? NaN : v), D);
  const without = matrix(posterior.draws.data.filter((_, i) => Math.floor(i / D) % 4 !== 0), D);
  const { truth } = posterior;
  assertEquals(
    rankPValues({ truth, draws: holes }, { seed: 1 }),
    rankPValues({ truth, draws: without }, { seed: 1 }),
  );
  assertEquals(
    expectedCoverage({ truth, draws: holes }, { seed: 1 }),
    expectedCoverage({ truth, draws: without }, { seed: 1 }),
  );
});

Deno.test("kolmogorovPValue: of known deviations as in tables, and 0 and 1 at the ends", () => {
  // Evenly spread from `least` on, D is `least`; 1.3581 is the 95 % point of Kolmogorov's distribution.
  const spread = (n: number, least: number) =>
    Array.from({ length: n }, (_, i) => least + (1 - least) * i / n);
  const n = 1000;
  const off = 1.3581 / (Math.sqrt(n) + 0.12 + 0.11 / Math.sqrt(n));
  assertAlmostEquals(kolmogorovPValue(spread(n, off)), 0.05, 1e-5);
  assertEquals(kolmogorovPValue(spread(n, 0)), 1);
  assertAlmostEquals(kolmogorovPValue(new Array(100).fill(0.9)), 0, 1e-12);
});

Deno.test("kolmogorovPValue: below p in a share p of uniform samples, of few values too", () => {
  for (const n of [5, 20, 200]) {
    const found = Array.from(
      { length: 400 },
      (_, sample) => kolmogorovPValue(uniforms(n, { seed: 1, purpose: "uniform", sample })),
    );
    for (const p of [0.05, 0.5]) {
      const share = found.filter((value) => value < p).length / found.length;
      assertAlmostEquals(share, p, 4 * Math.sqrt(p * (1 - p) / found.length));
    }
  }
});
