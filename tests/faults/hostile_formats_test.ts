/** Files of the formats: safetensors, npy, PNG, Zarr. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { crc32, deflateSync } from "node:zlib";
import { readSafetensors, writeSafetensors } from "../../macronet/weights.ts";
import { compress, decompress } from "../../stages/formats/blosc.ts";
import { decodeNpy, encodeNpy } from "../../stages/formats/npy.ts";
import { bytesOf } from "../../stages/formats/numeric.ts";
import { decodePng, encodeIndexedPng, encodePng } from "../../stages/formats/png.ts";
import { zarrArray, type ZarrArrayOptions, zarrFiles } from "../../stages/formats/zarr.ts";
import { openZarrArray, readZarrArray } from "../../stages/formats/zarr_reader.ts";
import { testReader } from "./hostile.ts";
import { changedBytes, encode, jsonTexts } from "./hostile_inputs.ts";

const weights = writeSafetensors({
  "u.0.bias": { shape: [3], data: Float32Array.of(1, -2, NaN) },
  "v.weight": { shape: [2, 2], data: Float64Array.of(1, 2, 3, 4) },
  mask: { shape: [], data: Uint8Array.of(1) },
  none: { shape: [0, 7], data: new Int32Array() },
}, { step: "7", architecture: "{}" });
const headerOf = (bytes: Uint8Array) => {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  return JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
};

/** A safetensors file of a header, however wrong. */
function safetensors(header: string, data: number): Uint8Array {
  const json = encode(header);
  const bytes = new Uint8Array(8 + json.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

testReader("safetensors", {
  inputs: fc.oneof(
    changedBytes(weights),
    fc.tuple(jsonTexts(headerOf(weights)), fc.constantFrom(45, 45, 45, 0, 8)).map(([header, data]) =>
      safetensors(header, data)
    ),
  ),
  read: readSafetensors,
  again: ({ tensors, metadata }) => readSafetensors(writeSafetensors(tensors, metadata)),
});

const arrays = [
  encodeNpy({ shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }),
  encodeNpy({ shape: [], data: Float64Array.of(NaN) }),
  encodeNpy({ shape: [0, 5], data: new Uint8Array() }),
];

/** An npy file of a header, however wrong. */
function npy(header: string, { version = 1, data = 24 } = {}): Uint8Array {
  const text = encode(header);
  const prefix = version === 1 ? 10 : 12;
  const bytes = new Uint8Array(prefix + text.length + data);
  bytes.set([0x93, ...encode("NUMPY"), version, 0]);
  const view = new DataView(bytes.buffer);
  if (version === 1) view.setUint16(8, text.length, true);
  else view.setUint32(8, text.length, true);
  bytes.set(text, prefix);
  return bytes;
}

const sizes = fc.oneof(
  fc.constantFrom("2", "3", "0", "-1", "1.5", "1 2", "1e3", "1099511627776", "9".repeat(400), "x", ""),
  fc.nat(9).map(String),
);

testReader("npy", {
  inputs: fc.oneof(
    changedBytes(...arrays),
    fc.record({
      descr: fc.constantFrom("<f4", "<f4", "|u1", ">f4", "|O", "<c16", "", "'", "\\x1b[2J", "\u009b31m"),
      order: fc.constantFrom("False", "False", "True", "false", "0"),
      shape: fc.oneof(fc.array(sizes, { maxLength: 4 }), fc.array(fc.constant("1"), { maxLength: 200 })),
      version: fc.constantFrom(1, 2, 3),
      data: fc.constantFrom(24, 0, 4),
      blank: fc.constantFrom("", " ", " ".repeat(5000), "\n"),
    }).map(({ descr, order, shape, version, data, blank }) =>
      npy(
        `{'descr': '${descr}', 'fortran_order': ${order}, 'shape':${blank} (${shape.join(", ")}${
          shape.length === 1 ? "," : ""
        }), }${blank}\n`,
        { version, data },
      )
    ),
  ),
  read: decodeNpy,
  again: (array) => decodeNpy(encodeNpy(array)),
});

const pictures = [
  encodePng({ width: 3, height: 2, rgba: Uint8Array.from({ length: 24 }, (_, i) => i * 9) }),
  encodeIndexedPng({
    width: 2,
    height: 2,
    palette: Uint8Array.of(0, 0, 0, 255, 9, 9),
    indices: Uint8Array.of(0, 1, 1, 0),
  }),
];

/** A PNG file of chunks, whose checksums hold. */
function png(chunks: readonly (readonly [type: string, data: Uint8Array])[]): Uint8Array {
  const parts = chunks.map(([type, data]) => {
    const bytes = new Uint8Array(12 + data.length);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, data.length);
    bytes.set(encode(type).subarray(0, 4), 4);
    bytes.set(data, 8);
    view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
    return bytes;
  });
  return Uint8Array.of(...pictures[0].subarray(0, 8), ...parts.flatMap((part) => [...part]));
}

function header({ width = 2, height = 2, depth = 8, colourType = 0, interlace = 0 }): Uint8Array {
  const bytes = new Uint8Array(13);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  bytes.set([depth, colourType, 0, 0, interlace], 8);
  return bytes;
}

const sides = fc.constantFrom(1, 2, 2, 2, 3, 0, 65536, 2 ** 31, 2 ** 32 - 1);
const chunks = fc.record({
  ihdr: fc.oneof(
    fc.record({
      width: sides,
      height: sides,
      depth: fc.constantFrom(8, 8, 8, 16, 1),
      colourType: fc.constantFrom(0, 2, 3, 4, 6, 5, 255),
      interlace: fc.constantFrom(0, 0, 0, 1),
    }).map(header),
    fc.uint8Array({ maxLength: 14 }),
  ),
  lines: fc.uint8Array({ maxLength: 40, max: 5 }),
  length: fc.constantFrom(0, 6, 10, 14, 18, undefined),
  palette: fc.uint8Array({ maxLength: 12 }),
  type: fc.constantFrom("PLTE", "tRNS", "IHDR", "tEXt", "\x1b[2J"),
  isDeflated: fc.constantFrom(true, true, true, false),
}).map(({ ihdr, lines, length, palette, type, isDeflated }) => {
  const pixels = length === undefined ? lines : Uint8Array.from({ length }, (_, i) => (lines[i] ?? 0) % 5);
  const idat: Uint8Array = isDeflated ? deflateSync(pixels) : pixels;
  return png([["IHDR", ihdr], [type, palette], ["IDAT", idat], ["IEND", new Uint8Array()]]);
});

testReader("PNG", {
  inputs: fc.oneof(changedBytes(...pictures), chunks, chunks),
  read: decodePng,
  again: (picture) => decodePng(encodePng(picture)),
});

const options: ZarrArrayOptions = {
  path: "u",
  shape: [5, 3],
  chunkShape: [2, 3],
  dataType: "float32",
  attributes: { units: "m" },
  dimensionNames: ["sample", "x"],
};
const values = Float32Array.from({ length: 15 }, (_, i) => i / 7);
const plain = await Array.fromAsync(zarrFiles(options, values));
const packed = await Array.fromAsync(zarrFiles({ ...options, compression: "zstd" }, values));
const parsed = (files: typeof plain) => JSON.parse(new TextDecoder().decode(files[0].bytes));

/** Files of an array in memory; every other name is one that is not there. */
function store(files: typeof plain, metadata?: string) {
  const byName = new Map(files.map(({ name, bytes }) => [name, bytes]));
  if (metadata !== undefined) byName.set("u/zarr.json", encode(metadata));
  return {
    read: (name: string) => {
      const bytes = byName.get(name);
      return bytes ? Promise.resolve(bytes) : Promise.reject(new Error(`Cannot read ${name}: there is none`));
    },
  };
}

/** JSON that was read, as it is written: −0 is 0. */
const written = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value, (_, item) => item === Infinity ? "∞" : item));

