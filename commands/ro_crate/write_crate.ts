/**
 * A crate as a folder that is there whole or not at all.
 *
 * @module
 */
import { dirname } from "node:path";
import { BrokenObjectError, copyArtifact, type Json, StoreError } from "../../pipeline/mod.ts";
import { type DescribedRun, goneError } from "./described_run.ts";
import { dataFolder } from "./entities.ts";
import { METADATA, PREVIEW, WORKFLOW, workflowText } from "./metadata.ts";
import { cratePreview } from "./preview.ts";

/** Bytes of all artifacts of a crate. */
export function artifactBytes({ stages }: DescribedRun): number {
  return stages.flatMap(({ artifacts }) => artifacts).reduce((sum, { size }) => sum + size, 0);
}

/**
 * Writes a crate, artifact by artifact in constant memory, each hashed on the way.
 *
 * @param folder The store.
 * @param to A folder that is not there yet.
 * @param onBytes Told of each piece. What it throws ends the writing.
 * @throws {Error} when an artifact is gone or broken, or the disk is full; nothing is left behind then.
 */
export async function writeCrate(
  described: DescribedRun,
  metadata: Json,
  { folder, to, onBytes }: { folder: string; to: string; onBytes: (bytes: number) => void },
): Promise<void> {
  const beside = `${to}.${Deno.pid}.tmp`;
  try {
    await Deno.mkdir(beside, { recursive: true });
    await writeFiles(described, metadata, beside);
    for (const { past: { stage }, artifacts } of described.stages) {
      for (const artifact of artifacts) {
        const path = `${beside}/${dataFolder(stage)}${artifact.name}`;
        await Deno.mkdir(dirname(path), { recursive: true });
        try {
          await copyArtifact(artifact, { folder, to: path, onBytes });
        } catch (error) {
          throw error instanceof BrokenObjectError ? goneError(described.run, stage) : error;
        }
      }
    }
    await Deno.rename(beside, to);
  } catch (cause) {
    await Deno.remove(beside, { recursive: true }).catch(() => {});
    throw isOfTheSystem(cause) ? new StoreError(to, cause) : cause;
  }
}

async function writeFiles(described: DescribedRun, metadata: Json, to: string): Promise<void> {
  await Deno.writeTextFile(`${to}/${METADATA}`, JSON.stringify(metadata, null, 2) + "\n");
  await Deno.writeTextFile(`${to}/${PREVIEW}`, cratePreview(described, metadata));
  await Deno.writeTextFile(`${to}/${WORKFLOW}`, workflowText(described));
  for (const { name, bytes } of described.code) {
    if (bytes === undefined) continue;
    await Deno.mkdir(dirname(`${to}/code/${name}`), { recursive: true });
    await Deno.writeFile(`${to}/code/${name}`, bytes);
  }
}

function isOfTheSystem(error: unknown): boolean {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}
