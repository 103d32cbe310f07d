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

/**
 * Takes the lock on a path and waits for as long as somebody else is in the way: for a shared one, who holds it alone;
 * for one alone, anybody.
 *
 * @param onWait Called once when it has to wait.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const path = `${await Deno.makeTempDir()}/lock`;
 * const reader = await waitForLock(path, { isShared: true });
 * const another = await waitForLock(path, { isShared: true });
 * assert.equal(tryLock(path), undefined);
 * reader.release();
 * another.release();
 * assert.ok(tryLock(path));
 * ```
 */
export async function waitForLock(
  path: string,
  { isShared = false, onWait }: { isShared?: boolean; onWait?: () => void } = {},
): Promise<AdvisoryLock> {
  for (let hasWaited = false;;) {
    const file = open(path);
    if (!file.tryLockSync(!isShared)) {
      if (!hasWaited) onWait?.();
      hasWaited = true;
      await file.lock(!isShared);
    }
    if (isAt(file, path)) return { release: () => isShared ? releaseShare(file, path) : release(file, path) };
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

/** The last to leave removes the file. */
function releaseShare(file: Deno.FsFile, path: string): void {
  if (file.tryLockSync(true)) release(file, path);
  else file.close();
}
