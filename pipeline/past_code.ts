/**
 * The code that past runs ran, as far as it is still there.
 *
 * @module
 */
import { checkArtifactName } from "./artifact_name.ts";
import { sha256 } from "./canonical.ts";
import { CodeScans } from "./code_scan.ts";
import type { PastStage } from "./history.ts";
import { layout } from "./layout.ts";
import { readCode } from "./record.ts";

/** Files and packages that a past stage ran → their digests, or `undefined` when they were not kept. */
export function pastCode({ code }: PastStage, folder: string): Readonly<Record<string, string>> | undefined {
  return readCode(code, layout(folder))?.ingredients;
}

/** Whether an ingredient is no file of the project: `npm:…`, `node:…`. */
export function isPackage(ingredient: string): boolean {
  return /^[a-z]+:/.test(ingredient);
}

/** A file as it is now. */
export interface CodeFile {
  /** All of it. */
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes. */
  readonly sha256: string;
}

/**
 * A file of the code if it still is what was run, up to comments and format; `undefined` otherwise.
 *
 * @param root Folder of deno.json.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { sha256 } from "./canonical.ts";
 *
 * const root = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${root}/a.txt`, "a");
 * const digest = sha256(new TextEncoder().encode("a"));
 * assert.deepEqual(unchangedFile("a.txt", digest, root)?.bytes, new Uint8Array([97]));
 * await Deno.writeTextFile(`${root}/a.txt`, "b");
 * assert.equal(unchangedFile("a.txt", digest, root), undefined);
 * ```
 */
export function unchangedFile(name: string, digest: string, root: string): CodeFile | undefined {
  try {
    checkArtifactName(name);
    const bytes = Deno.readFileSync(`${root}/${name}`);
    const own = sha256(bytes);
    const found = /\.[cm]?[jt]sx?$/.test(name) ? new CodeScans().scan(bytes).digest : own;
    return found === digest ? { bytes, sha256: own } : undefined;
  } catch {
    // Gone, or no longer code: not what was run.
    return undefined;
  }
}
