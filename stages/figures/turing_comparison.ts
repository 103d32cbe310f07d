/**
 * Turing patterns side by side: how many dimensions there are to share, which parameters they fix, and what is gained
 * and lost beside other methods.
 *
 * @module
 */
import {
  byDimension,
  choiceOfDimension,
  type Compared,
  type DrawComparison,
  named,
  strips,
} from "./comparison.ts";
import type { Exhibit } from "./gallery.ts";

/** Parameters of a rule, as metrics and as axes name them. */
const PARAMETERS = [["Da", "D_{a}"], ["Db", "D_{b}"], ["F", "F"], ["k", "k"]] as const;

/** What d is chosen by. */
const CHOICE = {
  title: "Turing patterns: choosing d",
  caption:
    "How many macro dimensions: what the macrostates tell of each other, and how far patterns of sampled rules " +
    "are from the example (0: the example's own rule regrown, 1: a random live rule), against d. Every dot is a " +
    "training from a seed of its own. Dashed: what shuffled pairs come to.",
  list: [
    { metric: "spectrum", label: "spectral distance" },
    { metric: "minkowski", label: "Minkowski distance" },
  ],
};

/** Draws the choice of d and the importance of the parameters under each observation. */
export const draw: DrawComparison = (compared) => {
  const dimensions = byDimension(compared, { turing_d1: 1, turing_d2: 2, turing: 3, turing_d4: 4 });
  const settings = named(compared, ["turing", "turing_magnified"]);
  return [
    ...choiceOfDimension(dimensions, CHOICE),
    ...importanceOf(dimensions, settings),
    ...methodsOf(compared, dimensions),
  ];
};

/** Other methods, what each is. */
const METHODS = [
  ["random", "random live rule"],
  ["nearest", "nearest by spectrum"],
  ["regressor", "regressor u ← v"],
  ["npe", "conditional flow p(u | v)"],
  ["contrastive", "InfoNCE + flow, d = 3"],
] as const;

function methodsOf(
  compared: readonly Compared[],
  dimensions: readonly (Compared & { d: number })[],
): Exhibit[] {
  const others = METHODS.flatMap(([name, label]) =>
    named(compared, [`turing/baseline/${name}`]).map((one) => ({ ...one, label }))
  );
  if (others.length === 0) return [];
  const rows = [...dimensions.map((one) => ({ ...one, label: `MacroNet, d = ${one.d}` })), ...others];
  return [{
    name: "methods",
    wide: true,
    caption:
      "Other methods on the same examples, features and budget. Distances of patterns from the example's: 0 is its " +
      "own rule regrown, 1 a random live rule. The spread of the rules sampled for one example: 1 is that of the prior, " +
      "0 one rule. A conditional flow on all features comes nearer to a pattern than a macrostate of d < 4, and fixes its " +
      "rule; the macrostate gives many different rules.",
    svg: strips(rows, {
      title: "Turing patterns: other methods",
      list: [
        { metric: "spectrum", label: "spectral distance", include: [0, 1] },
        { metric: "minkowski", label: "Minkowski distance", include: [0, 1] },
        { metric: "design_spread", label: "spread of the rules", include: [0, 1] },
      ],
    }),
  }];
}

function importanceOf(
  dimensions: readonly (Compared & { d: number })[],
  settings: readonly Compared[],
): Exhibit[] {
  const magnified = settings.filter(({ name }) => name === "turing_magnified");
  const rows = [
    ...dimensions.map((one) => ({ ...one, label: `d = ${one.d}` })),
    ...magnified.map((one) => ({ ...one, label: "d = 3, magnified" })),
  ];
  if (rows.length < 2) return [];
  return [{
    name: "importance",
    wide: true,
    caption:
      "How much of each parameter a macrostate fixes, 1 − Var(u | β) / Var(u): 1 is all of it, 0 nothing. The " +
      "paper finds that F and k matter and Da does not. Every dot is a training from a seed of its own.",
    svg: strips(rows, {
      title: "Turing patterns: importance of the parameters",
      list: PARAMETERS.map(([name, label]) => ({
        metric: `importance_${name}`,
        label: `importance of ${label}`,
        include: [0, 1],
      })),
    }),
  }];
}
