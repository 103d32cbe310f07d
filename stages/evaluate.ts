/**
 * Evaluate: how well macrostates predict each other, and what each system knows beyond that.
 *
 * All on held-out data. Metrics are named as in the docs; where one is an average it has a bootstrap interval.
 *
 * @module
 */
import { useWasmBackend } from "../macronet/backend.ts";
import { unprefixed } from "../macronet/names.ts";
import type { StageRun } from "../pipeline/stage.ts";
import type { Settings, System, Trial } from "../systems/system.ts";
import { readSplit } from "./dataset.ts";
import { requireLiveDesigns, requireTestRows, requireVariedMacrostates } from "./guards.ts";
import { metricsFile } from "./metrics_file.ts";
import { MODEL, readModel } from "./model.ts";
import { drawProbes, PROBE, probeFile } from "./probe.ts";
import { evaluateRelation } from "./relation_metrics.ts";
import { SAMPLES } from "./sample.ts";
import { readTables, writeTables } from "./tables.ts";

/** Parameters of the stage. */
export interface EvaluateParams {
  readonly evaluate: Settings["evaluate"];
}

/** Names of the artifacts. */
export const METRICS = "metrics.json";
export const TABLES = "tables.safetensors";

/** Writes `metrics.json`, `tables.safetensors` and `probe.json`. */
export const run: StageRun = async (context) => {
  await useWasmBackend();
  const { system } = await context.load<{ system: System }>("system");
  const { evaluate } = context.params as unknown as EvaluateParams;
  const { relation, parameters, architecture } = readModel(await context.input("train").read(MODEL), system);
  const samples = readTables(await context.input("sample").read(SAMPLES));
  const { u, v } = await readSplit(context.input("cache"), "validation");
  const trial: Trial = {
    physics: architecture.physics,
    relation,
    parameters,
    validation: { u, v },
    test: await readSplit(context.input("cache"), "test"),
    examples: unprefixed("example", samples),
    designs: unprefixed("design", samples),
    again: unprefixed("again", samples),
    bootstrap: evaluate,
  };
  requireTestRows(trial.test.u.rows, relation.u.macroDimension);
  requireLiveDesigns(trial.designs["grown.accepted"]);
  const general = evaluateRelation(trial, system.parameterNames);
  requireVariedMacrostates(general.tables);
  context.progress(1, 3);
  const special = system.evaluate(trial);
  context.progress(2, 3);
  const probe = probeFile(trial, drawProbes(system, architecture.physics));
  context.progress(3, 3);
  await context.write(METRICS, metricsFile({ ...general.metrics, ...special.metrics }));
  await context.write(TABLES, writeTables({ ...general.tables, ...special.tables }));
  await context.write(PROBE, probe);
};

/** What of a system's settings the stage depends on. */
export function evaluateParams({ evaluate }: Settings): EvaluateParams {
  return { evaluate };
}
