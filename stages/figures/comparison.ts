/**
 * Experiments side by side: every repeat a dot, their mean a line, the bar that they are measured against dashed.
 *
 * @module
 */
import * as Plot from "@observablehq/plot";
import type { RepeatedMetric } from "../../systems/system.ts";
import type { Exhibit } from "./gallery.ts";
import { grid } from "./page.ts";
import type { Panel } from "./panel.ts";
import { chart } from "./plot.ts";
import { INK } from "./theme.ts";

/** One experiment in a comparison. */
export interface Compared {
  readonly name: string;
  /** What tells it from the others. */
  readonly label: string;
  readonly metrics: Readonly<Record<string, RepeatedMetric>>;
}

/** Draws a comparison. Exported by a module of figures under the name `draw`. */
export type DrawComparison = (compared: readonly Compared[]) => Exhibit[];

/** One metric over several experiments. */
export interface Strip {
  /** Name of the metric. */
  readonly metric: string;
  /** What stands under the axis. */
  readonly label: string;
  /** The value that it is measured against. */
  readonly bar?: number;
  /** Ends that the axis has at least, such as chance. */
  readonly include?: readonly number[];
  /** For a metric that some experiments miss by orders of magnitude. By default, or if a value is not above 0, linear. */
  readonly axis?: "log";
}

/** Height of a row, and of what stands above and below them. */
const ROW = 26, AROUND = 58;

/** Panels of a line. */
const COLUMNS = 3;

/** A panel for each metric, in it a row for each experiment that has it. */
export function strips(
  compared: readonly Compared[],
  { title, list }: { title: string; list: readonly Strip[] },
): string {
  return grid(list.map((one) => strip(compared, one)), { columns: COLUMNS, title });
}

function strip(compared: readonly Compared[], { metric, label, bar, include = [], axis }: Strip): Panel {
  const rows = compared.filter(({ metrics }) => metrics[metric] !== undefined);
  const dots = rows.flatMap(({ label, metrics }) =>
    metrics[metric].values.map((value) => ({ label, value }))
  );
  const means = rows.map(({ label, metrics }) => ({ label, value: metrics[metric].value }));
  const reach = [...dots.map(({ value }) => value), ...include, ...(bar === undefined ? [] : [bar])];
  const [low, high] = [Math.min(...reach), Math.max(...reach)];
  const margin = 0.06 * (high - low || 1);
  const scale = axis === "log" && low > 0
    ? { type: "log", domain: [low / 2, high * 2], tickFormat: "~g" } as const
    : { domain: [low - margin, high + margin] };
  return chart({
    width: 360,
    height: AROUND + ROW * rows.length,
    marginLeft: 160,
    x: { label, ticks: 4, ...scale },
    y: { type: "band", domain: rows.map(({ label }) => label) },
    marks: [
      bar === undefined ? null : Plot.ruleX([bar], { stroke: INK.example, strokeDasharray: "4,3" }),
      Plot.tickX(means, { x: "value", y: "label", stroke: INK.text, strokeWidth: 1.5 }),
      Plot.dot(dots, { x: "value", y: "label", r: 3.2, fill: INK.sample, fillOpacity: 0.65 }),
    ],
  });
}

/** A metric against the number of macro dimensions. */
export interface DimensionPanel {
  readonly metric: string;
  readonly label: string;
  /** Name of the metric that chance alone comes to, drawn dashed. */
  readonly chance?: string;
}

/** How much the macrostates tell of each other, and what shuffled pairs come to. */
const INFORMATION: DimensionPanel = {
  metric: "mutual_information_nats",
  label: "mutual information, nats",
  chance: "mutual_information_null",
};

/** The choice of d: information and other metrics against it. Of fewer than two values of d, nothing. */
export function choiceOfDimension(
  compared: readonly (Compared & { readonly d: number })[],
  { title, caption, list }: { title: string; caption: string; list: readonly DimensionPanel[] },
): Exhibit[] {
  if (compared.length < 2) return [];
  const svg = againstDimension(compared, { title, list: [INFORMATION, ...list] });
  return [{ name: "dimensions", wide: true, caption, svg }];
}

/** Metrics against d, a panel each: a dot for each repeat, a line through the means. */
export function againstDimension(
  compared: readonly (Compared & { readonly d: number })[],
  { title, list }: { title: string; list: readonly DimensionPanel[] },
): string {
  const panels = list.map(({ metric, label, chance }) => {
    const of = (name: string) => compared.filter(({ metrics }) => metrics[name] !== undefined);
    const dots = of(metric).flatMap(({ d, metrics }) =>
      metrics[metric].values.map((value) => ({ d, value }))
    );
    const line = (name: string) => of(name).map(({ d, metrics }) => ({ d, value: metrics[name].value }));
    const means = line(metric);
    const byChance = chance === undefined ? [] : line(chance);
    const top = Math.max(...dots.map(({ value }) => value), ...byChance.map(({ value }) => value));
    const bottom = Math.min(0, ...dots.map(({ value }) => value));
    return chart({
      width: 260,
      height: 220,
      x: {
        label: "macro dimensions d",
        domain: [0.7, Math.max(...compared.map(({ d }) => d)) + 0.3],
        ticks: compared.map(({ d }) => d),
        tickFormat: String,
      },
      y: { label, domain: [bottom, top + 0.06 * (top - bottom)], ticks: 5 },
      marks: [
        Plot.line(byChance, { x: "d", y: "value", stroke: INK.example, strokeDasharray: "4,3" }),
        Plot.line(means, { x: "d", y: "value", stroke: INK.rule, strokeWidth: 1.5 }),
        Plot.dot(dots, { x: "d", y: "value", r: 3.2, fill: INK.sample, fillOpacity: 0.65 }),
      ],
    });
  });
  return grid(panels, { columns: COLUMNS, title });
}

/** Those of the experiments that have one of these names, in this order, each with its d. */
export function byDimension(
  compared: readonly Compared[],
  dimensions: Readonly<Record<string, number>>,
): (Compared & { d: number })[] {
  return Object.entries(dimensions).flatMap(([name, d]) => {
    const found = compared.find((one) => one.name === name);
    return found === undefined ? [] : [{ ...found, d }];
  });
}

/** Those of the experiments that have one of these names, in this order. */
export function named(compared: readonly Compared[], names: readonly string[]): Compared[] {
  return names.flatMap((name) => compared.filter((one) => one.name === name));
}
