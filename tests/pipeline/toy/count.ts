/** Writes one number per unit: `from` + shard. */
import type { StageRun } from "../../../pipeline/stage.ts";

export const run: StageRun = async ({ params, shard, write }) => {
  const value = (params.from as number) + (shard ?? 0);
  if (value === params.failAt) throw new RangeError(`value must not be ${value}, but is`);
  await write(`part-${shard ?? "all"}.txt`, new TextEncoder().encode(`${value}`));
};
