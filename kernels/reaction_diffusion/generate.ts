/**
 * The sources that the models are compiled from, for `kernels/build.ts`: path beside this file → text.
 *
 * @module
 */
import { emitDispatch, emitModel, fileOf } from "./emit.ts";
import { MODELS } from "./models/mod.ts";

export function generate(): Record<string, string> {
  const models = MODELS.map((model) => [`generated/${fileOf(model.name)}.ts`, emitModel(model)]);
  return { ...Object.fromEntries(models), "generated/rows.ts": emitDispatch(MODELS) };
}
