/**
 * Figure 4 of Zhang & Walker 2022, from a trained model.
 *
 * @module
 */
import { type Matrix, rowRange } from "../../macronet/matrix.ts";
import { figure4b, figure4c, figure4d, type LinearExample, movedMatrices } from "./figure4.ts";
import type { Draw } from "./gallery.ts";

/** Sampled trajectories drawn for one example. */
const SHOWN = 12;

/** Matrices drawn from the prior. */
const PRIOR = 1500;

/** Draws 4B, 4C and 4D. */
export const draw: Draw = ({ test, samples, tables }) => {
  const sweep = tables.sweep.data;
  const examples = chosenExamples(sweep).map(({ index, label }): LinearExample => {
    const draws = samples["design.u"].rows / samples["example.u"].rows;
    const own = (table: Matrix) =>
      rowRange(table, index * draws, index * draws + Math.min(SHOWN, draws)).data;
    return {
      label,
      trajectory: rowRange(samples["example.v"], index, index + 1).data,
      matrix: rowRange(samples["example.u"], index, index + 1).data,
      sampledMatrices: own(samples["design.u"]),
      grownTrajectories: own(samples["design.grown.v"]),
      sampledTrajectories: own(samples["design.v"]),
    };
  });
  const prior = rowRange(test.u, 0, Math.min(PRIOR, test.u.rows)).data;
  return [
    {
      name: "4b",
      wide: true,
      caption:
        "Example trajectories (right), and matrices M sampled from their macrostates (left), in the plane " +
        "of what a change of frame leaves alone: how fast M turns (c − b) and its trace. Ringed: the matrix that " +
        "made the example. Grey: the prior.",
      svg: figure4b({ prior, examples }),
    },
    {
      name: "4c",
      wide: true,
      caption: "What the sampled matrices do (lines, simulated from fresh starts), over the example (dots).",
      svg: figure4c({ examples }),
    },
    {
      name: "4d",
      wide: true,
      caption: "Trajectories sampled directly from the example's macrostate, without simulating anything.",
      svg: figure4d({ examples }),
    },
    {
      name: "moved",
      wide: true,
      caption:
        "What each macro coordinate does: the likeliest matrix of a macrostate as one coordinate is moved through " +
        "its range, the others at their medians.",
      svg: movedMatrices({
        dimension: samples["moved.macrostate"].columns,
        macrostates: samples["moved.macrostate"].data,
        matrices: samples["moved.u"].data,
      }),
    },
  ];
};

/** The examples that sweep most each way, and the ones nearest a quarter of a turn and to none. */
function chosenExamples(sweep: Float32Array): { index: number; label: string }[] {
  const nearest = (angle: number) => {
    const distances = Array.from(sweep, (value) => Math.abs(value - angle));
    return distances.indexOf(Math.min(...distances));
  };
  const degrees = (index: number) => `${Math.abs(sweep[index] * 180 / Math.PI).toFixed(0)}°`;
  const way = (index: number) => sweep[index] > 0 ? "anticlockwise" : "clockwise";
  const picked = [1.8, 0.9, -1.8, -0.9].map(nearest);
  return [...new Set(picked)].map((index) => ({ index, label: `${way(index)}, ${degrees(index)}` }));
}
