/** A unit of the engine bench: works for so many milliseconds, and adds a line to what the stage before wrote. */
import type { StageRun } from "../../pipeline/mod.ts";

export const run: StageRun = async ({ stage, shard = 0, params, input, write }) => {
  const end = performance.now() + (params.milliseconds as number);
  while (performance.now() < end);
  const before = params.isFirst ? new Uint8Array() : await input("before").read("out-0.txt");
  const text = `${new TextDecoder().decode(before)}${stage} ${shard}\n`;
  await write(`out-${shard}.txt`, new TextEncoder().encode(text));
};
