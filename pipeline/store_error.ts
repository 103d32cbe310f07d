/**
 * Thrown when something cannot be kept: the disk is full, or the store may not be written.
 *
 * No fault of the unit that happens to meet it, and the next one would only meet it again: a run that catches it
 * ends, and says it once.
 */
export class StoreError extends Error {
  /** To tell it from other errors. */
  override readonly name = "StoreError";

  /**
   * Something that cannot be kept.
   *
   * @param path What was to be written.
   * @param cause What the system said.
   */
  constructor(path: string, cause: unknown) {
    super(`Cannot store ${path}: ${inWords(cause)}`, { cause });
  }
}

/**
 * What the system said, without the call and the path that Deno adds.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const error = new Error("No space left on device (os error 28): mkdir '/store/objects'");
 * assert.equal(inWords(error), "No space left on device (os error 28)");
 * ```
 */
export function inWords(error: unknown): string {
  const { message } = error instanceof Error ? error : new Error(String(error));
  return message.replace(/(\(os error \d+\)):.*$/s, "$1");
}
