/**
 * What `reproduce` runs: the systems under their settings, side by side.
 *
 * A new system is a file in `systems/` and a line in {@link EXPERIMENTS}.
 *
 * @module
 */
import { system as linear } from "../systems/linear.ts";
import { system as oscillator } from "../systems/oscillator.ts";
import type { System } from "../systems/system.ts";
import { system as turing } from "../systems/turing.ts";
import { type BaselineName, BASELINES } from "./baselines/graph.ts";
import { type Assignment, parseAssignment } from "./settings.ts";

/** A system under certain settings. */
export interface Experiment {
  /** Folder of its stages, and prefix of its metrics. */
  readonly name: string;
  /** What tells it from its neighbours in a comparison. */
  readonly label: string;
  /** Heading in the report, when it is not the system's own. */
  readonly title?: string;
  readonly system: System;
  /** File of the system, from here. */
  readonly module: string;
  /** File of the figures that are drawn beside those of every system, from here. */
  readonly figures?: string;
  /** Changes to the system's own settings, as `--set` would make them. */
  readonly changes?: readonly Assignment[];
  /**
   * The experiment that it is a variation of: it shares its data set, differs in network and training alone, and is
   * drawn beside it and not by itself.
   */
  readonly of?: string;
  /** Other methods that are tried on the same examples, by the names of their files in `baselines/`. */
  readonly baselines?: readonly BaselineName[];
}

const change = (...texts: string[]): Pick<Experiment, "changes"> => ({ changes: texts.map(parseAssignment) });

const LINEAR = {
  system: linear as unknown as System,
  module: "../systems/linear.ts",
  figures: "./figures/linear_gallery.ts",
};

const OSCILLATOR = {
  system: oscillator as unknown as System,
  module: "../systems/oscillator.ts",
  figures: "./figures/oscillator_gallery.ts",
};

const TURING = {
  system: turing as unknown as System,
  module: "../systems/turing.ts",
  figures: "./figures/turing_gallery.ts",
};

/** All of them, variations after what they are variations of. */
export const EXPERIMENTS: readonly Experiment[] = [
  {
    name: "linear",
    label: "frame unknown",
    title: "Linear systems, frame unknown",
    baselines: ["regressor", "npe"],
    ...LINEAR,
  },
  {
    name: "linear_unaided",
    label: "prediction alone",
    of: "linear",
    ...LINEAR,
    ...change("network.weightTurn=0"),
  },
  {
    name: "linear_d1",
    label: "d = 1",
    of: "linear",
    ...LINEAR,
    ...change("network.macroDimension=1", "network.weightTurn=0", "repeats=2"),
  },
  {
    name: "linear_d3",
    label: "d = 3",
    of: "linear",
    ...LINEAR,
    ...change("network.macroDimension=3", "network.weightTurn=0", "repeats=2"),
  },
  {
    name: "linear_d4",
    label: "d = 4",
    of: "linear",
    ...LINEAR,
    ...change("network.macroDimension=4", "network.weightTurn=0", "repeats=2"),
  },
  {
    name: "linear_literal",
    label: "frame known",
    title: "Linear systems, frame known (the paper's literal setting)",
    ...LINEAR,
    ...change("physics.observation.unknown.frame=false", "network.weightTurn=0"),
  },
  {
    name: "oscillator",
    label: "time unknown",
    title: "Harmonic oscillator, time unknown (as in the paper)",
    ...OSCILLATOR,
  },
  {
    name: "oscillator_d2",
    label: "d = 2",
    of: "oscillator",
    ...OSCILLATOR,
    ...change("network.macroDimension=2", "repeats=2"),
  },
  {
    name: "oscillator_d3",
    label: "d = 3",
    of: "oscillator",
    ...OSCILLATOR,
    ...change("network.macroDimension=3", "repeats=2"),
  },
  {
    name: "oscillator_plane",
    label: "plane, no noise coordinate",
    of: "oscillator",
    ...OSCILLATOR,
    ...change("network.microstate=state", "repeats=2"),
  },
  {
    name: "oscillator_position",
    label: "position alone",
    of: "oscillator",
    ...OSCILLATOR,
    ...change("network.microstate=position+noise", "repeats=2"),
  },
  {
    name: "oscillator_timed",
    label: "time known",
    title: "Harmonic oscillator, time known",
    ...OSCILLATOR,
    ...change("physics.observation.unknown.time=false"),
  },
  {
    name: "turing",
    label: "start unknown",
    title: "Turing patterns, d = 3 (start unknown, as in the paper)",
    baselines: BASELINES,
    ...TURING,
  },
  {
    name: "turing_d1",
    label: "d = 1",
    of: "turing",
    ...TURING,
    ...change("network.macroDimension=1", "network.patternLayers=0", "repeats=2"),
  },
  {
    name: "turing_d2",
    label: "d = 2",
    of: "turing",
    ...TURING,
    // Two numbers are left free instead of one, so that resemblance has more to hold together.
    ...change(
      "network.macroDimension=2",
      "network.patternLayers=0",
      "network.weightSpectra=2",
      "network.weightMinkowski=2.6",
    ),
  },
  {
    name: "turing_d4",
    label: "d = 4",
    of: "turing",
    ...TURING,
    ...change("network.macroDimension=4", "network.patternLayers=0", "repeats=2"),
  },
  {
    name: "turing_magnified",
    label: "magnification too",
    title: "Turing patterns, d = 3, magnification unknown too",
    ...TURING,
    ...change("physics.observation.unknown.magnification=true", "network.patternLayers=0"),
  },
];

/** Experiments of one system that are shown side by side. */
export interface Comparison {
  /** Folder of the stage, and the experiment whose system it is. */
  readonly name: string;
  readonly title: string;
  /** File of the figures, from here. */
  readonly figures: string;
}

/** One for each system. */
export const COMPARISONS: readonly Comparison[] = [
  { name: "linear", title: "Linear systems, compared", figures: "./figures/linear_comparison.ts" },
  { name: "oscillator", title: "Oscillators, compared", figures: "./figures/oscillator_comparison.ts" },
  { name: "turing", title: "Turing patterns, compared", figures: "./figures/turing_comparison.ts" },
];

/** File of the system of an experiment. */
export function moduleOf(name: string): string | undefined {
  return EXPERIMENTS.find((experiment) => experiment.name === name)?.module;
}
