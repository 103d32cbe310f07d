/**
 * What a system is: two observations of one thing, how they are made, which networks read them, and what is
 * known that the networks were never told.
 *
 * A new system is one file that exports a {@link System} under the name `system`, and one line in
 * `stages/graph.ts`.
 *
 * @module
 */
import type { Bijection, Parameters } from "../macronet/bijection.ts";
import type { FitOptions } from "../macronet/fit.ts";
import type { Matrix } from "../macronet/matrix.ts";
import type { Relation } from "../macronet/relation.ts";

/** Named rows of equal number: column `u` row i belongs to column `v` row i. */
export type Columns = Readonly<Record<string, Matrix>>;

/** A toy size for tests, and the size that the published figures use. */
export type Profile = "smoke" | "paper";

/** Parameters of every stage of one system. Plain JSON; `--set` changes single values. */
export interface Settings<Physics = object, Network = object> {
  /** The system itself and how it is observed. */
  readonly physics: Physics;
  readonly simulate: {
    readonly seed: number;
    /** Units of work; more of them extend a data set without touching those there are. */
    readonly shards: number;
    /** Samples per shard. */
    readonly samples: number;
  };
  readonly cache: {
    /** Shares of the accepted samples that are held out. */
    readonly validationShare: number;
    readonly testShare: number;
    /** Type that v is stored as. All else stays float32: parameters need their digits. */
    readonly dataType: "float32" | "float16";
    /** `zstd`: bytes shuffled, then Zstandard, in Blosc frames. */
    readonly compression: "none" | "zstd";
  };
  readonly network: Network & {
    /** d */
    readonly macroDimension: number;
  };
  readonly train: FitOptions & {
    /**
     * How what is left is trained when φ_v is, of a system whose φ_v leaves something (`macronet/remainder.ts`), by the
     * name of the turn.
     */
    readonly remainder?: Readonly<Record<string, FitOptions>>;
  };
  /** Trainings, each from a seed of its own: train.seed and those after it. */
  readonly repeats: number;
  readonly sample: {
    readonly seed: number;
    /** Held-out pairs whose v serves as an example. */
    readonly examples: number;
    /** Designs per example. */
    readonly draws: number;
    /** How often each example's own u is grown anew: the floor of what designs can reach. */
    readonly again: number;
  };
  /** Sizes of the networks that baselines are made of, of a system that has an {@link System.inversion}. */
  readonly baselines?: BaselineSizes;
  readonly evaluate: {
    readonly seed: number;
    /** Bootstrap resamples behind an interval. */
    readonly resamples: number;
  };
}

/** Networks of the methods that MacroNet is compared with; they are trained as long as MacroNet is. */
export interface BaselineSizes {
  /** Blocks of a conditional flow. */
  readonly blocks: number;
  /** Width of what reads or moves u. */
  readonly width: number;
  /** Width of what reads v alone. */
  readonly encoderWidth: number;
  readonly hiddenLayers: number;
  readonly logScaleBound: number;
}

/** Randomness of one call: value i of sample s is a function of (seed, purpose, s, i). */
export interface Randomness {
  readonly seed: number;
  /** What the draws are for; keeps the draws of different stages apart. */
  readonly purpose: string;
  /** Index of the first sample of the call. */
  readonly from: number;
}

/** A number with its 95 % bootstrap interval, where it is an average. */
export interface Metric {
  readonly value: number;
  readonly interval?: readonly [number, number];
}

/** A metric over trainings that differ in their seed alone: the value is their mean. */
export interface RepeatedMetric extends Metric {
  /** Standard deviation over the repeats, over n − 1. Absent where there is one. */
  readonly deviation?: number;
  /** The value of each repeat. */
  readonly values: readonly number[];
}

/** Designs and what they are compared with, all of it held out from training. */
export interface DesignTrial<Physics = object> {
  readonly physics: Physics;
  readonly test: Columns;
  /** The examples, as {@link System.examples} gave them. */
  readonly examples: Columns;
  /** `draws` rows per example: designs `u` and what they grow into (`grown.…`). */
  readonly designs: Columns;
  /** `again` rows per example: what the example's own u grows into from fresh starts. */
  readonly again: Columns;
  readonly bootstrap: Settings["evaluate"];
}

/** What an evaluation works on. Beside `u`, its designs have `v`, sampled directly. */
export interface Trial<Physics = object> extends DesignTrial<Physics> {
  readonly relation: Relation;
  /** Trained tensors of both sides. */
  readonly parameters: Parameters;
  /** Pairs that neither training nor the numbers of an evaluation see, to fit what an evaluation has to fit. */
  readonly validation: Readonly<Record<"u" | "v", Matrix>>;
}

/** What a method works on that finds u for a v without macrostates. */
export interface Inversion {
  /** What φ_v's network reads of observations, `[rows, features]`. */
  features(v: Matrix): Matrix;
  /** What observations that look alike have alike, `[rows, …]`. */
  look(v: Matrix): Matrix;
  /** From u to coordinates without bounds, of no parameters. */
  readonly chart: Bijection;
}

/** What an evaluation gives: numbers, and the rows that figures are drawn from. */
export interface Findings {
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly tables: Columns;
}

/** Mean and standard deviation of each dimension of a column over the training rows, `[2, n]`. */
export type Normalisation = Readonly<Record<"u" | "v", Matrix>>;

/** What the networks of a relation are built from; a trained model carries it along. */
export interface Architecture<Physics = object, Network = object> {
  readonly physics: Physics;
  readonly network: Settings<Physics, Network>["network"];
  /** Seed of what is fixed at random, such as rotations. */
  readonly seed: number;
}

/** A relation between two observations, and all that the stages need to study it. */
export interface System<Physics = object, Network = object> {
  readonly title: string;
  readonly profiles: Readonly<Record<Profile, Settings<Physics, Network>>>;
  /**
   * Refuses settings outside their domain, before anything runs.
   *
   * @throws {RangeError} With the limit and its reason.
   */
  check(settings: Settings<Physics, Network>): void;
  /** Size of one event of each column that {@link prior} and {@link grow} make, e.g. `[64, 64, 2]`. */
  shapes(physics: Physics): Readonly<Record<string, readonly number[]>>;
  /** What the columns are, axes and units included, for the card of the data set. */
  readonly descriptions?: Readonly<Record<string, string>>;
  /** Names of the numbers in u, of a system where the calibration of each is told by name: `sbc_<name>`. */
  readonly parameterNames?: readonly string[];
  /** How many steps each sample is to take, of a system that skips those which would change nothing any more. */
  steps?(physics: Physics): number;
  /** Draws u, `[count, n_u]`. */
  prior(physics: Physics, count: number, randomness: Randomness): Matrix;
  /**
   * Observes what each u gives, from fresh starts: `v`, and whatever evaluation needs. A column `accepted`
   * (0 or 1) marks samples that belong to the data set; a column `steps` says how many of {@link steps} were computed.
   */
  grow(physics: Physics, u: Matrix, randomness: Randomness): Columns;
  /** The two networks. */
  relation(architecture: Architecture<Physics, Network>, normalisation: Normalisation): Relation;
  /** Picks held-out pairs that serve as examples. */
  examples(test: Columns, count: number): Columns;
  /** What baselines work on. Absent of a system that has none. */
  inversion?(physics: Physics): Inversion;
  /** Compares designs with their examples, whoever made them; the first part of {@link evaluate}. */
  evaluateDesigns?(trial: DesignTrial<Physics>): Readonly<Record<string, Metric>>;
  /** Compares what was learned with what is known. */
  evaluate(trial: Trial<Physics>): Findings;
}
