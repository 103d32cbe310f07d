/**
 * `reproduce.lock.json`: the digests that a run must give, on every machine.
 *
 * An entry is an artifact that a person would name. So a dataset folder (`train.zarr/…`) is one entry over all
 * of its files, and so are the parts that the shards of a stage wrote.
 *
 * @module
 */
import { isArtifactName } from "./artifact_name.ts";
import { digestOf } from "./canonical.ts";
import { type Graph, isStageId } from "./graph.ts";
import type { ArtifactEntry } from "./key.ts";
import type { RunResult, StageResult } from "./result.ts";
import { inWords } from "./store_error.ts";
import { parseStrictJson } from "./strict_json.ts";

/** Stage → entry → digest. */
export type LockedProfile = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The file. */
export interface Lock {
  /** Profile → stage → entry → digest. */
  readonly profiles: Readonly<Record<string, LockedProfile>>;
}

/** An entry that is not as locked. */
export interface LockDifference {
  /** Id of the stage. */
  readonly stage: string;
  /** File name, `folder/`, or `*` for the parts of all shards. */
  readonly entry: string;
  /** Absent: the lock does not know it. */
  readonly expected?: string;
  /** Absent: the run did not make it. */
  readonly actual?: string;
}

/** A run held against the lock. */
export interface LockComparison {
  /** Entries that are as locked. */
  readonly identical: number;
  /** Entries of both together. */
  readonly total: number;
  /** In topological order. */
  readonly differences: readonly LockDifference[];
  /** From which stage on it differs. */
  readonly firstStage?: string;
}

/**
 * What a run would lock: the entries of its finished stages.
 *
 * A digest says what it is of: `sha256:` of the bytes, `identity:` of what the stage declared to identify
 * them (the pixels of a picture), `files:` of the names and digests of several files.
 */
export function lockEntries(stages: readonly StageResult[]): LockedProfile {
  const done = stages.filter(({ state }) => state === "done");
  return Object.fromEntries(
    done.map((result) => [result.stage.id, stageEntries({ ...result.stage, artifacts: result.artifacts })]),
  );
}

/**
 * What a lock becomes by a run of all of its graph or of a part: what the part made is locked; what was not in it
 * stays as it is locked, unless it is made from what changed. That is unlocked until it is run again.
 *
 * @param graph All that the lock is about.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { graph } from "./graph.ts";
 *
 * const whole = graph([
 *   { id: "a", module: "file:///m.ts", params: {} },
 *   { id: "b", module: "file:///m.ts", params: {} },
 *   { id: "page", module: "file:///m.ts", params: {}, inputs: { a: "a", b: "b" } },
 * ]);
 * const locked = { a: { made: "sha256:11" }, b: { made: "sha256:22" }, page: { made: "sha256:33" } };
 * assert.deepEqual(withMade(locked, { b: { made: "sha256:22" } }, whole), locked);
 * assert.deepEqual(Object.keys(withMade(locked, { b: { made: "sha256:44" } }, whole)), ["a", "b"]);
 * ```
 */
export function withMade(locked: LockedProfile, made: LockedProfile, graph: Graph): LockedProfile {
  const unlocked = new Set<string>();
  const result: Record<string, Readonly<Record<string, string>>> = {};
  for (const { id } of graph.stages) {
    const before = own(locked, id), now = own(made, id);
    const isOther = now === undefined ? unlocked.has(id) : !isSame(before, now);
    if (isOther) { for (const dependent of graph.dependents(id)) unlocked.add(dependent); }
    const entries = now ?? (unlocked.has(id) ? undefined : before);
    if (entries !== undefined) result[id] = entries;
  }
  return result;
}

function isSame(
  one: Readonly<Record<string, string>> = {},
  other: Readonly<Record<string, string>>,
): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === own(other, name));
}

/**
 * Holds a run against the lock. Stages outside the run (a selection) are not counted; those that failed or
 * were skipped are missing.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const stage = { id: "make", module: "file:///m.ts", params: {} };
 * const rest = { state: "done", executed: 1, reused: 0, keys: [] } as const;
 * const made = (digest: string) => ({
 *   stages: [{ ...rest, stage, artifacts: [{ name: "a", digest, size: 1 }, { name: "b", digest: "22", size: 1 }] }],
 * });
 * const lock = lockEntries(made("11").stages);
 * assert.deepEqual(compareLock(lock, made("11")), { identical: 2, total: 2, differences: [] });
 * assert.deepEqual(compareLock(lock, made("33")), {
 *   identical: 1,
 *   total: 2,
 *   differences: [{ stage: "make", entry: "a", expected: "sha256:11", actual: "sha256:33" }],
 *   firstStage: "make",
 * });
 * ```
 */
