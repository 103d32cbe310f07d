/**
 * Text in a file that is there whole or not at all.
 *
 * @module
 */
import { dirname } from "node:path";
import { StoreError } from "../pipeline/mod.ts";

/**
 * Writes a file, replacing what is there.
 *
 * @throws {StoreError} when it cannot be written; nothing is left behind then.
 *
 * @example
 * ```ts
 * import { writeWholeFile } from "./whole_file.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * await writeWholeFile(`${folder}/a/b.txt`, "hi");
 * assertEquals(await Deno.readTextFile(`${folder}/a/b.txt`), "hi");
 * ```
 */
export async function writeWholeFile(path: string, text: string): Promise<void> {
  const beside = `${path}.${Deno.pid}.tmp`;
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeTextFile(beside, text);
    await Deno.rename(beside, path);
  } catch (cause) {
    await Deno.remove(beside).catch(() => {});
    throw new StoreError(path, cause);
  }
}
