import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { normals } from "../../../kernels/philox/mod.ts";
import { matrix, rowRange } from "../../../macronet/matrix.ts";
import { LOOKS, looks, meanDistance, spreadOf } from "../../../systems/metrics/pattern_distance.ts";
import { moved, SYMMETRIES } from "../fields.ts";

const SIZE = 16, WIDTH = 2 * SIZE * SIZE;
const patterns = matrix(
  normals(6 * WIDTH, { seed: 1, purpose: "patterns" })
    .map((value, i) => 0.3 + 0.02 * (1 + Math.floor(i / WIDTH)) * value),
  WIDTH,
);
const all = looks(patterns);
const scale = spreadOf(patterns);

Deno.test("meanDistance: 0 to itself, and to itself moved, by every look", () => {
  const [first] = all;
  for (const look of LOOKS) assertEquals(meanDistance(first, [first], scale)[look], 0);
  for (const symmetry of Object.values(SYMMETRIES)) {
    const other = moved(rowRange(patterns, 0, 1).data, symmetry({ size: SIZE, dx: 3, dy: 5 }));
    const distances = meanDistance(first, looks(matrix(other, WIDTH)), scale);
    for (const look of LOOKS) assertAlmostEquals(distances[look], 0, 1e-6);
  }
});

Deno.test("meanDistance: grows with the contrast between two patterns, and is symmetric", () => {
  for (const look of ["spectrum", "moments"] as const) {
    const distance = (a: number, b: number) => meanDistance(all[a], [all[b]], scale)[look];
    assert(distance(0, 5) > distance(0, 1));
    assertAlmostEquals(distance(0, 5), distance(5, 0), 1e-12);
  }
});

Deno.test("meanDistance: the mean of the distances to each, in units of the spread", () => {
  const [target, one, two] = all;
  for (const look of LOOKS) {
    const each = [one, two].map((found) => meanDistance(target, [found], scale)[look]);
    assertAlmostEquals(meanDistance(target, [one, two], scale)[look], (each[0] + each[1]) / 2, 1e-12);
  }
  const double = { ...scale, moments: Array.from(scale.moments, (unit) => 2 * unit) };
  const moments = (units: typeof scale) => meanDistance(target, [one], units).moments;
  assertAlmostEquals(moments(double), moments(scale) / 2, 1e-12);
});

Deno.test("meanDistance: patterns that are not finite are left out", () => {
  const broken = looks(matrix(new Float32Array(WIDTH).fill(NaN), WIDTH));
  assertEquals(meanDistance(all[0], [all[1], ...broken], scale), meanDistance(all[0], [all[1]], scale));
});

Deno.test("spreadOf: what is the same in all patterns has a unit of 1", () => {
  const same = matrix(
    Float32Array.from([...patterns.data.slice(0, WIDTH), ...patterns.data.slice(0, WIDTH)]),
    WIDTH,
  );
  for (const look of LOOKS) assert(Array.from(spreadOf(same)[look]).every((unit) => unit === 1));
});
