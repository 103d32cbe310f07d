/** A report and a run, made up. */
import type { Report } from "../../../stages/figures/report_page.ts";

export const report: Report = {
  title: "Macrostates, learned",
  profile: "paper",
  summary: "Three systems, each seen from two sides; what the two sides share is their macrostate.",
  systems: [
    {
      name: "oscillator",
      title: "Harmonic oscillator",
      summary: "What the time that passed cannot change is energy.",
      figures: [
        { file: "oscillator/figure-5a.png", caption: "5A: pairs in phase space." },
        { file: "oscillator/figure-5b.png", caption: "5B: the learned macrostate against energy." },
        { file: "oscillator/figure-5c.png", caption: "5C: microstates sampled from macrostates." },
      ],
      metrics: [
        {
          name: "spearman_energy_mean",
          value: 0.99912,
          interval: [0.99876, 0.9993],
          bar: { atLeast: 0.998 },
          description: "|Spearman| of the macrostate, averaged over the noise coordinates, with energy",
        },
        {
          name: "ring_radius_bias_max",
          value: 0.0312,
          bar: { atMost: 0.02 },
          description: "largest relative bias of the rings' radius against √(2H)",
        },
        { name: "nonfinite_share", value: 0, description: "share of samples that are not finite" },
      ],
    },
    {
      name: "turing",
      title: "Turing patterns",
      figures: [{
        file: "turing/figure-6c.png",
        caption: "6C: patterns grown from sampled rules.",
        wide: true,
      }],
      metrics: [{ name: "macro_variance", value: -1.5e-7, description: "Var α" }],
    },
  ],
};

const digest = "0123456789abcdef".repeat(4);

export const run = {
  run: "2026-01-01-00",
  versions: { deno: "2.9.5", v8: "15.0", typescript: "6.0.3" },
  mermaid: "graph TD\n  a --> b",
  stages: ["oscillator/simulate", "oscillator/cache", "oscillator/train", "turing/simulate", "report"].map(
    (id, i) => ({
      id,
      params: {},
      inputs: (i % 3 === 0 ? {} : { before: "oscillator/simulate" }) as Record<string, string>,
      keys: Array(id.endsWith("simulate") ? 8 : 1).fill(digest),
      code: digest,
      output: digest,
      artifacts: 3 * i + 1,
      bytes: 1234 * 10 ** i,
      milliseconds: [812, 90, 125_300, 42_000, 30][i],
    }),
  ),
};
