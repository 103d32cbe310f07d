/**
 * What the abandoned part still tells about the macrostate, which conditional sampling takes to be nothing.
 *
 * @module
 */
import { column, type Matrix, rowRange } from "../../macronet/matrix.ts";
import { mean, permutationNull, ranks, type Values } from "./statistics.ts";

/** Dimensions of z that are looked at: so many from the first on, and so many spread over the others. */
const FIRST = 16, SPREAD = 16;

/**
 * Dimensions of z to look at: all of up to 32. Of a field's thousands it is the first 16, which for a multiscale network
 * are the coarsest, and 16 at even distances over the others, the last among them.
 *
 * @example
 * ```ts
 * import { dimensionsLookedAt } from "./dependence.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(dimensionsLookedAt(3), [0, 1, 2]);
 * assertEquals(dimensionsLookedAt(336).slice(14, 18), [14, 15, 35, 55]);
 * assertEquals(dimensionsLookedAt(336).at(-1), 335);
 * ```
 */
export function dimensionsLookedAt(count: number): number[] {
  const first = Array.from({ length: Math.min(count, FIRST) }, (_, i) => i);
  const others = count - first.length;
  const spread = Math.min(others, SPREAD);
  return [
    ...first,
    ...Array.from({ length: spread }, (_, i) => FIRST - 1 + Math.floor((i + 1) * others / spread)),
  ];
}

/** What {@link abandonedDependence} finds. */
export interface Dependence {
  /** The strongest rank correlation, by its own sign: around 0 if z ⟂ α, whatever the number of rows. */
  readonly value: number;
  /** Its 95 % quantile if α were independent of z: what that many rows cannot tell from 0. */
  readonly ofIndependent: number;
}

/**
 * The strongest Spearman correlation between a macro dimension and either an abandoned dimension or its absolute value.
 *
 * The largest of many correlations is far from 0 by chance alone: of 200 over 250 independent rows it is 0.18. So the
 * strongest pair is found on one half of the rows, and its correlation, with the sign that it had there, is taken from
 * the other half, which had no say in the choice; and the same with the halves exchanged. The mean of both is published.
 *
 * @param macrostate `[rows, d]`
 * @param abandoned `[rows, …]`, the columns to look at; where there is none, nothing depends.
 * @param options `permutations` behind {@link Dependence.ofIndependent}.
 * @throws {RangeError} When the two are not of equal height, or have fewer than 4 rows.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { normals } from "../../kernels/philox/mod.ts";
 * import { matrix } from "../../macronet/matrix.ts";
 * import { abandonedDependence } from "./dependence.ts";
 *
 * const alpha = matrix(normals(1000, { seed: 1, purpose: "alpha" }), 1);
 * const z = matrix(normals(10_000, { seed: 1, purpose: "z" }), 10);
 * const { value, ofIndependent } = abandonedDependence(alpha, z, { seed: 1, permutations: 100 });
 * assert(value < ofIndependent && ofIndependent < 0.1);
 * ```
 */
export function abandonedDependence(
  macrostate: Matrix,
  abandoned: Matrix,
  { seed, permutations }: { seed: number; permutations: number },
): Dependence {
  const half = Math.floor(macrostate.rows / 2);
  if (abandoned.rows !== macrostate.rows || half < 2) {
    throw new RangeError(
      `Cannot measure dependence: both parts need as many rows, at least 4, but they have ${macrostate.rows} and ` +
        `${abandoned.rows}`,
    );
  }
  if (abandoned.columns === 0) return { value: 0, ofIndependent: 0 };
  const halves = [0, half].map((from) => ({
    alpha: columnsOf(rowRange(macrostate, from, from + half)).map(standardRanks),
    z: columnsOf(rowRange(abandoned, from, from + half))
      .flatMap((values) => [values, values.map(Math.abs)]).map(standardRanks),
  }));
  const strongest = (partners?: Values) => {
    const found = halves.map(({ alpha, z }) =>
      alpha.flatMap((one) => {
        const own = partners ? Float64Array.from(partners, (i) => one[i]) : one;
        return z.map((other) => dot(own, other));
      })
    );
    return mean([[0, 1], [1, 0]].map(([choosing, measuring]) => {
      const chosen = strongestOf(found[choosing]);
      return Math.sign(found[choosing][chosen]) * found[measuring][chosen];
    }));
  };
  const ofIndependent = permutationNull(half, strongest, {
    seed,
    resamples: permutations,
    purpose: "dependence",
  });
  return { value: strongest(), ofIndependent };
}

function columnsOf(source: Matrix): Float64Array[] {
  return Array.from({ length: source.columns }, (_, j) => column(source, j));
}

/** Ranks about 0 whose squares add up to 1, or all 0 where no two values differ. */
function standardRanks(values: Values): Float64Array {
  const places = ranks(values);
  const centre = (places.length - 1) / 2;
  const centred = places.map((place) => place - centre);
  const norm = Math.sqrt(dot(centred, centred)) || 1;
  return centred.map((value) => value / norm);
}

function strongestOf(correlations: readonly number[]): number {
  return correlations.reduce(
    (best, value, i) => Math.abs(value) > Math.abs(correlations[best]) ? i : best,
    0,
  );
}

function dot(x: Values, y: Values): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}
