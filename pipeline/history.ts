/**
 * The runs of a store, read back from their logs: what each executed and reused, from what, and what it gave.
 *
 * @module
 */
import { dirname } from "node:path";
import type { PlannedStage, RunEvent, UnitName } from "./events.ts";
import { unitKey } from "./key.ts";
import { type Layout, layout } from "./layout.ts";
import { type LoggedEvent, parseLoggedEvent } from "./logged_event.ts";
import { didYouMean } from "./nearest.ts";
import { quoted } from "./quoted.ts";
import { isLive } from "./session.ts";
import { shardsOf } from "./stage.ts";
import type { JsonObject } from "./stage.ts";

/** A stage under which units of a store are found. */
export interface StageIdentity {
  /** Its id. */
  readonly stage: string;
  /** As it was declared then. */
  readonly params: JsonObject;
  /** `null` in a stage that is not sharded. */
  readonly shards: number | null;
  /** Role → output digest of the input stage. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Digest of its code; {@link readCode} has the files behind it. */
  readonly code: string;
}

/** A stage as a run finished it. */
export interface PastStage extends StageIdentity {
  /** Output digest. */
  readonly output: string;
  /** Units that the run executed. */
  readonly executed: number;
  /** Units whose results were in the store. */
  readonly reused: number;
}

/** A unit that a run executed to its end. */
export interface PastUnit {
  /** When it ended, ISO 8601. */
  readonly at: string;
  /** Id of its stage. */
  readonly stage: string;
  /** Index of the shard, `null` in a stage that is not sharded. */
  readonly shard: number | null;
  /** Under which its record is stored. */
  readonly key: string;
  /** From its start to its record. */
  readonly milliseconds: number;
}

/** A run, as far as its log goes. */
export interface PastRun {
  /** Sorts in the order of the runs. */
  readonly id: string;
  /** ISO 8601. */
  readonly begun: string;
  /** What its caller wanted to be remembered, such as the command line. */
  readonly about: JsonObject;
  /** `cut off`: the process died. */
  readonly state: "done" | "failed" | "stopped" | "cut off" | "running";
  /** What was to be done, in topological order. */
  readonly planned: readonly PlannedStage[];
  /** Finished stages, in the order in which they were finished. */
  readonly stages: readonly PastStage[];
  /** Executed units, in the order in which they ended. */
  readonly units: readonly PastUnit[];
  /** Keys of units that began and did not end: their checkpoints may be of use. */
  readonly unfinished: readonly string[];
  /** What went wrong, one line each. */
  readonly failures: readonly {
    readonly stage: string;
    readonly shard: number | null;
    readonly message: string;
  }[];
  /** What in the store was not what had been stored, and was made again. */
  readonly broken: readonly (UnitName & { readonly what: string; readonly found: string })[];
  /** Units made again that gave other bytes than before. */
  readonly drifted: readonly (UnitName & { readonly names: readonly string[] })[];
  /** Units that were executed. */
  readonly executed: number;
  /** Units whose results were in the store. */
  readonly reused: number;
  /** From the plan to the last line. */
  readonly milliseconds: number;
}

/**
 * Ids of the runs of a store, the newest first.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(listRuns(await Deno.makeTempDir()), []);
 * ```
 */
