/**
 * Where two versions of a Zarr array differ: by element, over all of its chunks.
 *
 * @module
 */
import type { Difference, UnequalArtifacts } from "../../pipeline/mod.ts";
import { elementCount } from "../formats/numeric.ts";
import { openZarrArray } from "../formats/zarr_reader.ts";
import { ArrayDifference } from "./numbers.ts";

/**
 * Where two versions of an array differ, or `undefined` when their elements are the same, or one cannot be read as
 * an array of the same type and shape.
 *
 * @param path Folder of the array.
 * @param files The chunks that differ, and what else is there. Read some rows at a time.
 */
export async function zarrDifference(
  path: string,
  { names, stored, recomputed }: UnequalArtifacts,
): Promise<Difference | undefined> {
  try {
    const before = await openZarrArray({ read: stored }, path);
    const after = await openZarrArray({ read: recomputed }, path);
    const { shape, dataType, chunkRows } = before;
    if (`${after.dataType} ${after.shape}` !== `${dataType} ${shape}`) return undefined;
    const difference = new ArrayDifference(path, shape);
    const rows = new Set(names.map((name) => Number(name.slice(path.length).split("/")[2])));
    for (const row of [...rows].sort((a, b) => a - b)) {
      const from = row * chunkRows;
      const to = Math.min(from + chunkRows, shape[0]);
      const place = from * elementCount(shape.slice(1));
      difference.add(await before.rows(from, to), await after.rows(from, to), place);
    }
    return difference.result();
  } catch {
    return undefined;
  }
}
