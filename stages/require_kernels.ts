/**
 * What a stage that trains needs of the machine.
 *
 * @module
 */
import { isNative } from "../macronet/native.ts";

/**
 * Refuses to store what no other machine would make: stock operations come to the same within rounding only.
 *
 * @throws {Error} If the training kernels cannot be used.
 */
export function requireKernels(): void {
  if (isNative()) return;
  throw new Error(
    "Cannot train: weights must be the same bytes on every machine, for which the training kernels have to work on " +
      "tensorflow.js's memory, but with this version of it they cannot; install the packages as pinned, by " +
      "deno install --frozen",
  );
}
