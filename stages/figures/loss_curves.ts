/**
 * A training against its steps, one panel a number: terms of the loss, what guards against collapse, exactness.
 *
 * @module
 */
import * as Plot from "@observablehq/plot";
import { grid } from "./page.ts";
import type { Panel } from "./panel.ts";
import { chart } from "./plot.ts";
import { quantile } from "./quantile.ts";
import { INK } from "./theme.ts";

/** A curve, `[points]` each. */
export interface Curve {
  readonly steps: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** One number of a training. */
export interface LossTerm {
  /** E.g. `prediction L_{P}`. */
  readonly name: string;
  /** On the batch, on held-out pairs, or both. */
  readonly train?: Curve;
  readonly validation?: Curve;
  /**
   * `log` for what spans decades; `fromZero` for what must not fall to 0, with a line there that says so. By default
   * what stays positive over decades gets a log axis.
   */
  readonly axis?: "log" | "fromZero";
  /** Said at the line of 0. */
  readonly zero?: string;
}

/** Data of the loss curves. */
export interface LossCurvesData {
  /** The system's title. */
  readonly title: string;
  readonly terms: readonly LossTerm[];
}

/** Draws the curves, training thin and validation bold. */
export function lossCurves({ title, terms }: LossCurvesData): string {
  return grid(terms.map(termPanel), { columns: 3, title: `Training of ${title}` });
}

function termPanel({ name, train, validation, axis, zero }: LossTerm): Panel {
  const curves = [
    ...(train ? [{ label: "training", colour: INK.sample, curve: train }] : []),
    ...(validation ? [{ label: "validation", colour: INK.example, curve: validation }] : []),
  ];
  const anchor = endsHigh(curves[0].curve) ? "bottom-right" : "top-right";
  const y = axisFor(curves.flatMap(({ curve }) => Array.from(curve.values)), axis);
  const isLog = y.type === "log";
  const width = (label: string) => label === "validation" ? 1.8 : 0.9;
  const opacity = (label: string) => label === "training" && validation ? 0.55 : 1;
  return chart({
    width: 270,
    height: 220,
    marginLeft: 60,
    marginTop: 26,
    clip: true,
    heading: name,
    x: { label: "step", ticks: 4 },
    y: { ...y, nice: true },
    marks: [
      axis === "fromZero" ? Plot.ruleY([0], { stroke: INK.text, strokeWidth: 1.2 }) : null,
      axis === "fromZero" && zero !== undefined
        ? Plot.text([zero], { frameAnchor: "bottom-left", dx: 8, dy: -10, fontSize: 11, fill: INK.text })
        : null,
      ...curves.map(({ label, colour, curve }) =>
        Plot.line(points(curve, isLog), {
          x: "0",
          y: "1",
          stroke: colour,
          strokeWidth: width(label),
          strokeOpacity: opacity(label),
        })
      ),
      ...curves.map(({ label, colour }, line) =>
        legend(label, { line, lines: curves.length, anchor, colour })
      ),
    ],
  });
}

function legend(
  name: string,
  { line, lines, anchor, colour }: {
    line: number;
    lines: number;
    anchor: "top-right" | "bottom-right";
    colour: string;
  },
) {
  const dy = anchor === "top-right" ? 8 + 15 * line : 15 * (line - lines) + 7;
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
function axisFor(values: readonly number[], axis?: LossTerm["axis"]): Plot.ScaleOptions {
  const [low, most, high] = [0, 0.9, 1].map((q) => quantile(values, q));
  const log = { type: "log", ticks: 4, tickFormat: "~g" } as const;
  if (axis === "log" && high > 0) {
    const least = quantile(values.filter((value) => value > 0), 0);
    return { ...log, tickFormat: "~e", domain: [least, high > least ? high : 2 * least] };
  }
  if (axis === "fromZero") return { domain: [0, high > 0 ? high : 1], ticks: 5 };
  if (low > 0 && high / low > 20) return log;
  return { domain: [low, Math.min(high, 2 * most - low)], ticks: 5 };
}

/** The points of a curve; where it is not finite, or not positive on a log axis, it has a gap. */
function points({ steps, values }: Curve, isLog: boolean): [number, number][] {
  return Array.from(steps, (step, i) => [step, isLog && values[i] <= 0 ? NaN : values[i]]);
}
