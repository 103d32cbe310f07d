/**
 * The JavaScript engine's own functions, which `mod.ts` must agree with to a few units in the last place. Good
 * for tests, not for anything that is stored.
 *
 * @module
 */

/** Each function of `mod.ts` that the engine has too. */
export const reference = {
  exp: Math.exp,
  log: Math.log,
  log1p: Math.log1p,
  pow: Math.pow,
  sin: Math.sin,
  cos: Math.cos,
  atan2: Math.atan2,
  tanh: Math.tanh,
} as const;

/** Φ(x) by Simpson's rule on the density from 0 to `x`: slow, and plainly right to about 1e-14 for |x| ≤ 6. */
export function normalCdf(x: number): number {
  const intervals = 20_000;
  const width = x / intervals;
  let sum = 0;
  for (let i = 0; i < intervals; i++) {
    const left = i * width;
    sum += density(left) + 4 * density(left + width / 2) + density(left + width);
  }
  return 0.5 + sum * width / 6;
}

function density(x: number): number {
  return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
}
