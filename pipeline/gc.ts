/**
 * Garbage collection: removes from a store what nobody can reach any more.
 *
 * Records go before their objects, so that a collection that is killed leaves objects that nobody names, which the next
 * one takes, and never a record without its objects.
 *
 * @module
 */
import { tryLock, waitForLock } from "./advisory_lock.ts";
import { type Layout, layout } from "./layout.ts";
import { listIfThere, removeIfThere } from "./files.ts";
import { type Reach, reach, type Roots } from "./reach.ts";
import { type PublishedNames, publishedNames } from "./published.ts";
import { checkStoreVersion } from "./store_version.ts";
import { readRecord, type UnitRecord } from "./record.ts";

/** What to keep. */
export interface CollectOptions extends Roots {
  /** The store. */
  readonly artifacts: string;
  /** Bytes of objects that may stay, the last used first. Default: only what is kept in any case. */
  readonly maxSize?: number;
  /** Say what would go, and touch nothing. */
  readonly dryRun?: boolean;
  /** Called once when it has to wait for a process that is planning or reading. */
  readonly onWait?: () => void;
}

/** A unit that goes, or what has no unit (`stage` absent): objects that a killed process left, broken records. */
export interface Collected {
  /** Id of its stage. */
  readonly stage?: string;
  /** Key of the unit. */
  readonly key?: string;
  /** When a run last made or used it, as ISO 8601, if that is known. */
  readonly lastUsed?: string;
  /** What its objects take that no unit that stays shares. */
  readonly bytes: number;
}

/** What a collection did, or would. */
export interface Collection {
  /** The least recently used first. */
  readonly collected: readonly Collected[];
  /** How many objects went. */
  readonly objects: number;
  /** Bytes that the disk has more afterwards. */
  readonly freed: number;
  /** What stays. */
  readonly kept: { readonly units: number; readonly objects: number; readonly bytes: number };
}

/**
 * Removes units that neither the lock, a pin, one of the newest runs nor a living process reaches, and the objects that
 * only they have. With `maxSize`, the least recently used of them, and no more than that takes.
 *
 * Waits for processes that plan or read, and makes new ones wait; those that run go on meanwhile.
 *
 * @throws {Error} when a log, a pin or a record cannot be read or is of a newer version; nothing is removed then.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pathToFileURL } from "node:url";
 * import { graph } from "./graph.ts";
 * import { execute } from "./run.ts";
 *
 * const root = await Deno.makeTempDir();
 * await Deno.writeTextFile(
 *   `${root}/fill.ts`,
 *   "export const run = ({ params, write }) => write('x', new Uint8Array(100).fill(params.value));",
 * );
 * const module = pathToFileURL(`${root}/fill.ts`).href;
 * for (const value of [1, 2]) await execute(graph([{ id: "fill", module, params: { value } }]), { root });
 *
 * const { collected, freed } = await collectGarbage({ artifacts: `${root}/artifacts`, locked: [], runs: 1 });
 * assert.deepEqual([collected.length, freed], [1, 100]);
 * ```
 */
export async function collectGarbage(options: CollectOptions): Promise<Collection> {
  const places = layout(options.artifacts);
  const { onWait } = options;
  checkStoreVersion(places);
  const guard = await waitForLock(places.guard, onWait ? { onWait } : {});
  try {
    const found = look(places, reach(places, options));
    const chosen = choose(found, options.maxSize);
    return options.dryRun ? summary(found, chosen) : remove(found, chosen, places);
  } finally {
    guard.release();
  }
}

/** An object, as it lies in the store. */
interface StoredObject {
  readonly digest: string;
  readonly bytes: number;
  /** Names that the file has: its own, and those under which it was published. */
  readonly names: number;
  readonly file: number | null;
  readonly isYoung: boolean;
}

/** All that a store holds. */
interface Found {
  readonly reached: Reach;
  readonly objects: ReadonlyMap<string, StoredObject>;
  readonly published: PublishedNames;
  readonly kept: readonly UnitRecord[];
  /** Units that nobody needs, the least recently used first. */
  readonly loose: readonly { readonly key: string; readonly record: UnitRecord | undefined }[];
}

/** What goes. */
interface Chosen {
  readonly units: Found["loose"];
  readonly objects: ReadonlySet<StoredObject>;
  readonly collected: readonly Collected[];
}

function look(places: Layout, reached: Reach): Found {
  const kept: UnitRecord[] = [];
  const loose: { key: string; record: UnitRecord | undefined }[] = [];
  for (const { name } of listIfThere(`${places.artifacts}/records`)) {
    const [, key] = /^([0-9a-f]{64})\.json$/.exec(name) ?? [];
    if (key === undefined) continue;
    const record = readRecord(key, places);
    if (record === undefined) continue;
    if (record === "broken") loose.push({ key, record: undefined });
    else if (reached.keeps(key, record)) kept.push(record);
    else loose.push({ key, record });
  }
  const age = (key: string) => reached.lastUsed(key) ?? "";
  loose.sort((a, b) => compare(age(a.key), age(b.key)) || compare(a.key, b.key));
  return { reached, objects: storedObjects(places, reached), published: publishedNames(places), kept, loose };
}

