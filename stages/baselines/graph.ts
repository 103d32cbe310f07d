/**
 * The stages of an experiment's baselines.
 *
 * ```
 * cache, sample ─▶ baseline/random, baseline/nearest, baseline/regressor, baseline/npe, baseline/contrastive
 * ```
 *
 * @module
 */
import type { JsonObject, Stage } from "../../pipeline/stage.ts";
import { checkNumber } from "../../systems/domain.ts";
import type { Settings, System } from "../../systems/system.ts";
import type { BaselineParams } from "../baseline.ts";
import type { Learning } from "./method.ts";

/** Names of the methods and of their files, in the order that tables show them. */
export const BASELINES = ["random", "nearest", "regressor", "npe", "contrastive"] as const;

/** One of {@link BASELINES}. */
export type BaselineName = typeof BASELINES[number];

/** What they are called in a heading. */
export const METHOD_TITLES: Readonly<Record<BaselineName, string>> = {
  random: "random samples",
  nearest: "the nearest samples",
  regressor: "regressor u ← v",
  npe: "conditional flow p(u | v)",
  contrastive: "InfoNCE encoders, then a flow",
};

/** MiB that a unit takes, its worker included: a run of `npe` alone at paper size was seen to take 640. */
const MEMORY = 700;

/**
 * The baselines of an experiment: none of a system without an inversion.
 *
 * They are trained on the same rows, as many steps of the same batch at the same rate as MacroNet is.
 *
 * @param experiment Its name, its system, where the system's file is, and the methods.
 * @throws {RangeError} For sizes outside their domain.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { system } from "../../systems/turing.ts";
 * import type { System } from "../../systems/system.ts";
 * import { BASELINES, baselineStages } from "./graph.ts";
 *
 * const experiment = { name: "turing", system: system as System, module: "file:///turing.ts", baselines: BASELINES };
 * const [random] = baselineStages(experiment, system.profiles.smoke);
 * assertEquals(random.id, "turing/baseline/random");
 * ```
 */
export function baselineStages(
  { name, system, module, baselines }: {
    readonly name: string;
    readonly system: System;
    readonly module: string;
    readonly baselines: readonly BaselineName[];
  },
  settings: Settings,
): Stage[] {
  const { baselines: sizes, network: { macroDimension }, physics, sample: { seed }, evaluate } = settings;
  if (!system.inversion || !system.evaluateDesigns || !sizes) return [];
  for (const [what, value] of Object.entries(sizes)) {
    checkNumber(`baselines.${what}`, value, {
      least: what === "logScaleBound" ? 0.1 : 1,
      whole: what !== "logScaleBound",
      reason: "it is the size of a network",
    });
  }
  const { batch, steps, learningRate, warmup, clipNorm, logEvery } = settings.train;
  const train = { seed: settings.train.seed, batch, steps, learningRate, warmup, clipNorm, logEvery };
  const learning: Learning = { macroDimension, sizes, train };
  return baselines.map((method) => {
    const params: BaselineParams = { physics, seed, evaluate, learning };
    return {
      id: `${name}/baseline/${method}`,
      module: new URL("../baseline.ts", import.meta.url).href,
      uses: { system: module, method: new URL(`./${method}.ts`, import.meta.url).href },
      params: params as unknown as JsonObject,
      memory: MEMORY * 1024 * 1024,
      inputs: { cache: `${name}/cache`, sample: `${name}/sample` },
    };
  });
}
