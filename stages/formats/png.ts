/**
 * PNG, 8 bits a channel: indexed (for fields) and RGBA written; grey, RGB, indexed and RGBA read.
 *
 * What identifies a picture is its pixels, {@link canonicalPixels}: another compressor gives other bytes.
 *
 * Format: https://www.w3.org/TR/png-3/
 *
 * @module
 */
import { crc32, deflateSync, inflateSync } from "node:zlib";
import { quoted } from "../../pipeline/quoted.ts";

/** A picture, 4 bytes a pixel, row by row from the top left, not premultiplied. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

/** A picture of at most 256 colours. */
export interface IndexedPicture {
  readonly width: number;
  readonly height: number;
  /** `[colours, 3]`, RGB. */
  readonly palette: Uint8Array;
  /** One palette index a pixel. */
  readonly indices: Uint8Array;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const INDEXED = 3;
const RGBA = 6;
/** Channels by colour type; the others are not defined. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, [INDEXED]: 1, 4: 2, [RGBA]: 4 };

/**
 * A PNG file of a full-colour picture.
 *
 * @example
 * ```ts
 * import { decodePng, encodePng } from "./png.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const red = { width: 1, height: 1, rgba: new Uint8Array([255, 0, 0, 255]) };
 * assertEquals(decodePng(encodePng(red)), red);
 * ```
 */
export function encodePng({ width, height, rgba }: Picture): Uint8Array {
  expectLength("RGBA", rgba.length, width * height * 4);
  const lines = scanlines(rgba, { bytesPerRow: width * 4, channels: 4, filters: [0, 1, 2] });
  return assemble({ width, height, colourType: RGBA }, lines, []);
}

/** A PNG file of a picture with a palette. */
export function encodeIndexedPng({ width, height, palette, indices }: IndexedPicture): Uint8Array {
  expectLength("palette index", indices.length, width * height);
  const colours = palette.length / 3;
  if (!Number.isInteger(colours) || colours < 1 || colours > 256) {
    throw new RangeError(`Cannot write PNG: the palette must be 1 to 256 RGB triples, but is ${colours}`);
  }
  const wrong = indices.find((index) => index >= colours);
  if (wrong !== undefined) {
    throw new RangeError(`Cannot write PNG: indices must lie below ${colours}, but one is ${wrong}`);
  }
  // Palette indices are not ordered as amounts are: the specification advises no filter.
  const lines = scanlines(indices, { bytesPerRow: width, channels: 1, filters: [0] });
  return assemble({ width, height, colourType: INDEXED }, lines, [chunk("PLTE", palette)]);
}

/** Most pixels of a picture that is read: 256 MB of them. */
const MOST_PIXELS = 1 << 26;

/** Bytes that a byte of deflate can stand for (1032, by its specification), rounded up. */
const MOST_INFLATED = 1040;

/**
 * The pixels of a PNG file.
 *
 * @throws {TypeError} if the file is broken, interlaced, has other than 8 bits a channel, or more than 2²⁶ pixels
 */
export function decodePng(bytes: Uint8Array): Picture {
  if (!SIGNATURE.every((byte, i) => bytes[i] === byte)) {
    throw new TypeError("Cannot read PNG: the file must start with the PNG signature, but it does not");
  }
  const chunks = readChunks(bytes);
  const header = chunks.find(({ type }) => type === "IHDR")?.data;
  if (header?.length !== 13) {
    throw new TypeError("Cannot read PNG: there must be a header, but there is none");
  }
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, colourType, , , interlace] = header.subarray(8);
  const channels = CHANNELS[colourType];
  if (depth !== 8 || channels === undefined || interlace !== 0) {
    throw new TypeError(
      `Cannot read PNG: it must have 8 bits a channel and no interlacing, but has bit depth ${depth}, ` +
        `colour type ${colourType}, interlacing ${interlace}`,
    );
  }
  if (width === 0 || height === 0 || width * height > MOST_PIXELS) {
    throw new TypeError(
      `Cannot read PNG: it must have 1 to ${MOST_PIXELS} pixels, but has ${width} × ${height}`,
    );
  }
  const compressed = concatenate(chunks.filter(({ type }) => type === "IDAT").map(({ data }) => data));
  const size = height * (width * channels + 1);
  const lines = inflate(compressed, size);
  const samples = unfilter(lines, { width, height, channels });
  const palette = chunks.find(({ type }) => type === "PLTE")?.data;
  const alpha = chunks.find(({ type }) => type === "tRNS")?.data;
  if (colourType === INDEXED) checkIndices(samples, palette);
  const rgba = new Uint8Array(width * height * 4).fill(255);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const sample = samples.subarray(pixel * channels, (pixel + 1) * channels);
    const out = rgba.subarray(pixel * 4, pixel * 4 + 4);
    if (colourType === INDEXED) {
      out.set(palette!.subarray(sample[0] * 3, sample[0] * 3 + 3));
      out[3] = alpha?.[sample[0]] ?? 255;
    } else if (channels >= 3) {
      out.set(sample);
    } else {
      out.fill(sample[0], 0, 3);
      if (channels === 2) out[3] = sample[1];
    }
  }
  return { width, height, rgba };
}

