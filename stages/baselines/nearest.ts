/**
 * Baseline: u of the samples that look most like the example. No network, and a data set to carry along.
 *
 * @module
 */
import { type Matrix, pickRows } from "../../macronet/matrix.ts";
import { type Method, standardising } from "./method.ts";

/** Takes the nearest rows of the training set by the system's look, every number in units of its standard deviation. */
export const method: Method = {
  async propose({ inversion: { look }, examples, draws, read }) {
    const seen = await read("train", "v", look);
    const standardise = standardising(seen);
    const nearest = nearestRows(standardise(look(examples)), standardise(seen), draws);
    return { u: pickRows(await read("train", "u", (rows) => rows), nearest) };
  },
};

/**
 * Indices of the `count` rows of `among` that are nearest to each row of `to`, the nearest first; of equals the first.
 *
 * @throws {RangeError} If there are fewer rows than that.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { matrix } from "../../macronet/matrix.ts";
 * import { nearestRows } from "./nearest.ts";
 *
 * const line = matrix(Float32Array.of(0, 1, 5, 6), 1);
 * assertEquals(nearestRows(matrix(Float32Array.of(1, 9), 1), line, 2), [1, 0, 3, 2]);
 * ```
 */
export function nearestRows(to: Matrix, among: Matrix, count: number): number[] {
  if (among.rows < count) {
    throw new RangeError(
      `Cannot find nearest samples: there must be at least ${count} to train on, one for each draw, but there ` +
        `are ${among.rows}. Lower sample.draws`,
    );
  }
  return Array.from({ length: to.rows }, (_, i) => {
    const distances = Float64Array.from({ length: among.rows }, (_, j) => squaredDistance(to, i, among, j));
    const order = Array.from(distances.keys()).sort((j, k) => distances[j] - distances[k] || j - k);
    return order.slice(0, count);
  }).flat();
}

function squaredDistance(x: Matrix, i: number, y: Matrix, j: number): number {
  const width = x.columns;
  let sum = 0;
  for (let k = 0; k < width; k++) {
    const difference = x.data[i * width + k] - y.data[j * width + k];
    sum += difference * difference;
  }
  return sum;
}
