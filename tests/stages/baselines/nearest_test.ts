import { assertEquals, assertThrows } from "@std/assert";
import { normals } from "../../../kernels/philox/mod.ts";
import { matrix, pickRows } from "../../../macronet/matrix.ts";
import { nearestRows } from "../../../stages/baselines/nearest.ts";

const rows = matrix(normals(300, { seed: 1, purpose: "nearest" }), 3);

Deno.test("nearestRows: of a row that is among them, it is the nearest", () => {
  const wanted = [7, 0, 99];
  const found = nearestRows(pickRows(rows, wanted), rows, 4);
  assertEquals([found[0], found[4], found[8]], wanted);
  assertEquals(new Set(found.slice(0, 4)).size, 4);
});

Deno.test("nearestRows: of equals it takes the first", () => {
  assertEquals(nearestRows(pickRows(rows, [5]), pickRows(rows, [3, 5, 5, 5]), 2), [1, 2]);
});

Deno.test("nearestRows: refuses to take more than there are", () => {
  const message =
    "there must be at least 5 to train on, one for each draw, but there are 4. Lower sample.draws";
  assertThrows(() => nearestRows(rows, pickRows(rows, [1, 2, 3, 4]), 5), RangeError, message);
});
