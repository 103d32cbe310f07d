/**
 * The version of a store: `store.json` says by which rules files lie in it, so that an engine that knows others
 * leaves it alone.
 *
 * @module
 */
import type { Layout } from "./layout.ts";

/** To be raised when an older engine would misread, or spoil, what a newer one stores. */
const TYPE = "store/1";

/** What `store.json` holds. */
export const STORE_VERSION: string = JSON.stringify({ type: TYPE }) + "\n";

/**
 * Looks whether a store is one that this engine knows. Returns whether it says so: a new store does not yet, nor do
 * those of the engine's first days, and a `store.json` that was cut short is written again.
 *
 * @throws {Error} when a newer version of the engine wrote it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { layout } from "./layout.ts";
 *
 * const places = layout(await Deno.makeTempDir());
 * assert.equal(checkStoreVersion(places), false);
 * await Deno.writeTextFile(places.version, STORE_VERSION);
 * assert.equal(checkStoreVersion(places), true);
 * await Deno.writeTextFile(places.version, '{ "type": "store/2" }');
 * assert.throws(() => checkStoreVersion(places), /it must be of store\/1, but is of store\/2/);
 * ```
 */
export function checkStoreVersion({ artifacts, version }: Layout): boolean {
  const type = typeOf(version);
  if (typeof type !== "string" || !/^store\/\d{1,9}$/.test(type)) return false;
  if (type === TYPE) return true;
  throw new Error(
    `Cannot use the store ${artifacts}: it must be of ${TYPE}, but is of ${type}; ` +
      "use the version that wrote it, or another --artifacts folder",
  );
}

function typeOf(path: string): unknown {
  try {
    return JSON.parse(Deno.readTextFileSync(path))?.type;
  } catch {
    return undefined;
  }
}
