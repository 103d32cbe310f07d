/** Every shard writes the same name. */
import type { StageRun } from "../../../pipeline/stage.ts";

export const run: StageRun = ({ write, shard }) => write("same.txt", new Uint8Array([shard ?? 0]));
