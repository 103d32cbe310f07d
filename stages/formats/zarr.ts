/**
 * Zarr v3: chunked arrays as files, written one chunk at a time, in constant memory.
 *
 * A chunk of an uncompressed array is its values, little-endian, in row-major order, padded to the chunk's
 * shape: plain numpy reads it. Compressed, it is that in a Blosc frame. Metadata have a fixed order and no
 * timestamps, so equal data give equal bytes.
 *
 * Format: https://zarr-specs.readthedocs.io/en/latest/v3/core/index.html
 *
 * @module
 */
import { BLOSC_CODEC, compress } from "./blosc.ts";
import { copyBox, indices } from "./box.ts";
import {
  allocate,
  bytesOf,
  type DataType,
  dataTypeOf,
  elementCount,
  elementSize,
  type NumericArray,
  release,
} from "./numeric.ts";

/** One file of a Zarr hierarchy, its name relative to the hierarchy's root. Owns its buffer. */
export interface ZarrFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** User attributes: plain JSON. */
export type Attributes = Readonly<Record<string, unknown>>;

/** What chunks are compressed by: nothing, or shuffled bytes by Zstandard in Blosc frames (`blosc.ts`). */
export type Compression = "none" | "zstd";

/** What an array is; see {@link zarrArray}. */
export interface ZarrArrayOptions {
  /** Folder of the array within its hierarchy, e.g. `train/v`. */
  readonly path: string;
  readonly shape: readonly number[];
  readonly chunkShape: readonly number[];
  readonly dataType: DataType;
  readonly attributes?: Attributes;
  /** One name an axis, e.g. `["sample", "channel", "y", "x"]`. */
  readonly dimensionNames?: readonly string[];
  /** Pads the chunks at the edges. Default 0. */
  readonly fillValue?: number;
  /** Whether chunks are compressed, and by what. Default `none`. */
  readonly compression?: Compression;
}

/** A group's metadata file. The root group has the path `""`. */
export function zarrGroup(path: string, attributes: Attributes = {}): ZarrFile {
  return metadataFile(path, { zarr_format: 3, node_type: "group", attributes: sorted(attributes) });
}

/** Writes an array file by file; made by {@link zarrArray}. */
export interface ZarrArrayWriter {
  readonly options: ZarrArrayOptions;
  /** Number of chunks along each axis. */
  readonly chunkGrid: readonly number[];
  /** `zarr.json`. */
  metadata(): ZarrFile;
  /**
   * The chunk at `index`, from the values that lie inside the array, row-major: a chunk at an edge takes
   * fewer than `chunkShape` says, the rest is padding.
   *
   * @throws {RangeError} if the index lies outside the grid or the number of values is another
   */
  chunk(index: readonly number[], values: NumericArray): Promise<ZarrFile>;
}

/**
 * Describes an array to be written chunk by chunk.
 *
 * @throws {RangeError} if shapes do not fit each other
 *
 * @example A large array, two rows at a time
 * ```ts
 * import { readZarrArray } from "./zarr_reader.ts";
 * import { zarrArray } from "./zarr.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const array = zarrArray({ path: "x", shape: [3, 2], chunkShape: [2, 2], dataType: "float32" });
 * const files = [
 *   array.metadata(),
 *   await array.chunk([0, 0], new Float32Array([1, 2, 3, 4])),
 *   await array.chunk([1, 0], new Float32Array([5, 6])),
 * ];
 * const store = { read: (name: string) => Promise.resolve(files.find((f) => f.name === name)!.bytes) };
 * assertEquals((await readZarrArray(store, "x", { from: 1, to: 3 })).data, new Float32Array([3, 4, 5, 6]));
 * ```
 */
