/**
 * Baseline: u of any sample. What is learned must beat it.
 *
 * @module
 */
import { below } from "../../kernels/philox/mod.ts";
import { pickRows } from "../../macronet/matrix.ts";
import type { Method } from "./method.ts";

/** Draws rows of the training set, whatever the example: the prior, of samples that were accepted. */
export const method: Method = {
  async propose({ examples, draws, seed, read }) {
    const u = await read("train", "u", (rows) => rows);
    const rows = below(u.rows, examples.rows * draws, { seed, purpose: "baseline.random" });
    return { u: pickRows(u, rows) };
  },
};
