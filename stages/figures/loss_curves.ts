/**
 * Loss against training step: one panel a term.
 *
 * @module
 */
import * as Plot from "@observablehq/plot";
import { grid } from "./page.ts";
import { chart } from "./plot.ts";
import { quantile } from "./quantile.ts";
import { INK } from "./theme.ts";

/** A curve, `[points]` each. */
export interface Curve {
  readonly steps: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** One term of the loss. */
export interface LossTerm {
  /** E.g. `prediction L_{P}`. */
  readonly name: string;
  readonly train: Curve;
  readonly validation?: Curve;
}

/** Data of the loss curves. */
export interface LossCurvesData {
  /** The system's title. */
  readonly title: string;
  readonly terms: readonly LossTerm[];
}

/** Draws the curves, training thin and validation bold. A term that stays positive over decades gets a log axis. */
export function lossCurves({ title, terms }: LossCurvesData): string {
  const panels = terms.map(({ name, train, validation }) => {
    const both = [train, ...(validation ? [validation] : [])].map(points);
    const anchor = endsHigh(train) ? "bottom-right" : "top-right";
    return chart({
      width: 270,
      height: 220,
      marginLeft: 60,
      marginTop: 26,
      clip: true,
      heading: name,
      x: { label: "step", ticks: 4 },
      y: { ...axisFor(both.flat().map(([, value]) => value)), nice: true },
      marks: [
        Plot.line(both[0], {
          x: "0",
          y: "1",
          stroke: INK.sample,
          strokeWidth: 0.9,
          strokeOpacity: validation ? 0.55 : 1,
        }),
        validation && Plot.line(both[1], { x: "0", y: "1", stroke: INK.example, strokeWidth: 1.8 }),
        legend("training", { line: 0, anchor, colour: INK.sample }),
        validation && legend("validation", { line: 1, anchor, colour: INK.example }),
      ],
    });
  });
  return grid(panels, { columns: 3, title: `Loss of ${title}` });
}

function legend(
  name: string,
  { line, anchor, colour }: { line: number; anchor: "top-right" | "bottom-right"; colour: string },
) {
  const dy = anchor === "top-right" ? 8 + 15 * line : 15 * line - 23;
  return Plot.text([name], { frameAnchor: anchor, dx: -8, dy, fontSize: 11, fill: colour });
}

/** Whether a curve's last value lies in the upper half of its range, where the legend would cover it. */
function endsHigh({ values }: Curve): boolean {
  const all = Array.from(values);
  return all[all.length - 1] > (quantile(all, 0) + quantile(all, 1)) / 2;
}

/**
 * A log axis for what falls over decades. Otherwise a linear one, cut where the first steps, an order above
 * all others, would press the rest flat.
 */
function axisFor(values: readonly number[]): Plot.ScaleOptions {
  const [low, most, high] = [0, 0.9, 1].map((q) => quantile(values, q));
  if (low > 0 && high / low > 20) return { type: "log", ticks: 4, tickFormat: "~g" };
  return { domain: [low, Math.min(high, 2 * most - low)], ticks: 5 };
}

function points({ steps, values }: Curve): [number, number][] {
  return Array.from(steps, (step, i) => [step, values[i]]);
}
