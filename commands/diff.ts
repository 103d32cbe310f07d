/**
 * `diff`: what is different between two runs.
 *
 * @module
 */
import { resolve } from "node:path";
import { listRuns, type PastRun } from "../pipeline/mod.ts";
import { type Call, CallError, type Command } from "./call.ts";
import { diffPage } from "./diff_page.ts";
import { diffText } from "./diff_text.ts";
import { chosenRun, commandOf, shortId } from "./past_run.ts";
import { compareRuns, type RunComparison } from "./run_comparison.ts";
import { ARTIFACTS_FLAG, artifactsFolder, fromHere, requirePermission } from "./selection.ts";
import { table } from "./table.ts";
import { writeWholeFile } from "./whole_file.ts";

/** The command. */
export const diffCommand: Command = {
  name: "diff",
  summary: "compare two runs: parameters, code, inputs, metrics, pictures",
  names: "run",
  flags: [
    {
      name: "to",
      value: "file",
      help:
        "where the page with the pictures goes; diff/<first>..<second>.html among the artifacts by default",
    },
    ARTIFACTS_FLAG,
    { name: "json", help: "print one JSON object a line, a summary last; a page is written with --to alone" },
  ],
  examples: [
    ["last~1 last", "what the last run changed"],
    ["last~1 last --to page.html", "the page under another name"],
  ],
  readsStore: true,

  async run(call) {
    const artifacts = artifactsFolder(call.text("artifacts"));
    if (call.names.length !== 2) {
      throw new CallError(
        `Cannot diff: it takes two runs, such as last~1 last, but found ${call.names.length}`,
      );
    }
    const to = call.text("to");
    if (to !== undefined) requirePermission("write", resolve(to));
    const ids = listRuns(artifacts);
    const [first, second] = call.names.map((name) => chosenRun(name, artifacts));
    const comparison = compareRuns(first, second, artifacts);
    const isSame = comparison.stages.length === 0;
    if (call.has("json")) printJson(comparison);
    else if (isSame) console.log(`Nothing differs between ${nameOf(first, ids)} and ${nameOf(second, ids)}.`);
    else console.log(`${header(comparison, ids)}\n\n${diffText(comparison)}\n`);
    const isPaged = to !== undefined || !(isSame || call.has("json"));
    if (isPaged) await writePage(call, comparison, { artifacts, ids });
    return 0;
  },
};

function nameOf({ id }: PastRun, ids: readonly string[]): string {
  return shortId(id, ids);
}

function header({ first, second }: RunComparison, ids: readonly string[]): string {
  return table(
    [first, second].map((run, i) => [["first", "second"][i], nameOf(run, ids), run.state, commandOf(run)]),
  );
}

async function writePage(
  call: Call,
  comparison: RunComparison,
  { artifacts, ids }: { artifacts: string; ids: readonly string[] },
): Promise<void> {
  const names = [comparison.first, comparison.second].map((run) => nameOf(run, ids));
  const path = resolve(call.text("to") ?? `${artifacts}/diff/${names.join("..")}.html`);
  requirePermission("write", path);
  await writeWholeFile(path, diffPage(comparison, artifacts));
  if (!call.has("json")) console.log(`Page: ${fromHere(path)}`);
}

function printJson({ first, second, stages, metrics, goneMetrics, pictures }: RunComparison): void {
  const differing = metrics.filter(({ first, second }) => first !== second);
  for (const stage of stages) {
    console.log(JSON.stringify({ type: "stage", ...stage, code: stage.code ?? null }));
  }
  for (const metric of differing) console.log(JSON.stringify({ type: "metric", ...metric }));
  for (const picture of pictures) console.log(JSON.stringify({ type: "picture", ...picture }));
  console.log(JSON.stringify({
    type: "summary",
    first: first.id,
    second: second.id,
    stages: stages.length,
    metrics: differing.length,
    pictures: pictures.length,
    goneMetrics,
  }));
}
