/** A picture whose bytes hold a comment that its pixels do not, and a folder of files. */
import type { StageRun } from "../../../pipeline/stage.ts";

export const run: StageRun = async ({ params, write }) => {
  const pixels = new Uint8Array([1, 2, 3]);
  const bytes = new TextEncoder().encode(`${pixels} ${params.comment}`);
  await write("image.png", bytes, { identity: pixels });
  await Promise.all([0, 1, 2].map((i) => write(`data.zarr/c/${i}`, new Uint8Array([i]))));
};
