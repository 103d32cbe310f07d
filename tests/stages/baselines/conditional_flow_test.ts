import { assert, assertAlmostEquals } from "@std/assert";
import { log } from "../../../kernels/elementary/mod.ts";
import { normals } from "../../../kernels/philox/mod.ts";
import { useWasmBackend } from "../../../macronet/backend.ts";
import { column, type Matrix, matrix } from "../../../macronet/matrix.ts";
import type { Pairs } from "../../../macronet/objective.ts";
import { fitConditionalFlow } from "../../../stages/baselines/conditional_flow.ts";
import { posteriorDraws } from "../../../stages/baselines/posterior.ts";
import { mean, variance } from "../../../systems/metrics/statistics.ts";

await useWasmBackend();

const NOISE = 0.5;

/** u ~ N(0, I) in the plane and v = u + noise: p(u | v) is normal, its mean v / (1 + σ²), its variance σ² / (1 + σ²). */
function conjugate(rows: number, purpose: string): Pairs {
  const u = normals(2 * rows, { seed: 1, purpose: `${purpose}.u` });
  const noise = normals(2 * rows, { seed: 1, purpose: `${purpose}.noise` });
  return { u: matrix(u, 2), v: matrix(u.map((value, i) => value + NOISE * noise[i]), 2) };
}

const options = {
  seed: 1,
  batch: 128,
  steps: 400,
  learningRate: 0.005,
  warmup: 20,
  clipNorm: 5,
  logEvery: 50,
};
const flow = fitConditionalFlow({
  size: { blocks: 2, conditioner: { width: 16, hiddenLayers: 1 }, logScaleBound: 2 },
  train: conjugate(4000, "train"),
  validation: conjugate(1000, "validation"),
  options,
  purpose: "test",
});
const posteriorVariance = NOISE * NOISE / (1 + NOISE * NOISE);

Deno.test("fitConditionalFlow: the likelihood of a conjugate Gaussian's posterior is reached", () => {
  const surprise = mean(flow.negativeLogLikelihood(conjugate(4000, "test")));
  assertAlmostEquals(surprise, log(2 * Math.PI * posteriorVariance) + 1, 0.05);
});

Deno.test("fitConditionalFlow: samples have the posterior's mean and spread, whatever the context", () => {
  const contexts = matrix(Float32Array.of(0, 0, 1, -1, -1.5, 0.5), 2);
  const draws = 2000;
  const found = posteriorDraws(flow, contexts, { draws, dimension: 2, seed: 1 });
  for (let i = 0; i < contexts.rows; i++) {
    for (const j of [0, 1]) {
      const own = column(found, j).slice(i * draws, (i + 1) * draws);
      assertAlmostEquals(mean(own), contexts.data[2 * i + j] / (1 + NOISE * NOISE), 0.08);
      assertAlmostEquals(Math.sqrt(variance(own)), Math.sqrt(posteriorVariance), 0.06);
    }
  }
});

Deno.test("fitConditionalFlow: the density of samples is what the base and the flow's volume make it", () => {
  // ∫ p(u | v) du = 1, on a grid of u at one context.
  const side = 61, extent = 3, step = 2 * extent / (side - 1);
  const at = (i: number) => -extent + step * i;
  const u = Float32Array.from(
    { length: 2 * side * side },
    (_, i) => at(i % 2 === 0 ? (i / 2) % side : Math.floor((i / 2) / side)),
  );
  const v: Matrix = matrix(new Float32Array(2 * side * side).fill(0.3), 2);
  const density = flow.negativeLogLikelihood({ u: matrix(u, 2), v }).map((nats) => Math.exp(-nats));
  assertAlmostEquals(mean(density) * density.length * step * step, 1, 0.02);
});

Deno.test("fitConditionalFlow: one dimension of u is enough", () => {
  const line = ({ u, v }: Pairs): Pairs => ({ u: matrix(Float32Array.from(column(u, 0)), 1), v });
  const narrow = fitConditionalFlow({
    size: { blocks: 1, conditioner: { width: 8, hiddenLayers: 1 }, logScaleBound: 2 },
    train: line(conjugate(1000, "train")),
    validation: line(conjugate(200, "validation")),
    options: { ...options, steps: 200 },
    purpose: "narrow",
  });
  const surprise = mean(narrow.negativeLogLikelihood(line(conjugate(2000, "test"))));
  assert(surprise < 0.5 * log(2 * Math.PI * posteriorVariance) + 0.5 + 0.1, `${surprise}`);
});
