/**
 * Train: fits the two networks of a relation on the data set.
 *
 * @module
 */
import { useWasmBackend } from "../macronet/backend.ts";
import { fit, type FitOptions } from "../macronet/fit.ts";
import { unflatten } from "../macronet/parameters.ts";
import { type Relation, relationParameters, sideParameters } from "../macronet/relation.ts";
import type { Matrix } from "../macronet/matrix.ts";
import {
  goesOn,
  knownMacrostates,
  learnedOf,
  type Remainder,
  remainderRelation,
  rowsLeft,
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
import { type Over, resumed } from "./train_checkpoint.ts";
import { TRAINING_METRICS, turnMetrics, writeTrainingMetrics } from "./training_metrics.ts";

/** Parameters of the stage. */
export interface TrainParams {
  readonly physics: object;
  readonly network: Settings["network"];
  readonly train: Settings["train"];
}

/** Writes `model.safetensors` and `metrics.jsonl`, and another such file for each turn that is made when φ is learned. */
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
  const turns = laterTurns(relation, train);
  const steps = turns.reduce((sum, { options }) => sum + options.steps, train.steps);
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
  const first = async (): Promise<Over> => {
    const { parameters, history } = await learnMacrostates();
    return { parameters, histories: [history] };
  };
  let over = saved.over ?? await first();
  requireDescent(over.histories[0]);
  for (let turn = over.histories.length - 1; turn < turns.length; turn++) {
    const { remainder, options } = turns[turn];
    const before = turns.slice(0, turn);
    const done = before.reduce((sum, { options }) => sum + options.steps, train.steps);
    context.progress(done, steps, "preparing");
    const named = unflatten(over.parameters, relationParameters(relation));
    const own = sideParameters(relation, "v", named);
    const pairs = async (split: Split) => {
      const left = (x: Matrix) => rowsLeft(relation.v, own, { x, turn });
      const v = await mapColumn(dataset, { split, name: "v" }, left);
      return { u: knownMacrostates(v, relation.v.macroDimension), v };
    };
    const found = await fit({
      relation: remainderRelation(remainder),
      train: await pairs("train"),
      validation: await pairs("validation"),
      options,
      ...(goesOn(remainder, before) && { learned: learnedOf(relation, over.parameters, remainder) }),
      checkpoints: saved.checkpoints(over),
      team: team(turn),
      onRecord: onRecord(done),
    });
    over = {
      parameters: withRemainder(relation, over.parameters, { remainder, found: found.parameters }),
      histories: [...over.histories, found.history],
    };
  }
  context.progress(steps, steps);
  await context.write(MODEL, writeModel({ architecture, normalisation, relation, vector: over.parameters }));
  for (const [i, history] of over.histories.entries()) {
    const name = i === 0 ? TRAINING_METRICS : turnMetrics(turns[i - 1].remainder.name);
    await context.write(name, writeTrainingMetrics(history));
  }
};

/** A turn that is made when φ is learned. */
export interface LaterTurn {
  readonly remainder: Remainder;
  readonly options: FitOptions;
}

/**
 * The turns that are made when φ is learned.
 *
 * @throws {RangeError} If there are no settings for one.
 */
export function laterTurns({ v }: Relation, { remainder: settings = {} }: Settings["train"]): LaterTurn[] {
  return (v.remainders ?? []).map((remainder) => {
    if (Object.hasOwn(settings, remainder.name)) return { remainder, options: settings[remainder.name] };
    throw new RangeError(
      `Cannot train: train.remainder.${remainder.name} must say how that turn is trained, but there is none`,
    );
  });
}

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
