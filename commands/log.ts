/**
 * `log`: the runs of a store, and what each did.
 *
 * @module
 */
import { listRuns, type PastRun, readRun } from "../pipeline/mod.ts";
import { type Call, CallError, type Command } from "./call.ts";
import { chosenRun, commandOf, shortId } from "./past_run.ts";
import { runJson, runText } from "./run_text.ts";
import { ARTIFACTS_FLAG, artifactsFolder } from "./selection.ts";
import { age, count, duration, table } from "./table.ts";

/** As many as fit on a screen. */
const DEFAULT_LAST = 20;

/** The command. */
export const logCommand: Command = {
  name: "log",
  summary: "list the runs, the newest first, or tell of one",
  names: "run",
  flags: [
    { name: "last", short: "n", value: "n", help: `so many runs; ${DEFAULT_LAST} by default` },
    ARTIFACTS_FLAG,
    { name: "json", help: "print one JSON object a line" },
  ],
  examples: [
    ["", "what the last runs executed, reused and took"],
    ["last", "the last run in detail; last~1 is the one before, an id or its beginning any other"],
    ["-n 100 --json", "for programs"],
  ],

  run(call) {
    return Promise.try(() => {
      const last = lastOf(call.text("last"));
      const artifacts = artifactsFolder(call.text("artifacts"));
      if (call.names.length > 1) {
        throw new CallError(`Cannot log: it takes one run, but found ${call.names.length}`);
      }
      if (call.names.length === 1) show(call, chosenRun(call.names[0], artifacts));
      else list(call, last, artifacts);
      return 0;
    });
  },
};

function lastOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LAST;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new CallError(`Cannot use --last ${text}: it must be a whole number from 1 on, but is not`);
}

function show(call: Call, run: PastRun): void {
  console.log(call.has("json") ? JSON.stringify(runJson(run)) : runText(run));
}

/** One log is in memory at a time; of each a line stays. */
function list(call: Call, last: number, artifacts: string): void {
  const ids = listRuns(artifacts);
  const rows: string[][] = [];
  for (const id of ids.slice(0, last)) {
    const run = readRun(id, artifacts);
    if (call.has("json")) console.log(JSON.stringify(summary(run)));
    else rows.push(row(run, ids));
  }
  if (call.has("json")) return;
  if (ids.length === 0) {
    console.log("There are no runs yet.");
    return;
  }
  const heads = ["run", "when", "state", "ran", "reused", "took", "command"];
  const more = ids.length > last
    ? `\n\n${last} of ${count(ids.length, "run")}; --last ${ids.length} shows all.`
    : "";
  console.log(table([heads, ...rows], { right: [3, 4, 5] }) + more);
}

function row(run: PastRun, ids: readonly string[]): string[] {
  const begun = Date.parse(run.begun);
  return [
    shortId(run.id, ids),
    Number.isNaN(begun) ? "" : age(Date.now() - begun),
    run.state,
    String(run.executed),
    String(run.reused),
    duration(run.milliseconds),
    commandOf(run),
  ];
}

function summary({ id, begun, state, about, executed, reused, failures, milliseconds }: PastRun): object {
  return { type: "run", id, begun, state, executed, reused, failed: failures.length, milliseconds, about };
}
