/**
 * What batch to take instead of one that is too large.
 *
 * @module
 */
import { abandonTape, OutOfTensorMemoryError } from "../kernels/tfjs_wasm/mod.ts";
import type { Evaluation, Pairs } from "./evaluation.ts";
import { pickRows } from "./matrix.ts";
import type { Shared } from "./part.ts";

/**
 * What to say of a batch that memory has no room for. Tries a half of it, a fourth, …, until one fits; overwrites the
 * gradients.
 *
 * @param evaluation With parameters loaded.
 */
export function batchTooLarge(evaluation: Evaluation, shared: Shared, cause: OutOfTensorMemoryError): Error {
  abandonTape();
  const { length: batch } = shared.rows, { length: parts } = shared.gradients;
  const begun = `Cannot train on: a batch of ${batch} rows`;
  const must = "must fit into the 4 GB of WebAssembly, but needs more";
  for (let tried = Math.floor(batch / 2); tried >= parts; tried = Math.floor(tried / 2)) {
    const rows = Math.ceil(tried / parts);
    if (!gradientFits(evaluation, shared, rows) || !termsFit(evaluation, shared, tried)) continue;
    return new Error(`${begun} ${must}; train.batch = ${tried} fits`, { cause });
  }
  const least = `even one of ${parts} ${parts === 1 ? "row" : "rows"}`;
  return new Error(`${begun}, and ${least}, ${must}; train a narrower network`, { cause });
}

/** Whether a part of so many rows can be trained on. */
function gradientFits(evaluation: Evaluation, shared: Shared, rows: number): boolean {
  return fits(() => evaluation.gradient(firstRows(shared, rows), shared.gradients[0]));
}

/** Whether the loss of a batch of so many rows can be recorded, which is in one piece. */
function termsFit(evaluation: Evaluation, shared: Shared, batch: number): boolean {
  return fits(() => evaluation.terms(firstRows(shared, batch)));
}

function firstRows({ train, rows }: Shared, count: number): Pairs {
  const own = rows.subarray(0, count);
  return { u: pickRows(train.u, own), v: pickRows(train.v, own) };
}

function fits(compute: () => void): boolean {
  try {
    compute();
    return true;
  } catch (error) {
    if (!(error instanceof OutOfTensorMemoryError)) throw error;
    abandonTape();
    return false;
  }
}
