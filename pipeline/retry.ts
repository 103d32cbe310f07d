/**
 * A second try, for what another moment may change: a file system over the network that is busy, a call that was
 * interrupted. A stage is never tried again: its result depends on its ingredients alone, and so does its failure.
 *
 * @module
 */

/** Tries before an error is believed. */
const TRIES = 4;
/** Milliseconds before the second try; each further pause is twice as long. */
const FIRST_PAUSE = 50;

const TRANSIENT = [
  Deno.errors.Interrupted,
  Deno.errors.TimedOut,
  Deno.errors.WouldBlock,
  Deno.errors.Busy,
];

/**
 * Does something, and again after a pause when it fails for a reason that may pass.
 *
 * @throws {unknown} at once what will not pass, and what has not passed after four tries.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * let tries = 0;
 * const answer = await retrying(() => {
 *   if (++tries < 3) throw new Deno.errors.TimedOut("not yet");
 *   return Promise.resolve(42);
 * });
 * assert.deepEqual([answer, tries], [42, 3]);
 * ```
 */
export async function retrying<T>(action: () => Promise<T>): Promise<T> {
  for (let tries = 1, pause = FIRST_PAUSE;; tries++, pause *= 2) {
    try {
      return await action();
    } catch (error) {
      if (tries === TRIES || !isTransient(error)) throw error;
      await new Promise((done) => setTimeout(done, pause));
    }
  }
}

/** Whether another moment may change it. A handle that went stale is one of a network file system. */
function isTransient(error: unknown): boolean {
  return TRANSIENT.some((kind) => error instanceof kind) || (error as { code?: string }).code === "ESTALE";
}
