/**
 * A package, known by the integrity of everything that it brings along.
 *
 * @module
 */
import { digestOf } from "./canonical.ts";

/** The part of deno.lock (version 5) that is read here. */
export interface DenoLock {
  readonly specifiers?: Readonly<Record<string, string>>;
  readonly npm?: Readonly<Record<string, LockedPackage>>;
  readonly jsr?: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly integrity?: string;
  readonly dependencies?: readonly string[];
  readonly optionalDependencies?: readonly string[];
}

/** A package under its exact version. */
export interface PackageIdentity {
  /** `npm:js-tokens@9.0.1`, without a subpath. */
  readonly name: string;
  /** Digest over the integrity of the package and of all that it depends on. */
  readonly digest: string;
}

/**
 * Identifies the package behind a specifier, e.g. `npm:@tensorflow/tfjs@4.22.0/dist/x.js`, by the lock.
 *
 * @throws {TypeError} when the lock does not hold it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const lock = {
 *   specifiers: { "npm:a@1": "1.0.0" },
 *   npm: { "a@1.0.0": { integrity: "x", dependencies: ["b"] }, "b@2.0.0": { integrity: "y" } },
 * };
 * assert.equal(packageIdentity("npm:a@1/sub/path.js", lock).name, "npm:a@1.0.0");
 * const patched = { ...lock, npm: { ...lock.npm, "b@2.0.0": { integrity: "z" } } };
 * assert.notEqual(packageIdentity("npm:a@1", lock).digest, packageIdentity("npm:a@1", patched).digest);
 * ```
 */
export function packageIdentity(specifier: string, lock: DenoLock): PackageIdentity {
  const [, registry, name, range] = /^(npm|jsr):\/?((?:@[^/]+\/)?[^@/]+)(@[^/]+)?/.exec(specifier) ?? [];
  const wanted = `${registry}:${name}${range ?? ""}`;
  const version = lock.specifiers?.[wanted];
  if (version === undefined) {
    throw new TypeError(`"${wanted}" must be in deno.lock, but is not; run deno install`);
  }
  const root = `${registry}:${name}@${version}`;
  const closure: Record<string, string> = {};
  const add = (id: string): void => {
    if (closure[id] !== undefined) return;
    const found = entry(id, lock);
    closure[id] = found.integrity ?? "";
    for (const needed of [...found.dependencies ?? [], ...found.optionalDependencies ?? []]) {
      const next = dependency(needed, id.slice(0, 3), lock);
      if (next !== undefined) add(next);
    }
  };
  add(root);
  // What follows "_" in a version are the peers that it was resolved with; they are in the closure.
  return {
    name: `${registry}:${name}@${version.replace(/_.*$/, "")}`,
    digest: digestOf("package/1", closure),
  };
}

function entry(id: string, lock: DenoLock): LockedPackage {
  const found = id.startsWith("npm:") ? lock.npm?.[id.slice(4)] : lock.jsr?.[id.slice(4)];
  if (found === undefined) throw new TypeError(`"${id}" must be in deno.lock, but is not; run deno install`);
  return found;
}

/** The lock names a dependency by name alone when only one version of it is there. */
function dependency(needed: string, registry: string, lock: DenoLock): string | undefined {
  if (/^(npm|jsr):/.test(needed)) {
    const version = lock.specifiers?.[needed];
    return version === undefined ? undefined : `${needed.replace(/(.)@[^@/]*$/, "$1")}@${version}`;
  }
  const packages = registry === "npm" ? lock.npm : lock.jsr;
  if (packages?.[needed] !== undefined) return `${registry}:${needed}`;
  const prefix = /.@/.test(needed) ? `${needed}_` : `${needed}@`;
  const match = Object.keys(packages ?? {}).find((id) => id.startsWith(prefix));
  return match === undefined ? undefined : `${registry}:${match}`;
}
