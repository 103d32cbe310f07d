/**
 * Named matrices as one safetensors file: shards, designs, tables for figures.
 *
 * @module
 */
import { type Matrix, matrix } from "../macronet/matrix.ts";
import { readSafetensors, writeSafetensors } from "../macronet/weights.ts";
import { quoted } from "../pipeline/quoted.ts";
import type { Columns } from "../systems/system.ts";
import { release } from "./formats/numeric.ts";

/** Columns of any height as the bytes of a safetensors file. */
export function writeTables(tables: Columns): Uint8Array {
  const tensors = Object.entries(tables).map(([name, { rows, columns, data }]) =>
    [name, { shape: [rows, columns], data }] as const
  );
  return writeSafetensors(Object.fromEntries(tensors));
}

/**
 * What {@link writeTables} wrote.
 *
 * @throws {RangeError} If the bytes are no safetensors file, or one of other arrays than matrices of float32.
 */
export function readTables(bytes: Uint8Array): Columns {
  const tables = Object.entries(readSafetensors(bytes).tensors).map(([name, { shape, data }]) => {
    if (shape.length === 2 && shape[1] > 0 && data instanceof Float32Array) {
      return [name, matrix(data, shape[1])];
    }
    throw new RangeError(
      `Cannot read tables: ${quoted(name)} must be rows of float32, but is ${data.constructor.name} ${
        quoted(shape)
      }`,
    );
  });
  return Object.fromEntries(tables);
}

/**
 * Columns that are filled part by part.
 *
 * @example
 * ```ts
 * import { ColumnCollector } from "./tables.ts";
 * import { matrix } from "../macronet/matrix.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const collector = new ColumnCollector(2);
 * collector.put(1, { u: matrix(Float32Array.of(5), 1) });
 * assertEquals([...collector.columns.u.data], [0, 5]);
 * ```
 */
export class ColumnCollector {
  readonly #rows: number;
  readonly #columns: Record<string, Matrix> = {};

  /** @param rows Rows of every column in the end. */
  constructor(rows: number) {
    this.#rows = rows;
  }

  /** Puts the rows of a part where they belong, the first of them at `from`. */
  put(from: number, part: Columns): void {
    for (const [name, { columns, data }] of Object.entries(part)) {
      this.#columns[name] ??= matrix(new Float32Array(this.#rows * columns), columns);
      this.#columns[name].data.set(data, from * columns);
    }
  }

  /** What was put so far. */
  get columns(): Columns {
    return this.#columns;
  }

  /**
   * What was put, as {@link writeTables} writes it, and an end of it: a shard is large, and its memory is given
   * back at once instead of when the garbage collector comes by.
   */
  intoFile(): Uint8Array {
    const bytes = writeTables(this.#columns);
    for (const [name, { data }] of Object.entries(this.#columns)) {
      release(data);
      delete this.#columns[name];
    }
    return bytes;
  }
}
