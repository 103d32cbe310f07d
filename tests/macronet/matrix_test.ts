import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  besideEachOther,
  column,
  columnRange,
  type Matrix,
  matrix,
  pickRows,
  repeatRows,
  rowIsFinite,
  rowRange,
} from "../../macronet/matrix.ts";

const matrices = fc.record({ rows: fc.integer({ min: 1, max: 6 }), columns: fc.integer({ min: 1, max: 6 }) })
  .chain(({ rows, columns }) =>
    fc.array(fc.float({ noNaN: true }), { minLength: rows * columns, maxLength: rows * columns })
      .map((values) => matrix(Float32Array.from(values), columns))
  );

const at = ({ columns, data }: Matrix, i: number, j: number) => data[i * columns + j];

Deno.test("matrix: refuses data that fill no whole rows, with both sizes", () => {
  assertThrows(
    () => matrix(new Float32Array(7), 3),
    RangeError,
    "Cannot shape a matrix: 7 values must fill rows of 3, but they do not",
  );
  assertThrows(() => matrix(new Float32Array(0), 0), RangeError, "rows of 0");
});

Deno.test("matrix: no data are no rows", () => {
  assertEquals(matrix(new Float32Array(0), 3).rows, 0);
});

Deno.test("columnRange, besideEachOther: cut anywhere, the parts side by side are the whole", () => {
  fc.assert(fc.property(matrices, fc.nat(5), (whole, number) => {
    const cut = number % whole.columns;
    const right = columnRange(whole, cut, whole.columns);
    assertEquals(cut === 0 ? right : besideEachOther(columnRange(whole, 0, cut), right), whole);
  }));
});

Deno.test("besideEachOther: refuses parts of unequal height", () => {
  const of = (rows: number) => matrix(new Float32Array(rows), 1);
  assertThrows(() => besideEachOther(of(2), of(3)), RangeError, "all need 2 rows, but one has 3");
});

Deno.test("rowRange: is a view of the rows, not a copy", () => {
  const whole = matrix(Float32Array.of(1, 2, 3, 4, 5, 6), 2);
  const part = rowRange(whole, 1, 3);
  assertEquals([part.rows, part.columns, ...part.data], [2, 2, 3, 4, 5, 6]);
  part.data[0] = 9;
  assertEquals(whole.data[2], 9);
});

Deno.test("pickRows: element (i, j) is (indices[i], j) of the source, and a copy", () => {
  fc.assert(fc.property(matrices, fc.array(fc.nat(), { maxLength: 8 }), (source, numbers) => {
    const indices = numbers.map((number) => number % source.rows);
    const before = source.data.slice();
    const picked = pickRows(source, indices);
    assertEquals([picked.rows, picked.columns], [indices.length, source.columns]);
    indices.forEach((index, i) => {
      for (let j = 0; j < source.columns; j++) assertEquals(at(picked, i, j), at(source, index, j));
    });
    picked.data.fill(7);
    assertEquals(source.data, before);
  }));
});

Deno.test("repeatRows: copies of a row follow each other", () => {
  const source = matrix(Float32Array.of(1, 2, 3, 4), 2);
  assertEquals([...repeatRows(source, 2).data], [1, 2, 1, 2, 3, 4, 3, 4]);
});

Deno.test("column: the values of one column as 64-bit numbers", () => {
  assertEquals(column(matrix(Float32Array.of(1, 2, 3, 4), 2), 1), Float64Array.of(2, 4));
});

Deno.test("rowIsFinite: of each row by itself", () => {
  const rows = matrix(Float32Array.of(1, 2, NaN, 4, 5, Infinity, -1, 0), 2);
  assertEquals([0, 1, 2, 3].map((i) => rowIsFinite(rows, i)), [true, false, false, true]);
});
