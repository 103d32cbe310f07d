/**
 * From values to bytes, one to one: what every digest of the engine is taken over.
 *
 * `JSON.stringify` will not do: it depends on the order of keys, drops `undefined`, turns NaN into `null`.
 * Here each value starts with a byte that says its type, strings and containers carry their length, and
 * numbers are their 64 bits. So no two different values share bytes, also when concatenated.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { printable } from "./quoted.ts";
import type { Json } from "./stage.ts";

/** Lists in lists in lists: far more than anybody writes, and far less than the stack holds. */
const DEEPEST = 1000;

const TAG = { null: 0, false: 1, true: 2, number: 3, string: 4, array: 5, object: 6 } as const;

/**
 * The canonical bytes of a JSON value: keys sorted by code unit, strings as exact UTF-8 (no Unicode
 * normalisation), −0 as 0.
 *
 * @throws {TypeError} on what JSON cannot hold: NaN, infinities, `undefined`, functions, class instances,
 * lone surrogates, or what is nested deeper than 1000. The message names the path to it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(canonical({ a: 1, b: 2 }), canonical({ b: 2, a: 1 }));
 * assert.notDeepEqual(canonical(["ab", "c"]), canonical(["a", "bc"]));
 * assert.throws(() => canonical({ a: [NaN] }), /a\[0\] is NaN/);
 * ```
 */
export function canonical(value: Json): Uint8Array {
  const writer = new Writer();
  writeValue(writer, value, "", 0);
  return writer.bytes();
}

/**
 * SHA-256, in hex, of a record: its type and then its canonical bytes. The type (`unit/1`) keeps records of
 * different meaning, or of a later version of the same meaning, from ever sharing a digest.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.notEqual(digestOf("unit/1", { a: 1 }), digestOf("stage/1", { a: 1 }));
 * assert.match(digestOf("unit/1", null), /^[0-9a-f]{64}$/);
 * ```
 */
export function digestOf(type: string, value: Json): string {
  return sha256(canonical([type, value]));
}

/**
 * SHA-256 of bytes, in hex.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.match(sha256(new Uint8Array()), /^e3b0c44298fc1c149afbf4c8996fb924/);
 * ```
 */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function writeValue(writer: Writer, value: Json, path: string, depth: number): void {
  switch (typeof value) {
    case "boolean":
      return writer.byte(value ? TAG.true : TAG.false);
    case "number":
      if (!Number.isFinite(value)) throw notJson(path, String(value));
      writer.byte(TAG.number);
      return writer.float64(value === 0 ? 0 : value);
    case "string":
      writer.byte(TAG.string);
      return writeText(writer, value, path);
    case "object":
      if (value === null) return writer.byte(TAG.null);
      if (depth === DEEPEST) throw notJson(path, `nested deeper than ${DEEPEST}`);
      if (Array.isArray(value)) return writeArray(writer, value, path, depth);
      return writeObject(writer, value as Record<string, Json>, path, depth);
    default:
      throw notJson(path, typeof value);
  }
}

function writeArray(writer: Writer, items: readonly Json[], path: string, depth: number): void {
  writer.byte(TAG.array);
  writer.uint32(items.length);
  for (let i = 0; i < items.length; i++) writeValue(writer, items[i], `${path}[${i}]`, depth + 1);
}

function writeObject(writer: Writer, object: Record<string, Json>, path: string, depth: number): void {
  const prototype = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) {
    throw notJson(path, `a ${prototype.constructor?.name ?? "class instance"}`);
  }
  const keys = Object.keys(object).sort();
  writer.byte(TAG.object);
  writer.uint32(keys.length);
  for (const key of keys) {
    const inner = path === "" ? key : `${path}.${key}`;
    writeText(writer, key, inner);
    writeValue(writer, object[key], inner, depth + 1);
  }
}

function writeText(writer: Writer, text: string, path: string): void {
  // UTF-8 has no lone surrogates: all of them would become the same U+FFFD.
  if (!text.isWellFormed()) throw notJson(path, "a string with a lone surrogate");
  writer.text(text);
}

function notJson(path: string, found: string): TypeError {
  const where = path === ""
    ? "it"
    : path.length <= 100
    ? printable(path)
    : `${printable(path.slice(0, 100))}…`;
  return new TypeError(`Cannot encode the value: it must be made of finite JSON, but ${where} is ${found}`);
}

const encoder = new TextEncoder();

/** A buffer that grows by doubling. Integers and floats are little-endian. */
class Writer {
  #buffer = new Uint8Array(1024);
  #view = new DataView(this.#buffer.buffer);
  #length = 0;

  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#length++] = value;
  }

  uint32(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#length, value, true);
    this.#length += 4;
  }

  float64(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  text(value: string): void {
    this.#reserve(4 + 3 * value.length);
    const { written } = encoder.encodeInto(value, this.#buffer.subarray(this.#length + 4));
    this.uint32(written);
    this.#length += written;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#buffer.length));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
    this.#view = new DataView(larger.buffer);
  }
}
