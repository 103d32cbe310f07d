/**
 * A process at work on the store, and the only one who may write to it: files are written beside their place
 * and moved there, so that a reader sees all of a file or nothing.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { tryLock } from "./advisory_lock.ts";
import { type Layout } from "./layout.ts";
import { retrying } from "./retry.ts";
import { inWords, StoreError } from "./store_error.ts";
import { checkStoreVersion, STORE_VERSION } from "./store_version.ts";

/** What a file has from the start. */
export interface FileMode {
  readonly chmod: number;
  /** Modification time in seconds. */
  readonly mtime: number;
}

/** Units that a process may use or make: all of one stage, whatever its inputs turn out to be. */
export interface Claim {
  readonly stage: string;
  /** {@link digestOf} its parameters. */
  readonly params: string;
  /** Digest of its code. */
  readonly code: string;
}

/** A process at work on a store. */
export interface LiveSession {
  readonly claims: readonly Claim[];
  /** Milliseconds since 1970. */
  readonly begun: number;
}

/** Where bytes go whose SHA-256 is not known yet. */
export interface HashedPlace {
  readonly beside: string;
  readonly path: (digest: string) => string | undefined;
  readonly mode: FileMode;
}

/** Bytes that are written while they are hashed. */
const PART = 4 << 20;

/** Writes files that exist whole or not at all. */
export interface Session {
  readonly id: string;
  /** Folder for what no other process needs and nobody afterwards. Gone when the session ends; need not be there. */
  readonly scratch: string;
  /**
   * Puts bytes at a path, replacing what is there. When it returns, they are on disk.
   *
   * What may pass, such as a network file system that is busy, is tried again.
   *
   * @throws {StoreError} when that is not possible; nothing is left behind then.
   */
  write(path: string, bytes: Uint8Array, mode?: FileMode): Promise<void>;
  /**
   * The same for many bytes that lie where their SHA-256 says: they are hashed while they are written. Returns it.
   *
   * @param place.beside A path near which they are until it is known.
   * @param place.path Where they belong, or `undefined` when they are there.
   * @throws {StoreError} as above.
   */
  writeHashed(bytes: Uint8Array, place: HashedPlace): Promise<string>;
  /**
   * The same for small text whose loss in a power cut does no harm, without waiting for the disk.
   *
   * @throws {StoreError} as above.
   */
  writeText(path: string, text: string): void;
  /** Says which units this process may use or make, so that nobody collects them as garbage. */
  claim(claims: readonly Claim[]): void;
  /** Ends the session. Its own temporaries are gone by then. */
  close(): void;
}

/**
 * Begins a session, and cleans up after sessions whose process has died.
 *
 * @throws {Error} when the store cannot be written, or is of a newer version; it is as it was then.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { layout } from "./layout.ts";
 *
 * const artifacts = await Deno.makeTempDir();
 * const session = openSession(layout(artifacts));
 * await session.write(`${artifacts}/a/b`, new Uint8Array([1, 2]));
 * assert.deepEqual(await Deno.readFile(`${artifacts}/a/b`), new Uint8Array([1, 2]));
 * session.close();
 * ```
 */
export function openSession(layout: Layout): Session {
  const isMarked = checkStoreVersion(layout);
  const id = `${Deno.pid}-${crypto.randomUUID().slice(0, 8)}`;
  let lock;
  try {
    lock = tryLock(layout.session(id));
    sweep(layout, id);
    if (!isMarked) {
      writeBeside(layout.version, { temporary: `${layout.version}.${id}.tmp`, text: STORE_VERSION });
    }
  } catch (cause) {
    lock?.release();
    throw new Error(
      `Cannot use the store ${layout.artifacts}: it must be writable and have room, but ${inWords(cause)}; ` +
        "choose another --artifacts folder, or only look at this one",
      { cause },
    );
  }
  let count = 0;
  const temporary = (path: string) => `${path}.${id}-${count++}.tmp`;
  const scratch = layout.scratch(id);
  return {
    id,
    scratch,
    async write(path, bytes, mode) {
      const beside = temporary(path);
      try {
        await retrying(() => writeWhole(path, { bytes, mode, beside }));
      } catch (cause) {
        throw new StoreError(path, cause);
      }
    },
    async writeHashed(bytes, place) {
      const beside = temporary(place.beside);
      try {
        return await retrying(() => writeWhileHashing(bytes, { ...place, beside }));
      } catch (cause) {
        throw new StoreError(place.beside, cause);
      }
    },
    writeText(path, text) {
      try {
        Deno.mkdirSync(dirname(path), { recursive: true });
        writeBeside(path, { temporary: temporary(path), text });
      } catch (cause) {
        throw new StoreError(path, cause);
      }
    },
    claim: (claims) => Deno.writeTextFileSync(layout.session(id), JSON.stringify(claims)),
    close() {
      removeIfThere(scratch);
      lock?.release();
    },
  };
}

