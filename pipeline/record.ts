/**
 * What a unit ran from and what it gave: `records/<key>.json`, the entry of the memo. No time, no path, no
 * host: the same unit has the same record everywhere.
 *
 * @module
 */
import { isArtifactName } from "./artifact_name.ts";
import { digestOf } from "./canonical.ts";
import type { CodeDigest, KeptCode } from "./code_digest.ts";
import { type ArtifactEntry, sortByName, type UnitIngredients, unitKey } from "./key.ts";
import type { Layout } from "./layout.ts";
import type { Session } from "./session.ts";
import type { Json } from "./stage.ts";

/** A finished unit. */
export interface UnitRecord extends UnitIngredients {
  /** What it gave, sorted by name. */
  readonly artifacts: readonly ArtifactEntry[];
}

const TYPE = "record/1";

const SHA256 = /^[0-9a-f]{64}$/;

/**
 * Writes the record of a finished unit, after its objects. Returns its key.
 *
 * Not synced to disk: a record lost or torn in a power cut fails its own digest and counts as a miss.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { layout } from "./layout.ts";
 * import { openSession } from "./session.ts";
 *
 * const places = layout(await Deno.makeTempDir());
 * const session = openSession(places);
 * const unit = { stage: "toy", params: {}, shard: null, inputs: {}, code: "c0de", artifacts: [] };
 * const key = writeRecord(unit, { layout: places, session });
 * assert.deepEqual(readRecord(key, places), unit);
 * session.close();
 * ```
 */
export function writeRecord(
  unit: UnitRecord,
  { layout, session }: { layout: Layout; session: Session },
): string {
  const { stage, params, shard, inputs, code } = unit;
  const record = { stage, params, shard, inputs, code, artifacts: sortByName(unit.artifacts) };
  const key = unitKey(record);
  const file = { type: TYPE, digest: digestOf(TYPE, record as unknown as Json), record };
  session.writeText(layout.record(key), JSON.stringify(file, null, 2) + "\n");
  return key;
}

/**
 * The record under a key, `undefined` when there is none, or `"broken"` when the file is not what was written, or
 * names what the engine would not have: a path out of a stage's folder, an object by anything but its SHA-256.
 *
 * @throws {Error} when a newer version of the engine wrote it.
 */
export function readRecord(key: string, layout: Layout): UnitRecord | "broken" | undefined {
  let text: string;
  try {
    text = Deno.readTextFileSync(layout.record(key));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    return "broken";
  }
  const { type, digest, record } = parse(text);
  if (typeof type === "string" && type !== TYPE && /^record\/\d{1,9}$/.test(type)) {
    throw new Error(
      `Cannot read ${layout.record(key)}: it must be of ${TYPE}, but is of ${type}; ` +
        "use the version that wrote it, or another --artifacts folder",
    );
  }
  const found = recordOf(record);
  return found !== undefined && isWhole(key, digest, found) ? found : "broken";
}

/** The fields of a record and nothing else, or `undefined` when it has not all of them. */
function recordOf(value: unknown): UnitRecord | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { stage, params, shard, inputs, code, artifacts } = value as UnitRecord;
  if (!Array.isArray(artifacts) || !artifacts.every(isEntry)) return undefined;
  return { stage, params, shard, inputs, code, artifacts: sortByName(artifacts.map(entryOf)) };
}

function entryOf({ name, digest, size, identity }: ArtifactEntry): ArtifactEntry {
  return { name, digest, size, ...(identity !== undefined && { identity }) };
}

function isWhole(key: string, digest: unknown, record: UnitRecord): boolean {
  try {
    return digest === digestOf(TYPE, record as unknown as Json) && unitKey(record) === key;
  } catch {
    return false;
  }
}

/** The digest says that a record is as it was written, not that we wrote it. */
function isEntry(value: unknown): value is ArtifactEntry {
  if (typeof value !== "object" || value === null) return false;
  const { name, digest, size, identity } = value as Partial<Record<keyof ArtifactEntry, unknown>>;
  const isSize = Number.isSafeInteger(size) && (size as number) >= 0 && !Object.is(size, -0);
  return isArtifactName(name) && isSha256(digest) && isSize &&
    (identity === undefined || isSha256(identity));
}

function isSha256(value: unknown): boolean {
  return typeof value === "string" && SHA256.test(value);
}

/** Keeps the files behind a code digest, once, unless what is there was cut short. */
export function writeCode(code: CodeDigest, { layout, session }: { layout: Layout; session: Session }): void {
  const path = layout.code(code.digest);
  if (readCode(code.digest, layout) !== undefined) return;
  const kept: KeptCode = { ...code, outlines: code.outlines() };
  session.writeText(path, JSON.stringify(kept) + "\n");
}

/** The files behind a code digest, or `undefined` when they were not kept. */
export function readCode(digest: string, layout: Layout): KeptCode | undefined {
  try {
    const code = JSON.parse(Deno.readTextFileSync(layout.code(digest)));
    return code.digest === digest && typeof code.ingredients === "object" ? code : undefined;
  } catch {
    return undefined;
  }
}

/** How long a unit took when it was executed, in milliseconds, if that is still known. */
export function readTime(key: string, layout: Layout): number | undefined {
  try {
    const { milliseconds } = JSON.parse(Deno.readTextFileSync(layout.time(key)));
    return Number.isFinite(milliseconds) && milliseconds >= 0 ? milliseconds : undefined;
  } catch {
    return undefined;
  }
}

function parse(text: string): { type?: unknown; digest?: unknown; record?: Json } {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
