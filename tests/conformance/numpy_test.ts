/**
 * What we write, numpy reads: Zarr in ten lines of plain numpy, `.npy` by `numpy.load`.
 *
 * Needs Debian's python3-numpy. Skipped where that is missing, but in CI, where it must be there.
 */
import { assert, assertEquals } from "@std/assert";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { decodeNpy, encodeNpy } from "../../stages/formats/npy.ts";
import { zarrFiles } from "../../stages/formats/zarr.ts";

const PYTHON = "/usr/bin/python3";
const script = fileURLToPath(new URL("zarr_numpy.py", import.meta.url));

async function python(...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(PYTHON, { args }).output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

const available = await python("-c", "import numpy").then(() => true, () => false);
if (!available) {
  console.log(`numpy conformance skipped: ${PYTHON} has no numpy; apt-get install python3-numpy`);
}
const ignore = !available && Deno.env.get("CI") !== "true";

Deno.test({
  name: "zarrFiles: plain numpy reads it, edge chunks included",
  ignore,
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const shape = [5, 3, 4];
      const data = Float32Array.from({ length: 60 }, (_, i) => i / 8);
      const options = {
        path: "v",
        shape,
        chunkShape: [2, 2, 3],
        dataType: "float32",
        fillValue: -1,
      } as const;
      for await (const { name, bytes } of zarrFiles(options, data)) {
        await Deno.mkdir(dirname(`${folder}/${name}`), { recursive: true });
        await Deno.writeFile(`${folder}/${name}`, bytes);
      }
      await python(script, `${folder}/v`, `${folder}/out.npy`);
      assertEquals(decodeNpy(await Deno.readFile(`${folder}/out.npy`)), { shape, data });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "encodeNpy: numpy.load reads it, and what numpy.save writes comes back",
  ignore,
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      for (const data of [new Float32Array([1, 2]), new Float64Array([1, 2]), new Int32Array([1, 2])]) {
        await Deno.writeFile(`${folder}/in.npy`, encodeNpy({ shape: [2, 1], data }));
        const code = "import sys, numpy as n; a = n.load(sys.argv[1]); n.save(sys.argv[2], a * 2)";
        await python("-c", code, `${folder}/in.npy`, `${folder}/out.npy`);
        assertEquals(decodeNpy(await Deno.readFile(`${folder}/out.npy`)), {
          shape: [2, 1],
          data: data.map((x) => x * 2),
        });
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