/** The processes that are at work on a store. Those that collect garbage hold its guard. */
export function liveSessions(layout: Layout): LiveSession[] {
  const ids = listIfThere(dirname(layout.session("id"))).map(({ name }) => name);
  return ids.filter((id) => isLive(id, layout)).map((id) => {
    const { birthtime, mtime } = Deno.statSync(layout.session(id));
    const text = Deno.readTextFileSync(layout.session(id));
    const begun = Math.min(birthtime?.getTime() ?? Infinity, mtime?.getTime() ?? Infinity);
    return { claims: text === "" ? [] : JSON.parse(text), begun };
  });
}

/**
 * Whether the process of a session is still alive. Changes nothing: what a dead one has left is swept by who may
 * write, and found by the file of its session.
 */
export function isLive(id: string, { session }: Layout): boolean {
  let file;
  try {
    file = Deno.openSync(session(id));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
  const isFree = file.tryLockSync(false);
  file.close();
  return !isFree;
}

/** Leaves nothing behind when it fails. */
async function writeWhole(
  path: string,
  { bytes, mode, beside }: { bytes: Uint8Array; mode: FileMode | undefined; beside: string },
): Promise<void> {
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    await writeDurably(beside, bytes);
    await moveInto(path, { beside, mode });
  } catch (error) {
    removeIfThere(beside);
    throw error;
  }
}

/** Leaves nothing behind when it fails, or when the bytes are there already. */
async function writeWhileHashing(bytes: Uint8Array, { beside, path, mode }: HashedPlace): Promise<string> {
  try {
    await Deno.mkdir(dirname(beside), { recursive: true });
    using file = await Deno.open(beside, { write: true, createNew: true });
    const hash = createHash("sha256");
    for (let at = 0; at < bytes.length; at += PART) {
      const part = bytes.subarray(at, at + PART);
      const written = writeAll(file, part);
      hash.update(part);
      await written;
    }
    const digest = hash.digest("hex");
    const target = path(digest);
    if (target === undefined) removeIfThere(beside);
    else {
      await file.sync();
      await Deno.mkdir(dirname(target), { recursive: true });
      await moveInto(target, { beside, mode });
    }
    return digest;
  } catch (error) {
    removeIfThere(beside);
    throw error;
  }
}

async function moveInto(
  path: string,
  { beside, mode }: { beside: string; mode: FileMode | undefined },
): Promise<void> {
  if (mode !== undefined) {
    await Deno.utime(beside, mode.mtime, mode.mtime);
    await Deno.chmod(beside, mode.chmod);
  }
  await Deno.rename(beside, path);
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true });
  await writeAll(file, bytes);
  await file.sync();
}

/** Writes text to a temporary and moves it to its place. Leaves nothing behind when it cannot. */
function writeBeside(path: string, { temporary, text }: { temporary: string; text: string }): void {
  try {
    Deno.writeTextFileSync(temporary, text);
    Deno.renameSync(temporary, path);
  } catch (error) {
    removeIfThere(temporary);
    throw error;
  }
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
}

/** Removes what the dead left. The living hold the lock on their session file. */
function sweep(layout: Layout, self: string): void {
  const { artifacts, session } = layout;
  // A link is nobody's session: to open it would touch what it leads to.
  const others = listIfThere(dirname(session(self))).filter(({ name, isFile }) => isFile && name !== self);
  for (const { name } of others) {
    const dead = tryLock(session(name));
    if (dead === undefined) continue;
    for (const folder of ["objects", "records", "scratch", "cache"]) {
      removeTemporaries(`${artifacts}/${folder}`, name);
    }
    removeIfThere(layout.scratch(name));
    removeIfThere(`${layout.version}.${name}.tmp`);
    for (const { name: key, isFile } of listIfThere(`${artifacts}/locks`)) {
      if (isFile) tryLock(layout.lock(key))?.release();
    }
    removeNeedlessCheckpoints(layout);
    dead.release();
  }
}

/** A process may have died between a unit's record and the end of its checkpoint. */
function removeNeedlessCheckpoints({ artifacts, record, lock }: Layout): void {
  for (const { name: key } of listIfThere(`${artifacts}/scratch`)) {
    if (!isThere(record(key))) continue;
    // Whoever holds the lock is making the unit again, and needs its checkpoint.
    const held = tryLock(lock(key));
    if (held === undefined) continue;
    removeIfThere(`${artifacts}/scratch/${key}`);
    held.release();
  }
}

function removeTemporaries(folder: string, session: string): void {
  for (const entry of listIfThere(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) removeTemporaries(path, session);
    else if (entry.name.endsWith(".tmp") && entry.name.includes(`.${session}-`)) removeIfThere(path);
  }
}

function listIfThere(folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder)];
  } catch {
    return [];
  }
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch {
    // Never made, or already gone.
  }
}
