import { deepStrictEqual, throws } from "node:assert/strict";
import fc from "fast-check";
import { type NamedArray, readSafetensors, writeSafetensors } from "../../macronet/weights.ts";

const arrayTypes = [Float64Array, Float32Array, Int32Array, Uint32Array, Uint8Array] as const;

const namedArray = fc.record({
  ArrayType: fc.constantFrom(...arrayTypes),
  shape: fc.array(fc.nat(4), { maxLength: 3 }),
  seed: fc.nat(),
}).map(({ ArrayType, shape, seed }): NamedArray => {
  const size = shape.reduce((size, length) => size * length, 1);
  return { shape, data: ArrayType.from(Array.from({ length: size }, (_, i) => (seed + 37 * i) % 251)) };
});
const name = fc.string().filter((name) => name !== "__metadata__");
const tensors = fc.dictionary(name, namedArray, { noNullPrototype: true });
const metadata = fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true });

/** Bytes of a file with the given header and as many zeros of data. */
function fileOf(header: unknown, dataLength: number): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + dataLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

const small = writeSafetensors({ a: { shape: [2], data: Float32Array.of(1, 2) } });

Deno.test("safetensors: what was written is read, types, shapes and metadata included", () => {
  fc.assert(fc.property(tensors, metadata, (tensors, metadata) => {
    deepStrictEqual(readSafetensors(writeSafetensors(tensors, metadata)), { tensors, metadata });
  }));
});

Deno.test("safetensors: the order of names changes no byte", () => {
  fc.assert(fc.property(tensors, metadata, (tensors, metadata) => {
    const turned = Object.fromEntries(Object.entries(tensors).reverse());
    const turnedMetadata = Object.fromEntries(Object.entries(metadata).reverse());
    deepStrictEqual(writeSafetensors(turned, turnedMetadata), writeSafetensors(tensors, metadata));
  }));
});

Deno.test("safetensors: every array is aligned in the file and viewed, not copied", () => {
  const bytes = writeSafetensors({
    a: { shape: [3], data: Uint8Array.of(1, 2, 3) },
    b: { shape: [1], data: Float32Array.of(4) },
    c: { shape: [1], data: Float64Array.of(5) },
  });
  for (const { data } of Object.values(readSafetensors(bytes).tensors)) {
    deepStrictEqual(data.buffer, bytes.buffer);
    deepStrictEqual(data.byteOffset % data.BYTES_PER_ELEMENT, 0);
  }
});

Deno.test("safetensors: bytes that begin at an odd address are copied", () => {
  const odd = new Uint8Array(small.length + 1);
  odd.set(small, 1);
  deepStrictEqual(readSafetensors(odd.subarray(1)), readSafetensors(small));
});

Deno.test("safetensors: the file is laid out as the format says", () => {
  const header = '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'.padEnd(56);
  deepStrictEqual(new DataView(small.buffer).getBigUint64(0, true), 56n);
  deepStrictEqual(new TextDecoder().decode(small.subarray(8, 64)), header);
  deepStrictEqual([...small.subarray(64)], [0, 0, 128, 63, 0, 0, 0, 64]);
});

Deno.test("safetensors: a truncated file is refused at any length", () => {
  for (let length = 0; length < small.length; length++) {
    throws(() => readSafetensors(small.subarray(0, length)), RangeError);
  }
});

const f32 = (shape: unknown, data_offsets: unknown) => ({ dtype: "F32", shape, data_offsets });
const broken: [title: string, header: unknown, dataLength: number, message: RegExp][] = [
  ["arrays that overlap", { a: f32([2], [0, 8]), b: f32([1], [4, 8]) }, 8, /"b" begins at 4 and overlaps/],
  [
    "a gap between arrays",
    { a: f32([1], [0, 4]), b: f32([1], [8, 12]) },
    12,
    /"b" begins at 8 and leaves a gap/,
  ],
  ["bytes after the last array", { a: f32([1], [0, 4]) }, 5, /something follows/],
  ["an unknown type", { a: { ...f32([1], [0, 2]), dtype: "BF16" } }, 2, /"a" must have a type of .* "BF16"/],
  [
    "a type that objects inherit",
    { a: { ...f32([1], [0, 2]), dtype: "toString" } },
    2,
    /must have a type of/,
  ],
  [
    "a shape that does not fit its bytes",
    { a: f32([3], [0, 4]) },
    4,
    /F32 \[3\] must have 12 bytes, but it has 4/,
  ],
  ["a negative size", { a: f32([-1], [0, 4]) }, 4, /shape of sizes/],
  ["offsets that are no pair", { a: f32([1], [0]) }, 4, /a begin and an end/],
  ["a description that is no object", { a: 3 }, 0, /described by an object/],
  ["a header that is no object", [1], 0, /must be a JSON object/],
  ["metadata that are no strings", { __metadata__: { a: 1 } }, 0, /metadata must be strings/],
];
for (const [title, header, dataLength, message] of broken) {
  Deno.test(`safetensors: ${title}: refused`, () => {
    throws(() => readSafetensors(fileOf(header, dataLength)), { name: "RangeError", message });
  });
}

Deno.test("safetensors: a header that is no JSON is refused, showing how it begins", () => {
  const bytes = small.slice();
  bytes[8] = 0x21;
  throws(() => readSafetensors(bytes), /must be JSON in UTF-8, but it begins "!\\"a/);
});

Deno.test("safetensors: an array that does not fill its shape is not written", () => {
  const wrong = { a: { shape: [3], data: new Float32Array(2) } };
  throws(() => writeSafetensors(wrong), { message: /"a" must fill its shape \[3\], but it has 2 values/ });
});

Deno.test("safetensors: an array named as the metadata is not written", () => {
  throws(() => writeSafetensors({ __metadata__: { shape: [], data: Float32Array.of(1) } }), RangeError);
});
