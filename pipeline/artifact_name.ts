/**
 * Names that are safe as paths below a stage's folder, and mean the same file on every machine.
 *
 * Names are ASCII. Of letters beyond it some look like a dot or a slash, some are written in two ways, some turn
 * the text around them; one file system keeps such a name, another stores a different one.
 *
 * @module
 */
import { quoted } from "./quoted.ts";

/** Most bytes of a name. */
const MOST = 200;

/** Devices to Windows, whatever follows a dot and wherever they stand. */
const DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/i;

/**
 * Checks the name of an artifact: a relative path of at most 200 characters, `/` between its parts. A part is made
 * of printable ASCII without `\ : * ? " < > |`, ends neither in a dot nor in a space, begins with no space, and is
 * no device of Windows.
 *
 * @throws {RangeError} otherwise.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * checkArtifactName("data.zarr/c/0/0");
 * for (const name of ["", "/etc/passwd", "../x", "a/../b", "a//b", "a\\b", "a\0", "a\uff0fb", "nul.txt"]) {
 *   assert.throws(() => checkArtifactName(name), RangeError);
 * }
 * ```
 */
export function checkArtifactName(name: string): void {
  if (isArtifactName(name)) return;
  throw new RangeError(
    `Cannot write the artifact ${quoted(name)}: its name must be a relative path of plain parts (ASCII, no ` +
      `empty or dot part, no dot or space at an end, none of \\ : * ? " < > |, no device such as NUL), at most ` +
      `${MOST} characters long, but it is not`,
  );
}

/** Whether {@link checkArtifactName} lets a name pass. */
export function isArtifactName(name: unknown): name is string {
  return typeof name === "string" && name.length <= MOST && name.split("/").every(isPart);
}

/** Whether a name is that of a device on Windows, where no file can have it: `nul`, `NUL.txt`, `com1`. */
export function isDeviceName(name: string): boolean {
  return DEVICE.test(name.split(".")[0].trimEnd());
}

function isPart(part: string): boolean {
  return /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(part) && !/[\\:*?"<>|]|\.$/.test(part) &&
    !isDeviceName(part);
}

/**
 * Two names that cannot stand in one folder: they are equal, one is a folder of the other, or their folders are
 * the same but for capitals. Capitals count as small letters: on half of all machines they are.
 *
 * @param names Sorted or not.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(nameClash(["a", "b/c", "b/d"]), undefined);
 * assert.deepEqual(nameClash(["a", "b", "a"]), ["a", "a"]);
 * assert.deepEqual(nameClash(["A", "a"]), ["A", "a"]);
 * assert.deepEqual(nameClash(["a/b", "a"]), ["a", "a/b"]);
 * assert.deepEqual(nameClash(["a/b", "A/c"]), ["a/b", "A/c"]);
 * ```
 */
export function nameClash(names: readonly string[]): readonly [string, string] | undefined {
  const files = new Map<string, string>();
  for (const name of names) {
    const folded = name.toLowerCase();
    const before = files.get(folded);
    if (before !== undefined) return [before, name];
    files.set(folded, name);
  }
  /** Folder in small letters → a name in it. */
  const folders = new Map<string, string>();
  for (const [folded, name] of files) {
    for (let slash = folded.indexOf("/"); slash !== -1; slash = folded.indexOf("/", slash + 1)) {
      const folder = folded.slice(0, slash);
      const file = files.get(folder);
      if (file !== undefined) return [file, name];
      const before = folders.get(folder);
      if (before !== undefined && !before.startsWith(name.slice(0, slash))) return [before, name];
      folders.set(folder, before ?? name);
    }
  }
  return undefined;
}
