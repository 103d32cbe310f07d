/**
 * Reads Zarr v3 arrays as `zarr.ts` writes them, by rows, so that a large one never lies in memory whole.
 * For any other Zarr there is `zarrita`.
 *
 * @module
 */
import { decompress } from "./blosc.ts";
import { copyBox, indices } from "./box.ts";
import {
  allocate,
  bytesOf,
  type DataType,
  elementCount,
  elementSize,
  isDataType,
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
    const raw = isCompressed ? await decompress(stored) : stored;
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
      if (!(0 <= from && from <= to && to <= shape[0])) {
        throw new RangeError(
          `Cannot read rows [${from}, ${to}) of zarr array ${path}: they must lie in [0, ${shape[0]})`,
        );
      }
      const outShape = [to - from, ...shape.slice(1)];
      const out = allocate(dataType, elementCount(outShape));
      if (out.length === 0) return out;
      const first = Math.floor(from / chunkShape[0]);
      const last = Math.floor((to - 1) / chunkShape[0]);
      const rest = shape.slice(1).map((size, i) => Math.ceil(size / chunkShape[i + 1]));
      for (const [row, ...others] of indices([last - first + 1, ...rest])) {
        const index = [first + row, ...others];
        const chunk = await readChunk(index);
        const start = index.map((i, axis) => Math.max(i * chunkShape[axis], axis === 0 ? from : 0));
        const end = index.map((i, axis) => Math.min((i + 1) * chunkShape[axis], axis ? shape[axis] : to));
        copyBox(
          {
            data: chunk,
            shape: chunkShape,
            origin: start.map((s, axis) => s - index[axis] * chunkShape[axis]),
          },
          { data: out, shape: outShape, origin: start.map((s, axis) => axis === 0 ? s - from : s) },
          end.map((e, axis) => e - start[axis]),
        );
      }
      return out;
    },
  };
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
  const refuse = (requirement: string, found: unknown): never => {
    throw new TypeError(
      `Cannot read zarr array ${path || "/"}: ${requirement}, but found ${JSON.stringify(found)}`,
    );
  };
  // deno-lint-ignore no-explicit-any
  let metadata: any;
  try {
    metadata = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new TypeError(`Cannot read zarr array ${path || "/"}: zarr.json must be JSON, but is not`, {
      cause,
    });
  }
  if (metadata.zarr_format !== 3 || metadata.node_type !== "array") {
    refuse("it must be an array of format 3", {
      zarr_format: metadata.zarr_format,
      node_type: metadata.node_type,
    });
  }
  const { shape, data_type: dataType, chunk_grid: grid, chunk_key_encoding: keys, codecs } = metadata;
  const chunkShape = grid?.configuration?.chunk_shape;
  if (!isDataType(dataType)) return refuse("the data type must be a known one", dataType);
  if (grid?.name !== "regular" || chunkShape?.length !== shape?.length) {
    refuse("the chunk grid must be regular", grid);
  }
  if (keys?.name !== "default" || (keys.configuration?.separator ?? "/") !== "/") {
    refuse("chunk keys must be c/0/0", keys);
  }
  const [first, second, ...more] = codecs ?? [];
  const known = first?.name === "bytes" && first.configuration?.endian !== "big" &&
    (second === undefined || second.name === "blosc") && more.length === 0;
  if (!known) refuse("the codecs must be little-endian bytes, then blosc or none", codecs);
  return {
    shape: shape as number[],
    chunkShape: chunkShape as number[],
    dataType,
    attributes: (metadata.attributes ?? {}) as Attributes,
    isCompressed: second !== undefined,
  };
}
