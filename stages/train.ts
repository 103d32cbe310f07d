/**
 * Train: fits the two networks of a relation on the data set.
 *
 * @module
 */
import { useWasmBackend } from "../macronet/backend.ts";
import { fit } from "../macronet/fit.ts";
import { unflatten } from "../macronet/parameters.ts";
import { relationParameters, sideParameters } from "../macronet/relation.ts";
import {
  knownMacrostates,
  remainderRelation,
  withMacrostates,
  withRemainder,
} from "../macronet/remainder.ts";
import type { Assignment } from "../macronet/team.ts";
import { type LossRecord, TRIP_ROWS } from "../macronet/training_record.ts";
import type { Readings, StageRun } from "../pipeline/stage.ts";
import type { Architecture, Settings, System } from "../systems/system.ts";
import { firstOfColumn, mapColumn, normalisationOf, readSummary, type Split } from "./dataset.ts";
import { requireBatch, requireDescent } from "./guards.ts";
import { MODEL, writeModel } from "./model.ts";
import { requireKernels } from "./require_kernels.ts";
import type { TrainThreadArgument } from "./train_thread.ts";
import { resumed } from "./train_checkpoint.ts";
import { REMAINDER_METRICS, TRAINING_METRICS, writeTrainingMetrics } from "./training_metrics.ts";

/** Parameters of the stage. */
export interface TrainParams {
  readonly physics: object;
  readonly network: Settings["network"];
  readonly train: Settings["train"];
}

/** Writes `model.safetensors` and `metrics.jsonl`, and `remainder.jsonl` where φ_v leaves something to be learned. */
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
  const remainder = train.remainder && relation.v.remainder;
  const steps = train.steps + (remainder ? train.remainder!.steps : 0);
  const saved = await resumed(context.checkpoint);
  const team = (part: TrainThreadArgument["part"]) => ({
    threads: context.cores,
    hire(assignment: Assignment) {
      const argument: TrainThreadArgument = { assignment, architecture, normalisation, part };
      return context.thread(new URL("./train_thread.ts", import.meta.url).href, argument);
    },
  });
  const onRecord = (before: number) => (record: LossRecord) =>
    context.progress(before + record.step, steps, readings(record));

  const prepared = async (split: Split) => ({
    u: await mapColumn(dataset, { split, name: "u" }, relation.u.prepare),
    v: await mapColumn(dataset, { split, name: "v" }, relation.v.prepare),
  });
  const microstates = (name: "u" | "v") => firstOfColumn(dataset, { split: "validation", name }, TRIP_ROWS);
  const learnMacrostates = async () => {
    context.progress(0, steps, "preparing");
    return await fit({
      relation,
      train: await prepared("train"),
      validation: await prepared("validation"),
      microstates: { u: await microstates("u"), v: await microstates("v") },
      options: train,
      checkpoints: saved.checkpoints(),
      team: team("relation"),
      onRecord: onRecord(0),
    });
  };
  const { parameters, history } = saved.first ?? await learnMacrostates();
  requireDescent(history);
  let vector = parameters;
  if (remainder) {
    context.progress(train.steps, steps, "preparing");
    const named = unflatten(parameters, relationParameters(relation));
    const own = sideParameters(relation, "v", named);
    const pairs = async (split: Split) => {
      const v = await mapColumn(dataset, { split, name: "v" }, (x) => withMacrostates(relation.v, own, x));
      return { u: knownMacrostates(v, relation.v.macroDimension), v };
    };
    const rest = await fit({
      relation: remainderRelation(remainder),
      train: await pairs("train"),
      validation: await pairs("validation"),
      options: train.remainder!,
      checkpoints: saved.checkpoints({ parameters, history }),
      team: team("remainder"),
      onRecord: onRecord(train.steps),
    });
    vector = withRemainder(relation, parameters, { remainder, found: rest.parameters });
    await context.write(REMAINDER_METRICS, writeTrainingMetrics(rest.history));
  }
  context.progress(steps, steps);
  await context.write(MODEL, writeModel({ architecture, normalisation, relation, vector }));
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
      ...(train.resemblance === undefined ? [] : [["L_R", train.resemblance] as const]),
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