testReader("Zarr metadata and all rows", {
  inputs: fc.tuple(jsonTexts(parsed(plain), parsed(packed)), fc.constantFrom(plain, packed)),
  read: async ([text, files]) => {
    const { shape, data, attributes } = await readZarrArray(store(files, text), "u");
    return { shape, data, attributes: written(attributes) };
  },
  again: async ({ shape, data, attributes }) => {
    const dataType = data instanceof Float32Array ? "float32" : undefined;
    if (dataType === undefined) return { shape, data, attributes };
    const chunkShape = shape.map((size) => Math.max(1, Math.min(size, 4)));
    return await readZarrArray(
      store(await Array.fromAsync(zarrFiles({ path: "u", shape, chunkShape, dataType, attributes }, data))),
      "u",
    );
  },
});

testReader("Zarr metadata", {
  inputs: jsonTexts(parsed(plain), parsed(packed)),
  read: async (text) => {
    const { shape, dataType, attributes, chunkRows } = await openZarrArray(store(plain, text), "u");
    return { shape, dataType, attributes: written(attributes), chunkRows };
  },
  again: async ({ shape, dataType, attributes, chunkRows }) => {
    const chunkShape = [chunkRows, ...shape.slice(1).map((size) => Math.max(1, size))];
    const { bytes } = zarrArray({ path: "u", shape, chunkShape, dataType, attributes }).metadata();
    const { rows: _, ...again } = await openZarrArray(store(plain, new TextDecoder().decode(bytes)), "u");
    return again;
  },
});

testReader("Zarr chunks", {
  inputs: fc.tuple(changedBytes(plain[1].bytes, packed[1].bytes), fc.constantFrom(plain, packed)),
  read: ([bytes, files]) =>
    readZarrArray(store(files.map((file, i) => i === 1 ? { ...file, bytes } : file)), "u", { to: 2 }),
  check: ({ data }) => assertEquals(data.length, 6),
});

const contents = bytesOf(Float32Array.from({ length: 500 }, (_, i) => i % 17));
const frame = await compress(contents);

testReader("Blosc frames", {
  inputs: changedBytes(frame, await compress(new Uint8Array(contents.length))),
  read: (bytes) => decompress(bytes, contents.length),
  check: ({ length }) => assertEquals(length, contents.length),
});

