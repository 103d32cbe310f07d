/**
 * Train: fits the two networks of a relation on the data set.
 *
 * @module
 */
import { useWasmBackend } from "../macronet/backend.ts";
import { fit, type FitOptions } from "../macronet/fit.ts";
import type { StageRun } from "../pipeline/stage.ts";
import type { Architecture, Settings, System } from "../systems/system.ts";
import { mapColumn, normalisationOf, readSummary } from "./dataset.ts";
import { MODEL, writeModel } from "./model.ts";

/** Parameters of the stage. */
export interface TrainParams {
  readonly physics: object;
  readonly network: Settings["network"];
  readonly train: FitOptions;
}

/** Name of the loss history among the artifacts. */
export const HISTORY = "history.json";

/** Writes `model.safetensors` and `history.json`. */
export const run: StageRun = async (context) => {
  await useWasmBackend();
  const { system } = await context.load<{ system: System }>("system");
  const { physics, network, train } = context.params as unknown as TrainParams;
  const dataset = context.input("cache");
  const normalisation = normalisationOf(await readSummary(dataset));
  const architecture: Architecture = { physics, network, seed: train.seed };
  const relation = system.relation(architecture, normalisation);
  const prepared = async (split: "train" | "validation") => ({
    u: await mapColumn(dataset, { split, name: "u" }, relation.u.prepare),
    v: await mapColumn(dataset, { split, name: "v" }, relation.v.prepare),
  });
  context.progress(0, train.steps, "preparing");
  const { parameters, history } = await fit({
    relation,
    train: await prepared("train"),
    validation: await prepared("validation"),
    options: train,
    checkpoints: context.checkpoint,
    team: {
      threads: context.cores,
      source: {
        module: new URL("./relation.ts", import.meta.url).href,
        argument: { system: context.uses.system, architecture, normalisation },
      },
    },
    onRecord({ step, train: { total, prediction, macroVariance } }) {
      const detail = `loss ${total.toFixed(3)}, L_P ${prediction.toFixed(3)}, Var α ${
        macroVariance.toFixed(2)
      }`;
      context.progress(step, train.steps, detail);
    },
  });
  context.progress(train.steps, train.steps);
  await context.write(MODEL, writeModel({ architecture, normalisation, relation, vector: parameters }));
  await context.write(HISTORY, new TextEncoder().encode(JSON.stringify(history) + "\n"));
};

/** What of a system's settings the stage depends on. */
export function trainParams({ physics, network, train }: Settings): TrainParams {
  return { physics, network, train };
}
