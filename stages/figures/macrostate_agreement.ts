/**
 * How well the two sides of a relation agree on the macrostate. Works for any system.
 *
 * @module
 */
import * as Plot from "@observablehq/plot";
import { grid } from "./page.ts";
import { chart } from "./plot.ts";
import { domainOf } from "./quantile.ts";
import { INK } from "./theme.ts";

/** Data of {@link macrostateAgreement}. */
export interface MacrostateAgreementData {
  /** The system's title. */
  readonly title: string;
  readonly dimension: number;
  /** `[count, dimension]` */
  readonly alphaU: Float32Array;
  /** `[count, dimension]` */
  readonly alphaV: Float32Array;
}

/** Drawn at most: more dots only thicken the ink. */
const MOST_DOTS = 2000;

/** α_u against α_v, a panel for each dimension, with the diagonal of perfect agreement and the correlation. */
export function macrostateAgreement({ title, dimension, alphaU, alphaV }: MacrostateAgreementData): string {
  const count = alphaU.length / dimension;
  const panels = Array.from({ length: dimension }, (_, k) => {
    const all = Array.from({ length: count }, (_, i): [number, number] => [
      alphaU[i * dimension + k],
      alphaV[i * dimension + k],
    ]);
    const pairs = all.filter(([u, v]) => Number.isFinite(u - v));
    const domain = domainOf(pairs.flat(), { outside: 0.001, margin: 0.06 });
    const step = Math.max(1, Math.ceil(count / MOST_DOTS));
    return chart({
      width: 280,
      height: 280,
      clip: true,
      x: { label: `α_{${k + 1}} of u`, domain, ticks: 5 },
      y: { label: `α_{${k + 1}} of v`, domain, ticks: 5 },
      marks: [
        Plot.line([domain, domain].map((_, end) => [domain[end], domain[end]]), {
          x: "0",
          y: "1",
          stroke: INK.rule,
          strokeDasharray: "5,3",
        }),
        Plot.dot(pairs.filter((_, i) => i % step === 0), {
          x: "0",
          y: "1",
          r: 1.4,
          fill: INK.sample,
          fillOpacity: 0.5,
        }),
        Plot.text([`r = ${correlation(pairs).toFixed(3)}`], {
          frameAnchor: "top-left",
          dx: 8,
          dy: 8,
          fontSize: 12,
        }),
      ],
    });
  });
  return grid(panels, { columns: 3, title: `Macrostates of ${title}, seen from either side` });
}

/** Pearson's. */
function correlation(pairs: readonly (readonly [number, number])[]): number {
  const mean = (k: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[k], 0) / pairs.length;
  const [mx, my] = [mean(0), mean(1)];
  let xy = 0, xx = 0, yy = 0;
  for (const [x, y] of pairs) {
    xy += (x - mx) * (y - my);
    xx += (x - mx) ** 2;
    yy += (y - my) ** 2;
  }
  return xy / Math.sqrt(xx * yy);
}
