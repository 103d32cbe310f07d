import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { align, applied, type Rows, type SignedPermutation } from "../../../systems/metrics/alignment.ts";

const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });

/** Rows of one to five coordinates. */
const rows = fc.integer({ min: 1, max: 5 }).chain((d) =>
  fc.array(fc.array(number, { minLength: d, maxLength: d }), { minLength: 1, maxLength: 12 })
);

/** Rows, and a signed permutation of their coordinates. */
const permuted = rows.chain((rows) => {
  const d = rows[0].length;
  const order = fc.shuffledSubarray(Array.from({ length: d }, (_, i) => i), { minLength: d, maxLength: d });
  const signs = fc.array(fc.constantFrom<1 | -1>(1, -1), { minLength: d, maxLength: d });
  return fc.record({ rows: fc.constant(rows), permutation: fc.record({ order, signs }) });
});

function distance(rows: Rows, reference: Rows): number {
  return rows.flat().reduce((sum, value, i) => sum + (value - reference.flat()[i]) ** 2, 0);
}

/** All d! · 2ᵈ of them. */
function* signedPermutations(d: number, order: number[] = []): Iterable<SignedPermutation> {
  if (order.length === d) {
    for (let bits = 0; bits < 1 << d; bits++) {
      yield { order, signs: order.map((_, i) => (bits >> i) & 1 ? -1 : 1) };
    }
    return;
  }
  for (let j = 0; j < d; j++) if (!order.includes(j)) yield* signedPermutations(d, [...order, j]);
}

Deno.test("align() undoes any signed permutation: the distance is 0", () =>
  fc.assert(fc.property(permuted, ({ rows, permutation }) => {
    const moved = applied(permutation, rows);
    assertEquals(distance(applied(align(moved, rows), moved), rows), 0);
  })));

Deno.test("align() finds the best of all signed permutations", () =>
  fc.assert(
    fc.property(permuted, fc.infiniteStream(number), ({ rows }, noise) => {
      const reference = rows.map((row) => row.map(() => noise.next().value as number));
      const found = distance(applied(align(rows, reference), rows), reference);
      for (const other of signedPermutations(Math.min(4, rows[0].length))) {
        if (rows[0].length > 4) return;
        assert(found <= distance(applied(other, rows), reference) * (1 + 1e-12));
      }
    }),
    { numRuns: 50 },
  ));

Deno.test("align() keeps order and signs where nothing speaks for others", () => {
  assertEquals(align([[0, 0], [0, 0]], [[0, 0], [0, 0]]), { order: [0, 1], signs: [1, 1] });
  assertEquals(align([[1, 1]], [[1, 1]]), { order: [0, 1], signs: [1, 1] });
});

Deno.test("align() undoes no rotation: half a right angle stays half a right angle", () => {
  const reference = [[1, 0], [0, 1], [-1, 0], [0, -1]];
  const rotated = reference.map(([x, y]) => [Math.SQRT1_2 * (x - y), Math.SQRT1_2 * (x + y)]);
  const left = distance(applied(align(rotated, reference), rotated), reference);
  // Each point is 45° off on the unit circle, and stays so: |1 − e^(iπ/4)|² = 2 − √2.
  assert(Math.abs(left - 4 * (2 - Math.SQRT2)) < 1e-12, String(left));
});

Deno.test("align() refuses what has another shape, or more coordinates than it can take", () => {
  assertThrows(() => align([[1, 2]], [[1]]), RangeError, "but they are [1, 2] and [1, 1]");
  assertThrows(() => align([[1]], [[1], [2]]), RangeError, "one shape");
  assertThrows(() => align([[1, 2], [3]], [[1, 2], [3, 4]]), RangeError, "one shape");
  const wide = [new Array(17).fill(0)];
  assertThrows(() => align(wide, wide), RangeError, "at most 16");
});
