import { ok } from "node:assert/strict";
import { isCurrent, kernelNames } from "../../kernels/build.ts";

for (const name of await kernelNames()) {
  Deno.test(`kernels/${name}/${name}.wasm is, byte for byte, what assembly.ts compiles to`, async () => {
    ok(await isCurrent(name), "a byte differs: run `deno task build` and commit the result");
  });
}
