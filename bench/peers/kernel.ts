/**
 * Ours: the WebAssembly kernel, its early exit off.
 *
 * @module
 */
import { simulate } from "../../kernels/gray_scott/mod.ts";
import { serve } from "./serve.ts";

await serve(({ size, steps, ...work }) =>
  simulate({ ...work, width: size, height: size, steps, exitEvery: Math.max(1, steps) })
);