export function zarrArray(options: ZarrArrayOptions): ZarrArrayWriter {
  const { path, shape, chunkShape, dataType, fillValue = 0, compression = "none" } = options;
  check(options);
  const chunkGrid = shape.map((size, axis) => Math.ceil(size / chunkShape[axis]));
  return {
    options,
    chunkGrid,
    metadata() {
      return metadataFile(path, {
        zarr_format: 3,
        node_type: "array",
        shape,
        data_type: dataType,
        chunk_grid: { name: "regular", configuration: { chunk_shape: chunkShape } },
        chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
        fill_value: Number.isFinite(fillValue) ? fillValue : String(fillValue),
        codecs: [
          { name: "bytes", ...(elementSize(dataType) > 1 ? { configuration: { endian: "little" } } : {}) },
          ...(compression === "zstd" ? [BLOSC_CODEC] : []),
        ],
        attributes: sorted(options.attributes ?? {}),
        ...(options.dimensionNames ? { dimension_names: options.dimensionNames } : {}),
      });
    },
    async chunk(index, values) {
      const inside = insideShape(index, options, chunkGrid);
      if (dataTypeOf(values) !== dataType || values.length !== elementCount(inside)) {
        throw new RangeError(
          `Cannot write chunk [${index}] of zarr array ${path}: it takes ${
            elementCount(inside)
          } ${dataType} ` +
            `values, but got ${values.length} ${dataTypeOf(values)}`,
        );
      }
      const chunk = allocate(dataType, elementCount(chunkShape));
      if (!Object.is(fillValue, 0)) chunk.fill(fillValue);
      const origin = shape.map(() => 0);
      copyBox(
        { data: values, shape: inside, origin },
        { data: chunk, shape: chunkShape, origin },
        inside,
      );
      const raw = bytesOf(chunk);
      const name = join(path, `c/${index.join("/")}`);
      if (compression === "none") return { name, bytes: raw };
      const bytes = await compress(raw);
      release(raw);
      return { name, bytes };
    },
  };
}

/** All files of an array whose values are at hand, metadata first. */
export async function* zarrFiles(
  options: ZarrArrayOptions,
  values: NumericArray,
): AsyncGenerator<ZarrFile> {
  const array = zarrArray(options);
  const { shape, chunkShape, dataType } = options;
  if (values.length !== elementCount(shape)) {
    throw new RangeError(
      `Cannot write zarr array ${options.path}: shape [${shape}] takes ${elementCount(shape)} values, ` +
        `but there are ${values.length}`,
    );
  }
  yield array.metadata();
  for (const index of indices(array.chunkGrid)) {
    const inside = insideShape(index, options, array.chunkGrid);
    const part = allocate(dataType, elementCount(inside));
    const origin = index.map((i, axis) => i * chunkShape[axis]);
    copyBox({ data: values, shape, origin }, {
      data: part,
      shape: inside,
      origin: shape.map(() => 0),
    }, inside);
    yield await array.chunk(index, part);
  }
}

function insideShape(index: readonly number[], options: ZarrArrayOptions, grid: readonly number[]): number[] {
  const { shape, chunkShape, path } = options;
  const outside = index.length !== grid.length ||
    index.some((i, axis) => !Number.isInteger(i) || i < 0 || i >= grid[axis]);
  if (outside) {
    throw new RangeError(
      `Cannot write chunk [${index}] of zarr array ${path}: the index must lie in a grid of [${grid}]`,
    );
  }
  return index.map((i, axis) => Math.min(chunkShape[axis], shape[axis] - i * chunkShape[axis]));
}

function check({ path, shape, chunkShape, dimensionNames }: ZarrArrayOptions): void {
  const refuse = (requirement: string, found: unknown) => {
    throw new RangeError(`Cannot write zarr array ${path}: ${requirement}, but got ${found}`);
  };
  const whole = (least: number) => (n: number) => Number.isInteger(n) && n >= least;
  if (shape.length === 0 || !shape.every(whole(0))) {
    refuse("the shape must be one whole number or more", `[${shape}]`);
  }
  if (chunkShape.length !== shape.length || !chunkShape.every(whole(1))) {
    refuse(`the chunk shape must be ${shape.length} positive whole numbers`, `[${chunkShape}]`);
  }
  if (dimensionNames && dimensionNames.length !== shape.length) {
    refuse(`there must be ${shape.length} dimension names`, `[${dimensionNames}]`);
  }
}

function metadataFile(path: string, metadata: Record<string, unknown>): ZarrFile {
  const bytes = new TextEncoder().encode(JSON.stringify(metadata, null, 2) + "\n");
  return { name: join(path, "zarr.json"), bytes };
}

/** The name of a file in the folder `path` of a hierarchy, `""` being its root. */
export function join(path: string, name: string): string {
  return path === "" ? name : `${path}/${name}`;
}

/** The same JSON with the keys of every object sorted by code unit. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
