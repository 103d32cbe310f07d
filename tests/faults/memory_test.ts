/**
 * Memory does not grow with the data set: the peak of a whole run, workers included, for a small data set and for
 * one three times as large. `bench/long_run.ts` does the same at any size.
 */
import { assert } from "@std/assert";
import { longRun } from "../../bench/long_run.ts";
import { withFolder } from "../commands/cli.ts";

const peakOf = async (folder: string, samples: number) => {
  const options = { samples, workers: 2, steps: 10, artifacts: `${folder}/${samples}` };
  return (await longRun(options)).peakMegabytes;
};

Deno.test({
  name: "memory: at most 500 MB for a data set, and no more for one three times as large",
  // Linux alone tells the peak of another process without more ado.
  ignore: Deno.build.os !== "linux",
  fn: () =>
    withFolder(async (folder) => {
      const small = await peakOf(folder, 2048);
      const large = await peakOf(folder, 6144);
      const found = `${small.toFixed(0)} MB for 2048 samples, ${large.toFixed(0)} MB for 6144`;
      assert(small > 50 && large <= 500, found);
      assert(large - small <= 100, found);
    }),
});
