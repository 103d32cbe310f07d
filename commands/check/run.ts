/**
 * The two things that `check` does: hold a run against the lock, and lock what a run gave.
 *
 * @module
 */
import { type Graph, openArtifacts, plan, select, type StagePlan } from "../../pipeline/mod.ts";
import { METRICS } from "../../stages/evaluate.ts";
import { PROBE, type Probe, readProbe } from "../../stages/probe.ts";
import type { Metric } from "../../systems/system.ts";
import { type Call, CallError } from "../call.ts";
import { fromHere, repeatedFlags, requirePermission, ROOT, type Selection } from "../selection.ts";
import { compare, isFailure } from "./compare.ts";
import {
  lockText,
  ofSystems,
  parseMacrostatesLock,
  readMacrostatesLock,
  type Values,
  withValues,
} from "./lock.ts";
import { NEW_LOCK } from "./new_lock.ts";
import { type Format, print, printJson, printUpdate } from "./print.ts";
import type { Check } from "./wording.ts";

/**
 * Compares what is in the store with the lock, and prints what came of it.
 *
 * @param path Of the lock file.
 * @return The exit code.
 * @throws {Error} When the store or the lock does not have what is compared, with the command that makes it.
 */
export async function holdAgainst(
  call: Call,
  { selection, path, format }: { selection: Selection; path: string; format: Format },
): Promise<number> {
  const lock = await readMacrostatesLock(path);
  const { profile } = selection;
  const locked = lock?.profiles[profile];
  const update = isOfDefaults(selection) ? updateCall(call) : undefined;
  if (lock === undefined || locked === undefined) {
    const found = lock === undefined ? "there is no such file" : "does not";
    const way = update === undefined ? "" : `; ${update} writes it`;
    throw new Error(`Cannot check: ${fromHere(path)} must hold profile ${profile}, but ${found}${way}`);
  }
  const values = await valuesOf(call, selection);
  const findings = compare(values, chosen(call, locked, values), lock.tolerances);
  const check: Check = { findings, profile, lock: fromHere(path), ...(update !== undefined && { update }) };
  const exitCode = findings.some(isFailure) ? 1 : 0;
  if (call.has("json")) printJson(check, { values, exitCode, updated: false });
  else await print(check, format);
  return exitCode;
}

/**
 * Writes what is in the store to the lock, and prints what changed. Tolerances stay as they are.
 *
 * @param path Of the lock file.
 * @return The exit code.
 * @throws {CallError} Under other settings than the defaults, which alone are locked; or for a file that may not be written.
 * @throws {Error} When the store does not have it, or the lock cannot hold it; the file stays as it was.
 */
export async function updateLock(
  call: Call,
  { selection, path }: { selection: Selection; path: string },
): Promise<number> {
  if (!isOfDefaults(selection)) {
    throw new CallError(
      "Cannot update the lock: it must hold results of default settings, but this call changes some",
    );
  }
  requirePermission("write", path);
  const { profile } = selection;
  const lock = await readMacrostatesLock(path) ?? NEW_LOCK;
  const values = await valuesOf(call, selection);
  const before = chosen(call, lock.profiles[profile] ?? { metrics: {}, macrostates: {} }, values);
  const systems = call.texts("system").length === 0 ? undefined : Object.keys(values.macrostates);
  const text = lockText(withValues(lock, { profile, values, ...(systems && { systems }) }));
  parseMacrostatesLock(text, `what ${fromHere(path)} would become`);
  await writeText(path, text);
  const check: Check = { findings: compare(values, before, lock.tolerances), profile, lock: fromHere(path) };
  if (call.has("json")) printJson(check, { values, exitCode: 0, updated: true });
  else printUpdate(check);
  return 0;
}

/** Whether what is checked is made under default settings, which alone are locked. */
function isOfDefaults({ graph, isDefault }: Selection): boolean {
  return evaluations(graph).every(isDefault);
}

/** An experiment over its repeats, and the evaluation of the first, whose macrostates are compared. */
const EVALUATED = /^([^/]+)\/(repeats|evaluate)$/;

/** Metrics and macrostates as those stages stored them. */
async function valuesOf(call: Call, { graph, artifacts }: Selection): Promise<Values> {
  const ids = evaluations(graph);
  const stages = plan(select(graph, ids), { root: ROOT, artifacts }).filter(({ stage }) =>
    ids.includes(stage.id)
  );
  const undone = stages.filter(({ state }) => state !== "done").map(({ stage }) => stage.id.split("/")[0]);
  const missing = [...new Set(undone)];
  if (missing.length > 0) {
    const run = ["repeats", ...selectionFlags(call)].join(" ");
    throw new Error(
      `Cannot check: ${missing.join(", ")} must be in the store under these settings, but ` +
        `${missing.length === 1 ? "is" : "are"} not; deno task macronet run ${run} makes ` +
        (missing.length === 1 ? "it" : "them"),
    );
  }
  return await readValues(stages, artifacts);
}

async function readValues(stages: readonly StagePlan[], artifacts: string): Promise<Values> {
  const metrics: Record<string, number> = {};
  const macrostates: Record<string, Probe> = {};
  for (const stage of stages) {
    const [, system, what] = EVALUATED.exec(stage.stage.id)!;
    const stored = openArtifacts(stage, artifacts);
    if (what === "evaluate") {
      macrostates[system] = readProbe(await stored.read(PROBE));
      continue;
    }
    const found: Record<string, Metric> = JSON.parse(new TextDecoder().decode(await stored.read(METRICS)));
    for (const [name, { value }] of Object.entries(found)) metrics[`${system}.${name}`] = value ?? NaN;
  }
  return { metrics, macrostates };
}

/** The flags that say what this call is about. */
function selectionFlags(call: Call): string[] {
  return [...call.texts("system").map((system) => `--system ${system}`), ...repeatedFlags(call)];
}

/** The call that would lock what this one checks. */
function updateCall(call: Call): string {
  const file = call.text("lock") === undefined ? [] : [`--lock ${call.text("lock")}`];
  return ["deno task macronet check", ...selectionFlags(call), ...file, "--update"].join(" ");
}

async function writeText(path: string, text: string): Promise<void> {
  try {
    await Deno.writeTextFile(path, text);
  } catch (cause) {
    throw new Error(`Cannot write ${path}: ${(cause as Error).message}`, { cause });
  }
}

/** Of what is locked, that which the call is about. */
function chosen(call: Call, locked: Values, values: Values): Values {
  return call.texts("system").length === 0 ? locked : ofSystems(locked, Object.keys(values.macrostates));
}

function evaluations(graph: Graph): string[] {
  return graph.stages.map(({ id }) => id).filter((id) => EVALUATED.test(id));
}
