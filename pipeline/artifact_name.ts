/**
 * Names that are safe as paths below a stage's folder.
 *
 * @module
 */

/**
 * Checks the name of an artifact: relative, `/` between its parts, none of them empty or dots, no control
 * characters or backslashes, at most 200 bytes of UTF-8.
 *
 * @throws {RangeError} otherwise.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * checkArtifactName("data.zarr/c/0/0");
 * for (const name of ["", "/etc/passwd", "../x", "a/../b", "a//b", "a\\b", "a\0"]) {
 *   assert.throws(() => checkArtifactName(name), RangeError);
 * }
 * ```
 */
export function checkArtifactName(name: string): void {
  const parts = name.split("/");
  const isSafe = parts.every((part) => part !== "" && !/^\.+$/.test(part)) &&
    !/[\p{Cc}\\:]/u.test(name) &&
    name.isWellFormed() && new TextEncoder().encode(name).length <= 200;
  if (isSafe) return;
  throw new RangeError(
    `Cannot write the artifact ${JSON.stringify(name)}: its name must be a relative path of plain parts ` +
      "(no empty or dot part, backslash, colon or control character), at most 200 bytes long",
  );
}

/**
 * Two names that cannot stand in one folder, since they are equal or one is a folder of the other.
 *
 * @param names Sorted or not.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(nameClash(["a", "b/c"]), undefined);
 * assert.deepEqual(nameClash(["a", "b", "a"]), ["a", "a"]);
 * assert.deepEqual(nameClash(["a/b", "a"]), ["a", "a/b"]);
 * ```
 */
export function nameClash(names: readonly string[]): readonly [string, string] | undefined {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) return [name, name];
    seen.add(name);
  }
  for (const name of names) {
    for (let slash = name.indexOf("/"); slash !== -1; slash = name.indexOf("/", slash + 1)) {
      const folder = name.slice(0, slash);
      if (seen.has(folder)) return [folder, name];
    }
  }
  return undefined;
}
