/**
 * `run`: runs what is not done yet, and says what came of it.
 *
 * @module
 */
import {
  execute,
  type ExecuteOptions,
  explain,
  lockEntries,
  openArtifacts,
  plan,
  readLock,
  type RunResult,
  withMade,
  writeLock,
} from "../pipeline/mod.ts";
import { type Call, CallError, type Command } from "./call.ts";
import { showOn } from "./display.ts";
import { effort } from "./effort.ts";
import { judge, type LockVerdict, verdictText } from "./lock_verdict.ts";
import { planLine, planLines, planSummary } from "./plan_table.ts";
import { explanationText } from "./reason_text.ts";
import { readResults, type Results, resultsTable } from "./results.ts";
import { writeRunScript } from "./run_script.ts";
import {
  fromHere,
  REHASH_FLAG,
  requirePermission,
  ROOT,
  type Selection,
  SELECTION_FLAGS,
  selectStages,
} from "./selection.ts";
import { parseSize } from "./size.ts";
import { stopOnSignal } from "./signals.ts";
import { count, duration } from "./table.ts";
import { WORKERS_FLAG, workersOf } from "./workers.ts";

/** The digests that a run is compared with. */
const LOCK = "reproduce.lock.json";

/** The command. */
export const runCommand: Command = {
  name: "run",
  summary: "run what is not done yet, and compare the results with the lock",
  names: "stage",
  flags: [
    ...SELECTION_FLAGS,
    WORKERS_FLAG,
    {
      name: "memory",
      value: "size",
      help: "what units may take together, such as 8G; all that is free by default",
    },
    { name: "keep-going", help: "after a failure, go on with all that does not depend on it (default)" },
    { name: "fail-fast", help: "after a failure, begin nothing new" },
    REHASH_FLAG,
    { name: "dry-run", help: "say what would run, and stop" },
    { name: "update-lock", help: `write the digests of this run to ${LOCK}; those of other systems stay` },
    { name: "json", help: "print one JSON object a line, a summary last" },
  ],
  examples: [
    ["", "everything, as published"],
    ["--profile smoke", "the same graph at toy size, in a minute"],
    ["turing/train --set turing.train.steps=500", "one stage and all it needs, with a setting changed"],
    ["--system linear --dry-run", "what would run for one system"],
  ],

  async run(call) {
    const limits = limitsOf(call);
    const selection = await selectStages(call);
    if (call.has("update-lock") && call.texts("set").length > 0) {
      throw new CallError(
        "Cannot update the lock: it must hold results of default settings, but this call changes some",
      );
    }
    if (call.has("dry-run")) return showPlan(call, selection);
    requirePermission("write", selection.artifacts);
    if (call.has("update-lock")) requirePermission("write", `${ROOT}/${LOCK}`);
    const stop = stopOnSignal();
    const result = await runWithProgress(call, selection, { ...limits, signal: stop.signal });
    stop.forget();
    return conclude(call, selection, result, stop.exitCode());
  },
};

/** How much a run may use, and how it takes a failure. */
type Limits = Pick<ExecuteOptions, "workers" | "memory" | "failFast">;

function limitsOf(call: Call): Limits {
  if (call.has("keep-going") && call.has("fail-fast")) {
    throw new CallError("Cannot run: --keep-going and --fail-fast exclude each other, but both are given");
  }
  const memory = call.text("memory");
  return {
    workers: workersOf(call.text("workers")),
    memory: memory === undefined ? Deno.systemMemoryInfo().available : parseSize("memory", memory),
    failFast: call.has("fail-fast"),
  };
}

function showPlan(call: Call, { graph, artifacts, profile }: Selection): number {
  const plans = plan(graph, { root: ROOT, artifacts, rehash: call.has("rehash") });
  const answers = explain(plans, { artifacts, isAlike: ({ about }) => about.profile === profile });
  if (call.has("json")) {
    plans.forEach((stage, i) =>
      console.log(JSON.stringify({ ...planLine(stage), reasons: answers[i].reasons }))
    );
    console.log(JSON.stringify({ type: "summary", dryRun: true, ...planSummary(plans) }));
  } else {
    console.log(planLines(plans));
    const stale = answers.filter(({ state, reasons }) => state === "stale" && reasons[0].kind !== "new");
    if (stale.length > 0) console.log(`\nWhy:\n${stale.map(explanationText).join("\n")}`);
  }
  return 0;
}

