/**
 * The systems at a size that a test can afford, and their stages run one after the other in memory.
 *
 * @module
 */
import { cacheParams, run as runCache } from "../../stages/cache.ts";
import { evaluateParams, run as runEvaluate } from "../../stages/evaluate.ts";
import { run as runSample, sampleParams } from "../../stages/sample.ts";
import { run as runSimulate, simulateParams } from "../../stages/simulate.ts";
import { run as runTrain, trainParams } from "../../stages/train.ts";
import { system as linear } from "../../systems/linear.ts";
import { system as oscillator } from "../../systems/oscillator.ts";
import type { Settings, System } from "../../systems/system.ts";
import { system as turing } from "../../systems/turing.ts";
import { changed } from "../systems/refusals.ts";
import { type Artifacts, runUnit, together } from "./in_memory.ts";

/** A system with settings as small as they can be. */
export interface Tiny {
  readonly system: System;
  readonly settings: Settings;
}

const small = {
  "simulate.samples": 40,
  "cache.validationShare": 0.15,
  "cache.testShare": 0.3,
  "network.blocks": 1,
  "train.batch": 16,
  "train.steps": 6,
  "train.warmup": 2,
  "train.logEvery": 2,
  "train.checkpointEvery": 2,
  "sample.examples": 3,
  "sample.draws": 4,
  "evaluate.resamples": 10,
};

const tiny = (system: System, changes: Record<string, unknown> = {}): Tiny => ({
  system,
  settings: changed(system, { ...small, ...changes }),
});

/** Each system, tiny. */
export const TINY = {
  linear: tiny(linear as unknown as System, { "simulate.samples": 120, "sample.examples": 12 }),
  oscillator: tiny(oscillator as unknown as System),
  turing: tiny(turing as unknown as System, { "physics.steps": 1500 }),
} as const;

/** The artifacts of every stage up to evaluation. */
export interface Pipeline {
  readonly simulate: Artifacts;
  readonly cache: Artifacts;
  readonly train: Artifacts;
  readonly sample: Artifacts;
  readonly evaluate: Artifacts;
}

/** Runs one shard. */
export function simulate({ system, settings }: Tiny, shard: number) {
  return runUnit(runSimulate, { params: simulateParams(settings), shard, uses: { system: { system } } });
}

/** Runs a stage that is not sharded. */
export function runStage(
  stage: "cache" | "train" | "sample" | "evaluate",
  { system, settings }: Tiny,
  inputs: Readonly<Record<string, Artifacts>>,
) {
  const [run, params] = {
    cache: [runCache, cacheParams] as const,
    train: [runTrain, trainParams] as const,
    sample: [runSample, sampleParams] as const,
    evaluate: [runEvaluate, evaluateParams] as const,
  }[stage];
  const id = `tiny/${stage}`;
  return runUnit(run, { stage: id, params: params(settings), inputs, uses: { system: { system } } });
}

/** Runs every stage up to evaluation. */
export async function runPipeline(tiny: Tiny): Promise<Pipeline> {
  const shards = [];
  for (let shard = 0; shard < tiny.settings.simulate.shards; shard++) {
    shards.push(await simulate(tiny, shard));
  }
  const simulated = together(...shards);
  const cache = (await runStage("cache", tiny, { simulate: simulated })).artifacts;
  const train = (await runStage("train", tiny, { cache })).artifacts;
  const sample = (await runStage("sample", tiny, { cache, train })).artifacts;
  const evaluate = (await runStage("evaluate", tiny, { cache, train, sample })).artifacts;
  return { simulate: simulated, cache, train, sample, evaluate };
}
