/** A store that lies: what nobody computed, under digests that are right. */
import { sha256 } from "../pipeline/canonical.ts";
import { layout } from "../pipeline/layout.ts";
import { readRecord, writeRecord } from "../pipeline/record.ts";
import { openSession } from "../pipeline/session.ts";
import { putObject, readObject } from "../pipeline/store.ts";

/** Changes one artifact of a unit, and rewrites its object and its record so that all digests hold. */
export async function forge(
  artifacts: string,
  { key, name, change, identity }: {
    key: string;
    name: string;
    /** Of the changed bytes. Default: the record keeps the old one. */
    identity?: (bytes: Uint8Array) => Uint8Array;
    change: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array | void | Promise<Uint8Array | void>;
  },
): Promise<void> {
  const places = layout(artifacts);
  const record = readRecord(key, places);
  if (record === undefined || record === "broken") throw new Error(`Cannot forge ${key}: there is no record`);
  const old = record.artifacts.find((artifact) => artifact.name === name)!;
  const bytes = readObject(old.digest, places);
  const forged = await change(bytes) ?? bytes;
  const session = openSession(places);
  const digest = await putObject(forged, { layout: places, session });
  const entry = {
    ...old,
    digest,
    size: forged.length,
    ...(identity && { identity: sha256(identity(forged)) }),
  };
  const others = record.artifacts.filter((artifact) => artifact !== old);
  writeRecord({ ...record, artifacts: [...others, entry] }, { layout: places, session });
  session.close();
}

/** Flips one bit of an object in its place. Its seal stays whole: only a new hash finds it. */
export async function flipBit(path: string, at = 0): Promise<void> {
  const { mtime } = await Deno.stat(path);
  const bytes = await Deno.readFile(path);
  bytes[at] ^= 1;
  await Deno.chmod(path, 0o644);
  await Deno.writeFile(path, bytes);
  await Deno.chmod(path, 0o444);
  await Deno.utime(path, mtime!, mtime!);
}
