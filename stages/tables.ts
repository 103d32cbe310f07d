/**
 * Named matrices as one safetensors file: shards, designs, tables for figures.
 *
 * @module
 */
import { type Matrix, matrix } from "../macronet/matrix.ts";
import { readSafetensors, writeSafetensors } from "../macronet/weights.ts";
import type { Columns } from "../systems/system.ts";

/** Columns of any height as the bytes of a safetensors file. */
export function writeTables(tables: Columns): Uint8Array {
  const tensors = Object.entries(tables).map(([name, { rows, columns, data }]) =>
    [name, { shape: [rows, columns], data }] as const
  );
  return writeSafetensors(Object.fromEntries(tensors));
}

/** What {@link writeTables} wrote. */
export function readTables(bytes: Uint8Array): Columns {
  const tables: Record<string, Matrix> = {};
  for (const [name, { shape, data }] of Object.entries(readSafetensors(bytes).tensors)) {
    tables[name] = matrix(data as Float32Array, shape[1]);
  }
  return tables;
}

/**
 * The tables whose names start with `prefix.`, without it.
 *
 * @example
 * ```ts
 * import { tablesUnder } from "./tables.ts";
 * import { matrix } from "../macronet/matrix.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const u = matrix(Float32Array.of(1), 1);
 * assertEquals(tablesUnder("design", { "design.u": u, "example.u": u }), { u });
 * ```
 */
export function tablesUnder(prefix: string, tables: Columns): Columns {
  const start = `${prefix}.`;
  return Object.fromEntries(
    Object.entries(tables)
      .filter(([name]) => name.startsWith(start))
      .map(([name, table]) => [name.slice(start.length), table]),
  );
}

/** The tables with `prefix.` before their names. */
export function tablesOver(prefix: string, tables: Columns): Columns {
  return Object.fromEntries(Object.entries(tables).map(([name, table]) => [`${prefix}.${name}`, table]));
}
