import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import * as zarrita from "zarrita";
import { bytesOf } from "../../../stages/formats/numeric.ts";
import {
  zarrArray,
  type ZarrArrayOptions,
  type ZarrFile,
  zarrFiles,
  zarrGroup,
} from "../../../stages/formats/zarr.ts";
import { openZarrArray, readZarrArray } from "../../../stages/formats/zarr_reader.ts";

const edgy = {
  path: "train/v",
  shape: [5, 3, 4],
  chunkShape: [2, 2, 3],
  dataType: "float32",
  dimensionNames: ["sample", "channel", "x"],
  fillValue: NaN,
  attributes: { units: "1", nested: { b: 1, a: [2, { d: 3, c: 4 }] } },
} satisfies ZarrArrayOptions;
const values = Float32Array.from({ length: 60 }, (_, i) => i / 8);

async function storeOf(files: Iterable<ZarrFile> | AsyncIterable<ZarrFile>) {
  const map = new Map((await Array.fromAsync(files)).map(({ name, bytes }) => [name, bytes]));
  const reads: string[] = [];
  return {
    map,
    reads,
    read(name: string): Promise<Uint8Array> {
      reads.push(name);
      const bytes = map.get(name);
      return bytes ? Promise.resolve(bytes) : Promise.reject(new Error(`no ${name}`));
    },
  };
}

/** One array of each type, none of whose values is lost in it. */
const ARRAYS = {
  float16: new Float16Array(values),
  float32: values,
  float64: Float64Array.from(values, (value) => value / 3),
  int32: Int32Array.from(values, (_, i) => 7 - 1_000_003 * i),
  uint32: Uint32Array.from(values, (_, i) => 4_000_000_000 + i),
  uint8: Uint8Array.from(values, (_, i) => 4 * i),
};

for (const compression of ["none", "zstd"] as const) {
  for (const [name, data] of Object.entries(ARRAYS)) {
    const dataType = name as keyof typeof ARRAYS;

    Deno.test(`zarrFiles, ${dataType}, compression ${compression}: zarrita reads it, edge chunks included`, async () => {
      const options = { ...edgy, fillValue: 0, dataType, compression };
      const files = await storeOf([
        zarrGroup("", { title: "t" }),
        zarrGroup("train"),
        ...await Array.fromAsync(zarrFiles(options, data)),
      ]);
      const store = { get: (key: string) => Promise.resolve(files.map.get(key.slice(1))) };
      const root = await zarrita.open.v3(zarrita.root(store), { kind: "group" });
      assertEquals(root.attrs, { title: "t" });
      const array = await zarrita.open.v3(root.resolve("train/v"), { kind: "array" });
      assertEquals([array.attrs, array.dtype], [edgy.attributes, dataType]);
      const found = await zarrita.get(array);
      assertEquals(found.shape, edgy.shape);
      assertEquals(bytesOf(found.data as typeof data), bytesOf(data));
      assertEquals((await readZarrArray(files, "train/v")).data, data);
    });
  }

  Deno.test(`readZarrArray, compression ${compression}: any rows of any shape`, async () => {
    const axis = fc.record({ size: fc.integer({ min: 1, max: 6 }), chunk: fc.integer({ min: 1, max: 7 }) });
    await fc.assert(fc.asyncProperty(
      fc.array(axis, { minLength: 1, maxLength: 4 }),
      fc.nat(6),
      fc.nat(6),
      async (axes, a, b) => {
        const shape = axes.map(({ size }) => size);
        const [from, to] = [a, b].map((n) => Math.min(n, shape[0])).sort();
        const data = Int32Array.from({ length: shape.reduce((p, n) => p * n) }, (_, i) => i);
        const files = zarrFiles({
          path: "",
          shape,
          chunkShape: axes.map(({ chunk }) => chunk),
          dataType: "int32",
          compression,
        }, data);
        const row = data.length / shape[0];
        const read = await readZarrArray(await storeOf(files), "", { from, to });
        assertEquals(read.shape, [to - from, ...shape.slice(1)]);
        assertEquals(read.data, data.slice(from * row, to * row));
      },
    ));
  });
}

Deno.test("zarrFiles pads edge chunks with the fill value", async () => {
  const { map } = await storeOf(zarrFiles({ ...edgy, fillValue: -1 }, values));
  const corner = map.get("train/v/c/2/1/1")!;
  assertEquals(new Float32Array(corner.buffer), new Float32Array([59 / 8, ...Array(11).fill(-1)]));
});

