/**
 * Objects by their content: `objects/ab/abcdef…` holds the bytes whose SHA-256 is `abcdef…`, read-only.
 *
 * Not to be confused with the stage called cache, which joins shards into a dataset: this is the memo store of
 * the engine, and knows nothing of what the bytes mean.
 *
 * An object's modification time is set to one fixed moment when it is stored. That is its seal: any later
 * write breaks it. Planning trusts sealed objects of the right size, and hashes the others again; whoever
 * *reads* an object hashes it always.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { sha256 } from "./canonical.ts";
import type { Layout } from "./layout.ts";
import type { Session } from "./session.ts";

/** 2001-09-09T01:46:40Z, in seconds. */
const SEAL = 1_000_000_000;

/** From this size on, an object is hashed while it is written: two processors are faster than one. */
const LARGE = 8 << 20;

/** What is read at a time, and hashed while the processor's cache still holds it. */
const PART = 1 << 20;

/** What is at an object's place. */
export type ObjectState =
  | { readonly state: "good" }
  | { readonly state: "broken"; readonly found: string };

/** The object of a store is not what its name says. Whoever catches it recomputes it. */
export class BrokenObjectError extends Error {
  /** To tell it from other errors. */
  override readonly name = "BrokenObjectError";
  /**
   * An object that is not what it should be.
   *
   * @param digest What its SHA-256 must be.
   * @param found What is there instead, in words.
   */
  constructor(readonly digest: string, readonly found: string) {
    super(`Cannot use object ${digest}: its bytes must have this SHA-256, but ${found}`);
  }
}

/**
 * Stores bytes and returns their digest. Bytes that are already there, sealed, are not written again.
 *
 * @throws {Error} when they cannot be written (disk full, no permission); nothing is left behind then.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { layout } from "./layout.ts";
 * import { openSession } from "./session.ts";
 *
 * const places = layout(await Deno.makeTempDir());
 * const session = openSession(places);
 * const bytes = new Uint8Array([1, 2, 3]);
 * const digest = await putObject(bytes, { layout: places, session });
 * assert.deepEqual(readObject(digest, places), bytes);
 * session.close();
 * ```
 */
export async function putObject(
  bytes: Uint8Array,
  { layout, session }: { layout: Layout; session: Session },
): Promise<string> {
  if (bytes.length >= LARGE) return await putLarge(bytes, { layout, session });
  const digest = sha256(bytes);
  const path = layout.object(digest);
  const isThere = isSealed(path, bytes.length) && reseal(path);
  if (!isThere) await session.write(path, bytes, { chmod: 0o444, mtime: SEAL });
  return digest;
}

function putLarge(
  bytes: Uint8Array,
  { layout, session }: { layout: Layout; session: Session },
): Promise<string> {
  const path = (digest: string) => {
    const path = layout.object(digest);
    return isSealed(path, bytes.length) && reseal(path) ? undefined : path;
  };
  return session.writeHashed(bytes, {
    beside: layout.object("00-new"),
    path,
    mode: { chmod: 0o444, mtime: SEAL },
  });
}

/**
 * Looks whether an object is there and whole. Changes nothing but the seal: bytes that are right get it back, others
 * lose it.
 *
 * @param rehash Hash it even when the seal is whole.
 */
export function checkObject(
  { digest, size }: { readonly digest: string; readonly size: number },
  layout: Layout,
  rehash = false,
): ObjectState {
  const path = layout.object(digest);
  if (!rehash && isSealed(path, size)) return { state: "good" };
  try {
    const { bytes, found: is } = readHashed(path);
    if (is !== digest) {
      breakSeal(path);
      return { state: "broken", found: mismatch(bytes, is) };
    }
    reseal(path);
    return { state: "good" };
  } catch (error) {
    return { state: "broken", found: missing(error) };
  }
}

/**
 * The bytes of an object, hashed again. One that is not whole loses its seal, so that the next plan finds it too.
 *
 * Not asynchronous: that would read on a thread of the runtime's pool, and each of those keeps memory of its own
 * for buffers that are gone. A data set of hundreds of shards is read in constant memory this way.
 *
 * @throws {BrokenObjectError} when it is missing or its bytes are others.
 */
export function readObject(digest: string, layout: Layout): Uint8Array<ArrayBuffer> {
  return readObjectFile(layout.object(digest), digest);
}

/** {@link readObject} under another name of its file. */
export function readObjectFile(path: string, digest: string): Uint8Array<ArrayBuffer> {
  let read;
  try {
    read = readHashed(path);
  } catch (error) {
    throw new BrokenObjectError(digest, missing(error));
  }
  const { bytes, found } = read;
  if (found === digest) return bytes;
  breakSeal(path);
  throw new BrokenObjectError(digest, mismatch(bytes, found));
}

/** Takes an object away, so that it counts as missing. */
export function dropObject(digest: string, layout: Layout): void {
  try {
    Deno.removeSync(layout.object(digest));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function isSealed(path: string, size: number): boolean {
  try {
    const found = Deno.statSync(path);
    return found.size === size && found.mtime?.getTime() === SEAL * 1000;
  } catch {
    return false;
  }
}

/**
 * Sets the seal again. Its change time is now: whoever collects garbage spares what is younger than a living process.
 * Returns whether the object is still there; a store that may only be read stays unsealed, slower and not wrong.
 */
function reseal(path: string): boolean {
  try {
    Deno.utimeSync(path, SEAL, SEAL);
    Deno.chmodSync(path, 0o444);
    return true;
  } catch {
    return false;
  }
}

function breakSeal(path: string): void {
  try {
    Deno.utimeSync(path, 0, 0);
  } catch {
    // Who may only read the store leaves it as it is. A worker tells the engine, who takes the object away.
  }
}

function mismatch({ length }: Uint8Array, digest: string): string {
  return `found ${length} bytes with SHA-256 ${digest}`;
}

/** A file into memory of its size, which `Deno.readFileSync` would grow to, and its SHA-256. */
function readHashed(path: string): { bytes: Uint8Array<ArrayBuffer>; found: string } {
  using file = Deno.openSync(path);
  const bytes = new Uint8Array(file.statSync().size);
  const hash = createHash("sha256");
  let done = 0;
  while (done < bytes.length) {
    const count = file.readSync(bytes.subarray(done, done + PART));
    if (count === null) break;
    hash.update(bytes.subarray(done, done + count));
    done += count;
  }
  return { bytes: done === bytes.length ? bytes : bytes.slice(0, done), found: hash.digest("hex") };
}

function missing(error: unknown): string {
  return error instanceof Deno.errors.NotFound ? "it is missing" : (error as Error).message;
}