function storedObjects({ artifacts, object }: Layout, { youngest }: Reach): Map<string, StoredObject> {
  const objects = new Map<string, StoredObject>();
  for (const { name: folder } of listIfThere(`${artifacts}/objects`)) {
    for (const { name: digest } of listIfThere(`${artifacts}/objects/${folder}`)) {
      // A temporary is in the hands of a process, or swept by the next one.
      if (!/^[0-9a-f]{64}$/.test(digest)) continue;
      const { size, nlink, ino, ctime } = Deno.statSync(object(digest));
      const isYoung = ctime === null || ctime.getTime() >= youngest - CLOCK_STEP;
      objects.set(digest, { digest, bytes: size, names: nlink ?? 1, file: ino, isYoung });
    }
  }
  return objects;
}

/** Time stamps of files may be so much coarser than those of a process, in milliseconds. */
const CLOCK_STEP = 2000;

/** Decides what goes: first what no unit names, then unit by unit. */
function choose({ reached, objects, kept, loose }: Found, maxSize: number | undefined): Chosen {
  const holders = new Map<string, number>();
  for (const record of [...kept, ...loose.map(({ record }) => record)]) {
    for (const digest of digestsOf(record)) holders.set(digest, (holders.get(digest) ?? 0) + 1);
  }
  const gone = new Set<StoredObject>();
  let size = [...objects.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  const drop = (object: StoredObject | undefined): number => {
    if (object === undefined || object.isYoung) return 0;
    gone.add(object);
    size -= object.bytes;
    return object.bytes;
  };
  const orphans = [...objects.values()].filter(({ digest }) => !holders.has(digest));
  const orphaned = orphans.reduce((sum, object) => sum + drop(object), 0);
  const collected: Collected[] = gone.size > 0 ? [{ bytes: orphaned }] : [];
  const units: { key: string; record: UnitRecord | undefined }[] = [];
  for (const unit of loose) {
    if (unit.record !== undefined && maxSize !== undefined && size <= maxSize) break;
    let bytes = 0;
    for (const digest of digestsOf(unit.record)) {
      const left = holders.get(digest)! - 1;
      holders.set(digest, left);
      if (left === 0) bytes += drop(objects.get(digest));
    }
    units.push(unit);
    const lastUsed = reached.lastUsed(unit.key);
    const stage = unit.record?.stage;
    collected.push({
      ...(stage !== undefined && { stage }),
      key: unit.key,
      ...(lastUsed !== undefined && { lastUsed }),
      bytes,
    });
  }
  return { units, objects: gone, collected };
}

function remove(found: Found, chosen: Chosen, places: Layout): Collection {
  for (const { key } of chosen.units) {
    removeIfThere(places.record(key));
    removeIfThere(places.time(key));
  }
  const result = summary(found, chosen);
  for (const { digest, file } of chosen.objects) {
    if (file !== null) found.published.remove(file);
    removeIfThere(places.object(digest));
  }
  removeLeftovers(found, chosen, places);
  return result;
}

/** Restart points and code of which nobody will ask. */
function removeLeftovers({ reached, kept, loose }: Found, { units }: Chosen, places: Layout): void {
  const staying = [...kept, ...loose.filter((unit) => !units.includes(unit)).map(({ record }) => record)];
  const code = new Set(staying.map((record) => record?.code));
  for (const { name } of listIfThere(`${places.artifacts}/records/code`)) {
    const digest = name.replace(/\.json$/, "");
    if (!code.has(digest) && !reached.keepsCode(digest)) removeIfThere(places.code(digest));
  }
  for (const { name: key } of listIfThere(`${places.artifacts}/scratch`)) {
    const isCheckpoint = /^[0-9a-f]{64}$/.test(key);
    if (!isCheckpoint || reached.keepsCheckpoint(key)) continue;
    // Whoever holds the lock is at work on the unit, and saves its restart points there.
    const held = tryLock(places.lock(key));
    if (held === undefined) continue;
    removeIfThere(places.scratch(key));
    held.release();
  }
}

function summary({ objects, published, kept, loose }: Found, chosen: Chosen): Collection {
  const sum = (items: Iterable<StoredObject>) => [...items].reduce((total, { bytes }) => total + bytes, 0);
  const staying = [...objects.values()].filter((object) => !chosen.objects.has(object));
  // An object that has still another name, outside the store, takes its room as before.
  const released = [...chosen.objects].filter(({ names, file }) =>
    names <= 1 + (file === null ? 0 : published.count(file))
  );
  return {
    collected: chosen.collected,
    objects: chosen.objects.size,
    freed: sum(released),
    kept: {
      units: kept.length + loose.length - chosen.units.length,
      objects: staying.length,
      bytes: sum(staying),
    },
  };
}

function digestsOf(record: UnitRecord | undefined): Set<string> {
  return new Set(record?.artifacts.map(({ digest }) => digest));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
