/** `export` as a user calls it, on a data set of the smoke profile. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { writeNpyFile } from "../../commands/npy_file.ts";
import { decodeNpy, encodeNpy } from "../../stages/formats/npy.ts";
import { zarrFiles } from "../../stages/formats/zarr.ts";
import { openZarrArray, readZarrArray } from "../../stages/formats/zarr_reader.ts";
import { macronet, withFolder } from "./cli.ts";

const STORED = ["--profile", "smoke", "--artifacts", "store"];
const HALF = ["--set", "oscillator.cache.dataType=float16", "--set", "oscillator.cache.compression=zstd"];

Deno.test("macronet export: every array of a data set as numpy reads it, whatever it is stored as", () =>
  withFolder(async (folder) => {
    for (const settings of [[], HALF]) {
      await macronet(["run", "oscillator/cache", ...STORED, ...settings], { folder });
      const to = settings === HALF ? "half" : "store/exports/oscillator";
      const args = settings === HALF ? ["--to", to, ...settings] : [];
      const { code, out, err } = await macronet(["export", "oscillator/cache", ...STORED, ...args], {
        folder,
      });
      assertEquals([code, err], [0, ""]);
      const store = { read: (name: string) => Deno.readFile(`${folder}/store/oscillator/cache/${name}`) };
      for (const split of ["train", "validation", "test"]) {
        for (const column of ["u", "v"]) {
          const path = `${to}/${split}/${column}.npy`;
          const { shape, data } = decodeNpy(await Deno.readFile(`${folder}/${path}`));
          const stored = await readZarrArray(store, `dataset.zarr/${split}/${column}`);
          assertEquals(shape, stored.shape);
          assertEquals(data, stored.data);
          const type = settings === HALF && column === "v" ? "float16" : "float32";
          assert(out.includes(`${path}  ${type} [${shape.join(", ")}]  ${data.byteLength} bytes\n`), out);
        }
      }
      assertMatch(out, /\nWrote 6 files, \d+ bytes of values\.\n$/);
    }
  }));

Deno.test("macronet export --split --column: those alone; a file that is there is refused, and stays", () =>
  withFolder(async (folder) => {
    const call = ["export", "oscillator/cache", ...STORED];
    const chosen = [...call, "--split", "test", "--column", "v", "--to", "out"];
    const early = await macronet(chosen, { folder });
    assertEquals(early.code, 1);
    assertMatch(
      early.err,
      /^error: Cannot export oscillator\/cache: it must be in the store under these settings, but is waiting; deno task macronet run oscillator\/cache --profile smoke --artifacts store makes it\n$/,
    );
    assertEquals([...Deno.readDirSync(folder)], []);

    await macronet(["run", "oscillator/cache", ...STORED], { folder });
    assertEquals((await macronet(chosen, { folder })).code, 0);
    assertEquals([...Deno.readDirSync(`${folder}/out`)].map(({ name }) => name), ["test"]);
    assertEquals([...Deno.readDirSync(`${folder}/out/test`)].map(({ name }) => name), ["v.npy"]);

    await Deno.writeTextFile(`${folder}/out/test/v.npy`, "precious");
    const again = await macronet([...call, "--to", "out"], { folder });
    assertEquals(again.code, 2);
    assertMatch(
      again.err,
      /^error: Cannot export to out\/test\/v\.npy: it must be new, but is there already/,
    );
    assertEquals(await Deno.readTextFile(`${folder}/out/test/v.npy`), "precious");
    assertEquals([...Deno.readDirSync(`${folder}/out`)].map(({ name }) => name), ["test"]);

    const wrong = await macronet([...call, "--split", "tets"], { folder });
    assertEquals(wrong.code, 2);
    assertMatch(wrong.err, /--split tets: it must be train or validation or test \(did you mean "test"\?\)/);
    const unknown = await macronet([...call, "--column", "w"], { folder });
    assertEquals(unknown.code, 2);
    assertMatch(unknown.err, /--column w: it must be u or v/);
  }));

const values = Float32Array.from({ length: 14 }, (_, i) => i);
const options = { path: "v", shape: [7, 2], chunkShape: [3, 2], dataType: "float32" } as const;
const files = new Map(
  (await Array.fromAsync(zarrFiles(options, values))).map(({ name, bytes }) => [name, bytes]),
);
const array = await openZarrArray({ read: (name) => Promise.resolve(files.get(name)!) }, "v");

Deno.test("writeNpyFile: reads each chunk once, tells of each, and gives the bytes of encodeNpy", () =>
  withFolder(async (folder) => {
    const told: number[] = [];
    await writeNpyFile(`${folder}/a/v.npy`, array, (rows) => void told.push(rows));
    assertEquals(told, [3, 6, 7]);
    assertEquals(await Deno.readFile(`${folder}/a/v.npy`), encodeNpy({ shape: [7, 2], data: values }));
  }));

Deno.test("writeNpyFile: of one that is stopped nothing is left, and what was there stays", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/v.npy`, "before");
    const stopped = (rows: number) => {
      if (rows === 6) throw new Error("stopped");
    };
    await assertRejects(() => writeNpyFile(`${folder}/v.npy`, array, stopped), Error, "stopped");
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["v.npy"]);
    assertEquals(await Deno.readTextFile(`${folder}/v.npy`), "before");
  }));
