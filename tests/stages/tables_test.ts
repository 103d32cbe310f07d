import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { matrix, rowRange } from "../../macronet/matrix.ts";
import { ColumnCollector, readTables, writeTables } from "../../stages/tables.ts";

const table = fc.record({ rows: fc.nat(4), columns: fc.integer({ min: 1, max: 4 }) }).chain((
  { rows, columns },
) =>
  fc.array(fc.float(), { minLength: rows * columns, maxLength: rows * columns })
    .map((values) => matrix(Float32Array.from(values), columns))
);
const tables = fc.dictionary(fc.stringMatching(/^[a-z][a-z.]{0,8}$/), table, { maxKeys: 5 });

Deno.test("writeTables, readTables: the same tables come back, empty ones and NaN too", () => {
  fc.assert(fc.property(tables, (given) => {
    assertEquals({ ...readTables(writeTables(given)) }, { ...given });
  }));
});

Deno.test("ColumnCollector: parts put in any order are the whole", () => {
  const whole = matrix(Float32Array.from({ length: 12 }, (_, i) => i), 2);
  const collector = new ColumnCollector(6);
  for (const from of [4, 0, 2]) collector.put(from, { x: rowRange(whole, from, from + 2) });
  assertEquals({ ...collector.columns }, { x: whole });
  assertEquals(collector.intoFile(), writeTables({ x: whole }));
  assertEquals(collector.columns, {});
});
