/** Uses its scratch folder, which must be empty. */
import type { StageRun } from "../../../pipeline/stage.ts";

export const run: StageRun = async ({ scratch, shard, write }) => {
  const found = [...Deno.readDirSync(scratch)].length;
  Deno.writeTextFileSync(`${scratch}/large`, `${shard}`);
  const text = Deno.readTextFileSync(`${scratch}/large`);
  await write(`${shard}`, new TextEncoder().encode(`${found} found, ${text} kept`));
};
