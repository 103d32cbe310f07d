/**
 * Artifacts out of the store, in constant memory.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { ArtifactEntry } from "./key.ts";
import { layout } from "./layout.ts";
import { BrokenObjectError } from "./store.ts";

const CHUNK = 1 << 20;

/**
 * Copies an artifact to a path and hashes it on the way.
 *
 * @param folder The store.
 * @param onBytes Told how many bytes are copied, after each piece. What it throws ends the copy.
 * @throws {BrokenObjectError} when it is not in the store, or its bytes are others.
 */
export async function copyArtifact(
  { digest }: Pick<ArtifactEntry, "digest">,
  { folder, to, onBytes = () => {} }: { folder: string; to: string; onBytes?: (bytes: number) => void },
): Promise<void> {
  using source = open(digest, layout(folder).object(digest));
  using target = await Deno.open(to, { write: true, createNew: true });
  const hash = createHash("sha256");
  const buffer = new Uint8Array(CHUNK);
  for (;;) {
    const length = source.readSync(buffer);
    if (length === null) break;
    const bytes = buffer.subarray(0, length);
    hash.update(bytes);
    for (let done = 0; done < length;) done += await target.write(bytes.subarray(done));
    onBytes(length);
  }
  const found = hash.digest("hex");
  if (found !== digest) throw new BrokenObjectError(digest, `found bytes with SHA-256 ${found}`);
}

function open(digest: string, path: string): Deno.FsFile {
  try {
    return Deno.openSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new BrokenObjectError(digest, "it is missing");
    throw error;
  }
}
