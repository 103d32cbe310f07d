/**
 * Linear systems side by side: what an unknown frame does, and how many dimensions there are to share.
 *
 * @module
 */
import * as Plot from "@observablehq/plot";
import {
  byDimension,
  choiceOfDimension,
  type Compared,
  type DrawComparison,
  named,
  strips,
} from "./comparison.ts";
import type { Exhibit } from "./gallery.ts";
import { grid } from "./page.ts";
import { chart } from "./plot.ts";
import { colourOf, INK } from "./theme.ts";

/** What d is chosen by. */
const CHOICE = {
  title: "Linear systems: choosing d",
  caption:
    "How many macro dimensions: what the macrostates tell of each other, how well they predict each other, and " +
    "what sampled M do, against d, by prediction alone. Dashed: what shuffled pairs come to.",
  list: [
    { metric: "macro_error_normalised", label: "normalised macro error" },
    { metric: "rotation_agreement_parameters", label: "sampled M turn the same way" },
  ],
};

/** Draws the settings, the spread of the macrostate over seeds, and the choice of d. */
export const draw: DrawComparison = (compared) => {
  const settings = named(compared, ["linear_literal", "linear_unaided", "linear"]);
  const dimensions = byDimension(compared, { linear_d1: 1, linear_unaided: 2, linear_d3: 3, linear_d4: 4 });
  return [...settingsOf(settings), ...macrostateOf(settings), ...choiceOfDimension(dimensions, CHOICE)];
};

function settingsOf(compared: readonly Compared[]): Exhibit[] {
  if (compared.length < 2) return [];
  return [{
    name: "settings",
    wide: true,
    caption:
      "The frame known, as in the paper's literal setting, and unknown, by prediction alone and with designs told to " +
      "turn the way of their example. Every dot is a training from a seed of its own, the line their mean; dashed: " +
      "the bar. Chance is 0.5.",
    svg: strips(compared, {
      title: "Linear systems: frame known and unknown",
      list: [
        {
          metric: "rotation_agreement_parameters",
          label: "sampled M turn the example's way",
          bar: 0.99,
          include: [0.5],
        },
        {
          metric: "rotation_agreement_parameters_all_complex",
          label: "the same, of all that rotate",
          bar: 0.97,
          include: [0.5],
        },
        {
          metric: "rotation_agreement_trajectories",
          label: "sampled T turn the example's way",
          bar: 0.97,
          include: [0.5],
        },
        { metric: "macro_error_normalised", label: "normalised macro error", bar: 0.08, include: [0] },
      ],
    }),
  }];
}

/** Where the learned macrostates lie between what they could be. */
function macrostateOf(compared: readonly Compared[]): Exhibit[] {
  if (compared.length < 2) return [];
  const dots = compared.flatMap(({ label, metrics: { rotation_r2, trace_r2 } }) =>
    rotation_r2.values.map((rotation, i) => ({ label, rotation, trace: trace_r2.values[i] }))
  );
  const labels = compared.map(({ label }) => label);
  const panel = chart({
    width: 380,
    height: 320,
    x: { label: "R² of α on c − b (how M turns)", domain: [-0.03, 1.03], ticks: 5 },
    y: { label: "R² of α on the trace", domain: [-0.03, 1.03], ticks: 5 },
    marks: [
      Plot.ruleX([1], { stroke: INK.rule }),
      Plot.ruleY([1], { stroke: INK.rule }),
      Plot.dot(dots, {
        x: "rotation",
        y: "trace",
        r: 5,
        fill: ({ label }: { label: string }) => colourOf(labels.indexOf(label)),
        fillOpacity: 0.75,
      }),
      ...labels.map((label, i) =>
        Plot.text([`● ${label}`], {
          frameAnchor: "top-left",
          textAnchor: "start",
          dx: 10,
          dy: 22 + 16 * i,
          fill: colourOf(i),
        })
      ),
    ],
  });
  return [{
    name: "seeds",
    caption:
      "Which macrostate is learned, a dot for every seed. With the frame unknown it is what no rotation " +
      "changes, c − b and the trace, whatever the seed; with the frame known chance decides.",
    svg: grid([panel], { columns: 1, title: "The learned macrostate over seeds" }),
  }];
}
