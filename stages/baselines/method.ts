/**
 * What a method is that MacroNet is compared with, and what it is given.
 *
 * @module
 */
import { inBatches } from "../../macronet/macrostate_map.ts";
import { column, type Matrix, matrix } from "../../macronet/matrix.ts";
import type { MinimiseOptions } from "../../macronet/minimise.ts";
import type { Pairs } from "../../macronet/objective.ts";
import { mean, variance } from "../../systems/metrics/statistics.ts";
import type { BaselineSizes, Inversion, Metric, Settings } from "../../systems/system.ts";
import type { Split } from "../summary.ts";

/** How a method that learns does so: the settings that MacroNet has, where they mean the same. */
export interface Learning {
  /** d */
  readonly macroDimension: number;
  readonly sizes: BaselineSizes;
  readonly train: MinimiseOptions;
}

/** What a method works on. */
export interface Problem {
  readonly inversion: Inversion;
  /** Observations that u is sought for. */
  readonly examples: Matrix;
  /** Rows of u for each example. */
  readonly draws: number;
  /** Seed of what is drawn for the examples. */
  readonly seed: number;
  readonly learning: Learning;
  /** How intervals are drawn. */
  readonly resampling: Settings["evaluate"];
  /** A column of the data set, each chunk of its rows mapped as it is read. */
  read(split: Split, name: "u" | "v", map: (rows: Matrix) => Matrix): Promise<Matrix>;
  /** Tells how much of a training is done. */
  progress(step: number, what: string): void;
}

/** What a method gives: `draws` rows of u for each example, neighbours, and what else there is to say of it. */
export interface Proposal {
  readonly u: Matrix;
  readonly metrics?: Readonly<Record<string, Metric>>;
}

/** A way from observations to u. Each is the export `method` of its file. */
export interface Method {
  propose(problem: Problem): Promise<Proposal>;
}

/** What methods learn from: u in coordinates without bounds, v as standardised features. */
export interface Lessons extends Readonly<Record<Split, Pairs>> {
  /** Features of the examples. */
  readonly examples: Matrix;
  /** From coordinates to u. */
  toU(coordinates: Matrix): Matrix;
}

/** The data set as {@link Lessons}. Features are standardised over the training rows. */
export async function lessonsOf(
  { inversion: { chart, features }, examples, read }: Problem,
): Promise<Lessons> {
  const coordinates = (u: Matrix) => inBatches(u, (batch) => chart.forward(batch, {})).value;
  const training = await read("train", "v", features);
  const standardise = standardising(training);
  const pairs = async (split: Split) => ({
    u: await read(split, "u", coordinates),
    v: split === "train" ? standardise(training) : standardise(await read(split, "v", features)),
  });
  return {
    train: await pairs("train"),
    validation: await pairs("validation"),
    test: await pairs("test"),
    examples: standardise(features(examples)),
    toU: (coordinates) => inBatches(coordinates, (batch) => chart.inverse(batch, {})).value,
  };
}

/** The map that gives every column of `rows` mean 0 and variance 1; one that never varies is centred alone. */
export function standardising(rows: Matrix): (rows: Matrix) => Matrix {
  const columns = Array.from({ length: rows.columns }, (_, j) => column(rows, j));
  const centre = columns.map(mean);
  const deviation = columns.map((values) => Math.sqrt(variance(values)) || 1);
  return ({ data, columns: width }) =>
    matrix(data.map((value, i) => (value - centre[i % width]) / deviation[i % width]), width);
}
