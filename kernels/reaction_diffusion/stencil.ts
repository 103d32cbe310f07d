/**
 * The two discrete Laplacians on square cells of side dx.
 *
 * 5-point: (edges − 4 centre) / dx². 9-point: (4 edges + corners − 20 centre) / 6 dx² = ⅔ (edges + ¼ corners − 5
 * centre) / dx², whose leading error is isotropic (Patra and Karttunen, "Stencils with isotropic discretization error
 * for differential operators", Numer. Methods Partial Differ. Equ. 22, 2006).
 *
 * @module
 */
import type { Arithmetic } from "./arithmetic.ts";

/** How many cells a Laplacian looks at. */
export type Laplacian = 5 | 9;

/** Cells around one. */
export interface Neighbours<T> {
  readonly left: T;
  readonly right: T;
  readonly up: T;
  readonly down: T;
  readonly upLeft: T;
  readonly upRight: T;
  readonly downLeft: T;
  readonly downRight: T;
}

/** ∇² = weight · (sum of neighbours − centre · the cell) / dx². */
export interface Stencil {
  readonly centre: number;
  readonly weight: number;
  /** The sum of neighbours, in one order of additions. */
  sum<T>(neighbours: Neighbours<T>, arithmetic: Arithmetic<T>): T;
  /**
   * The eigenvalue of −dx² ∇² that belongs to the waves along x and y whose own are X and Y: 2 − 2 cos θ each, at
   * most 4.
   */
  eigenvalue(X: number, Y: number): number;
}

/**
 * Diagonal neighbours first, as the kernel of Gray-Scott adds them: each of its pairs serves two cells. A field that is
 * turned by half a turn or mirrored at a diagonal gives its sums so turned or mirrored, bit for bit. Quarter turns and
 * mirrors at an axis pair the neighbours otherwise, and give them up to rounding.
 */
function edgesInDiagonalPairs<T>({ left, right, up, down }: Neighbours<T>, { add }: Arithmetic<T>): T {
  return add(add(left, down), add(up, right));
}

/** Opposite neighbours first: the same seen from any side, so that all symmetries of the square hold bit for bit. */
function edges<T>({ left, right, up, down }: Neighbours<T>, { add }: Arithmetic<T>): T {
  return add(add(left, right), add(up, down));
}

/** Alike. */
function corners<T>({ upLeft, upRight, downLeft, downRight }: Neighbours<T>, { add }: Arithmetic<T>): T {
  return add(add(upLeft, downRight), add(upRight, downLeft));
}

export const STENCILS: Readonly<Record<Laplacian, Stencil>> = {
  5: { centre: 4, weight: 1, sum: edgesInDiagonalPairs, eigenvalue: (X, Y) => X + Y },
  9: {
    centre: 5,
    weight: 2 / 3,
    sum: (neighbours, arithmetic) =>
      arithmetic.add(
        edges(neighbours, arithmetic),
        arithmetic.mul(arithmetic.number(0.25), corners(neighbours, arithmetic)),
      ),
    eigenvalue: (X, Y) => X + Y - X * Y / 6,
  },
};

/** The largest eigenvalue of −∇², that of the chequerboard: 8 / dx² of the 5-point, 16 / 3 dx² of the 9-point one. */
export function finestWave({ dx, laplacian }: { dx: number; laplacian: Laplacian }): number {
  return STENCILS[laplacian].eigenvalue(4, 4) / (dx * dx);
}
