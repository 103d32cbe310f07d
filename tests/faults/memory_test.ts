/**
 * Memory does not grow with the data set: the peak of the whole process, workers included, as the kernel counts
 * it, for a small data set and for one three times as large.
 *
 * The published size, 100,000 samples, is `bench/README.md`'s; here it is a few seconds.
 */
import { assert, assertEquals } from "@std/assert";
import { ended, start, withFolder } from "../commands/cli.ts";

/** Linux alone tells the peak of another process without more ado. */
const ignore = Deno.build.os !== "linux";

/** Highest resident memory of a process so far, in megabytes; `undefined` when it is gone. */
async function peak(pid: number): Promise<number | undefined> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "");
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

/** Makes a data set of 64² fields that are hardly simulated, and returns the peak in megabytes. */
async function peakOfRun(folder: string, shards: number): Promise<number> {
  const settings = [`simulate.shards=${shards}`, "physics.steps=10"];
  const set = settings.flatMap((setting) => ["--set", `turing.${setting}`]);
  const args = ["run", "turing/cache", "--workers", "2", "--artifacts", `store-${shards}`, ...set];
  const process = start(args, { folder });
  let highest = 0;
  const timer = setInterval(async () => highest = Math.max(highest, await peak(process.pid) ?? 0), 20);
  const { code, err } = await ended(process);
  clearInterval(timer);
  assertEquals(code, 0, err);
  return highest;
}

Deno.test({
  name: "memory: at most 500 MB for a data set, and no more for one three times as large",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const small = await peakOfRun(folder, 8);
      const large = await peakOfRun(folder, 24);
      const found = `${small.toFixed(0)} MB for 2048 samples, ${large.toFixed(0)} MB for 6144`;
      assert(small > 50 && large <= 500, found);
      assert(large - small <= 100, found);
    }),
});
