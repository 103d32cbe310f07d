/**
 * What came of a check, in the format that the call asked for.
 *
 * @module
 */
import type { FORMATS } from "../check.ts";
import { count, table } from "../table.ts";
import type { Finding } from "./compare.ts";
import type { Values } from "./lock.ts";
import { annotations, jobSummary } from "./github.ts";
import { junit } from "./junit.ts";
import { type Check, columns, conclusion, counts, HEADINGS, NUMERIC, worthTelling } from "./wording.ts";

/** What `--format` takes. */
export type Format = typeof FORMATS[number];

/** The file that GitHub shows as the summary of a job. */
const SUMMARY = "GITHUB_STEP_SUMMARY";

/** Prints a check to standard output. */
export async function print(check: Check, format: Format): Promise<void> {
  switch (format) {
    case "text":
      return console.log([...movesTable(check), conclusion(check)].join("\n\n"));
    case "junit":
      return console.log(junit(check));
    case "github":
      for (const line of annotations(check)) console.log(line);
      return await writeJobSummary(jobSummary(check));
  }
}

/** Prints a line for each metric and each coordinate, and a summary with all metrics. */
export function printJson(
  check: Check,
  { values, exitCode, updated }: { values: Values; exitCode: number; updated: boolean },
): void {
  const { findings, profile, lock } = check;
  for (const finding of findings) console.log(JSON.stringify(finding));
  console.log(JSON.stringify({
    type: "summary",
    ok: exitCode === 0,
    exitCode,
    profile,
    lock,
    updated,
    checked: { metrics: counts(findings, "metric"), macrostates: counts(findings, "macrostate") },
    metrics: values.metrics,
  }));
}

/** Says what an update changed. */
export function printUpdate(check: Check): void {
  const { findings, profile, lock } = check;
  const metrics = counts(findings, "metric");
  const macrostates = counts(findings, "macrostate");
  const isNew = metrics.new === metrics.total && macrostates.new === macrostates.total;
  const changed = metrics.total + macrostates.total - metrics.same - macrostates.same;
  const gone = findings.filter(({ verdict }) => verdict === "missing");
  const number = (total: number, type: Finding["type"]) =>
    count(total - gone.filter((one) => one.type === type).length, type);
  const held = `${number(metrics.total, "metric")} and ${number(macrostates.total, "macrostate")}`;
  const what = isNew ? "all new" : changed === 0 ? "nothing changed" : `${changed} changed`;
  const sentence = `Wrote ${lock}: ${held} of profile ${profile}, ${what}.`;
  console.log([...(isNew ? [] : movesTable(check)), sentence].join("\n\n"));
}

function movesTable({ findings }: Check): string[] {
  const told = worthTelling(findings);
  return told.length === 0 ? [] : [table([HEADINGS, ...told.map(columns)], { right: NUMERIC })];
}

/** Appends to the summary of the job that this runs in, if it does. */
async function writeJobSummary(markdown: string): Promise<void> {
  if (Deno.permissions.querySync({ name: "env", variable: SUMMARY }).state !== "granted") return;
  const path = Deno.env.get(SUMMARY);
  if (path === undefined || path === "") return;
  try {
    await Deno.writeTextFile(path, markdown, { append: true });
  } catch (error) {
    const isDenied = error instanceof Deno.errors.NotCapable;
    const way = isDenied ? `; to allow it, call deno run -P=run --allow-write=${path} main.ts check` : "";
    console.error(`No job summary: ${(error as Error).message.split("\n")[0]}${way}`);
  }
}
