/**
 * What past runs gave, as far as the store still has it.
 *
 * @module
 */
import { pastKeys, type PastStage } from "./history.ts";
import { type ArtifactEntry, sortByName } from "./key.ts";
import { layout } from "./layout.ts";
import { readRecord } from "./record.ts";
import { BrokenObjectError, readObject } from "./store.ts";

/** The artifacts of a stage as a run left it. */
export interface PastArtifacts {
  /** Sorted by name. */
  readonly artifacts: readonly ArtifactEntry[];
  /** How many of its units the store has no record of any more. */
  readonly forgotten: number;
}

/**
 * Names, digests and sizes of what a past stage gave.
 *
 * @param folder The store.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pathToFileURL } from "node:url";
 * import { execute, graph, readRun } from "./mod.ts";
 *
 * const root = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${root}/one.ts`, `export const run = (c) => c.write("one", new Uint8Array([1]));`);
 * const toy = graph([{ id: "one", module: pathToFileURL(`${root}/one.ts`).href, params: {} }]);
 * const { id } = await execute(toy, { root, workers: 1 });
 * const folder = `${root}/artifacts`;
 * const { artifacts, forgotten } = pastArtifacts(readRun(id, folder).stages[0], folder);
 * assert.deepEqual([artifacts.map(({ name }) => name), forgotten], [["one"], 0]);
 * assert.deepEqual(readArtifact(artifacts[0], folder), new Uint8Array([1]));
 * ```
 */
export function pastArtifacts(stage: PastStage, folder: string): PastArtifacts {
  const places = layout(folder);
  const artifacts: ArtifactEntry[] = [];
  let forgotten = 0;
  for (const key of pastKeys(stage)) {
    const record = readRecord(key, places);
    if (record === undefined || record === "broken") forgotten++;
    else artifacts.push(...record.artifacts);
  }
  return { artifacts: sortByName(artifacts), forgotten };
}

/** The bytes of an artifact, hashed again, or `undefined` when they are gone or are others. */
export function readArtifact(
  { digest }: Pick<ArtifactEntry, "digest">,
  folder: string,
): Uint8Array<ArrayBuffer> | undefined {
  try {
    return readObject(digest, layout(folder));
  } catch (error) {
    if (error instanceof BrokenObjectError) return undefined;
    throw error;
  }
}
