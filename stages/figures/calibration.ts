/**
 * Whether the posterior that a macrostate gives is as wide as it should be, in pictures.
 *
 * @module
 */
import * as Plot from "@observablehq/plot";
import { grid } from "./page.ts";
import type { Panel } from "./panel.ts";
import { chart } from "./plot.ts";
import { INK } from "./theme.ts";

/** Data of {@link calibrationPlots}: shares in [0, 1], which are uniform if all is well. */
export interface CalibrationData {
  readonly title: string;
  /** Shares of a posterior's draws below the truth, a list for each parameter. */
  readonly ranks: readonly { readonly name: string; readonly shares: Float32Array }[];
  /** Shares of a posterior's draws nearer to a random point than the truth. */
  readonly coverage: Float32Array;
  /** How many independent cases each list is of. */
  readonly cases: number;
}

/** Kolmogorov's D that one of twenty samples of a uniform distribution exceeds, times √n. */
const FIVE_PER_CENT = 1.358;

/**
 * The distribution of the shares less the uniform one, a panel for each parameter and one for all at once (TARP). A
 * posterior that is too narrow makes an S from below to above, one too wide the opposite, one shifted an arch. Grey: what
 * nineteen of twenty exact posteriors stay within.
 */
export function calibrationPlots({ title, ranks, coverage, cases }: CalibrationData): string {
  const panels = [
    ...ranks.map(({ name, shares }) => deviation(shares, { cases, label: `rank of ${name}` })),
    deviation(coverage, { cases, label: "credibility, all at once" }),
  ];
  return grid(panels, { columns: 3, title: `Calibration of ${title}` });
}

function deviation(shares: Float32Array, { cases, label }: { cases: number; label: string }): Panel {
  const sorted = shares.slice().sort();
  const step = Math.max(1, Math.floor(sorted.length / 400));
  const curve = Array.from(sorted, (x, i): [number, number] => [x, (i + 0.5) / sorted.length - x])
    .filter((_, i) => i % step === 0);
  const band = FIVE_PER_CENT / Math.sqrt(cases);
  const reach = 1.1 * Math.max(1.5 * band, ...curve.map(([, y]) => Math.abs(y)));
  return chart({
    width: 260,
    height: 210,
    x: { label, domain: [0, 1], ticks: 5 },
    y: { label: "share of cases − x", domain: [-reach, reach], ticks: 5 },
    marks: [
      Plot.rect([0], { x1: 0, x2: 1, y1: -band, y2: band, fill: INK.cloud, fillOpacity: 0.4 }),
      Plot.ruleY([0], { stroke: INK.rule }),
      Plot.line(curve, { x: "0", y: "1", stroke: INK.sample, strokeWidth: 1.6 }),
    ],
  });
}