export function compareLock(locked: LockedProfile, { stages }: Pick<RunResult, "stages">): LockComparison {
  const made = lockEntries(stages);
  const differences: LockDifference[] = [];
  let total = 0;
  for (const { stage: { id: stage } } of stages) {
    const expected = new Map(Object.entries(own(locked, stage) ?? {}));
    const actual = new Map(Object.entries(own(made, stage) ?? {}));
    for (const entry of [...new Set([...expected.keys(), ...actual.keys()])].sort()) {
      total++;
      const [before, now] = [expected.get(entry), actual.get(entry)];
      if (before === now) continue;
      differences.push({
        stage,
        entry,
        ...(before !== undefined && { expected: before }),
        ...(now !== undefined && { actual: now }),
      });
    }
  }
  const [first] = differences;
  const identical = total - differences.length;
  return { identical, total, differences, ...(first !== undefined && { firstStage: first.stage }) };
}

/**
 * Reads a lock file; without one, the lock is empty.
 *
 * @throws {TypeError} when the file is no lock: also when a name stands in it twice, as a merge may leave it.
 * @throws {Error} when it cannot be read.
 */
export async function readLock(path: string): Promise<Lock> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return { profiles: {} };
    throw new Error(`Cannot read ${path}: it must be a file that may be read, but ${inWords(cause)}`, {
      cause,
    });
  }
  return parseLock(text, path);
}

/**
 * The lock that a text holds.
 *
 * @param path Where it stands, for messages.
 * @throws {TypeError} as above.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(parseLock('{"profiles": {"smoke": {}}}', "my.lock.json"), { profiles: { smoke: {} } });
 * assert.throws(() => parseLock("{}", "my.lock.json"), /Cannot read my\.lock\.json: it must hold profiles/);
 * ```
 */
export function parseLock(text: string, path: string): Lock {
  const value = parseStrictJson(text, path);
  if (isLock(value)) return { profiles: value.profiles };
  throw new TypeError(
    `Cannot read ${path}: it must hold profiles → stages → entries → digests, but does not; ` +
      "take it from git again",
  );
}

/** Writes a lock file with one profile replaced, sorted and formatted always alike. */
export async function writeLock(path: string, profile: string, entries: LockedProfile): Promise<void> {
  const { profiles } = await readLock(path);
  const lock = sorted({ profiles: { ...profiles, [profile]: entries } });
  await Deno.writeTextFile(path, JSON.stringify(lock, null, 2) + "\n");
}

/** What a finished stage would lock. Its artifacts are sorted by name. */
export function stageEntries(
  { shards, artifacts }: { readonly shards?: number | null; readonly artifacts: readonly ArtifactEntry[] },
): Record<string, string> {
  const groups = new Map<string, ArtifactEntry[]>();
  for (const artifact of artifacts) {
    const slash = artifact.name.indexOf("/");
    const entry = slash !== -1 ? artifact.name.slice(0, slash + 1) : shards ? "*" : artifact.name;
    const group = groups.get(entry);
    if (group === undefined) groups.set(entry, [artifact]);
    else group.push(artifact);
  }
  const entries = [...groups].map(([entry, group]) => [entry, groupDigest(entry, group)]);
  return Object.fromEntries(entries.sort(([a], [b]) => a < b ? -1 : 1));
}

function groupDigest(entry: string, artifacts: readonly ArtifactEntry[]): string {
  if (entry !== "*" && !entry.endsWith("/")) return artifactDigest(artifacts[0]);
  const digests = Object.fromEntries(artifacts.map((artifact) => [artifact.name, artifactDigest(artifact)]));
  return `files:${digestOf("files/1", digests)}`;
}

function artifactDigest({ digest, identity }: ArtifactEntry): string {
  return identity === undefined ? `sha256:${digest}` : `identity:${identity}`;
}

function isLock(value: unknown): value is Lock {
  const isMapOf = (
    value: unknown,
    isName: (name: string) => boolean,
    isItem: (item: unknown) => boolean,
  ): boolean =>
    typeof value === "object" && value !== null && !Array.isArray(value) &&
    Object.entries(value).every(([name, item]) => isName(name) && isItem(item));
  const isDigest = (value: unknown) =>
    typeof value === "string" && /^(sha256|identity|files):[0-9a-f]{64}$/.test(value);
  const isStage = (value: unknown) => isMapOf(value, isEntryName, isDigest);
  const isProfile = (value: unknown) => isMapOf(value, isStageId, isStage);
  return isMapOf(value, () => true, () => true) &&
    isMapOf((value as Partial<Lock>).profiles, isStageId, isProfile);
}

/** `*`, the name of an artifact, or that of a folder with its slash. */
function isEntryName(name: string): boolean {
  return name === "*" || isArtifactName(name.replace(/\/$/, ""));
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function sorted<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)])) as T;
}
