/**
 * A data set on disk: one Zarr v3 hierarchy with a group per split and an array per column.
 *
 * ```
 * dataset.zarr/zarr.json                        counts and normalisation among its attributes
 * dataset.zarr/{train,validation,test}/u        [samples, …event]
 * dataset.zarr/{train,validation,test}/v
 * ```
 *
 * @module
 */
import { type Matrix, matrix } from "../macronet/matrix.ts";
import type { StageInput } from "../pipeline/stage.ts";
import type { Columns, Normalisation } from "../systems/system.ts";
import { allocate, type DataType, elementCount, elementSize, type NumericArray } from "./formats/numeric.ts";
import { type Compression, zarrArray, zarrGroup } from "./formats/zarr.ts";
import { openZarrArray, readZarrArray } from "./formats/zarr_reader.ts";
import { type DatasetSummary, parseSummary, type Split, SPLITS } from "./summary.ts";

export { type DatasetSummary, type Split, SPLITS };

/** Name of the hierarchy among the artifacts of the cache stage. */
export const DATASET = "dataset.zarr";

/** Largest chunk: large enough to read fast, small enough to hold many. */
const CHUNK_BYTES = 8 << 20;

/** Stores one file of the hierarchy. */
export type WriteFile = (name: string, bytes: Uint8Array) => Promise<void>;

/** How a column is stored. */
export interface ColumnOptions {
  /** Size of one event, e.g. `[64, 64, 2]`. */
  readonly event: readonly number[];
  readonly dataType: DataType;
  readonly compression: Compression;
  /** Rows that a chunk need not exceed: the padding of the last chunk is stored, too. */
  readonly mostRows: number;
  readonly write: WriteFile;
}

/** Writes one column of one split as its rows come, chunk by chunk. Holds one chunk, however many rows come. */
export class ColumnWriter {
  readonly #path: string;
  readonly #options: ColumnOptions;
  readonly #buffer: NumericArray;
  readonly #chunkRows: number;
  #buffered = 0;
  #chunks = 0;

  constructor(path: string, options: ColumnOptions) {
    this.#path = path;
    this.#options = options;
    const { event, dataType, mostRows } = options;
    const rowBytes = elementCount(event) * elementSize(dataType);
    this.#chunkRows = Math.max(1, Math.min(mostRows, Math.floor(CHUNK_BYTES / rowBytes)));
    this.#buffer = allocate(dataType, this.#chunkRows * elementCount(event));
  }

  /** Appends one row of the column's type. */
  async append(row: NumericArray): Promise<void> {
    this.#buffer.set(row, this.#buffered * row.length);
    if (++this.#buffered === this.#chunkRows) await this.#flush(this.#chunkRows * (this.#chunks + 1));
  }

  /** Writes what is left and the metadata. */
  async close(): Promise<void> {
    const rows = this.#chunks * this.#chunkRows + this.#buffered;
    if (this.#buffered > 0) await this.#flush(rows);
    const { name, bytes } = this.#array(rows).metadata();
    await this.#options.write(name, bytes);
  }

  #array(rows: number) {
    const { event, dataType, compression } = this.#options;
    return zarrArray({
      path: this.#path,
      shape: [rows, ...event],
      chunkShape: [this.#chunkRows, ...event],
      dataType,
      compression,
    });
  }

  async #flush(rows: number): Promise<void> {
    const { event, write } = this.#options;
    const index = [this.#chunks, ...event.map(() => 0)];
    const values = this.#buffer.subarray(0, this.#buffered * elementCount(event));
    const { name, bytes } = await this.#array(rows).chunk(index, values);
    await write(name, bytes);
    this.#chunks++;
    this.#buffered = 0;
  }
}

/** Writes the groups; the columns are written by {@link ColumnWriter}. */
export async function writeSummary(summary: DatasetSummary, write: WriteFile): Promise<void> {
  const groups = [
    zarrGroup(DATASET, { ...summary }),
    ...SPLITS.map((split) => zarrGroup(`${DATASET}/${split}`)),
  ];
  for (const { name, bytes } of groups) await write(name, bytes);
}

/**
 * Reads what {@link writeSummary} wrote.
 *
 * @throws {TypeError} If it is anything else, such as one with a column that is no plain name.
 */
export async function readSummary(input: StageInput): Promise<DatasetSummary> {
  const name = `${DATASET}/zarr.json`;
  return parseSummary(new TextDecoder().decode(await input.read(name)), name);
}

/**
 * What an early exit was worth, in words.
 *
 * @example
 * ```ts
 * import { stepsSaved } from "./dataset.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const text = "Computed 750 of 1000 steps: 25.0 % saved by the early exit";
 * assertEquals(stepsSaved({ computed: 750, asked: 1000 }), text);
 * ```
 */
export function stepsSaved({ computed, asked }: NonNullable<DatasetSummary["steps"]>): string {
  const saved = (100 * (1 - computed / asked)).toFixed(1);
  return `Computed ${computed} of ${asked} steps: ${saved} % saved by the early exit`;
}

/** Normalisation as matrices. */
export function normalisationOf({ normalisation }: DatasetSummary): Normalisation {
  const both = (name: "u" | "v") => {
    const { mean, deviation } = normalisation[name];
    return matrix(Float32Array.from([...mean, ...deviation]), mean.length);
  };
  return { u: both("u"), v: both("v") };
}

/** Reads all columns of one split, or the given ones, as float32 whatever they are stored as. */
export async function readSplit(
  input: StageInput,
  split: Split,
  names?: readonly string[],
): Promise<Columns> {
  const columns: Record<string, Matrix> = {};
  for (const name of names ?? (await readSummary(input)).columns) {
    const { shape, data } = await readZarrArray(input, `${DATASET}/${split}/${name}`);
    columns[name] = matrix(asFloat32(data), elementCount(shape.slice(1)));
  }
  return columns;
}

/**
 * One column of a split, each chunk of its rows mapped as it is read: what comes of them lies in memory whole, the
 * column does not.
 */
export async function mapColumn(
  input: StageInput,
  { split, name }: { readonly split: Split; readonly name: string },
  map: (rows: Matrix) => Matrix,
): Promise<Matrix> {
  const { shape: [rows, ...event], chunkRows, ...array } = await openZarrArray(
    input,
    `${DATASET}/${split}/${name}`,
  );
  const mapped = async (from: number, to: number) =>
    map(matrix(asFloat32(await array.rows(from, to)), elementCount(event)));
  const { columns } = await mapped(0, 0);
  const data = new Float32Array(rows * columns);
  for (let from = 0; from < rows; from += chunkRows) {
    data.set((await mapped(from, Math.min(from + chunkRows, rows))).data, from * columns);
  }
  return matrix(data, columns);
}

/** The first rows of a column, no more than `most`. */
export async function firstOfColumn(
  input: StageInput,
  { split, name }: { readonly split: Split; readonly name: string },
  most: number,
): Promise<Matrix> {
  const { shape: [rows, ...event], ...array } = await openZarrArray(input, `${DATASET}/${split}/${name}`);
  return matrix(asFloat32(await array.rows(0, Math.min(most, rows))), elementCount(event));
}

function asFloat32(data: NumericArray): Float32Array {
  return data instanceof Float32Array ? data : new Float32Array(data);
}
