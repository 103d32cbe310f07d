import { assertThrows } from "@std/assert";
import { checkNumber } from "../../systems/domain.ts";
import { system as linear } from "../../systems/linear.ts";
import { system as oscillator } from "../../systems/oscillator.ts";
import type { System } from "../../systems/system.ts";
import { system as turing } from "../../systems/turing.ts";
import { changed } from "./refusals.ts";

Deno.test("checkNumber: takes both ends of its range, and says limit, reason and value of all else", () => {
  const limits = { least: 1, most: 2, reason: "so it is" };
  for (const value of [1, 1.5, 2]) checkNumber("x", value, limits);
  for (const value of [0.999, 2.001, NaN, Infinity, -Infinity]) {
    const message = `Cannot use x: it must be a number from 1 to 2 (so it is), but it is ${value}`;
    assertThrows(() => checkNumber("x", value, limits), RangeError, message);
  }
  assertThrows(
    () => checkNumber("x", 1.5, { ...limits, whole: true }),
    RangeError,
    "a whole number from 1 to 2",
  );
  assertThrows(
    () => checkNumber("x", 0, { least: 1, reason: "why" }),
    RangeError,
    "a number of at least 1 (why)",
  );
});

const systems = { linear, oscillator, turing } as unknown as Record<string, System>;

/** What every system refuses, with a part of the message. */
const REFUSED: readonly (readonly [path: string, value: number | string, message: string])[] = [
  ["simulate.shards", 0, "simulate.shards: it must be a whole number from 1 to 100000"],
  ["simulate.shards", 100_001, "they are numbered with five digits"],
  ["simulate.shards", 1.5, "but it is 1.5"],
  ["simulate.samples", 0, "a shard has at least one sample"],
  ["simulate.seed", -1, "simulate.seed: it must be a whole number from 0"],
  ["train.seed", 0.5, "train.seed"],
  ["sample.seed", NaN, "sample.seed"],
  ["evaluate.seed", 2 ** 60, "a seed is a Philox key"],
  ["cache.validationShare", 0, "cache.validationShare"],
  ["cache.testShare", 0.5, "from 0.001 to 0.45 (training needs the larger part)"],
  ["cache.dataType", "float61", 'it must be "float32" or "float16", but it is "float61"'],
  ["cache.compression", "gzip", 'it must be "none" or "zstd", but it is "gzip"'],
  ["network.macroDimension", 0, "macroDimension"],
  ["network.macroDimension", 9, "macroDimension"],
  ["train.gamma", 0, "without γ > 0 nothing forbids a collapse"],
  ["train.gamma", -1, "train.gamma"],
  ["train.learningRate", 0, "nothing is learned at 0"],
  ["train.learningRate", Infinity, "train.learningRate"],
  ["train.clipNorm", 0, "train.clipNorm"],
  ["train.warmup", -1, "train.warmup"],
  ["train.batch", 0, "train.batch"],
  ["train.steps", 0, "train.steps"],
  ["train.logEvery", 0, "train.logEvery"],
  ["train.checkpointEvery", 0, "train.checkpointEvery"],
  ["sample.examples", 0, "sample.examples"],
  ["sample.draws", 0, "sample.draws"],
  ["sample.again", 0, "sample.again"],
  ["evaluate.resamples", 9, "an interval needs some"],
];

for (const [name, system] of Object.entries(systems)) {
  Deno.test(`${name}: check takes its own profiles`, () => {
    for (const settings of Object.values(system.profiles)) system.check(settings);
  });

  Deno.test(`${name}: check refuses what no system can use, with the setting and the reason`, () => {
    for (const [path, value, message] of REFUSED) {
      assertThrows(() => system.check(changed(system, { [path]: value })), RangeError, message);
    }
  });
}
