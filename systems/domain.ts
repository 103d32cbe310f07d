/**
 * Checks of settings, so that every refusal reads alike: what is limited, to what, and why.
 *
 * @module
 */
import { checkMacroDimension } from "../macronet/macrostate_map.ts";
import type { FitOptions } from "../macronet/fit.ts";
import type { Settings } from "./system.ts";

/**
 * Refuses a number outside `[least, most]`.
 *
 * @param what Name of the setting, as `--set` spells it.
 * @param reason Why the limit is where it is.
 * @throws {RangeError} With the limit and its reason.
 *
 * @example
 * ```ts
 * import { checkNumber } from "./domain.ts";
 * import { assertThrows } from "@std/assert";
 *
 * const limits = { least: 0, most: 1, reason: "it is a share" };
 * checkNumber("share", 0.5, limits);
 * assertThrows(() => checkNumber("share", 2, limits), RangeError, "from 0 to 1 (it is a share), but it is 2");
 * ```
 */
export function checkNumber(
  what: string,
  value: number,
  { least = -Infinity, most = Infinity, whole = false, reason }: {
    least?: number;
    most?: number;
    whole?: boolean;
    reason: string;
  },
): void {
  if (Number.isFinite(value) && value >= least && value <= most && (!whole || Number.isInteger(value))) {
    return;
  }
  const kind = whole ? "a whole number" : "a number";
  const limits = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new RangeError(`Cannot use ${what}: it must be ${kind} ${limits} (${reason}), but it is ${value}`);
}

/** Shards of a data set. Larger ones take more samples a shard. */
const MOST_SHARDS = 100_000;

/**
 * Refuses a word that is not among those known.
 *
 * @throws {RangeError} With those that are.
 *
 * @example
 * ```ts
 * import { checkWord } from "./domain.ts";
 * import { assertThrows } from "@std/assert";
 *
 * checkWord("physics.frame", "known", ["known", "unknown"]);
 * assertThrows(() => checkWord("frame", "odd", ["known", "unknown"]), RangeError, 'it must be "known" or "unknown"');
 * ```
 */
export function checkWord(what: string, value: string, known: readonly string[]): void {
  if (known.includes(value)) return;
  const words = known.map((word) => `"${word}"`).join(" or ");
  throw new RangeError(`Cannot use ${what}: it must be ${words}, but it is "${value}"`);
}

/**
 * The settings that every system has.
 *
 * @param dimension Size of the smaller of the two observations.
 * @throws {RangeError} With the limit and its reason.
 */
export function checkCommon(
  { simulate, cache, network, train, repeats, sample, evaluate }: Settings,
  dimension: number,
): void {
  const count = { least: 1, whole: true };
  checkNumber("simulate.shards", simulate.shards, {
    ...count,
    most: MOST_SHARDS,
    reason: "they are numbered with five digits, so that their names are in order",
  });
  checkNumber("simulate.samples", simulate.samples, { ...count, reason: "a shard has at least one sample" });
  const turns = Object.fromEntries(
    Object.entries(train.remainder ?? {}).map(([turn, options]) => [`train.remainder.${turn}`, options]),
  );
  const seeded = { simulate, train, ...turns, sample, evaluate };
  for (const [what, { seed }] of Object.entries(seeded)) {
    checkNumber(`${what}.seed`, seed, {
      least: 0,
      most: Number.MAX_SAFE_INTEGER,
      whole: true,
      reason: "a seed is a Philox key",
    });
  }
  for (const what of ["validationShare", "testShare"] as const) {
    checkNumber(`cache.${what}`, cache[what], {
      least: 0.001,
      most: 0.45,
      reason: "training needs the larger part",
    });
  }
  checkWord("cache.dataType", cache.dataType, ["float32", "float16"]);
  checkWord("cache.compression", cache.compression, ["none", "zstd"]);
  checkMacroDimension(network.macroDimension, dimension);
  checkFit("train", train);
  for (const [name, options] of Object.entries(turns)) checkFit(name, options);
  checkNumber("repeats", repeats, { ...count, most: 1000, reason: "an experiment is one training at least" });
  for (const what of ["examples", "draws", "again"] as const) {
    checkNumber(`sample.${what}`, sample[what], { ...count, reason: "there must be one to evaluate" });
  }
  checkNumber("evaluate.resamples", evaluate.resamples, {
    least: 10,
    whole: true,
    reason: "an interval needs some",
  });
}

/** How something is trained. */
function checkFit(name: string, options: FitOptions): void {
  const count = { least: 1, whole: true };
  checkNumber(`${name}.gamma`, options.gamma, {
    least: 1e-6,
    reason: "without γ > 0 nothing forbids a collapse",
  });
  checkNumber(`${name}.learningRate`, options.learningRate, {
    least: 1e-9,
    reason: "nothing is learned at 0",
  });
  checkNumber(`${name}.clipNorm`, options.clipNorm, { least: 1e-9, reason: "nothing is learned at 0" });
  checkNumber(`${name}.warmup`, options.warmup, { least: 0, whole: true, reason: "it is a number of steps" });
  for (const what of ["batch", "steps", "logEvery", "checkpointEvery"] as const) {
    checkNumber(`${name}.${what}`, options[what], { ...count, reason: "there must be one to train on" });
  }
  checkNumber(`${name}.parts`, options.parts, {
    ...count,
    most: options.batch,
    reason: "a part of a batch has at least one row",
  });
}
