/**
 * Put and verified get of one large object against what SHA-256 and the disk take.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { layout } from "../pipeline/layout.ts";
import { openSession } from "../pipeline/session.ts";
import { putObject, readObject } from "../pipeline/store.ts";
import { type Spread, spread } from "./statistics.ts";

/** Seconds of each piece. */
export type StoreTimes = Readonly<Record<"hash" | "write" | "read" | "put" | "get", Spread>>;

/** Measures in turns. Reads are of a file that was just written: the disk's cache holds it. */
export async function storeTimes(
  folder: string,
  { bytes: size, rounds }: { bytes: number; rounds: number },
): Promise<StoreTimes> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536));
  const places = layout(`${folder}/objects-store`);
  const session = openSession(places);
  const raw = `${folder}/raw`;
  const seconds: Record<keyof StoreTimes, number[]> = { hash: [], write: [], read: [], put: [], get: [] };
  const time = async (piece: keyof StoreTimes, work: () => unknown) => {
    const begun = performance.now();
    await work();
    seconds[piece].push((performance.now() - begun) / 1000);
  };
  for (let round = 0; round < rounds; round++) {
    bytes[0] = round;
    let digest = "";
    await time("hash", () => createHash("sha256").update(bytes).digest());
    await time("write", () => writeAndSync(raw, bytes));
    await time("read", () => read(raw));
    await Deno.remove(raw);
    await time("put", async () => digest = await putObject(bytes, { layout: places, session }));
    await time("get", () => readObject(digest, places));
    await Deno.remove(places.object(digest));
  }
  session.close();
  const spreads = Object.entries(seconds).map(([piece, values]) => [piece, spread(values)]);
  return Object.fromEntries(spreads);
}

async function writeAndSync(path: string, bytes: Uint8Array): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true });
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
  await file.sync();
}

/** Into memory of its size, a megabyte at a time: faster than `Deno.readFileSync`. */
function read(path: string): Uint8Array {
  using file = Deno.openSync(path);
  const bytes = new Uint8Array(file.statSync().size);
  for (let done = 0; done < bytes.length;) done += file.readSync(bytes.subarray(done, done + (1 << 20))) ?? 0;
  return bytes;
}