/** What a call takes outside the engine's heap, before anybody collects garbage. */
async function taken(call: () => unknown): Promise<number> {
  const before = Deno.memoryUsage().external;
  await call();
  return Deno.memoryUsage().external - before;
}

Deno.test("hostile files: a hundred bytes that declare 2^28 or 2^40 values are refused, and nothing is taken", async () => {
  for (const count of [2 ** 28, 2 ** 40]) {
    const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${count},), }\n`;
    const metadata = JSON.stringify({
      ...parsed(plain),
      shape: [count, 3],
      chunk_grid: { name: "regular", configuration: { chunk_shape: [count, 3] } },
    });
    const frame = Uint8Array.from(packed[1].bytes);
    new DataView(frame.buffer).setUint32(4, 2 ** 31, true);
    const bytes = await taken(async () => {
      assertThrows(() => decodeNpy(npy(header)), TypeError, `expected ${4 * count} bytes of data`);
      const entry = { dtype: "F32", shape: [count], data_offsets: [0, 4 * count] };
      assertThrows(
        () => readSafetensors(safetensors(JSON.stringify({ a: entry }), 24)),
        RangeError,
        "truncated",
      );
      await assertRejects(() => readZarrArray(store(plain, metadata), "u"), Error, "Cannot read");
      await assertRejects(() => readZarrArray(store(packed, metadata), "u"), Error, "Cannot read");
    });
    assert(bytes < 1 << 20, `${bytes} bytes`);
  }
  const bytes = await taken(async () => {
    const large = png([
      ["IHDR", header({ width: 2 ** 12, height: 2 ** 14 })],
      ["IDAT", deflateSync(new Uint8Array(100))],
      ["IEND", new Uint8Array()],
    ]);
    assertThrows(() => decodePng(large), TypeError, "cannot hold so many");
    await assertRejects(
      () => decompress(withContents(frame, 2 ** 31), 2 ** 31),
      TypeError,
      "cannot hold so many",
    );
    await assertRejects(() => decompress(withContents(frame, 2 ** 31), 2000), TypeError, "says 2147483648");
  });
  assert(bytes < 1 << 20, `${bytes} bytes`);
});

function withContents(frame: Uint8Array, size: number): Uint8Array {
  const changed = Uint8Array.from(frame);
  new DataView(changed.buffer).setUint32(4, size, true);
  return changed;
}

Deno.test("decodeNpy: a header longer than the stack holds arguments is read", () => {
  const long = npy(`{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }${" ".repeat(300_000)}\n`, {
    version: 2,
  });
  assertEquals(decodeNpy(long).shape, [2, 3]);
});

Deno.test("decodePng: an index beyond the palette, an empty picture and 2^27 pixels are refused", () => {
  const file = (colourType: number, width: number, height: number, lines: number[]) =>
    png([
      ["IHDR", header({ width, height, colourType })],
      ["PLTE", new Uint8Array(6)],
      ["IDAT", deflateSync(Uint8Array.from(lines))],
      ["IEND", new Uint8Array()],
    ]);
  assertEquals(decodePng(file(3, 1, 1, [0, 1])).width, 1);
  assertThrows(() => decodePng(file(3, 1, 1, [0, 2])), TypeError, "indices must lie below 2, but one is 2");
  assertThrows(() => decodePng(file(0, 0, 1, [0])), TypeError, "0 × 1");
  assertThrows(() => decodePng(file(0, 2 ** 13, 2 ** 14, [0])), TypeError, "1 to 67108864 pixels");
});

Deno.test("readSafetensors: a name that stands twice is refused, as the format demands", () => {
  const entry = (dtype: string) => `"a":{"dtype":"${dtype}","shape":[1],"data_offsets":[0,4]}`;
  const twice = safetensors(`{${entry("F32")},${entry("I32")}}`, 4);
  assertThrows(() => readSafetensors(twice), RangeError, "one stands twice");
  const escaped = safetensors(`{${entry("F32")},${entry("I32").replace('"a"', '"\\u0061"')}}`, 4);
  assertThrows(() => readSafetensors(escaped), RangeError, "one stands twice");
});

Deno.test("openZarrArray: chunks that are not there cost nothing, whatever the metadata declare", async () => {
  const metadata = JSON.stringify({ ...parsed(plain), shape: [2 ** 26, 3] });
  const array = await openZarrArray(store(plain, metadata), "u");
  const bytes = await taken(() =>
    assertRejects(() => array.rows(0, 2 ** 26), Error, "u/c/33554431/0: there is none")
  );
  assert(bytes < 1 << 20, `${bytes} bytes`);
});

Deno.test("openZarrArray: more rows than memory are refused before the first is read", async () => {
  const metadata = JSON.stringify({ ...parsed(plain), shape: [2 ** 40, 3] });
  const array = await openZarrArray(store(plain, metadata), "u");
  assertEquals((await array.rows(0, 2)).length, 6);
  await assertRejects(() => array.rows(0, 2 ** 40), RangeError, "must take at most 4294967296 bytes at once");
});
