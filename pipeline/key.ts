/**
 * From what a unit is made of to the 256 bits under which its result is remembered.
 *
 * @module
 */
import { digestOf } from "./canonical.ts";
import type { JsonObject } from "./stage.ts";

/** One artifact of a unit, as recorded. */
export interface ArtifactEntry {
  /** File name in the folder of its stage. */
  readonly name: string;
  /** SHA-256 of its bytes: where the store keeps them. */
  readonly digest: string;
  /** In bytes. */
  readonly size: number;
  /** SHA-256 of what identifies it in the lock, when that is less than its bytes (the pixels of a picture). */
  readonly identity?: string;
}

/** All that the result of a unit may depend on. */
export interface UnitIngredients {
  /** Id of its stage. */
  readonly stage: string;
  /** Of its stage. */
  readonly params: JsonObject;
  /** Index of the shard, `null` in a stage that is not sharded. Never their count. */
  readonly shard: number | null;
  /** Role → {@link outputDigest} of the stage that is read under it. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Digest of the code that the stage reaches. */
  readonly code: string;
}

/**
 * Key of a unit. Inputs enter by their content and not by their keys, so an input rebuilt to the same bytes
 * reruns nothing (early cut-off).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const unit = { stage: "simulate", params: { seed: 1 }, shard: 0, inputs: {}, code: "c0de" };
 * assert.equal(unitKey(unit), unitKey({ ...unit }));
 * assert.notEqual(unitKey(unit), unitKey({ ...unit, shard: 1 }));
 * ```
 */
export function unitKey({ stage, params, shard, inputs, code }: UnitIngredients): string {
  return digestOf("unit/1", { stage, params, shard, inputs, code });
}

/**
 * Digest of what a stage gives: the names, contents and sizes of the artifacts of all its units.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const a = { name: "a", digest: "11", size: 1 };
 * const b = { name: "b", digest: "22", size: 2 };
 * assert.equal(outputDigest([a, b]), outputDigest([b, a]));
 * assert.notEqual(outputDigest([a, b]), outputDigest([{ ...a, name: "c" }, b]));
 * ```
 */
export function outputDigest(artifacts: readonly ArtifactEntry[]): string {
  const entries = sortByName(artifacts).map(({ name, digest, size }) => ({ name, digest, size }));
  return digestOf("output/1", entries);
}

/**
 * Artifacts by the code units of their names, the order in which stages read them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const named = (name: string) => ({ name, digest: "", size: 0 });
 * assert.deepEqual(sortByName(["b", "Z", "a"].map(named)).map(({ name }) => name), ["Z", "a", "b"]);
 * ```
 */
export function sortByName<T extends { readonly name: string }>(artifacts: readonly T[]): T[] {
  return [...artifacts].sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}
