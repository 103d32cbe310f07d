/**
 * Where a specifier leads: to a file of the project, to a package, or into the runtime.
 *
 * @module
 */

/** The `imports` of a deno.json and the file itself, against which its relative targets are resolved. */
export interface ImportMap {
  readonly base: URL;
  readonly imports: Readonly<Record<string, string>>;
}

/** What a specifier means. */
export type Resolved =
  | { readonly kind: "file"; readonly url: URL }
  | { readonly kind: "package"; readonly specifier: string }
  | { readonly kind: "builtin"; readonly specifier: string };

/**
 * Resolves a specifier as Deno does: relative ones against the importer, bare ones through the import map,
 * where a mapped package also answers for its subpaths.
 *
 * @throws {TypeError} when it leads nowhere, or to a remote module, which no digest here covers.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const map = { base: new URL("file:///p/deno.json"), imports: { tf: "npm:tf@1.2.3", "@/": "./std/" } };
 * const from = new URL("file:///p/a/b.ts");
 * assert.deepEqual(resolve("./c.ts", from, map), { kind: "file", url: new URL("file:///p/a/c.ts") });
 * assert.deepEqual(resolve("@/d.ts", from, map), { kind: "file", url: new URL("file:///p/std/d.ts") });
 * assert.deepEqual(resolve("tf/core", from, map), { kind: "package", specifier: "npm:tf@1.2.3/core" });
 * assert.deepEqual(resolve("node:fs", from, map), { kind: "builtin", specifier: "node:fs" });
 * ```
 */
export function resolve(specifier: string, importer: URL, map: ImportMap): Resolved {
  const target = mapped(specifier, map) ?? { specifier, base: importer };
  if (/^(npm|jsr):/.test(target.specifier)) return { kind: "package", specifier: target.specifier };
  if (/^node:/.test(target.specifier)) return { kind: "builtin", specifier: target.specifier };
  if (/^(\.{0,2}\/|file:)/.test(target.specifier)) {
    return { kind: "file", url: new URL(target.specifier, target.base) };
  }
  const isRemote = /^https?:/.test(target.specifier);
  throw new TypeError(
    isRemote
      ? `"${target.specifier}" must be pinned by deno.lock, but remote modules are not; use npm: or jsr:`
      : `"${specifier}" must be in the imports of deno.json, but is not`,
  );
}

function mapped(
  specifier: string,
  { base, imports }: ImportMap,
): { specifier: string; base: URL } | undefined {
  if (imports[specifier] !== undefined) return { specifier: imports[specifier], base };
  // The longest prefix wins, as in the import-map standard.
  const prefixes = Object.keys(imports).sort((a, b) => b.length - a.length);
  for (const prefix of prefixes) {
    const target = imports[prefix];
    if (prefix.endsWith("/") && specifier.startsWith(prefix)) {
      return { specifier: target + specifier.slice(prefix.length), base };
    }
    if (/^(npm|jsr):/.test(target) && specifier.startsWith(`${prefix}/`)) {
      return { specifier: target + specifier.slice(prefix.length), base };
    }
  }
  return undefined;
}