Deno.test("zarrFiles gives the same bytes whatever the order of attributes", async () => {
  const attributes = { nested: { a: [2, { c: 4, d: 3 }], b: 1 }, units: "1" };
  const [shuffled, sorted] = [{ ...edgy, attributes }, edgy].map((options) => zarrFiles(options, values));
  assertEquals(await Array.fromAsync(shuffled), await Array.fromAsync(sorted));
});

Deno.test("zarrFiles gives every file a buffer of its own", async () => {
  const buffers = (await Array.fromAsync(zarrFiles(edgy, values))).map(({ bytes }) => bytes.buffer);
  assertEquals(new Set(buffers).size, buffers.length);
  assert(!buffers.includes(values.buffer));
});

Deno.test("openZarrArray reads only the chunks that the rows lie in", async () => {
  const store = await storeOf(zarrFiles({ ...edgy, chunkShape: [2, 3, 4] }, values));
  const array = await openZarrArray(store, "train/v");
  assertEquals(await array.rows(2, 3), values.slice(24, 36));
  assertEquals(store.reads, ["train/v/zarr.json", "train/v/c/1/0/0"]);
  assertEquals(array.attributes, edgy.attributes);
});

Deno.test("openZarrArray refuses truncated chunks, missing chunks and rows outside", async () => {
  const store = await storeOf(zarrFiles(edgy, values));
  store.map.set("train/v/c/0/0/0", store.map.get("train/v/c/0/0/0")!.subarray(1));
  store.map.delete("train/v/c/2/0/0");
  const array = await openZarrArray(store, "train/v");
  await assertRejects(() => array.rows(0, 1), TypeError, "must hold 48 bytes, but holds 47");
  await assertRejects(() => array.rows(4, 5), Error, "no train/v/c/2/0/0");
  await assertRejects(() => array.rows(3, 6), RangeError, "must lie in [0, 5)");
});

Deno.test("openZarrArray refuses a compressed chunk that was cut short, or is none", async () => {
  const store = await storeOf(zarrFiles({ ...edgy, compression: "zstd" }, values));
  const array = await openZarrArray(store, "train/v");
  const whole = store.map.get("train/v/c/0/0/0")!;
  for (const chunk of [whole.subarray(0, -1), whole.subarray(0, 15), new Uint8Array(48)]) {
    store.map.set("train/v/c/0/0/0", chunk);
    await assertRejects(() => array.rows(0, 1), TypeError, "a Blosc frame must hold");
  }
});

Deno.test("openZarrArray refuses metadata that it does not read", async () => {
  const text = new TextDecoder().decode(zarrArray(edgy).metadata().bytes);
  const open = (edited: string) =>
    openZarrArray({ read: () => Promise.resolve(new TextEncoder().encode(edited)) }, "v");
  await assertRejects(() => open("{"), TypeError, "must be JSON");
  await assertRejects(
    () => open(text.replace('"zarr_format": 3', '"zarr_format": 2')),
    TypeError,
    "format 3",
  );
  await assertRejects(() => open(text.replace("float32", "complex64")), TypeError, "data type");
  await assertRejects(() => open(text.replace('"little"', '"big"')), TypeError, "codecs");
  await assertRejects(() => open(text.replace('"/"', '"."')), TypeError, "chunk keys");
});

Deno.test("zarrArray refuses shapes, indices and values that do not fit", async () => {
  assertThrows(
    () => zarrArray({ ...edgy, chunkShape: [2, 0, 3] }),
    RangeError,
    "3 positive whole numbers, but got [2,0,3]",
  );
  assertThrows(() => zarrArray({ ...edgy, shape: [1.5, 3, 4] }), RangeError, "whole number");
  assertThrows(() => zarrArray({ ...edgy, dimensionNames: ["x"] }), RangeError, "3 dimension names");
  const array = zarrArray(edgy);
  await assertRejects(() => array.chunk([3, 0, 0], values), RangeError, "grid of [3,2,2]");
  await assertRejects(
    () => array.chunk([2, 1, 1], new Float32Array(12)),
    RangeError,
    "takes 1 float32 values",
  );
  await assertRejects(() => array.chunk([2, 1, 1], new Int32Array(1)), RangeError, "but got 1 int32");
  await assertRejects(
    () => Array.fromAsync(zarrFiles(edgy, values.subarray(1))),
    RangeError,
    "takes 60 values, but there are 59",
  );
});