function checkIndices(samples: Uint8Array, palette: Uint8Array | undefined): void {
  if (palette === undefined || palette.length % 3 !== 0 || palette.length > 768) {
    const found = palette === undefined ? "there is none" : `it has ${palette.length} bytes`;
    throw new TypeError(
      `Cannot read PNG: an indexed picture must have a palette of RGB triples, but ${found}`,
    );
  }
  const wrong = samples.find((index) => index * 3 >= palette.length);
  if (wrong === undefined) return;
  throw new TypeError(`Cannot read PNG: indices must lie below ${palette.length / 3}, but one is ${wrong}`);
}

/** What identifies a picture: width and height as 32-bit little-endian numbers, then its RGBA pixels. */
export function canonicalPixels({ width, height, rgba }: Picture): Uint8Array {
  const bytes = new Uint8Array(8 + rgba.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, width, true);
  view.setUint32(4, height, true);
  bytes.set(rgba, 8);
  return bytes;
}

/** The full-colour form of an indexed picture. */
export function toRgba({ width, height, palette, indices }: IndexedPicture): Picture {
  const rgba = new Uint8Array(width * height * 4).fill(255);
  indices.forEach((index, pixel) => rgba.set(palette.subarray(index * 3, index * 3 + 3), pixel * 4));
  return { width, height, rgba };
}

interface Header {
  readonly width: number;
  readonly height: number;
  readonly colourType: number;
}

function assemble({ width, height, colourType }: Header, lines: Uint8Array, extra: Uint8Array[]): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, colourType], 8);
  return concatenate([
    new Uint8Array(SIGNATURE),
    chunk("IHDR", header),
    ...extra,
    chunk("IDAT", deflateSync(lines, { level: 9 })),
    chunk("IEND", new Uint8Array()),
  ]);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

function readChunks(bytes: Uint8Array): { type: string; data: Uint8Array }[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: { type: string; data: Uint8Array }[] = [];
  for (let at = SIGNATURE.length; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    if (at + 12 + length > bytes.length) break;
    const body = bytes.subarray(at + 4, at + 8 + length);
    const type = String.fromCharCode(...body.subarray(0, 4));
    if (view.getUint32(at + 8 + length) !== crc32(body)) {
      throw new TypeError(`Cannot read PNG: the checksum of chunk ${quoted(type)} must hold, but does not`);
    }
    chunks.push({ type, data: body.subarray(4) });
    if (type === "IEND") return chunks;
    at += 12 + length;
  }
  throw new TypeError("Cannot read PNG: it must end in an IEND chunk, but is truncated");
}

function inflate(compressed: Uint8Array, size: number): Uint8Array {
  let lines: Uint8Array;
  // Before anything is inflated: a header of 13 bytes may declare any number of pixels.
  if (size > compressed.length * MOST_INFLATED) {
    throw new TypeError(
      `Cannot read PNG: the pixels must inflate to ${size} bytes, but ${compressed.length} cannot hold so many`,
    );
  }
  try {
    lines = inflateSync(compressed, { maxOutputLength: size + 1 });
  } catch (cause) {
    throw new TypeError(`Cannot read PNG: the pixels must inflate to ${size} bytes, but do not`, { cause });
  }
  if (lines.length === size) return lines;
  throw new TypeError(`Cannot read PNG: expected ${size} bytes of pixels, but found ${lines.length}`);
}

