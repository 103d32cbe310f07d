/**
 * Named arrays in the safetensors format: https://github.com/huggingface/safetensors#format
 *
 * A file is the header's length (8 bytes), the header (JSON: per name its type, shape and place), the data. All
 * little-endian, as are the machines that this runs on. The same arrays give the same bytes: larger types come
 * first, so that everything is aligned, then names in the order of their code units.
 *
 * @module
 */

/** Arrays that the format holds here, by the format's names of their types. */
const ARRAY_TYPES = {
  F64: Float64Array,
  F32: Float32Array,
  I32: Int32Array,
  U32: Uint32Array,
  U8: Uint8Array,
} as const;

type TypeName = keyof typeof ARRAY_TYPES;

/** Data of a named array. */
export type ArrayData = Float64Array | Float32Array | Int32Array | Uint32Array | Uint8Array;

/** An array with its shape, row-major. */
export interface NamedArray<Data extends ArrayData = ArrayData> {
  readonly shape: readonly number[];
  readonly data: Data;
}

/** What a file holds. */
export interface Safetensors {
  readonly tensors: Readonly<Record<string, NamedArray>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Name under which the header keeps metadata; no array may have it. */
const METADATA = "__metadata__";

/**
 * Arrays as the bytes of a safetensors file.
 *
 * @throws {RangeError} If a shape does not fit its data, or an array is named `__metadata__`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readSafetensors, writeSafetensors } from "./weights.ts";
 *
 * const bytes = writeSafetensors({ bias: { shape: [2], data: Float32Array.of(1, 2) } }, { step: "7" });
 * const { tensors, metadata } = readSafetensors(bytes);
 * assertEquals(tensors.bias.data, Float32Array.of(1, 2));
 * assertEquals(metadata.step, "7");
 * ```
 */
export function writeSafetensors(
  tensors: Readonly<Record<string, NamedArray>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(tensors).toSorted(byAlignmentThenName);
  const header: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) {
    header.push([METADATA, Object.fromEntries(Object.entries(metadata).toSorted(byName))]);
  }
  let end = 0;
  for (const [name, { shape, data }] of entries) {
    requireWritable(name, shape, data);
    header.push([name, {
      dtype: typeNameOf(data),
      shape,
      data_offsets: [end, end += data.byteLength],
    }]);
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const start = 8 + Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(start + end).fill(0x20, 8, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.set(json, 8);
  let offset = start;
  for (const [, { data }] of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

/**
 * The arrays in the bytes of a safetensors file. They are views of `bytes` where these are aligned in memory, and
 * copies elsewhere.
 *
 * @throws {RangeError} If the bytes are no whole, well-formed file, or hold a type that is not supported.
 */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  const { header, start } = readHeader(bytes);
  const { [METADATA]: metadata = {}, ...described } = header;
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === "string")) {
    throw malformed("metadata must be strings by name", shown(metadata));
  }
  const entries = Object.entries(described).map(([name, entry]) => readEntry(name, entry));
  requireGapless(entries, bytes.length - start);
  const tensors = Object.fromEntries(entries.map(({ name, type, shape, begin, end }) => {
    const from = bytes.byteOffset + start + begin;
    const ArrayType = ARRAY_TYPES[type];
    const length = (end - begin) / ArrayType.BYTES_PER_ELEMENT;
    const data = from % ArrayType.BYTES_PER_ELEMENT === 0
      ? new ArrayType(bytes.buffer as ArrayBuffer, from, length)
      : new ArrayType(bytes.slice(start + begin, start + end).buffer);
    return [name, { shape, data }];
  }));
  return { tensors, metadata: metadata as Record<string, string> };
}

/** One array as the header describes it; offsets count from the end of the header. */
interface Entry {
  readonly name: string;
  readonly type: TypeName;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function readHeader(bytes: Uint8Array): { header: Record<string, unknown>; start: number } {
  if (bytes.length < 8) {
    throw malformed("it must begin with 8 bytes of length", `it has ${bytes.length} bytes`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = 8 + Number(view.getBigUint64(0, true));
  if (start > bytes.length) {
    throw malformed(
      `the header must end at byte ${start}`,
      `the file ends at ${bytes.length}: it is truncated`,
    );
  }
  let text = "";
  let header: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, start));
    header = JSON.parse(text);
  } catch (cause) {
    throw malformed("the header must be JSON in UTF-8", `it begins ${shown(text)}`, cause);
  }
  if (!isRecord(header)) throw malformed("the header must be a JSON object", typeof header);
  if (namesWritten(text) !== namesKept(header)) {
    throw malformed("names must be unique", "one stands twice in an object");
  }
  return { header, start };
}

/** How many names of objects stand in JSON. */
function namesWritten(text: string): number {
  let count = 0;
  for (const [, colon] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/gs)) {
    if (colon !== undefined) count++;
  }
  return count;
}

