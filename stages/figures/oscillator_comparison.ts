/**
 * Oscillators side by side: what an unknown time does, what the network sees, and how many dimensions there are to share.
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

/** What d is chosen by. */
const CHOICE = {
  title: "Oscillator: choosing d",
  caption:
    "How many macro dimensions, the time unknown: what the macrostates tell of each other, how well they predict each " +
    "other, and how far the radii of sampled states scatter (from their quartiles), against d. Dashed: what shuffled " +
    "pairs come to. Energy is all that is left to share, and one number tells it: others tell no more, and where " +
    "nothing is abandoned (d = 3) the example itself is sampled.",
  list: [
    { metric: "macro_error_normalised", label: "normalised macro error" },
    { metric: "ring_radius_robust_max", label: "spread of sampled radii" },
  ],
};

/** Draws the settings, and the choice of d. */
export const draw: DrawComparison = (compared) => {
  const settings = named(compared, [
    "oscillator",
    "oscillator_plane",
    "oscillator_position",
    "oscillator_timed",
  ]);
  const dimensions = byDimension(compared, { oscillator: 1, oscillator_d2: 2, oscillator_d3: 3 });
  return [...settingsOf(settings), ...choiceOfDimension(dimensions, CHOICE)];
};

function settingsOf(compared: readonly Compared[]): Exhibit[] {
  return [{
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
}
