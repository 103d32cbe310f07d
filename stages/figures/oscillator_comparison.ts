/**
 * Oscillators side by side: what an unknown time does.
 *
 * @module
 */
import { type DrawComparison, strips } from "./comparison.ts";

/** Draws the settings. */
export const draw: DrawComparison = (compared) => [{
  name: "settings",
  wide: true,
  caption:
    "The time between the two states unknown, as in the paper, and known. Every dot is a training from a seed of " +
    "its own, the line their mean; dashed: the bar. Only where the time is unknown is energy all that is left to share.",
  svg: strips(compared, {
    title: "Oscillators: time known and unknown",
    list: [
      { metric: "spearman_energy_mean", label: "|Spearman(φ, H)|", bar: 0.9999, include: [0] },
      { metric: "ring_radius_bias_max", label: "largest bias of a ring's radius", bar: 0.005, axis: "log" },
      { metric: "mutual_information_nats", label: "mutual information, nats", include: [0] },
    ],
  }),
}];