/** A row filter: none, left, or above. */
type Filter = 0 | 1 | 2;

/** Puts before each row the filter that leaves the smallest differences, and filters the row (section 12.7). */
function scanlines(
  samples: Uint8Array,
  { bytesPerRow, channels, filters }: {
    bytesPerRow: number;
    channels: number;
    filters: readonly Filter[];
  },
): Uint8Array {
  const height = samples.length / bytesPerRow;
  const lines = new Uint8Array(samples.length + height);
  for (let y = 0; y < height; y++) {
    const out = lines.subarray(y * (bytesPerRow + 1), (y + 1) * (bytesPerRow + 1));
    let least = Infinity;
    for (const filter of filters) {
      const candidate = differences(samples, { start: y * bytesPerRow, bytesPerRow, channels, filter });
      if (candidate.sum >= least) continue;
      least = candidate.sum;
      out[0] = filter;
      out.set(candidate.row, 1);
    }
  }
  return lines;
}

/** A row less its neighbours to the left or above, where there are any, and the sum of magnitudes. */
function differences(
  samples: Uint8Array,
  { start, bytesPerRow, channels, filter }: {
    start: number;
    bytesPerRow: number;
    channels: number;
    filter: Filter;
  },
): { row: Uint8Array; sum: number } {
  const row = samples.slice(start, start + bytesPerRow);
  const distance = filter === 1 ? channels : bytesPerRow;
  const first = filter === 0 || (filter === 2 && start === 0) ? bytesPerRow : filter === 1 ? channels : 0;
  for (let i = first; i < bytesPerRow; i++) row[i] -= samples[start + i - distance];
  const sum = row.reduce((total, byte) => total + (byte < 128 ? byte : 256 - byte), 0);
  return { row, sum };
}

/** Undoes the five filters of the specification (section 9). */
function unfilter(
  lines: Uint8Array,
  { width, height, channels }: { width: number; height: number; channels: number },
): Uint8Array {
  const bytesPerRow = width * channels;
  const samples = new Uint8Array(bytesPerRow * height);
  for (let y = 0; y < height; y++) {
    const filter = lines[y * (bytesPerRow + 1)];
    const line = lines.subarray(y * (bytesPerRow + 1) + 1, (y + 1) * (bytesPerRow + 1));
    const row = samples.subarray(y * bytesPerRow, (y + 1) * bytesPerRow);
    const above = y > 0 ? samples.subarray((y - 1) * bytesPerRow, y * bytesPerRow) : undefined;
    const predict = predictor(filter);
    for (let i = 0; i < bytesPerRow; i++) {
      const left = i >= channels ? row[i - channels] : 0;
      const up = above?.[i] ?? 0;
      const corner = i >= channels ? above?.[i - channels] ?? 0 : 0;
      row[i] = line[i] + predict(left, up, corner);
    }
  }
  return samples;
}

function predictor(filter: number): (left: number, up: number, corner: number) => number {
  switch (filter) {
    case 0:
      return () => 0;
    case 1:
      return (left) => left;
    case 2:
      return (_, up) => up;
    case 3:
      return (left, up) => (left + up) >> 1;
    case 4:
      return paeth;
  }
  throw new TypeError(`Cannot read PNG: row filters must be 0 to 4, but one is ${filter}`);
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [dLeft, dUp, dCorner] = [left, up, corner].map((value) => Math.abs(estimate - value));
  if (dLeft <= dUp && dLeft <= dCorner) return left;
  return dUp <= dCorner ? up : corner;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function expectLength(what: string, found: number, expected: number): void {
  if (found === expected) return;
  throw new RangeError(`Cannot write PNG: it takes ${expected} ${what} bytes, but got ${found}`);
}
