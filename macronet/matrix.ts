/**
 * Rows of numbers outside tfjs: a whole data set, of which batches become tensors.
 *
 * @module
 */

/** `[rows, columns]` in row-major order. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/**
 * A matrix over given data.
 *
 * @throws {RangeError} If the data do not fill whole rows.
 *
 * @example
 * ```ts
 * import { matrix } from "./matrix.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(matrix(new Float32Array(6), 3).rows, 2);
 * ```
 */
export function matrix(data: Float32Array, columns: number): Matrix {
  if (!(columns > 0) || data.length % columns !== 0) {
    throw new RangeError(
      `Cannot shape a matrix: ${data.length} values must fill rows of ${columns}, but they do not`,
    );
  }
  return { rows: data.length / columns, columns, data };
}

/**
 * View of the rows `[from, to)`, sharing the data.
 *
 * @example
 * ```ts
 * import { matrix, rowRange } from "./matrix.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...rowRange(matrix(Float32Array.of(1, 2, 3, 4), 2), 1, 2).data], [3, 4]);
 * ```
 */
export function rowRange(source: Matrix, from: number, to: number): Matrix {
  const { columns, data } = source;
  return { rows: to - from, columns, data: data.subarray(from * columns, to * columns) };
}

/**
 * Copy of the rows at the given indices, in their order.
 *
 * @example
 * ```ts
 * import { matrix, pickRows } from "./matrix.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...pickRows(matrix(Float32Array.of(1, 2, 3, 4), 2), [1, 1, 0]).data], [3, 4, 3, 4, 1, 2]);
 * ```
 */
export function pickRows(source: Matrix, indices: ArrayLike<number>): Matrix {
  const { columns, data } = source;
  const picked = new Float32Array(indices.length * columns);
  for (let i = 0; i < indices.length; i++) {
    picked.set(data.subarray(indices[i] * columns, (indices[i] + 1) * columns), i * columns);
  }
  return { rows: indices.length, columns, data: picked };
}

/** Copy of the columns `[from, to)`. */
export function columnRange(source: Matrix, from: number, to: number): Matrix {
  const columns = to - from;
  const data = new Float32Array(source.rows * columns);
  for (let i = 0; i < source.rows; i++) {
    data.set(source.data.subarray(i * source.columns + from, i * source.columns + to), i * columns);
  }
  return { rows: source.rows, columns, data };
}

/** Column `index` as 64-bit numbers, for statistics. */
export function column(source: Matrix, index: number): Float64Array {
  return Float64Array.from({ length: source.rows }, (_, i) => source.data[i * source.columns + index]);
}

/**
 * Matrices of equal height side by side.
 *
 * @example
 * ```ts
 * import { besideEachOther, matrix } from "./matrix.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const whole = besideEachOther(matrix(Float32Array.of(1, 3), 1), matrix(Float32Array.of(2, 4), 1));
 * assertEquals([...whole.data], [1, 2, 3, 4]);
 * ```
 */
export function besideEachOther(...parts: readonly Matrix[]): Matrix {
  const rows = parts[0].rows;
  const columns = parts.reduce((sum, part) => sum + part.columns, 0);
  const data = new Float32Array(rows * columns);
  let offset = 0;
  for (const part of parts) {
    if (part.rows !== rows) {
      throw new RangeError(
        `Cannot put matrices side by side: all need ${rows} rows, but one has ${part.rows}`,
      );
    }
    for (let i = 0; i < rows; i++) {
      data.set(part.data.subarray(i * part.columns, (i + 1) * part.columns), i * columns + offset);
    }
    offset += part.columns;
  }
  return { rows, columns, data };
}

/**
 * Each row repeated `times` times, copies of a row beside each other.
 *
 * @example
 * ```ts
 * import { matrix, repeatRows } from "./matrix.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...repeatRows(matrix(Float32Array.of(1, 2), 1), 2).data], [1, 1, 2, 2]);
 * ```
 */
export function repeatRows(source: Matrix, times: number): Matrix {
  return pickRows(source, Array.from({ length: source.rows * times }, (_, i) => Math.floor(i / times)));
}

/** Whether all of a row is finite. */
export function rowIsFinite({ data, columns }: Matrix, row: number): boolean {
  for (let j = row * columns; j < (row + 1) * columns; j++) if (!Number.isFinite(data[j])) return false;
  return true;
}
