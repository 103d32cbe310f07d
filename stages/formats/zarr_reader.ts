/**
 * Reads Zarr v3 arrays as `zarr.ts` writes them, by rows, so that a large one never lies in memory whole.
 * For any other Zarr there is `zarrita`.
 *
 * @module
 */
import { quoted } from "../../pipeline/quoted.ts";
import { parseStrictJson } from "../../pipeline/strict_json.ts";
import { decompress } from "./blosc.ts";
import { copyBox, indices } from "./box.ts";
import {
  allocate,
  bytesOf,
  type DataType,
  elementCount,
  elementSize,
  isDataType,
  isShape,
  type NumericArray,
} from "./numeric.ts";
import { type Attributes, join } from "./zarr.ts";

/** Anything that reads a file of a hierarchy by name, e.g. the artifacts of an input stage. */
export interface ZarrStore {
  read(name: string): Promise<Uint8Array>;
}

/** An opened array; reads rows on demand. */
export interface ZarrArrayReader {
  readonly shape: readonly number[];
  readonly dataType: DataType;
  readonly attributes: Attributes;
  /** Rows of a chunk: reading so many at a time reads each chunk once. */
  readonly chunkRows: number;
  /** The values of rows `[from, to)` along axis 0. Reads only the chunks that they lie in. */
  rows(from: number, to: number): Promise<NumericArray>;
}

/** Most bytes that are read at once. */
const MOST_BYTES = 4_294_967_296;

/**
 * Opens an array. Every chunk must exist.
 *
 * @throws {TypeError} if the metadata use anything else
 */
export async function openZarrArray(store: ZarrStore, path: string): Promise<ZarrArrayReader> {
  const { shape, chunkShape, dataType, attributes, isCompressed } = parseMetadata(
    await store.read(join(path, "zarr.json")),
    path,
  );
  const chunkBytes = elementCount(chunkShape) * elementSize(dataType);

  async function readChunk(index: readonly number[]): Promise<NumericArray> {
    const name = join(path, `c/${index.join("/")}`);
    const stored = await store.read(name);
    const raw = isCompressed ? await decompress(stored, chunkBytes) : stored;
    if (raw.byteLength !== chunkBytes) {
      throw new TypeError(
        `Cannot read zarr chunk ${name}: it must hold ${chunkBytes} bytes, but holds ${raw.byteLength}`,
      );
    }
    const chunk = allocate(dataType, elementCount(chunkShape));
    bytesOf(chunk).set(raw);
    return chunk;
  }

  return {
    shape,
    dataType,
    attributes,
    chunkRows: chunkShape[0],
    async rows(from, to) {
      const outShape = [to - from, ...shape.slice(1)];
      checkRows({ from, to, path, rows: shape[0], bytes: elementCount(outShape) * elementSize(dataType) });
      if (elementCount(outShape) === 0) return allocate(dataType, 0);
      const first = Math.floor(from / chunkShape[0]);
      const last = Math.floor((to - 1) / chunkShape[0]);
      const rest = shape.slice(1).map((size, i) => Math.ceil(size / chunkShape[i + 1]));
      // The end comes first: metadata of a hundred bytes may declare any number of values, and have no chunks for them.
      const end = await readChunk([last, ...rest.map((count) => count - 1)]);
      const out = allocate(dataType, elementCount(outShape));
      const grid = [last - first + 1, ...rest];
      let left = elementCount(grid);
      for (const [row, ...others] of indices(grid)) {
        const index = [first + row, ...others];
        const chunk = --left === 0 ? end : await readChunk(index);
        const start = index.map((i, axis) => Math.max(i * chunkShape[axis], axis === 0 ? from : 0));
        const stop = index.map((i, axis) => Math.min((i + 1) * chunkShape[axis], axis ? shape[axis] : to));
        copyBox(
          {
            data: chunk,
            shape: chunkShape,
            origin: start.map((s, axis) => s - index[axis] * chunkShape[axis]),
          },
          { data: out, shape: outShape, origin: start.map((s, axis) => axis === 0 ? s - from : s) },
          stop.map((e, axis) => e - start[axis]),
        );
      }
      return out;
    },
  };
}

