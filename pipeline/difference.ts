/**
 * Where two versions of the same artifacts differ.
 *
 * @module
 */

/** The first place at which something differs, and how much of it does. */
export interface Difference {
  /** An artifact, or an array in one or in several. */
  readonly what: string;
  /** Where they differ first: `byte 12`, `[3, 0, 7]`, `line 4, column 9`. */
  readonly at: string;
  /** What is stored there. */
  readonly stored: string;
  /** What was recomputed. */
  readonly recomputed: string;
  /** How many places differ. */
  readonly differing: number;
  /** How many places there are. */
  readonly of: number;
  /** What a place is: `element`, `byte`, `line`. */
  readonly place: string;
  /** The largest distance between two numbers that differ, where there are numbers and it is finite. */
  readonly largest?: number;
}

/** Artifacts of a unit that were recomputed and are not as stored. */
export interface UnequalArtifacts {
  /** Names of those that are there twice, sorted by code unit. */
  readonly names: readonly string[];
  /** An artifact of the stage, as it is stored. Not hashed: it may be what is broken. */
  stored(name: string): Promise<Uint8Array>;
  /** The same recomputed, and as stored where the unit does not make it. */
  recomputed(name: string): Promise<Uint8Array>;
}

/** Says where artifacts differ, by what their bytes mean; at least one difference, the first one first. */
export type Describe = (unequal: UnequalArtifacts) => Promise<Difference[]>;

/** By byte, the same for artifacts of every kind. */
export const describeBytes: Describe = async (
  { names, stored, recomputed }: UnequalArtifacts,
): Promise<Difference[]> =>
  await Promise.all(
    names.map(async (name) => byteDifference(name, await stored(name), await recomputed(name))),
  );

/**
 * The first byte that differs. Where one is the beginning of the other, that is the first byte behind it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const difference = byteDifference("a", new Uint8Array([1, 2, 3]), new Uint8Array([1, 9]));
 * assert.deepEqual(difference, {
 *   what: "a",
 *   at: "byte 1",
 *   stored: "0x02",
 *   recomputed: "0x09",
 *   differing: 2,
 *   of: 3,
 *   place: "byte",
 * });
 * ```
 */
export function byteDifference(what: string, stored: Uint8Array, recomputed: Uint8Array): Difference {
  const of = Math.max(stored.length, recomputed.length);
  let [first, differing] = [of, 0];
  for (let i = of - 1; i >= 0; i--) {
    if (stored[i] === recomputed[i]) continue;
    first = i;
    differing++;
  }
  const place = { what, at: `byte ${first}`, stored: hex(stored[first]), recomputed: hex(recomputed[first]) };
  return { ...place, differing, of, place: "byte" };
}

function hex(byte: number | undefined): string {
  return byte === undefined ? "nothing" : `0x${byte.toString(16).padStart(2, "0")}`;
}