export function listRuns(artifacts: string): string[] {
  const folder = dirname(layout(artifacts).run("id"));
  let names: string[];
  try {
    names = [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  const ids = names.filter((name) => name.endsWith(".jsonl")).map((name) => name.slice(0, -".jsonl".length));
  return ids.sort().reverse();
}

/**
 * The one run that a person means: an id, the beginning of one, `last`, or `last~2` for the second before.
 *
 * @throws {RangeError} when there is no such run, or several.
 */
export function findRun(name: string, artifacts: string): string {
  const ids = listRuns(artifacts);
  const [, back] = /^last(?:~(\d{1,6}))?$/.exec(name) ?? [];
  const isBack = name === "last" || back !== undefined;
  const matches = isBack ? ids.slice(Number(back ?? 0)).slice(0, 1) : ids.filter((id) => id.startsWith(name));
  const exact = ids.find((id) => id === name);
  if (exact !== undefined) return exact;
  if (matches.length === 1 && name !== "") return matches[0];
  const found = matches.length === 0 ? `there is none${didYouMean(name, ids)}` : `${matches.length} begin so`;
  throw new RangeError(
    `Cannot find run ${quoted(name)}: it must name one of the ${ids.length} in the store, but ${found}`,
  );
}

/**
 * Reads the log of a run. Lines that a kill cut short, or that are no event's, are left out.
 *
 * @throws {Error} when it cannot be read.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pathToFileURL } from "node:url";
 * import { graph } from "./graph.ts";
 * import { execute } from "./run.ts";
 *
 * const root = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${root}/one.ts`, "export const run = ({ write }) => write('one', new Uint8Array(1));");
 * const one = graph([{ id: "one", module: pathToFileURL(`${root}/one.ts`).href, params: { a: 1 } }]);
 * const { id } = await execute(one, { root, about: { call: "run one" } });
 * const run = readRun(id, `${root}/artifacts`);
 * assert.equal(run.state, "done");
 * assert.deepEqual(run.about, { call: "run one" });
 * assert.deepEqual(run.stages.map(({ stage, params }) => [stage, params]), [["one", { a: 1 }]]);
 * assert.equal(pastKeys(run.stages[0])[0], run.units[0].key);
 * ```
 */
export function readRun(id: string, artifacts: string): PastRun {
  const places = layout(artifacts);
  const events = readEvents(id, places);
  const stages: PastStage[] = [];
  const units: PastUnit[] = [];
  const begunKeys = new Set<string>();
  const failures: PastRun["failures"][number][] = [];
  const broken: PastRun["broken"][number][] = [];
  const drifted: PastRun["drifted"][number][] = [];
  let planned: readonly PlannedStage[] = [];
  let about: JsonObject = {};
  let end: Extract<RunEvent, { type: "run-done" }> | undefined;
  let reused = 0;
  for (const event of events) {
    switch (event.type) {
      case "plan":
        planned = event.stages;
        about = event.about ?? {};
        break;
      case "stage-done":
        stages.push({ ...event, shards: event.shards ?? null });
        break;
      case "unit-start":
        begunKeys.add(event.key);
        break;
      case "unit-done":
        units.push(event);
        begunKeys.delete(event.key);
        break;
      case "reused":
        reused += event.units;
        break;
      case "failed":
        failures.push(event);
        break;
      case "broken":
        broken.push(event);
        break;
      case "drifted":
        drifted.push(event);
        break;
      case "run-done":
        end = event;
    }
  }
  const begun = events[0]?.at ?? "";
  return {
    id,
    begun,
    about,
    state: end === undefined
      ? unfinished(id, places)
      : end.aborted
      ? "stopped"
      : end.failed > 0
      ? "failed"
      : "done",
    planned,
    stages,
    units,
    unfinished: [...begunKeys],
    failures,
    broken,
    drifted,
    executed: units.length,
    reused: end?.reused ?? reused,
    milliseconds: end?.milliseconds ?? elapsed(begun, events.at(-1)?.at ?? begun),
  };
}

/** Keys of the units of a stage. */
export function pastKeys({ stage, params, shards, inputs, code }: StageIdentity): string[] {
  return shardsOf({ shards }).map((shard) => unitKey({ stage, params, shard, inputs, code }));
}

/** The newest run that finished a stage, and how. */
export function lastOf(
  stage: string,
  artifacts: string,
  isWanted: (run: PastRun) => boolean = () => true,
): { readonly run: PastRun; readonly stage: PastStage } | undefined {
  for (const id of listRuns(artifacts)) {
    const run = readRun(id, artifacts);
    const found = run.stages.findLast((past) => past.stage === stage);
    if (found !== undefined && isWanted(run)) return { run, stage: found };
  }
  return undefined;
}

function readEvents(id: string, layout: Layout): LoggedEvent[] {
  const lines = Deno.readTextFileSync(layout.run(id)).split("\n");
  return lines.map(parseLoggedEvent).filter((event) => event !== undefined);
}

/** The name of a run ends with its session's. */
function unfinished(id: string, layout: Layout): "running" | "cut off" {
  const [, session] = /Z-(.*)$/.exec(id) ?? [];
  return session !== undefined && isLive(session, layout) ? "running" : "cut off";
}

function elapsed(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from)) || 0;
}
