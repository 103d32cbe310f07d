/** A long unit that saves a checkpoint at every step: hashes a number `steps` times. */
import type { StageRun } from "../../../pipeline/stage.ts";

export const run: StageRun = async ({ params, shard, write, checkpoint, progress }) => {
  const steps = params.steps as number;
  const saved = await checkpoint.load();
  let [step, value] = saved === undefined ? [0, shard ?? 0] : JSON.parse(new TextDecoder().decode(saved));
  for (; step < steps; step++) {
    value = (Math.imul(value, 1664525) + 1013904223) >>> 0;
    await new Promise((done) => setTimeout(done, params.pause as number));
    await checkpoint.save(new TextEncoder().encode(JSON.stringify([step + 1, value])));
    progress(step + 1, steps);
  }
  await write(`walk-${shard ?? "all"}.txt`, new TextEncoder().encode(`${value}`));
};
