/**
 * Which units of a store are still of use, and to whom.
 *
 * @module
 */
import { digestOf } from "./canonical.ts";
import { listRuns, pastKeys, type PastStage, readRun } from "./history.ts";
import { type ArtifactEntry, sortByName } from "./key.ts";
import { type Layout } from "./layout.ts";
import { type LockedProfile, stageEntries } from "./lock.ts";
import { listPins } from "./pins.ts";
import { readRecord, type UnitRecord } from "./record.ts";
import { type Claim, liveSessions } from "./session.ts";

/** What is kept whatever else happens. */
export interface Roots {
  /** Digests that a run must give: units that gave them are kept. */
  readonly locked: readonly LockedProfile[];
  /** So many runs, the newest, keep what they made or used. */
  readonly runs: number;
}

/** What is of use. */
export interface Reach {
  /** Whether a unit is kept. */
  keeps(key: string, record: UnitRecord): boolean;
  /** Whether the checkpoint of a unit may still be of use. */
  keepsCheckpoint(key: string): boolean;
  /** Whether the files behind a code digest may still be asked for, by who explains a run. */
  keepsCode(digest: string): boolean;
  /** When a run last made or used a unit, as ISO 8601, if that is known. */
  lastUsed(key: string): string | undefined;
  /** Milliseconds since 1970: what is younger may be in the hands of a living process. */
  readonly youngest: number;
}

/**
 * What the lock, the pins, the newest runs and the living processes reach in a store.
 *
 * @throws {Error} when a log or a pin cannot be read.
 */
export function reach(layout: Layout, { locked, runs }: Roots): Reach {
  const { artifacts } = layout;
  const kept = new Set(listPins(artifacts).flatMap(pastKeys));
  const unfinished = new Set<string>();
  const code = new Set<string>();
  const used = new Map<string, string>();
  const seen = new Set<string>();
  for (const [age, id] of listRuns(artifacts).entries()) {
    const run = readRun(id, artifacts);
    const isNew = age < runs;
    if (isNew) {
      run.unfinished.forEach((key) => unfinished.add(key));
      run.stages.forEach((stage) => code.add(stage.code));
    }
    // Most runs find most stages as the one before left them: each is looked at once, with the newest run that had it.
    const stages = run.stages.filter((stage) => isFirst(stage, seen));
    const units = stages.map((stage) => ({
      keys: pastKeys(stage),
      isKept: isNew || isLocked(stage, locked, layout),
    }));
    units.push({ keys: run.units.map(({ key }) => key), isKept: isNew });
    for (const { keys, isKept } of units) {
      for (const key of keys) {
        if (!used.has(key)) used.set(key, run.begun);
        if (isKept) kept.add(key);
      }
    }
  }
  const live = liveSessions(layout);
  const claims = new Set(live.flatMap(({ claims }) => claims.map(claimKey)));
  return {
    keeps: (key, { stage, params, code }) =>
      kept.has(key) || claims.has(claimKey({ stage, params: digestOf("params/1", params), code })),
    keepsCheckpoint: (key) => unfinished.has(key),
    keepsCode: (digest) => code.has(digest),
    lastUsed: (key) => used.get(key),
    youngest: Math.min(...live.map(({ begun }) => begun)),
  };
}

function isFirst({ stage, params, shards, inputs, code }: PastStage, seen: Set<string>): boolean {
  const identity = digestOf("past/1", { stage, params, shards, inputs, code });
  if (seen.has(identity)) return false;
  seen.add(identity);
  return true;
}

/** Whether a stage gave what some profile of the lock says. */
function isLocked(past: PastStage, locked: readonly LockedProfile[], layout: Layout): boolean {
  const wanted = locked.map((profile) => profile[past.stage]).filter((entries) => entries !== undefined);
  if (wanted.length === 0) return false;
  const artifacts: ArtifactEntry[] = [];
  for (const key of pastKeys(past)) {
    const record = readRecord(key, layout);
    if (typeof record !== "object") return false;
    artifacts.push(...record.artifacts);
  }
  const made = digestOf("entries/1", stageEntries({ shards: past.shards, artifacts: sortByName(artifacts) }));
  return wanted.some((entries) => digestOf("entries/1", entries) === made);
}

function claimKey({ stage, params, code }: Claim): string {
  return `${stage} ${params} ${code}`;
}