/** How many of them its value has: the last of two of one name. */
function namesKept(header: unknown): number {
  let count = 0;
  for (const open = [header]; open.length > 0;) {
    const value = open.pop();
    if (typeof value !== "object" || value === null) continue;
    if (!Array.isArray(value)) count += Object.keys(value).length;
    for (const item of Object.values(value)) open.push(item);
  }
  return count;
}

function readEntry(name: string, entry: unknown): Entry {
  const at = `array ${shown(name)}`;
  if (!isRecord(entry)) throw malformed(`${at} must be described by an object`, shown(entry));
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== "string" || !Object.hasOwn(ARRAY_TYPES, dtype)) {
    throw malformed(
      `${at} must have a type of ${Object.keys(ARRAY_TYPES).join(", ")}`,
      `it has ${shown(dtype)}`,
    );
  }
  if (!isListOfSizes(shape)) throw malformed(`${at} must have a shape of sizes`, shown(shape));
  if (!isListOfSizes(offsets) || offsets.length !== 2) {
    throw malformed(`${at} must have a begin and an end`, shown(offsets));
  }
  const [begin, end] = offsets;
  const type = dtype as TypeName;
  const size = sizeOf(shape) * ARRAY_TYPES[type].BYTES_PER_ELEMENT;
  if (end - begin !== size) {
    throw malformed(`${at} of ${type} ${shown(shape)} must have ${size} bytes`, `it has ${end - begin}`);
  }
  return { name, type, shape, begin, end };
}

function requireGapless(entries: readonly Entry[], length: number): void {
  let end = 0;
  for (const entry of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (entry.begin !== end) {
      const what = entry.begin < end ? "overlaps the one before" : "leaves a gap";
      throw malformed(
        `arrays must follow each other, the next at byte ${end}`,
        `${shown(entry.name)} begins at ${entry.begin} and ${what}`,
      );
    }
    end = entry.end;
  }
  if (end === length) return;
  const what = length < end ? "it is truncated" : "something follows them";
  throw malformed(`the arrays must fill ${end} bytes`, `there are ${length}: ${what}`);
}

function requireWritable(name: string, shape: readonly number[], data: ArrayData): void {
  if (name === METADATA) {
    throw new RangeError(`Cannot write safetensors: names must not be "${METADATA}", but one array's is`);
  }
  if (isListOfSizes(shape) && sizeOf(shape) === data.length) return;
  throw new RangeError(
    `Cannot write safetensors: array "${name}" must fill its shape [${shape}], but it has ${data.length} values`,
  );
}

function malformed(requirement: string, found: string, cause?: unknown): RangeError {
  return new RangeError(`Cannot read safetensors: ${requirement}, but ${found}`, { cause });
}

/** What a file holds, as it stands in a message: cut short, and without what a terminal would obey. */
function shown(value: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(typeof value === "string" ? value.slice(0, 60) : value) ?? "nothing";
  } catch {
    text = "something nested too deeply";
  }
  return text.slice(0, 80).replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, "\ufffd");
}

function byAlignmentThenName(a: [string, NamedArray], b: [string, NamedArray]): number {
  return b[1].data.BYTES_PER_ELEMENT - a[1].data.BYTES_PER_ELEMENT || byName(a, b);
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function typeNameOf(data: ArrayData): TypeName {
  const found = Object.entries(ARRAY_TYPES).find(([, ArrayType]) => data instanceof ArrayType);
  if (found) return found[0] as TypeName;
  throw new RangeError(
    `Cannot write safetensors: data must be one of ${
      Object.keys(ARRAY_TYPES).join(", ")
    }, but they are ${data}`,
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isListOfSizes(value: unknown): value is number[] {
  return Array.isArray(value) &&
    value.every((size) => Number.isSafeInteger(size) && size >= 0 && !Object.is(size, -0));
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}
