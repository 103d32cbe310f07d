/**
 * `explain`: why a stage is stale, or why a run executed it.
 *
 * @module
 */
import { explain, explainRun, type Explanation, findRun, plan } from "../pipeline/mod.ts";
import { type Call, CallError, type Command } from "./call.ts";
import { explanationText } from "./reason_text.ts";
import { ROOT, type Selection, SELECTION_FLAGS, selectStages } from "./selection.ts";

/** The command. */
export const explainCommand: Command = {
  name: "explain",
  summary: "say why stages are stale, or why a run executed them",
  names: "stage",
  flags: [
    ...SELECTION_FLAGS,
    {
      name: "run",
      value: "id",
      help: "why this run executed what it did: an id, its beginning, last, last~2",
    },
    { name: "json", help: "print one JSON object a line" },
  ],
  examples: [
    ["", "every stage that is not fresh"],
    ["turing/train --set turing.train.steps=500", "one stage, under other settings"],
  ],

  async run(call) {
    const selection = await selectStages(call);
    const run = call.text("run");
    const answers = run === undefined ? now(call, selection) : past(run, call, selection);
    if (call.has("json")) {
      for (const answer of answers) console.log(JSON.stringify(explanationLine(answer)));
    } else if (answers.length > 0) {
      console.log(answers.map(explanationText).join("\n"));
    } else {
      console.log(
        run === undefined ? "Everything is fresh." : "That run executed none of these stages.",
      );
    }
    return 0;
  },
};

/** An answer as `--json` prints it. */
function explanationLine({ stage, state, against, reasons }: Explanation): object {
  return { type: "stage", stage, state, ...(against !== undefined && { against: against.id }), reasons };
}

/** Answers about the stages that are named, or about all that are not fresh. */
function now(call: Call, { graph, artifacts, profile }: Selection): Explanation[] {
  const answers = explain(plan(graph, { root: ROOT, artifacts }), {
    artifacts,
    isAlike: ({ about }) => about.profile === profile,
  });
  return answers.filter(({ stage, state }) =>
    call.names.length === 0 ? state !== "done" : isNamed(stage, call)
  );
}

function past(name: string, call: Call, { artifacts }: Selection): Explanation[] {
  const answers = explainRun(find(name, artifacts), { artifacts });
  return answers.filter(({ stage }) => call.names.length === 0 || isNamed(stage, call));
}

/** A stage by its name, that of its folder, or what follows the folder. */
function isNamed(stage: string, { names }: Call): boolean {
  return names.some((name) => stage === name || stage.startsWith(`${name}/`) || stage.endsWith(`/${name}`));
}

function find(name: string, artifacts: string): string {
  try {
    return findRun(name, artifacts);
  } catch (error) {
    throw error instanceof RangeError ? new CallError(error.message, { cause: error }) : error;
  }
}
