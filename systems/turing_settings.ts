/**
 * Settings of the Turing patterns.
 *
 * @module
 */
import type { Observation } from "./observation.ts";
import type { RuleBox } from "./rule_box.ts";
import type { Settings } from "./system.ts";

/** Gray-Scott, and how it is observed. */
export interface Physics {
  /** Side of the square grid: a power of two, at least 8. */
  readonly size: number;
  readonly steps: number;
  /** δt of the explicit Euler scheme. */
  readonly timeStep: number;
  /** The prior over rules is uniform in this box. */
  readonly box: RuleBox;
  /** Unknown are the start, else one for all samples, and perhaps the magnification. */
  readonly observation: Observation<"start" | "magnification">;
}

/** Sizes of the networks and weights of their likelihoods. */
export interface Network {
  readonly blocks: number;
  readonly widthU: number;
  readonly widthV: number;
  readonly hiddenLayers: number;
  readonly logScaleBound: number;
  /** Layers of the flow from patterns of one macrostate to white noise, 0 for none, and width of its conditioner. */
  readonly patternLayers: number;
  readonly patternWidth: number;
  /**
   * Weights of what patterns look like that this flow makes, beside its likelihood, 0 for that alone; and of what is left
   * of the macrostate in z.
   */
  readonly patternWeightLooks: number;
  readonly patternWeightTraces: number;
  /** Weight of rules in the distribution loss, per dimension; and in that of patterns of α, and of the field given α. */
  readonly weightRules: number;
  readonly weightMacro: number;
  readonly weightAbandoned: number;
  /**
   * Width of the emulator of what a rule's patterns look like, and weights of how far designs are from their example in
   * spectra and Minkowski functionals, and of how far they are from rules whose patterns live.
   */
  readonly emulatorWidth: number;
  readonly weightSpectra: number;
  readonly weightMinkowski: number;
  readonly weightLive: number;
}

type TuringSettings = Settings<Physics, Network>;

/** Range of the log-scale of the noise in the macrostate of a pattern: from hardly any to as much as there may be. */
export const NOISE_LOG_SCALE: readonly [least: number, most: number] = [-5, -0.5];

/** How the flow of patterns is trained, from what it begins with to the means of its z, in either profile. */
const FLOW_TRAIN = { seed: 1, gamma: 1, parts: 1, learningRate: 0.01, clipNorm: 2 };
const LOOKS_TRAIN = { ...FLOW_TRAIN, learningRate: 0.003, clipNorm: 1 };
const TRACES_TRAIN = { ...LOOKS_TRAIN, learningRate: 0.0006 };
const WHITENING_TRAIN = { ...FLOW_TRAIN, learningRate: 0.003 };

/** The size that the published figures use. */
export const PAPER: TuringSettings = {
  physics: {
    size: 64,
    steps: 6000,
    timeStep: 1,
    box: { Da: [0.1, 0.21], ratio: [0.4, 0.6], F: [0.02, 0.07], k: [0.055, 0.066] },
    observation: { noise: 0.001, unknown: { start: true, magnification: false } },
  },
  simulate: { seed: 1, shards: 128, samples: 256 },
  cache: { validationShare: 0.05, testShare: 0.1, dataType: "float32", compression: "none" },
  network: {
    macroDimension: 3,
    blocks: 6,
    widthU: 64,
    widthV: 128,
    hiddenLayers: 2,
    logScaleBound: 2,
    patternLayers: 5,
    patternWidth: 64,
    patternWeightLooks: 1,
    patternWeightTraces: 15,
    weightRules: 2,
    weightMacro: 0.02,
    weightAbandoned: 0.1,
    emulatorWidth: 256,
    weightSpectra: 1,
    weightMinkowski: 1.2,
    weightLive: 0.8,
  },
  train: {
    seed: 1,
    gamma: 0.3,
    batch: 128,
    parts: 1,
    steps: 4000,
    learningRate: 0.003,
    warmup: 200,
    clipNorm: 5,
    logEvery: 50,
    checkpointEvery: 250,
    remainder: {
      flow: { ...FLOW_TRAIN, batch: 32, steps: 2000, warmup: 50, logEvery: 100, checkpointEvery: 100 },
      looks: { ...LOOKS_TRAIN, batch: 16, steps: 1600, warmup: 200, logEvery: 100, checkpointEvery: 100 },
      gains: { ...WHITENING_TRAIN, batch: 32, steps: 2000, warmup: 50, logEvery: 100, checkpointEvery: 1000 },
      traces: { ...TRACES_TRAIN, batch: 32, steps: 1000, warmup: 50, logEvery: 100, checkpointEvery: 100 },
      means: { ...WHITENING_TRAIN, batch: 256, steps: 1500, warmup: 50, logEvery: 100, checkpointEvery: 500 },
    },
  },
  repeats: 5,
  sample: { seed: 1, examples: 128, draws: 8, again: 4 },
  baselines: { blocks: 6, width: 64, encoderWidth: 128, hiddenLayers: 2, logScaleBound: 2 },
  evaluate: { seed: 1, resamples: 200 },
};

/** A toy size. */
export const SMOKE: TuringSettings = {
  ...PAPER,
  physics: { ...PAPER.physics, size: 32, steps: 3000 },
  simulate: { seed: 1, shards: 3, samples: 64 },
  cache: { validationShare: 0.1, testShare: 0.2, dataType: "float32", compression: "none" },
  network: {
    ...PAPER.network,
    blocks: 2,
    widthU: 16,
    widthV: 16,
    emulatorWidth: 16,
    patternLayers: 2,
    patternWidth: 16,
  },
  train: {
    ...PAPER.train,
    batch: 32,
    steps: 60,
    warmup: 10,
    logEvery: 20,
    checkpointEvery: 20,
    remainder: {
      flow: { ...FLOW_TRAIN, batch: 8, steps: 20, warmup: 5, logEvery: 10, checkpointEvery: 10 },
      looks: { ...LOOKS_TRAIN, batch: 8, steps: 20, warmup: 5, logEvery: 10, checkpointEvery: 10 },
      gains: { ...WHITENING_TRAIN, batch: 8, steps: 20, warmup: 5, logEvery: 10, checkpointEvery: 10 },
      traces: { ...TRACES_TRAIN, batch: 8, steps: 20, warmup: 5, logEvery: 10, checkpointEvery: 10 },
      means: { ...WHITENING_TRAIN, batch: 8, steps: 20, warmup: 5, logEvery: 10, checkpointEvery: 10 },
    },
  },
  repeats: 2,
  sample: { seed: 1, examples: 6, draws: 3, again: 2 },
  baselines: { ...PAPER.baselines!, blocks: 2, width: 16, encoderWidth: 16 },
  evaluate: { seed: 1, resamples: 20 },
};