function checkRows({ from, to, path, rows, bytes }: {
  from: number;
  to: number;
  path: string;
  rows: number;
  bytes: number;
}): void {
  const refuse = (requirement: string) => {
    throw new RangeError(`Cannot read rows [${from}, ${to}) of zarr array ${path}: they must ${requirement}`);
  };
  const isInside = Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from <= to && to <= rows;
  if (!isInside) refuse(`lie in [0, ${rows})`);
  if (!(bytes <= MOST_BYTES)) refuse(`take at most ${MOST_BYTES} bytes at once, but take ${bytes}`);
}

/** Reads an array, or rows `[from, to)` of it, at once. */
export async function readZarrArray(
  store: ZarrStore,
  path: string,
  rows: { readonly from?: number; readonly to?: number } = {},
): Promise<
  { readonly shape: readonly number[]; readonly data: NumericArray; readonly attributes: Attributes }
> {
  const array = await openZarrArray(store, path);
  const { from = 0, to = array.shape[0] } = rows;
  return {
    shape: [to - from, ...array.shape.slice(1)],
    data: await array.rows(from, to),
    attributes: array.attributes,
  };
}

function parseMetadata(bytes: Uint8Array, path: string) {
  const where = `zarr array ${path || "/"}`;
  const refuse = (requirement: string, found: unknown): never => {
    throw new TypeError(`Cannot read ${where}: ${requirement}, but found ${quoted(found)}`);
  };
  const metadata = parseStrictJson(new TextDecoder().decode(bytes), `${where}: zarr.json`);
  if (!isRecord(metadata)) return refuse("zarr.json must be an object", metadata);
  const { zarr_format, node_type, shape, data_type: dataType } = metadata;
  if (zarr_format !== 3 || node_type !== "array") {
    refuse("it must be an array of format 3", { zarr_format, node_type });
  }
  if (!isDataType(dataType)) return refuse("the data type must be a known one", dataType);
  if (!isShape(shape) || shape.length === 0) return refuse("the shape must be one size or more", shape);
  const chunkShape = chunkShapeOf(metadata.chunk_grid);
  if (chunkShape?.length !== shape.length) {
    return refuse("the chunk grid must be regular", metadata.chunk_grid);
  }
  if (!areChunkKeys(metadata.chunk_key_encoding)) {
    refuse("chunk keys must be c/0/0", metadata.chunk_key_encoding);
  }
  const compression = compressionOf(metadata.codecs);
  if (compression === undefined) {
    refuse("the codecs must be little-endian bytes, then blosc or none", metadata.codecs);
  }
  const attributes: Attributes = isRecord(metadata.attributes) ? metadata.attributes : {};
  return { shape, chunkShape, dataType, attributes, isCompressed: compression === "blosc" };
}

/** The shape of the chunks of a regular grid, or `undefined` if it is none. */
function chunkShapeOf(grid: unknown): number[] | undefined {
  if (!isRecord(grid) || grid.name !== "regular" || !isRecord(grid.configuration)) return undefined;
  const { chunk_shape: shape } = grid.configuration;
  return isShape(shape) && shape.every((size) => size > 0) ? shape : undefined;
}

function areChunkKeys(keys: unknown): boolean {
  return isRecord(keys) && keys.name === "default" &&
    (!isRecord(keys.configuration) || (keys.configuration.separator ?? "/") === "/");
}

function compressionOf(codecs: unknown): "none" | "blosc" | undefined {
  if (!Array.isArray(codecs) || codecs.length > 2 || !codecs.every(isRecord)) return undefined;
  const [first, second] = codecs;
  const isLittle = first?.name === "bytes" &&
    !(isRecord(first.configuration) && first.configuration.endian === "big");
  if (!isLittle || (second !== undefined && second.name !== "blosc")) return undefined;
  return second === undefined ? "none" : "blosc";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
