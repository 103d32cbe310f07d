/**
 * Pairs whose mutual information is known.
 *
 * @module
 */
import { normals } from "../../../kernels/philox/mod.ts";
import { type Matrix, matrix } from "../../../macronet/matrix.ts";

/** Standard normal sides of d independent dimensions, each correlated by ρ with its partner. */
export function correlatedPair(
  { rows, d, rho, sample = 0 }: { rows: number; d: number; rho: number; sample?: number },
): { x: Matrix; y: Matrix } {
  const x = normals(rows * d, { seed: 1, purpose: "x", sample });
  const noise = normals(rows * d, { seed: 1, purpose: "noise", sample });
  const y = x.map((value, i) => rho * value + Math.sqrt(1 - rho * rho) * noise[i]);
  return { x: matrix(x, d), y: matrix(y, d) };
}

/** I(x; y) of a {@link correlatedPair}, in nats: −½ Σ log(1 − ρ²). */
export function gaussianInformation(d: number, rho: number): number {
  return -0.5 * d * Math.log(1 - rho * rho);
}
