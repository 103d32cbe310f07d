import { Buffer } from "node:buffer";
import { assertEquals, assertThrows } from "@std/assert";
import { decodeNpy, encodeNpy } from "../../../stages/formats/npy.ts";

const arrays = [
  new Float32Array([1.5, -2, NaN, Infinity, 0, 5]),
  new Float64Array([0.1, 2, 3, 4, 5, 6]),
  new Int32Array([-1, 2, 3, 4, 5, 6]),
  new Uint32Array([2 ** 32 - 1, 2, 3, 4, 5, 6]),
  new Uint8Array([255, 2, 3, 4, 5, 6]),
  new Float16Array([1.5, -2, NaN, Infinity, 65504, 2 ** -24]),
];

for (const data of arrays) {
  Deno.test(`encodeNpy and decodeNpy round-trip ${data.constructor.name}`, () => {
    for (const shape of [[6], [2, 3], [1, 2, 3, 1]]) {
      assertEquals(decodeNpy(encodeNpy({ shape, data })), { shape, data });
    }
  });
}

Deno.test("encodeNpy and decodeNpy round-trip a scalar and an empty array", () => {
  const scalar = { shape: [], data: new Float32Array([7]) };
  assertEquals(decodeNpy(encodeNpy(scalar)), scalar);
  const empty = { shape: [0, 4], data: new Float32Array() };
  assertEquals(decodeNpy(encodeNpy(empty)), empty);
});

Deno.test("encodeNpy aligns data to 64 bytes and ends the header in a newline", () => {
  const bytes = encodeNpy({ shape: [6], data: arrays[0] });
  assertEquals((bytes.length - arrays[0].byteLength) % 64, 0);
  assertEquals(bytes[bytes.length - arrays[0].byteLength - 1], 10);
});

Deno.test("encodeNpy refuses a shape that does not fit", () => {
  assertThrows(
    () => encodeNpy({ shape: [5], data: arrays[0] }),
    TypeError,
    "takes 5 values, but there are 6",
  );
});

Deno.test("decodeNpy reads an array that is not aligned in its file", () => {
  const bytes = encodeNpy({ shape: [6], data: arrays[1] });
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  assertEquals(decodeNpy(shifted.subarray(3)).data, arrays[1]);
});

Deno.test("decodeNpy refuses what is broken or not supported, and says why", () => {
  const bytes = encodeNpy({ shape: [6], data: arrays[0] });
  const edited = (from: string, to: string) =>
    new Uint8Array(Buffer.from(Buffer.from(bytes).toString("latin1").replace(from, to), "latin1"));
  assertThrows(() => decodeNpy(new Uint8Array([1, 2, 3])), TypeError, "must start with");
  assertThrows(() => decodeNpy(bytes.subarray(0, 9)), TypeError, "expected a header");
  assertThrows(() => decodeNpy(bytes.subarray(0, 40)), TypeError, "bytes of header");
  assertThrows(() => decodeNpy(bytes.subarray(0, -1)), TypeError, "expected 24 bytes of data");
  assertThrows(() => decodeNpy(edited("<f4", ">f4")), TypeError, `but is ">f4"`);
  assertThrows(() => decodeNpy(edited("False", "True ")), TypeError, "Fortran order");
  assertThrows(() => decodeNpy(edited("descr", "dscr_")), TypeError, "must name descr");
});
