/**
 * Locks that cannot go stale: the kernel holds them, and drops them with the process.
 *
 * @module
 */
import { dirname } from "node:path";

/** A lock that is held. */
export interface AdvisoryLock {
  /** Gives it back and removes its file. */
  release(): void;
}

/**
 * Takes the lock on a path, or returns `undefined` at once when somebody else holds it, be it another process
 * or another part of this one. The file is made when it is not there; its existence says nothing.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const path = `${await Deno.makeTempDir()}/lock`;
 * const lock = tryLock(path);
 * assert.ok(lock);
 * assert.equal(tryLock(path), undefined);
 * lock.release();
 * assert.ok(tryLock(path));
 * ```
 */
export function tryLock(path: string): AdvisoryLock | undefined {
  for (;;) {
    const file = open(path);
    if (!file.tryLockSync(true)) {
      file.close();
      return undefined;
    }
    // The holder before us may have removed the file after we opened it: then we locked a file that nobody
    // else can find any more.
    if (isAt(file, path)) return { release: () => release(file, path) };
    file.close();
  }
}

function open(path: string): Deno.FsFile {
  try {
    return Deno.openSync(path, { create: true, write: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    Deno.mkdirSync(dirname(path), { recursive: true });
    return Deno.openSync(path, { create: true, write: true });
  }
}

function isAt(file: Deno.FsFile, path: string): boolean {
  try {
    return file.statSync().ino === Deno.statSync(path).ino;
  } catch {
    return false;
  }
}

function release(file: Deno.FsFile, path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // An empty file that stays behind harms nobody.
  }
  file.close();
}
