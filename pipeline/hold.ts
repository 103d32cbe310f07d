/**
 * A store that is being read: nothing may be collected from it meanwhile.
 *
 * @module
 */
import { type AdvisoryLock, waitForLock } from "./advisory_lock.ts";
import { layout } from "./layout.ts";

/**
 * Keeps garbage collection away from a store until it is released; waits for one that is on. Nobody collects from a
 * store that is not there, or where this process may not write a lock, such as one that is mounted for reading.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { collectGarbage } from "./gc.ts";
 *
 * const artifacts = await Deno.makeTempDir();
 * const hold = await holdStore(artifacts);
 * let hasWaited = false;
 * const onWait = () => {
 *   hasWaited = true;
 *   hold.release();
 * };
 * await collectGarbage({ artifacts, locked: [], runs: 0, onWait });
 * assert.ok(hasWaited);
 * ```
 */
export async function holdStore(artifacts: string): Promise<AdvisoryLock> {
  const nothing = { release: () => {} };
  try {
    if (!Deno.statSync(artifacts).isDirectory) return nothing;
    return await waitForLock(layout(artifacts).guard, { isShared: true });
  } catch (error) {
    if (UNWRITABLE.some((kind) => error instanceof kind) || isReadOnly(error)) return nothing;
    throw error;
  }
}

const UNWRITABLE = [Deno.errors.NotFound, Deno.errors.PermissionDenied, Deno.errors.NotCapable];

function isReadOnly(error: unknown): boolean {
  return (error as { code?: string }).code === "EROFS";
}
