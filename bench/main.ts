/**
 * `deno task bench <name>`: one file a bench, each with its own flags.
 *
 * @module
 */
import type { Bench } from "./bench.ts";
import { bench as activations } from "./activations.ts";
import { bench as engine } from "./engine.ts";
import { bench as kernels } from "./kernels.ts";
import { bench as models } from "./models.ts";
import { bench as storage } from "./storage.ts";
import { bench as tfjsWasm } from "./tfjs_wasm.ts";
import { bench as training } from "./training.ts";

const BENCHES: readonly Bench[] = [kernels, models, activations, tfjsWasm, storage, training, engine];

const [name, ...args] = Deno.args;
const bench = BENCHES.find((bench) => bench.name === name);
if (bench !== undefined) {
  try {
    await bench.run(args);
  } catch (error) {
    console.error(`error: ${(error as Error).message}`);
    Deno.exitCode = 1;
  }
} else {
  if (name !== undefined) console.error(`error: Cannot bench "${name}": there is no such bench`);
  for (const { name, summary, flags } of BENCHES) {
    console.error(`deno task bench ${name}  ${summary}`);
    for (const [flag, help] of flags) console.error(`  ${flag.padEnd(18)}${help}`);
  }
  Deno.exitCode = 2;
}
