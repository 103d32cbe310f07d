/**
 * Small helpers that the systems share.
 *
 * @module
 */
import { type Matrix, rowRange } from "../macronet/matrix.ts";
import type { Columns, Normalisation } from "./system.ts";

/** A matrix whose row i is what `row(i)` gives. */
export function rowsOf(count: number, columns: number, row: (i: number) => ArrayLike<number>): Matrix {
  const data = new Float32Array(count * columns);
  for (let i = 0; i < count; i++) data.set(row(i), i * columns);
  return { rows: count, columns, data };
}

/** The indices below `count` for which `holds`. */
export function indicesOf(count: number, holds: (i: number) => boolean): number[] {
  return Array.from({ length: count }, (_, i) => i).filter(holds);
}

/** Mean and standard deviation of one column of a data set. */
export function scales(
  normalisation: Normalisation,
  name: "u" | "v",
): { mean: Float32Array; deviation: Float32Array } {
  const { data, columns } = normalisation[name];
  return { mean: data.subarray(0, columns), deviation: data.subarray(columns) };
}

/** The first rows of every column. */
export function firstRows(columns: Columns, count: number): Columns {
  return Object.fromEntries(
    Object.entries(columns).map((
      [name, values],
    ) => [name, rowRange(values, 0, Math.min(count, values.rows))]),
  );
}
