/**
 * Two macrostates compared up to what they are defined up to.
 *
 * Nothing in the loss tells one macro coordinate from another, or a coordinate from its negative: a signed
 * permutation of the coordinates is the same macrostate. (With a Gaussian base, it is blind to rotations as well;
 * see `docs/checking.md` for why those are not undone here.)
 *
 * @module
 */

/** Rows of numbers, all of one length. */
export type Rows = readonly (readonly number[])[];

/** Coordinate i is `signs[i]` times coordinate `order[i]`. */
export interface SignedPermutation {
  readonly order: readonly number[];
  readonly signs: readonly (1 | -1)[];
}

/** Most coordinates that {@link align} takes: its work grows as d 2ᵈ. */
export const MOST_COORDINATES = 16;

/**
 * The signed permutation that brings rows as near to the reference as one can, by the sum of squared differences.
 *
 * Of all d! · 2ᵈ it is the best, found coordinate by coordinate over the subsets of those that are taken (Held and
 * Karp 1962). Where several are equally good, one is taken that keeps signs and order.
 *
 * @throws {RangeError} When the two are not of one shape, or have more than {@link MOST_COORDINATES}.
 *
 * @example
 * ```ts
 * import { align, applied } from "./alignment.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const reference = [[1, 10], [2, 30]];
 * const permuted = [[-10, 1], [-30, 2]];
 * const alignment = align(permuted, reference);
 * assertEquals(alignment, { order: [1, 0], signs: [1, -1] });
 * assertEquals(applied(alignment, permuted), reference);
 * ```
 */
export function align(rows: Rows, reference: Rows): SignedPermutation {
  const d = reference[0]?.length ?? 0;
  const isOfOneShape = rows.length === reference.length &&
    [...rows, ...reference].every((row) => row.length === d);
  if (!isOfOneShape || d > MOST_COORDINATES) {
    throw new RangeError(
      `Cannot align macrostates: both must have one shape of at most ${MOST_COORDINATES} coordinates, but they ` +
        `are [${rows.length}, ${rows[0]?.length ?? 0}] and [${reference.length}, ${d}]`,
    );
  }
  const costs = Array.from(
    { length: d },
    (_, i) => Array.from({ length: d }, (_, j) => pairing(rows, reference, i, j)),
  );
  // best[taken] pairs the first |taken| coordinates of the reference with those in the set.
  const best: { cost: number; order: readonly number[] }[] = [{ cost: 0, order: [] }];
  for (let taken = 1; taken < 1 << d; taken++) {
    for (let j = 0; j < d; j++) {
      if ((taken & (1 << j)) === 0) continue;
      const before = best[taken ^ (1 << j)];
      const cost = before.cost + costs[before.order.length][j].cost;
      if (best[taken] === undefined || cost <= best[taken].cost) {
        best[taken] = { cost, order: [...before.order, j] };
      }
    }
  }
  const { order } = best[(1 << d) - 1];
  return { order, signs: order.map((j, i) => costs[i][j].sign) };
}

/** The rows with their coordinates permuted and signed. */
export function applied({ order, signs }: SignedPermutation, rows: Rows): Rows {
  return rows.map((row) => order.map((j, i) => signs[i] * row[j]));
}

/** How well coordinate j of rows stands for coordinate i of the reference, and with which sign. */
function pairing(rows: Rows, reference: Rows, i: number, j: number): { cost: number; sign: 1 | -1 } {
  let same = 0, opposite = 0;
  for (let row = 0; row < rows.length; row++) {
    const x = rows[row][j], y = reference[row][i];
    same += (x - y) * (x - y);
    opposite += (x + y) * (x + y);
  }
  return opposite < same ? { cost: opposite, sign: -1 } : { cost: same, sign: 1 };
}
