import { grayScott, type Laplacian, stableTimeStep as limitOf } from "../reaction_diffusion/mod.ts";

/** The parameters of the Gray-Scott equations, in cells and units of time. All are ≥ 0. */
export interface Rule {
  /** Diffusion coefficient of a, the substrate. */
  Da: number;
  /** Diffusion coefficient of b, the catalyst. */
  Db: number;
  /** Feed rate: how fast a is replenished, and everything washed out. */
  F: number;
  /** Kill rate: how fast b is removed beyond that. */
  k: number;
}

/**
 * The time step from which explicit Euler no longer damps the grid's finest wave: 2 / (λ Da + F + b₊²), or
 * 2 / (λ Db + F + k) if that is smaller.
 *
 * An error of one wave number in a is multiplied by 1 − δt (λ Da + F + b²) in a step, where λ, an eigenvalue of
 * −∇², is at most that of the chequerboard: 8 / dx² with 5 points, 16 / 3 dx² with 9; |1 − x| < 1 needs x < 2. The
 * same holds of b, whose reaction only works against its decay. The chequerboard fills the grid, so the b that counts
 * is that of a uniform state: b₊, the larger stationary one, or 0 where there is none. A pattern's peaks are higher
 * (0.7), but too small to feed it.
 *
 * The limit is necessary, not sufficient: it knows nothing of the reaction, which overshoots at large δt. At
 * δt = 1, over random F and k, the largest Da without overflow in 6000 steps was 1 to 7 % above the limit that
 * follows from here, never below.
 *
 * @example
 * ```ts
 * import { ok } from "node:assert/strict";
 * ok(stableTimeStep({ Da: 0.21, Db: 0.1, F: 0.04, k: 0.06 }) > 1);
 * ok(stableTimeStep({ Da: 0.25, Db: 0.1, F: 0.04, k: 0.06 }) < 1);
 * ```
 */
export function stableTimeStep(rule: Rule, options: { dx?: number; laplacian?: Laplacian } = {}): number {
  return limitOf(grayScott, rule, options);
}
