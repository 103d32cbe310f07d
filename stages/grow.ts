/**
 * What designs make when they are simulated.
 *
 * @module
 */
import { type Matrix, matrix, rowIsFinite } from "../macronet/matrix.ts";
import type { Columns, Randomness, System } from "../systems/system.ts";
import { ColumnCollector } from "./tables.ts";

/** Rows grown between two reports of progress. */
const ROWS_AT_ONCE = 16;

/**
 * Grows every design; one that is not finite grows into nothing but NaN.
 *
 * @throws {Error} If none is finite.
 */
export function growAll(
  system: System,
  physics: object,
  designs: Matrix,
  { randomness, onRows }: { randomness: Randomness; onRows: (rows: number) => void },
): Columns {
  const finite = Array.from({ length: designs.rows }, (_, i) => rowIsFinite(designs, i));
  const stand = finite.indexOf(true);
  if (stand < 0) throw new Error("Cannot grow designs: one at least must be finite, but none is");
  const width = designs.columns;
  const grown = new ColumnCollector(designs.rows);
  for (let from = 0; from < designs.rows; from += ROWS_AT_ONCE) {
    const count = Math.min(ROWS_AT_ONCE, designs.rows - from);
    const u = matrix(designs.data.slice(from * width, (from + count) * width), width);
    for (let i = 0; i < count; i++) {
      if (finite[from + i]) continue;
      u.data.set(designs.data.subarray(stand * width, (stand + 1) * width), i * width);
    }
    const part = system.grow(physics, u, { ...randomness, from: randomness.from + from });
    for (const { columns, data } of Object.values(part)) {
      for (let i = 0; i < count; i++) {
        if (!finite[from + i]) data.fill(NaN, i * columns, (i + 1) * columns);
      }
    }
    grown.put(from, part);
    onRows(from + count);
  }
  return grown.columns;
}
