import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { normals } from "../../kernels/philox/mod.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import { decode, encode, macrostateMap, microstateDimension } from "../../macronet/macrostate_map.ts";
import { column, matrix, rowRange } from "../../macronet/matrix.ts";
import { murmur3, noiseCoordinates } from "../../macronet/noise_coordinates.ts";
import { standardise } from "../../macronet/standardise.ts";
import { correlation, mean, quantile, variance } from "../../systems/metrics/statistics.ts";

await useWasmBackend();

const x = matrix(normals(3 * 4000, { seed: 1, purpose: "rows" }), 3);

Deno.test("noiseCoordinates: are standard normal, independent of each other and of the row", () => {
  const noise = noiseCoordinates(x, 2);
  for (const values of [column(noise, 0), column(noise, 1)]) {
    assertAlmostEquals(mean(values), 0, 0.06);
    assertAlmostEquals(variance(values), 1, 0.08);
    assertAlmostEquals(quantile(values, 0.975), 1.96, 0.12);
    for (let j = 0; j < x.columns; j++) assertAlmostEquals(correlation(values, column(x, j)), 0, 0.06);
  }
  assertAlmostEquals(correlation(column(noise, 0), column(noise, 1)), 0, 0.06);
});

Deno.test("noiseCoordinates: a row has the same ones anywhere, and the first of more are the fewer", () => {
  const noise = noiseCoordinates(x, 2), more = noiseCoordinates(x, 5);
  for (const i of [0, 7, 3999]) {
    const alone = noiseCoordinates(rowRange(x, i, i + 1), 2).data;
    assertEquals(alone, rowRange(noise, i, i + 1).data);
    assertEquals(alone, rowRange(more, i, i + 1).data.slice(0, 2));
  }
});

Deno.test("noiseCoordinates: rows that differ in one bit have others", () => {
  const bits = (row: Float32Array) => new Uint32Array(row.buffer);
  fc.assert(fc.property(fc.nat(2), fc.nat(22), fc.nat(3999), (j, bit, i) => {
    const row = rowRange(x, i, i + 1).data.slice();
    const before = noiseCoordinates(matrix(row, 3), 1).data[0];
    bits(row)[j] ^= 1 << bit;
    assertNotEquals(noiseCoordinates(matrix(row, 3), 1).data[0], before);
  }));
});

Deno.test("noiseCoordinates: 4000 rows, 4000 first coordinates", () => {
  assert(new Set(noiseCoordinates(x, 1).data).size > 3990); // some of the 2²⁴ values of a draw meet
});

Deno.test("murmur3: known answers", () => {
  assertEquals(murmur3(Uint32Array.of(), 0), 0);
  assertEquals(murmur3(Uint32Array.of(), 1), 0x514e28b7);
  assertEquals(murmur3(Uint32Array.of(0), 0), 0x2362f9de);
  assertEquals(murmur3(Uint32Array.of(0xffffffff), 0), 0x76293b50);
  assertEquals(murmur3(Uint32Array.of(0x87654321), 0x5082edee), 0x2362f9de);
});

Deno.test("encode, decode: noise coordinates are added before f and taken off after f⁻¹", () => {
  const map = {
    ...macrostateMap(standardise({ mean: [0, 0, 0, 5, 5], deviation: [1, 1, 1, 2, 2] }), {
      macroDimension: 1,
    }),
    noiseCoordinates: 2,
  };
  assertEquals(microstateDimension(map), 3);
  const few = rowRange(x, 0, 4);
  const encoded = encode(map, {}, few);
  assertEquals([encoded.macrostate.columns, encoded.abandoned.columns], [1, 4]);
  const noise = noiseCoordinates(few, 2);
  assertEquals(column(encoded.abandoned, 2), column(noise, 0).map((value) => Math.fround((value - 5) / 2)));
  assertEquals(decode(map, {}, encoded), matrix(few.data.slice(), 3));
});
