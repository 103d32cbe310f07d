/**
 * Parts of a batch: what a thread of a training does in a step.
 *
 * A batch is cut into a fixed number of parts, neighbours in its order. The gradient of each is computed by itself and
 * they are added in their order, so that it does not matter who computed which: any number of threads gives the same
 * bytes.
 *
 * @module
 */
import type { Evaluation, Pairs } from "./evaluation.ts";
import { pickRows } from "./matrix.ts";

/** What all threads of a training see. Everything that changes is in shared memory. */
export interface Shared {
  readonly train: Pairs;
  /** Flat, in the order of `relationParameters`. */
  readonly parameters: Float32Array;
  /** Rows of the batch, `[batch]`. */
  readonly rows: Uint32Array;
  /** What the parts give: their gradients, flat as the parameters, and their losses. */
  readonly gradients: readonly Float32Array[];
  readonly losses: Float64Array;
}

/** Where part `index` of so many begins and ends in a batch. */
export function partRange(batch: number, parts: number, index: number): [from: number, to: number] {
  return [Math.floor(batch * index / parts), Math.floor(batch * (index + 1) / parts)];
}

/** Computes the parts that are thread `thread`'s, of so many threads. */
export function computeParts(
  evaluation: Evaluation,
  { train, parameters, rows, gradients, losses }: Shared,
  { thread, threads }: { thread: number; threads: number },
): void {
  evaluation.load(parameters);
  for (let part = thread; part < gradients.length; part += threads) {
    const own = rows.subarray(...partRange(rows.length, gradients.length, part));
    const batch = { u: pickRows(train.u, own), v: pickRows(train.v, own) };
    losses[part] = evaluation.gradient(batch, gradients[part]);
  }
}
