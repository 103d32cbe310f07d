/**
 * Figure 5 of Zhang & Walker 2022, from a trained model.
 *
 * @module
 */
import { columnRange, rowRange } from "../../macronet/matrix.ts";
import { figure5a, figure5b, figure5c } from "./figure5.ts";
import { type Draw, values } from "./gallery.ts";

/** Pairs drawn in 5A, states in 5B, and samples on each ring in 5C. */
const PAIRS = 6;
const STATES = 2500;
const SAMPLES = 250;

/** Draws 5A, 5B and 5C. */
export const draw: Draw = ({ test, samples, tables, metrics }) => {
  const pairs = new Float32Array(PAIRS * 4);
  for (let i = 0; i < PAIRS; i++) {
    pairs.set(rowRange(test.u, i, i + 1).data.subarray(0, 2), 4 * i);
    pairs.set(rowRange(test.v, i, i + 1).data.subarray(0, 2), 4 * i + 2);
  }
  const side = Math.sqrt(tables.plane.rows);
  const halfWidth = Math.abs(tables.plane.data[0]);
  const draws = samples["design.u"].rows / samples["example.u"].rows;
  const rings = Array.from({ length: samples["example.u"].rows }, (_, i) => {
    const [x, p] = rowRange(samples["example.u"], i, i + 1).data;
    const own = rowRange(samples["design.u"], i * draws, i * draws + Math.min(SAMPLES, draws));
    return { energy: (x * x + p * p) / 2, samples: columnRange(own, 0, 2).data };
  });
  return [
    {
      name: "5a",
      caption: "Pairs: a state u = (x₀, p₀) and v = (x_τ, p_τ), a time τ ~ U(0, 2π) later.",
      svg: figure5a({ pairs }),
    },
    {
      name: "5b",
      caption:
        "The learned macrostate of held-out states, averaged over the noise coordinate, against their energy, " +
        "which the network was never told.",
      svg: figure5b({
        energy: values(tables, "energy").subarray(0, STATES),
        macrostate: values(tables, "macrostate_mean").subarray(0, STATES),
        spearman: metrics.spearman_energy_mean.value,
      }),
    },
    {
      name: "5c",
      caption: "States sampled from the macrostates of single examples. Dashed: circles of radius √(2H). " +
        "Background: the macrostate φ(x, p).",
      svg: figure5c({
        field: { width: side, height: side, values: values(tables, "plane", 2) },
        halfWidth,
        rings,
      }),
    },
  ];
};
