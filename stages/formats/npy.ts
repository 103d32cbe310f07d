/**
 * NumPy's `.npy`, version 1.0, C order, little-endian: what `numpy.load` and `numpy.save` speak.
 *
 * Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 *
 * @module
 */
import { quoted } from "../../pipeline/quoted.ts";
import {
  allocate,
  bytesOf,
  type DataType,
  dataTypeOf,
  elementCount,
  elementSize,
  isShape,
  MOST_AXES,
  type NumericArray,
} from "./numeric.ts";

const MAGIC = "\x93NUMPY\x01\x00";

const descriptors: Readonly<Record<DataType, string>> = {
  float16: "<f2",
  float32: "<f4",
  float64: "<f8",
  int32: "<i4",
  uint32: "<u4",
  uint8: "|u1",
};

/** An array with its shape, in row-major order. */
export interface ShapedArray {
  readonly shape: readonly number[];
  readonly data: NumericArray;
}

/**
 * The bytes of an `.npy` file.
 *
 * @throws {TypeError} if the shape does not fit the data
 *
 * @example
 * ```ts
 * import { decodeNpy, encodeNpy } from "./npy.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = encodeNpy({ shape: [2, 2], data: new Float32Array([1, 2, 3, 4]) });
 * assertEquals(decodeNpy(bytes).shape, [2, 2]);
 * ```
 */
export function encodeNpy({ shape, data }: ShapedArray): Uint8Array<ArrayBuffer> {
  const dataType = dataTypeOf(data);
  if (dataType === undefined) {
    throw new TypeError(
      `Cannot write npy: the data must be one of ${
        Object.keys(descriptors)
      }, but is ${data.constructor.name}`,
    );
  }
  if (elementCount(shape) !== data.length) {
    throw new TypeError(
      `Cannot write npy: shape [${shape}] takes ${elementCount(shape)} values, but there are ${data.length}`,
    );
  }
  const header = npyHeader({ shape, dataType });
  const bytes = new Uint8Array(header.length + data.byteLength);
  bytes.set(header);
  bytes.set(bytesOf(data), header.length);
  return bytes;
}

/** What comes before the values of an array, a multiple of 64 bytes: they follow in row-major order. */
export function npyHeader(
  { shape, dataType }: { readonly shape: readonly number[]; readonly dataType: DataType },
): Uint8Array<ArrayBuffer> {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const dictionary = `{'descr': '${descriptors[dataType]}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const prefix = MAGIC.length + 2;
  const length = Math.ceil((prefix + dictionary.length + 1) / 64) * 64 - prefix;
  const header = MAGIC + String.fromCharCode(length & 255, length >> 8) +
    dictionary.padEnd(length - 1) + "\n";
  return Uint8Array.from(header, (character) => character.charCodeAt(0));
}

/**
 * The array in an `.npy` file. The values are copied, so that they are aligned and own their buffer.
 *
 * @throws {TypeError} if the file is broken, or holds what is not listed above
 */
export function decodeNpy(bytes: Uint8Array): ShapedArray {
  const { header, start } = readHeader(bytes);
  const descriptor = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const fortran = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const tuple = /'shape':\s*\(([\d\s,]*)\)/.exec(header)?.[1];
  if (descriptor === undefined || fortran === undefined || tuple === undefined) {
    throw new TypeError(
      `Cannot read npy: the header must name descr, fortran_order and shape, but is ${quoted(header.trim())}`,
    );
  }
  if (fortran === "True") {
    throw new TypeError(
      "Cannot read npy: the array must be in C order, but is in Fortran order; save np.ascontiguousarray(a)",
    );
  }
  const dataType = (Object.keys(descriptors) as DataType[]).find((key) => descriptors[key] === descriptor);
  if (dataType === undefined) {
    throw new TypeError(
      `Cannot read npy: the type must be one of ${Object.values(descriptors)}, but is ${
        quoted(descriptor)
      }; ` +
        `save a.astype(np.float32)`,
    );
  }
  const shape = tuple.split(",").map((size) => size.trim()).filter(Boolean).map(Number);
  if (!isShape(shape)) {
    throw new TypeError(
      `Cannot read npy: the shape must be at most ${MOST_AXES} whole numbers, but is ${quoted(`(${tuple})`)}`,
    );
  }
  // Before anything is allocated: a header of a hundred bytes may declare any number of values.
  const size = elementCount(shape) * elementSize(dataType);
  if (bytes.length - start !== size) {
    throw truncated(`${size} bytes of data for shape [${shape}]`, `${bytes.length - start}`);
  }
  const data = allocate(dataType, elementCount(shape));
  bytesOf(data).set(bytes.subarray(start));
  return { shape, data };
}

/** The dictionary before the values, and where these start. */
function readHeader(bytes: Uint8Array): { header: string; start: number } {
  if (!Array.from(MAGIC.slice(0, 6)).every((character, i) => bytes[i] === character.charCodeAt(0))) {
    throw new TypeError("Cannot read npy: the file must start with \\x93NUMPY, but it does not");
  }
  const major = bytes[6];
  if (!(major >= 1 && major <= 3)) {
    throw new TypeError(`Cannot read npy: the format version must be 1, 2 or 3, but is ${major}`);
  }
  const prefix = major === 1 ? 10 : 12;
  if (bytes.length < prefix) throw truncated("a header", `${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = prefix + (major === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (bytes.length < start) throw truncated(`${start} bytes of header`, `${bytes.length} bytes`);
  return { header: new TextDecoder("latin1").decode(bytes.subarray(prefix, start)), start };
}

function truncated(expected: string, found: string): TypeError {
  return new TypeError(`Cannot read npy: expected ${expected}, but found ${found}`);
}
