/**
 * What we write, numpy reads: Zarr by the README's lines, compressed with numcodecs beside it, `.npy` by
 * `numpy.load`.
 *
 * Needs Debian's python3-numpy and python3-numcodecs. Skipped where they are missing, but in CI, where they must be
 * there.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { dirname } from "node:path";
import { decodeNpy, encodeNpy } from "../../stages/formats/npy.ts";
import { zarrFiles } from "../../stages/formats/zarr.ts";
import { withFolder } from "../commands/cli.ts";
import { sayWhatIsMissing } from "../skipped.ts";

const PYTHON = "/usr/bin/python3";
/** The array that the README's lines read. */
const EXAMPLE = '"artifacts/turing/cache/dataset.zarr/train/v"';

const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
const [plain, compressed] = [...readme.matchAll(/```python\n([^]*?)```/g)].map(([, code]) => code);

async function python(...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(PYTHON, { args }).output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

/** Whether to skip what needs a module. */
async function isMissing(module: string): Promise<boolean> {
  const isThere = await python("-c", `import ${module}`).then(() => true, () => false);
  if (isThere || Deno.env.get("CI") === "true") return false;
  sayWhatIsMissing(`conformance skipped: ${PYTHON} has no ${module}; apt-get install python3-${module}`);
  return true;
}

const isWithoutNumpy = await isMissing("numpy");
const isWithoutNumcodecs = await isMissing("numcodecs");

const values = Float32Array.from({ length: 60 }, (_, i) => i / 8);

for (const compression of ["none", "zstd"] as const) {
  for (const data of [values, new Float16Array(values)]) {
    const dataType = data instanceof Float32Array ? "float32" : "float16";
    Deno.test({
      name: `README: its lines of numpy read ${dataType}, compression ${compression}, edge chunks included`,
      ignore: isWithoutNumpy || (compression === "zstd" && isWithoutNumcodecs),
      fn: () =>
        withFolder(async (folder) => {
          const shape = [5, 3, 4];
          const options = {
            path: "v",
            shape,
            chunkShape: [2, 2, 3],
            dataType,
            fillValue: -1,
            compression,
          } as const;
          for await (const { name, bytes } of zarrFiles(options, data)) {
            await Deno.mkdir(dirname(`${folder}/${name}`), { recursive: true });
            await Deno.writeFile(`${folder}/${name}`, bytes);
          }
          // The compressed case uses the function of the plain one.
          const [definition, call] = [
            plain.slice(0, plain.indexOf("patterns =")),
            plain.slice(plain.indexOf("patterns =")),
          ];
          const code = definition + (compression === "none" ? call : compressed);
          assertStringIncludes(code, EXAMPLE);
          const here = code.replace(EXAMPLE, JSON.stringify(`${folder}/v`));
          await python("-c", `${here}\nnp.save(${JSON.stringify(`${folder}/out.npy`)}, patterns)`);
          assertEquals(decodeNpy(await Deno.readFile(`${folder}/out.npy`)), { shape, data });
        }),
    });
  }
}

Deno.test({
  name: "encodeNpy: numpy.load reads it, and what numpy.save writes comes back",
  ignore: isWithoutNumpy,
  fn: () =>
    withFolder(async (folder) => {
      for (const Type of [Float16Array, Float32Array, Float64Array, Int32Array]) {
        const data = new Type([1, 2]);
        await Deno.writeFile(`${folder}/in.npy`, encodeNpy({ shape: [2, 1], data }));
        const code = "import sys, numpy as n; a = n.load(sys.argv[1]); n.save(sys.argv[2], a * 2)";
        await python("-c", code, `${folder}/in.npy`, `${folder}/out.npy`);
        const { shape, data: doubled } = decodeNpy(await Deno.readFile(`${folder}/out.npy`));
        assertEquals([shape, doubled], [[2, 1], new Type([2, 4])]);
      }
    }),
});
