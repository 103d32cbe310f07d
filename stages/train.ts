/**
 * Train: fits the two networks of a relation on the data set.
 *
 * @module
 */
import { useWasmBackend } from "../macronet/backend.ts";
import { fit, type FitOptions } from "../macronet/fit.ts";
import { type LossRecord, TRIP_ROWS } from "../macronet/training_record.ts";
import type { Readings, StageRun } from "../pipeline/stage.ts";
import type { Architecture, Settings, System } from "../systems/system.ts";
import { firstOfColumn, mapColumn, normalisationOf, readSummary } from "./dataset.ts";
import { requireBatch, requireDescent } from "./guards.ts";
import { MODEL, writeModel } from "./model.ts";
import { requireKernels } from "./require_kernels.ts";
import type { TrainThreadArgument } from "./train_thread.ts";
import { TRAINING_METRICS, writeTrainingMetrics } from "./training_metrics.ts";

/** Parameters of the stage. */
export interface TrainParams {
  readonly physics: object;
  readonly network: Settings["network"];
  readonly train: FitOptions;
}

/** Writes `model.safetensors` and `metrics.jsonl`. */
export const run: StageRun = async (context) => {
  await useWasmBackend();
  requireKernels();
  const { system } = await context.load<{ system: System }>("system");
  const { physics, network, train } = context.params as unknown as TrainParams;
  const dataset = context.input("cache");
  const summary = await readSummary(dataset);
  requireBatch(summary.counts.train, train);
  const normalisation = normalisationOf(summary);
  const architecture: Architecture = { physics, network, seed: train.seed };
  const relation = system.relation(architecture, normalisation);
  const prepared = async (split: "train" | "validation") => ({
    u: await mapColumn(dataset, { split, name: "u" }, relation.u.prepare),
    v: await mapColumn(dataset, { split, name: "v" }, relation.v.prepare),
  });
  context.progress(0, train.steps, "preparing");
  const microstates = (name: "u" | "v") => firstOfColumn(dataset, { split: "validation", name }, TRIP_ROWS);
  const { parameters, history } = await fit({
    relation,
    train: await prepared("train"),
    validation: await prepared("validation"),
    microstates: { u: await microstates("u"), v: await microstates("v") },
    options: train,
    checkpoints: context.checkpoint,
    team: {
      threads: context.cores,
      hire(assignment) {
        const argument: TrainThreadArgument = { assignment, architecture, normalisation };
        return context.thread(new URL("./train_thread.ts", import.meta.url).href, argument);
      },
    },
    onRecord: (record) => context.progress(record.step, train.steps, readings(record)),
  });
  context.progress(train.steps, train.steps);
  requireDescent(history);
  await context.write(MODEL, writeModel({ architecture, normalisation, relation, vector: parameters }));
  await context.write(TRAINING_METRICS, writeTrainingMetrics(history));
};

/** What one watches of a training: the batch's loss, how exact the networks' inverses are, the held-out loss. */
function readings({ train, validation, roundTrip }: LossRecord): Readings {
  return {
    values: [
      ["loss", train.total],
      ["L_P", train.prediction],
      ["L_Du", train.distributionU],
      ["L_Dv", train.distributionV],
      ["Var α", train.macroVariance],
      ["round trip", roundTrip],
    ],
    curve: ["validation loss", validation.total],
  };
}

/** What of a system's settings the stage depends on. */
export function trainParams({ physics, network, train }: Settings): TrainParams {
  return { physics, network, train };
}
