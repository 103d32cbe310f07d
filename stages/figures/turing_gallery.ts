/**
 * Figure 6 of Zhang & Walker 2022, from a trained model, and the plane of macrostates.
 *
 * @module
 */
import { type Matrix, rowRange } from "../../macronet/matrix.ts";
import { figure6a, figure6b, figure6c, movedPatterns, type TuringExample } from "./figure6.ts";
import type { Draw } from "./gallery.ts";
import { macrostatePlane } from "./macrostate_plane.ts";

/** Examples in figure 6, and patterns shown for each. */
const EXAMPLES = 5;
const SHOWN = 6;

/** Patterns offered to the plane of macrostates. */
const THUMBNAILS = 400;

type Interval = readonly [number, number];

/** Draws 6A, 6B, 6C, what 6C would be without rules, and the macrostate plane. */
export const draw: Draw = ({ physics, test, samples, tables }) => {
  const { size, box } = physics as { size: number; box: Record<"Da" | "ratio" | "F" | "k", Interval> };
  const draws = samples["design.u"].rows / samples["example.u"].rows;
  const chosen = chosenExamples(samples["example.macrostate"]);
  const patternsOf = (name: "design.grown.v" | "design.v", index: number) =>
    concentrationsOfB(rowRange(samples[name], index * draws, index * draws + Math.min(SHOWN, draws)));
  const examples = chosen.map((index): TuringExample => ({
    pattern: concentrationsOfB(rowRange(samples["example.v"], index, index + 1)),
    parameters: rowRange(samples["example.u"], index, index + 1).data,
    sampledParameters: rowRange(samples["design.u"], index * draws, (index + 1) * draws).data,
    grownPatterns: patternsOf("design.grown.v", index),
  }));
  const ranges: Interval[] = [
    box.Da,
    [box.Da[0] * box.ratio[0], box.Da[1] * box.ratio[1]],
    box.F,
    box.k,
  ];
  const direct = examples.map((example, i) => ({
    ...example,
    grownPatterns: patternsOf("design.v", chosen[i]),
  }));
  const thumbnails = rowRange(test.v, 0, Math.min(THUMBNAILS, test.v.rows));
  return [
    { name: "6a", caption: "Example patterns (concentration of b).", svg: figure6a({ size, examples }) },
    {
      name: "6b",
      wide: true,
      caption:
        "Rules sampled from the macrostates of the examples, one colour each, in all pairs of parameters. " +
        "Ringed: the rule that made the example.",
      svg: figure6b({ box: ranges, examples }),
    },
    {
      name: "6c",
      wide: true,
      caption: "First column: the examples. Others: patterns grown by sampled rules from fresh starts.",
      svg: figure6c({ size, examples }),
    },
    {
      name: "6c_direct",
      wide: true,
      caption:
        "First column: the examples. Others: patterns sampled from their macrostates, without any rule.",
      svg: figure6c({ size, examples: direct }, "sampled from the macrostate"),
    },
    {
      name: "moved",
      wide: true,
      caption:
        "What each macro coordinate does: patterns grown from the likeliest rule of a macrostate as one coordinate " +
        "is moved through its range (its value below), the others at their medians.",
      svg: movedPatterns({
        size,
        dimension: samples["moved.macrostate"].columns,
        macrostates: samples["moved.macrostate"].data,
        patterns: concentrationsOfB(samples["moved.grown.v"]),
      }),
    },
    {
      name: "macrostate_plane",
      caption: "Held-out patterns at their macrostates.",
      svg: macrostatePlane({
        size,
        macrostates: tables.macrostate_v.data,
        dimension: tables.macrostate_v.columns,
        patterns: concentrationsOfB(thumbnails),
      }),
    },
  ];
};

/** Examples far from each other: each next one is the farthest from those chosen. */
function chosenExamples(macrostates: Matrix): number[] {
  const distance = (i: number, j: number) => {
    const a = rowRange(macrostates, i, i + 1).data, b = rowRange(macrostates, j, j + 1).data;
    return a.reduce((sum, value, k) => sum + (value - b[k]) * (value - b[k]), 0);
  };
  const chosen = [0];
  while (chosen.length < Math.min(EXAMPLES, macrostates.rows)) {
    const gaps = Array.from(
      { length: macrostates.rows },
      (_, i) => Math.min(...chosen.map((j) => distance(i, j))),
    );
    chosen.push(gaps.indexOf(Math.max(...gaps)));
  }
  return chosen;
}

/** b of patterns `[rows, size, size, 2]`. */
function concentrationsOfB({ data }: Matrix): Float32Array {
  return Float32Array.from({ length: data.length / 2 }, (_, i) => data[2 * i + 1]);
}
