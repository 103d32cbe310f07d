/**
 * The sources that the models are compiled from, for `kernels/build.ts`.
 *
 * @module
 */
import { emit } from "./emit.ts";
import { MODELS } from "./models/mod.ts";

/** Path in this folder → text. */
export function generate(): Record<string, string> {
  return emit(MODELS);
}
