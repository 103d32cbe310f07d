/**
 * `pin` and `unpin`: what garbage collection must leave.
 *
 * @module
 */
import {
  didYouMean,
  findRun,
  listPins,
  type PinnedStage,
  pinStages,
  plan,
  readRun,
  unpinStages,
} from "../pipeline/mod.ts";
import { type Call, CallError, type Command } from "./call.ts";
import {
  ARTIFACTS_FLAG,
  artifactsFolder,
  repeatedFlags,
  requirePermission,
  ROOT,
  SELECTION_FLAGS,
  selectStages,
} from "./selection.ts";
import { count, table } from "./table.ts";

/** Letters of an output digest that tell two pins apart. */
const SHORT = 12;

/** The command `pin`. */
export const pinCommand: Command = {
  name: "pin",
  summary: "keep what a stage made, whatever gc removes; without a stage, list what is pinned",
  names: "stage",
  flags: [
    { name: "run", value: "run", help: "all stages of this run, such as last, or of those named" },
    ...SELECTION_FLAGS,
    { name: "json", help: "print one JSON object a pin" },
  ],
  examples: [
    ["turing/cache", "a dataset that took long"],
    ["--run last", "all that the last run gave"],
    ["", "what is pinned"],
  ],

  async run(call) {
    const run = call.text("run");
    const folder = artifactsFolder(call.text("artifacts"));
    if (call.names.length > 0 || run !== undefined) {
      requirePermission("write", folder);
      const stages = run === undefined ? await planned(call) : ofRun(call, run, folder);
      pinStages(stages, folder);
      if (!call.has("json")) console.log(`Pinned ${stages.map(nameOf).join(", ")}.`);
    }
    show(listPins(folder), call.has("json"));
    return 0;
  },
};

/** The command `unpin`. */
export const unpinCommand: Command = {
  name: "unpin",
  summary: "let gc remove what was pinned, when nothing else needs it",
  names: "pin",
  flags: [ARTIFACTS_FLAG],
  examples: [
    ["turing/cache", "all pins of a stage"],
    ["turing/cache@0123456789ab", "one of them, as pin lists it"],
  ],

  run(call) {
    const folder = artifactsFolder(call.text("artifacts"));
    requirePermission("write", folder);
    if (call.names.length === 0) {
      throw new CallError("Cannot unpin: it takes a pin, as pin lists them, but found none");
    }
    const pins = listPins(folder);
    const chosen = call.names.flatMap((name) => matching(name, pins));
    unpinStages(new Set(chosen), folder);
    console.log(
      `Unpinned ${[...new Set(chosen)].map(nameOf).join(", ")}. gc removes what nothing else needs.`,
    );
    return Promise.resolve(0);
  },
};

/** Stages that are in the store under the settings of the call. */
async function planned(call: Call): Promise<PinnedStage[]> {
  const { graph, artifacts, named } = await selectStages(call);
  const plans = plan(graph, { root: ROOT, artifacts }).filter(({ stage }) => named.has(stage.id));
  const missing = plans.filter(({ state }) => state !== "done").map(({ stage }) => stage.id);
  if (missing.length > 0) {
    throw new Error(
      `Cannot pin ${missing.join(", ")}: it must be in the store under these settings, but is not; ` +
        `deno task macronet run ${[...missing, ...repeatedFlags(call)].join(" ")} makes it`,
    );
  }
  return plans.map(({ stage, inputs, code, output }) => ({
    stage: stage.id,
    params: stage.params,
    shards: stage.shards ?? null,
    inputs: inputs!,
    code: code.digest,
    output: output!,
  }));
}

function ofRun(call: Call, name: string, folder: string): PinnedStage[] {
  const { id, stages } = readRun(findRun(name, folder), folder);
  const known = stages.map(({ stage }) => stage);
  for (const name of call.names) {
    if (known.includes(name)) continue;
    throw new CallError(
      `Cannot pin ${name} of run ${id}: it finished no such stage${didYouMean(name, known)}`,
    );
  }
  return stages.filter(({ stage }) => call.names.length === 0 || call.names.includes(stage));
}

function matching(name: string, pins: readonly PinnedStage[]): PinnedStage[] {
  const [stage, digest = ""] = name.split("@");
  const found = pins.filter((pin) => pin.stage === stage && pin.output.startsWith(digest));
  if (found.length > 0) return found;
  throw new RangeError(
    `Cannot unpin ${name}: it must be pinned, but is not${
      didYouMean(name, pins.map(({ stage }) => stage))
    }; ` +
      "pin lists all",
  );
}

function show(pins: readonly PinnedStage[], isJson: boolean): void {
  if (isJson) {
    for (const { stage, output, shards } of pins) {
      console.log(JSON.stringify({ type: "pin", stage, output, shards }));
    }
  } else if (pins.length === 0) console.log("Nothing is pinned.");
  else console.log(table(pins.map((pin) => [nameOf(pin), count(pin.shards ?? 1, "unit")])));
}

function nameOf({ stage, output }: PinnedStage): string {
  return `${stage}@${output.slice(0, SHORT)}`;
}
