/**
 * The number types that the file formats here share.
 *
 * Arrays are written as they lie in memory. Every platform that runs Deno is little-endian, as are the files.
 *
 * @module
 */

const arrays = {
  float16: Float16Array,
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint32: Uint32Array,
  uint8: Uint8Array,
} as const;

/** Name of an element type. */
export type DataType = keyof typeof arrays;

/** The typed array that holds elements of a {@link DataType}. */
export type NumericArray =
  | Float16Array<ArrayBufferLike>
  | Float32Array<ArrayBufferLike>
  | Float64Array<ArrayBufferLike>
  | Int32Array<ArrayBufferLike>
  | Uint32Array<ArrayBufferLike>
  | Uint8Array<ArrayBufferLike>;

/** Whether `name` is a {@link DataType}. */
export function isDataType(name: unknown): name is DataType {
  return typeof name === "string" && Object.hasOwn(arrays, name);
}

/** Bytes an element. */
export function elementSize(dataType: DataType): number {
  return arrays[dataType].BYTES_PER_ELEMENT;
}

/** A new array of zeros. */
export function allocate(dataType: DataType, length: number): NumericArray {
  return new arrays[dataType](length);
}

/** The element type of an array, or `undefined` if no format here holds it. */
export function dataTypeOf(values: NumericArray): DataType | undefined {
  return (Object.keys(arrays) as DataType[]).find((name) => values instanceof arrays[name]);
}

/** The bytes of an array, without a copy. */
export function bytesOf(values: NumericArray): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/**
 * Gives the memory of values that fill their buffer back at once; they must not be used afterwards. Of buffers of
 * megabytes, dozens would lie about before a garbage collector came by.
 */
export function release({ buffer }: NumericArray): void {
  (buffer as ArrayBuffer).transfer(0);
}

/** Number of elements of a shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Most axes of an array, as NumPy has it. */
export const MOST_AXES = 64;

/** Whether a value that came from a file is a shape: a list of sizes. Their product may be beyond all memory. */
export function isShape(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= MOST_AXES &&
    value.every((size) => Number.isSafeInteger(size) && size >= 0 && !Object.is(size, -0));
}
