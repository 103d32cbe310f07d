/**
 * An array as a `.npy` file, in constant memory.
 *
 * @module
 */
import { dirname } from "node:path";
import { StoreError } from "../pipeline/mod.ts";
import { npyHeader } from "../stages/formats/npy.ts";
import { bytesOf } from "../stages/formats/numeric.ts";
import type { ZarrArrayReader } from "../stages/formats/zarr_reader.ts";

/**
 * Writes an array chunk by chunk. The file appears when it is whole; of one that fails nothing is left.
 *
 * @param onRows Told after each chunk how many rows are written. What it throws ends the writing.
 * @throws {StoreError} when the disk is full, or the file may not be written.
 */
export async function writeNpyFile(
  path: string,
  { shape, dataType, chunkRows, rows }: ZarrArrayReader,
  onRows: (rows: number) => void,
): Promise<void> {
  const beside = `${path}.${Deno.pid}.tmp`;
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    {
      using file = await Deno.open(beside, { write: true, create: true, truncate: true });
      await writeAll(file, npyHeader({ shape, dataType }));
      for (let from = 0; from < shape[0]; from += chunkRows) {
        const to = Math.min(from + chunkRows, shape[0]);
        await writeAll(file, bytesOf(await rows(from, to)));
        onRows(to);
      }
      await file.sync();
    }
    await Deno.rename(beside, path);
  } catch (cause) {
    await Deno.remove(beside).catch(() => {});
    throw isOfTheSystem(cause) ? new StoreError(path, cause) : cause;
  }
}

function isOfTheSystem(error: unknown): boolean {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
}
