import { deepStrictEqual, ok } from "node:assert/strict";
import { generatedSources, isCurrent, kernelNames, staleSources } from "../../kernels/build.ts";

for (const name of await kernelNames()) {
  Deno.test(`kernels/${name}/${name}.wasm is, byte for byte, what assembly.ts compiles to`, async () => {
    ok(await isCurrent(name), "a byte differs: run `deno task build` and commit the result");
  });
}

for (const name of await kernelNames()) {
  if (Object.keys(await generatedSources(name)).length === 0) continue;
  Deno.test(`kernels/${name}: its generated sources are what generate.ts makes, and no others`, async () => {
    deepStrictEqual(await staleSources(name), [], "run `deno task build` and commit the result");
    const folder = new URL(`../../kernels/${name}/generated/`, import.meta.url);
    const files = await Array.fromAsync(Deno.readDir(folder), (entry) => `generated/${entry.name}`);
    deepStrictEqual(files.sort(), Object.keys(await generatedSources(name)).sort());
  });
}
