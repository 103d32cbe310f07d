/**
 * Artifacts of a stage that is done, for who is no stage.
 *
 * @module
 */
import type { ArtifactEntry } from "./key.ts";
import { type Layout, layout } from "./layout.ts";
import type { Stage, StageInput } from "./stage.ts";
import { BrokenObjectError, readObject } from "./store.ts";

/** A stage as it was planned, or as a run left it. */
export interface KnownStage {
  /** As declared. */
  readonly stage: Stage;
  /** What of it is in the store; it is read when that is `done`. */
  readonly state: string;
  /** What it gave. */
  readonly artifacts?: readonly ArtifactEntry[];
}

/**
 * The artifacts of a stage, read by name and hashed again, as a stage reads its inputs.
 *
 * @param folder The store.
 * @throws {Error} when the stage is not done; when an artifact is read that is not what was stored.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pathToFileURL } from "node:url";
 * import { execute, graph, openArtifacts, plan } from "./mod.ts";
 *
 * const root = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${root}/one.ts`, `export const run = (c) => c.write("one", new Uint8Array([1]));`);
 * const toy = graph([{ id: "one", module: pathToFileURL(`${root}/one.ts`).href, params: {} }]);
 * await execute(toy, { root, workers: 1 });
 * const [stage] = plan(toy, { root });
 * assert.deepEqual(await openArtifacts(stage, `${root}/artifacts`).read("one"), new Uint8Array([1]));
 * ```
 */
export function openArtifacts({ stage, state, artifacts = [] }: KnownStage, folder: string): StageInput {
  if (state !== "done") {
    throw new Error(`Cannot read what ${stage.id} made: it must be done, but is ${state}`);
  }
  const digests = new Map(artifacts.map(({ name, digest }) => [name, digest]));
  const places = layout(folder);
  return {
    names: [...digests.keys()],
    read: (name) =>
      Promise.try(() => {
        const digest = digests.get(name);
        if (digest !== undefined) return read(name, { digest, stage, places });
        throw new RangeError(`Cannot read "${name}" of ${stage.id}: there is none`);
      }),
  };
}

function read(
  name: string,
  { digest, stage, places }: { digest: string; stage: Stage; places: Layout },
): Uint8Array {
  try {
    return readObject(digest, places);
  } catch (cause) {
    if (!(cause instanceof BrokenObjectError)) throw cause;
    throw new Error(`Cannot read "${name}" of ${stage.id}: ${cause.message}; the next run makes it again`, {
      cause,
    });
  }
}
