/** Writes `bytes` bytes that no other shard writes. */
import type { StageRun } from "../../../pipeline/stage.ts";

export const run: StageRun = ({ params, shard, write }) =>
  write(`big-${shard ?? 0}.bin`, new Uint8Array(params.bytes as number).fill(1 + (shard ?? 0)));
