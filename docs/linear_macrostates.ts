/**
 * How often linear systems that share given invariants turn the same way: what macrostates of d = 2 could come to.
 *
 * ```sh
 * deno run docs/linear_macrostates.ts
 * ```
 *
 * Matrices of N(0, 1) entries are sorted into cells of nearly equal invariants, each is paired with another of its cell,
 * and both are grown from starts of their own.
 *
 * @module
 */
import { normals } from "../kernels/philox/mod.ts";
import { matrix } from "../macronet/matrix.ts";
import { sweeps, trajectories } from "../systems/rotation_agreement.ts";

/** Matrices, and cells along each of two invariants. */
const SAMPLES = 400_000, CELLS = 40;

/** A trajectory that sweeps more, in radians, clearly turns. */
const CLEAR = 1;

const matrices = matrix(normals(4 * SAMPLES, { seed: 1, purpose: "matrices" }), 4);

/** The angle that each sweeps from a start of its own. */
function swept(purpose: string): Float64Array {
  const starts = matrix(normals(2 * SAMPLES, { seed: 1, purpose }), 2);
  return sweeps(trajectories(matrices, starts, 8));
}

function invariant(of: (a: number, b: number, c: number, d: number) => number): Float64Array {
  return Float64Array.from({ length: SAMPLES }, (_, i) => {
    const [a, b, c, d] = matrices.data.subarray(4 * i, 4 * i + 4);
    return of(a, b, c, d);
  });
}

const trace = invariant((a, _b, _c, d) => a + d);
const turn = invariant((_a, b, c) => c - b);
const shear = invariant((a, b, c, d) => Math.hypot(a - d, b + c));
const [sweep, another] = [swept("starts"), swept("other starts")];

/** For every value the cell it lies in, all cells being equally full. */
function cellsOf(values: Float64Array): Uint32Array {
  const cells = new Uint32Array(SAMPLES);
  const order = Uint32Array.from(values.keys()).sort((i, j) => values[i] - values[j]);
  order.forEach((row, place) => cells[row] = Math.floor((place * CELLS) / SAMPLES));
  return cells;
}

/** The share of pairs with the same macrostate that turn the same way, where one turns and where it clearly does. */
function agreement(first: Float64Array, second: Float64Array): string {
  const [of, and] = [cellsOf(first), cellsOf(second)];
  const cell = of.map((row, i) => row * CELLS + and[i]);
  const order = Uint32Array.from(cell.keys()).sort((i, j) => cell[i] - cell[j] || i - j);
  const agreeing = [0, 0], counted = [0, 0];
  for (let place = 1; place < SAMPLES; place++) {
    const [i, j] = [order[place - 1], order[place]];
    if (cell[i] !== cell[j] || Math.abs(turn[i]) <= shear[i]) continue;
    for (const which of Math.abs(sweep[i]) > CLEAR ? [0, 1] : [0]) {
      counted[which]++;
      if (Math.sign(sweep[i]) === Math.sign(another[j])) agreeing[which]++;
    }
  }
  return agreeing.map((count, which) => (count / counted[which]).toFixed(3)).join(" of all that rotate, ") +
    ` of those that sweep more than ${CLEAR} rad`;
}

console.log(`trace and c - b:          ${agreement(trace, turn)}`);
console.log(`c - b and symmetric part: ${agreement(turn, shear)}`);
