/**
 * Artifacts of a stage that is done, for who is no stage.
 *
 * @module
 */
import { layout } from "./layout.ts";
import type { StagePlan } from "./plan.ts";
import type { StageInput } from "./stage.ts";
import { readObject } from "./store.ts";

/**
 * The artifacts of a stage, read by name and hashed again, as a stage reads its inputs.
 *
 * @param folder The store.
 * @throws {Error} when the stage is not done.
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
export function openArtifacts({ stage, state, artifacts = [] }: StagePlan, folder: string): StageInput {
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
        if (digest !== undefined) return readObject(digest, places);
        throw new RangeError(`Cannot read "${name}" of ${stage.id}: there is none`);
      }),
  };
}
