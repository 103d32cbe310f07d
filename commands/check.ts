/**
 * `check`: a run held against the metrics and macrostates that are locked, within tolerances. A gate for CI.
 *
 * @module
 */
import { resolve } from "node:path";
import { type Call, CallError, type Command, oneOf } from "./call.ts";
import { requirePermission, ROOT, SELECTION_FLAGS, selectStages } from "./selection.ts";

const LOCK = "macrostates.lock.json";

/** How a check may be printed. */
export const FORMATS = ["text", "github", "junit"] as const;

/** The command. */
export const checkCommand: Command = {
  name: "check",
  summary: "hold metrics and macrostates against those that are locked, within tolerances",
  flags: [
    ...SELECTION_FLAGS,
    { name: "lock", value: "file", help: `what to compare with; ${LOCK} by default` },
    { name: "update", help: "write what there is now to that file, and say what changed" },
    {
      name: "format",
      value: "name",
      help: "text (default); github: annotations and a job summary; junit: XML",
    },
    { name: "json", help: "print one JSON object a line, a summary last" },
  ],
  examples: [
    ["--profile smoke", "after a run of that profile: exit code 1 if something moved too far"],
    ["--system linear --set linear.train.seed=2", "how far another seed of training is from what is locked"],
    ["--format junit > check.xml", "for a CI system that reads JUnit"],
  ],
  readsStore: true,

  async run(call) {
    const format = oneOf("format", call.text("format") ?? "text", FORMATS);
    refuseTogether(call);
    const selection = await selectStages(call);
    const path = resolve(call.text("lock") ?? `${ROOT}/${LOCK}`);
    requirePermission("read", path);
    // What it takes to compare is loaded when it is needed.
    const { holdAgainst, updateLock } = await import("./check/run.ts");
    return call.has("update")
      ? await updateLock(call, { selection, path })
      : await holdAgainst(call, { selection, path, format });
  },
};

function refuseTogether(call: Call): void {
  const chosen = [
    call.has("json") ? "--json" : "",
    call.text("format") === undefined ? "" : `--format ${call.text("format")}`,
  ].filter((flag) => flag !== "");
  if (chosen.length === 2) {
    throw new CallError(`Cannot check: it must print in one way, but found ${chosen.join(" and ")}`);
  }
  if (call.has("update") && !["", "text"].includes(call.text("format") ?? "")) {
    throw new CallError(`Cannot check: --update must print text or --json, but found ${chosen[0]}`);
  }
}