async function runWithProgress(
  call: Call,
  { graph, artifacts, profile }: Selection,
  options: Limits & { readonly signal: AbortSignal },
): Promise<RunResult> {
  const display = showOn(call.has("json") ? Deno.stdout : Deno.stderr, { isJson: call.has("json") });
  try {
    return await execute(graph, {
      root: ROOT,
      artifacts,
      ...options,
      rehash: call.has("rehash"),
      cost: effort,
      about: { command: `run ${call.words.join(" ")}`.trimEnd(), profile },
      onEvent: display.onEvent,
    });
  } finally {
    await display.close();
  }
}

/** Says what came of a run, in the words that the call asked for. Returns the exit code. */
async function conclude(
  call: Call,
  selection: Selection,
  result: RunResult,
  stopped: number,
): Promise<number> {
  const { graph, artifacts, profile } = selection;
  const made = result.stages.find(({ stage, state }) => stage.id === "report" && state === "done");
  const isReported = made !== undefined;
  if (isReported) await writeRunScript(result, { graph, artifacts });
  const results = isReported ? await readResults(openArtifacts(made, artifacts)) : undefined;
  const verdict = result.ok ? await compare(call, selection, result) : undefined;
  const isDifferent = verdict !== undefined && verdict.differences.length > 0;
  const exitCode = result.aborted ? stopped : !result.ok || isDifferent ? 1 : 0;
  const report = isReported ? `${artifacts}/report/index.html` : undefined;
  if (call.has("json")) {
    const { executed, reused, milliseconds, failures, aborted, ok } = result;
    const run = { ok, exitCode, profile, executed, reused, milliseconds, aborted, failures };
    console.log(JSON.stringify({ type: "summary", ...run, report, results, lock: verdict }));
  } else {
    console.log(describe({ call, result, results, report, verdict, profile }));
  }
  return exitCode;
}

async function compare(call: Call, selection: Selection, result: RunResult): Promise<LockVerdict> {
  const path = `${ROOT}/${LOCK}`;
  const { profile, defaults, isDefault } = selection;
  const { [profile]: locked } = (await readLock(path)).profiles;
  if (!call.has("update-lock")) return judge(result, locked, selection);
  const made = lockEntries(result.stages.filter(({ stage }) => isDefault(stage.id)));
  const updated = withMade(locked ?? {}, made, defaults);
  await writeLock(path, profile, updated);
  return judge(result, updated, selection);
}

function describe({ call, result, results, report, verdict, profile }: {
  call: Call;
  result: RunResult;
  results: Results | undefined;
  report: string | undefined;
  verdict: LockVerdict | undefined;
  profile: string;
}): string {
  const { executed, reused, milliseconds } = result;
  const parts: string[] = [];
  if (results !== undefined && results.bars.length > 0) {
    parts.push(resultsTable(results, { isJudged: profile === "paper" }) + "\n");
  }
  if (report !== undefined) parts.push(`Report: ${fromHere(report)}`);
  parts.push(`Ran ${count(executed, "unit")}, reused ${reused}, in ${duration(milliseconds)}.`);
  if (call.has("verbose")) parts.push(...result.failures.flatMap(({ stack }) => stack ?? []));
  if (result.aborted) {
    parts.push("Stopped. What is finished is kept; the same command goes on from there.");
  } else if (!result.ok) {
    const failed = result.stages.filter(({ state }) => state === "failed").map(({ stage }) => stage.id);
    parts.push(
      `Failed: ${failed.join(", ")}. What is finished is kept; the same command tries the rest again.`,
    );
  }
  if (verdict !== undefined) {
    const isNew = call.has("update-lock");
    parts.push(
      isNew
        ? `Wrote ${LOCK}: ${count(verdict.total, "artifact")} of profile ${profile}.`
        : verdictText(verdict, { lock: LOCK, profile }),
    );
  }
  return parts.join("\n");
}
