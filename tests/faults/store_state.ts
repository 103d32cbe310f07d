/**
 * What must hold of a store at any time, whatever happened to those who wrote to it.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { sha256 } from "../../pipeline/canonical.ts";

/** Every file below a folder. */
export function* files(folder: string): Iterable<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* files(`${folder}/${name}`);
    else yield `${folder}/${name}`;
  }
}

/** Every object that is there is what its name says, whatever else lies about. */
export function assertObjectsWhole(artifacts: string): void {
  try {
    for (const path of files(`${artifacts}/objects`)) {
      if (!path.endsWith(".tmp")) assertEquals(sha256(Deno.readFileSync(path)), path.slice(-64));
    }
  } catch (error) {
    // Killed before the first object.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

interface Recorded {
  readonly stage: string;
  readonly shard: number | null;
  readonly artifacts: readonly { readonly digest: string }[];
}

/**
 * No temporary, session or lock; every object is what its name says; every record whole, and all its objects
 * there; nothing published but what is stored. Returns the units that have a record: `<stage> <shard>`, sorted.
 */
export function assertIntact(artifacts: string): string[] {
  const objects = new Set<string>();
  const records: Recorded[] = [];
  const published: string[] = [];
  // The one says by which rules the store is kept, the other tells of one run: no artifacts.
  const others = [`${artifacts}/store.json`, `${artifacts}/report/run.js`];
  for (const path of files(artifacts)) {
    const [folder, ...rest] = path.slice(artifacts.length + 1).split("/");
    const name = rest.at(-1)!;
    assert(!path.endsWith(".tmp") && !["locks", "sessions"].includes(folder), path);
    if (folder === "objects") {
      assertEquals(sha256(Deno.readFileSync(path)), name);
      objects.add(name);
    } else if (folder === "records") {
      const { record } = JSON.parse(Deno.readTextFileSync(path));
      if (record !== undefined) records.push(record);
    } else if (!["runs", "cache", "scratch"].includes(folder) && !others.includes(path)) published.push(path);
  }
  for (const { digest } of records.flatMap(({ artifacts }) => artifacts)) assert(objects.has(digest), digest);
  for (const path of published) assert(objects.has(sha256(Deno.readFileSync(path))), path);
  return records.map(({ stage, shard }) => `${stage} ${shard}`).sort();
}
