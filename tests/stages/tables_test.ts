import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { matrix } from "../../macronet/matrix.ts";
import { readTables, tablesOver, tablesUnder, writeTables } from "../../stages/tables.ts";

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

Deno.test("tablesOver, tablesUnder: a prefix put on is a prefix taken off, and no other's", () => {
  fc.assert(fc.property(tables, tables, (one, other) => {
    const both = { ...tablesOver("x", one), ...tablesOver("xy", other) };
    assertEquals({ ...tablesUnder("x", both) }, { ...one });
    assertEquals({ ...tablesUnder("xy", both) }, { ...other });
  }));
});
