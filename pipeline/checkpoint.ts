/**
 * Restart points: the bytes of a unit that was not finished, behind their SHA-256. Torn bytes count as none.
 *
 * @module
 */
import { createHash } from "node:crypto";

const HEADER = 32;

/**
 * Adds the header.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const sealed = sealCheckpoint(new Uint8Array([1, 2, 3]));
 * assert.deepEqual(openCheckpoint(sealed), new Uint8Array([1, 2, 3]));
 * assert.equal(openCheckpoint(sealed.subarray(0, -1)), undefined);
 * ```
 */
export function sealCheckpoint(bytes: Uint8Array): Uint8Array {
  const sealed = new Uint8Array(HEADER + bytes.length);
  sealed.set(createHash("sha256").update(bytes).digest());
  sealed.set(bytes, HEADER);
  return sealed;
}

/** The bytes behind the header, or `undefined` when they are not those that were sealed. */
export function openCheckpoint(sealed: Uint8Array): Uint8Array | undefined {
  const bytes = sealed.slice(HEADER);
  const digest = createHash("sha256").update(bytes).digest();
  return digest.equals(sealed.subarray(0, HEADER)) ? bytes : undefined;
}
