import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import { crc32, deflateSync } from "node:zlib";
import fc from "fast-check";
import {
  canonicalPixels,
  decodePng,
  encodeIndexedPng,
  encodePng,
  toRgba,
} from "../../../stages/formats/png.ts";

const size = { minLength: 1, maxLength: 9 };

Deno.test("encodePng and decodePng give the pixels back", () => {
  fc.assert(fc.property(
    fc.array(fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)), size),
    fc.constantFrom(1, 2, 3),
    (pixels, height) => {
      const rgba = Uint8Array.from(Array(height).fill(pixels).flat(2));
      const picture = { width: pixels.length, height, rgba };
      assertEquals(decodePng(encodePng(picture)), picture);
    },
  ));
});

Deno.test("encodeIndexedPng and decodePng give the colours back", () => {
  const palette = Uint8Array.from({ length: 256 * 3 }, (_, i) => i % 251);
  const indices = Uint8Array.from({ length: 256 }, (_, i) => i);
  const picture = { width: 16, height: 16, palette, indices };
  assertEquals(decodePng(encodeIndexedPng(picture)), toRgba(picture));
});

Deno.test("encodeIndexedPng refuses an index without a colour", () => {
  const picture = { width: 1, height: 1, palette: new Uint8Array(3), indices: new Uint8Array([1]) };
  assertThrows(() => encodeIndexedPng(picture), RangeError, "must lie below 1, but one is 1");
});

Deno.test("encodePng refuses pixels of another size", () => {
  assertThrows(
    () => encodePng({ width: 2, height: 2, rgba: new Uint8Array(4) }),
    RangeError,
    "takes 16 RGBA bytes",
  );
});

// Five rows, one a filter: None, Sub, Up, Average, Paeth.
Deno.test("decodePng undoes all five row filters", () => {
  const rows = 5, width = 4, channels = 3, stride = width * channels;
  const samples = Uint8Array.from({ length: rows * stride }, (_, i) => (i * 37 + (i >> 3) * 11) & 255);
  const at = (y: number, i: number) => y < 0 || i < 0 ? 0 : samples[y * stride + i];
  const paeth = (a: number, b: number, c: number) => {
    const p = a + b - c;
    const distances = [a, b, c].map((value) => Math.abs(p - value));
    return [a, b, c][distances.indexOf(Math.min(...distances))];
  };
  const lines = new Uint8Array(rows * (stride + 1));
  for (let y = 0; y < rows; y++) {
    lines[y * (stride + 1)] = y;
    for (let i = 0; i < stride; i++) {
      const [left, up, corner] = [at(y, i - channels), at(y - 1, i), at(y - 1, i - channels)];
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][y];
      lines[y * (stride + 1) + 1 + i] = samples[y * stride + i] - guess;
    }
  }
  const picture = decodePng(rgbFile({ width, height: rows, lines }));
  const rgb = picture.rgba.filter((_, i) => i % 4 !== 3);
  assertEquals(rgb, samples);
});

Deno.test("decodePng refuses what is broken, and says why", () => {
  const bytes = encodePng({ width: 2, height: 2, rgba: new Uint8Array(16) });
  const flipped = bytes.slice();
  flipped[bytes.length - 20] ^= 1;
  assertThrows(() => decodePng(new Uint8Array(50)), TypeError, "signature");
  assertThrows(() => decodePng(bytes.subarray(0, -5)), TypeError, "truncated");
  assertThrows(() => decodePng(flipped), TypeError, "checksum");
});

Deno.test("canonicalPixels tells pictures of another shape apart", () => {
  const rgba = new Uint8Array(16);
  assertNotEquals(
    canonicalPixels({ width: 4, height: 1, rgba }),
    canonicalPixels({ width: 2, height: 2, rgba }),
  );
});

/** Assembles an RGB file around given scanlines, with node:zlib alone. */
function rgbFile({ width, height, lines }: { width: number; height: number; lines: Uint8Array }): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const chunk = (type: string, data: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const frame = Buffer.alloc(4);
    frame.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([frame, body, sum]);
  };
  return new Uint8Array(Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(lines)),
    chunk("IEND", new Uint8Array()),
  ]));
}
