/** What no stage may be: different every time. */
import type { StageRun } from "../../../pipeline/stage.ts";

export const run: StageRun = ({ write }) => write("random.bin", crypto.getRandomValues(new Uint8Array(8)));
