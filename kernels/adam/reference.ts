/**
 * The kernels of `mod.ts` number by number: the oracle that they equal bit for bit.
 *
 * @module
 */
import type { Coefficients } from "./mod.ts";

const f32 = Math.fround;

/** Σ share · part, and the sum of its squares. */
export function gather(
  parts: readonly Float32Array[],
  shares: readonly number[],
): { gradient: Float32Array; squares: number } {
  const gradient = parts[0].map((_, i) =>
    parts.reduce((sum, part, p) => {
      const weighed = f32(part[i] * f32(shares[p]));
      return p === 0 ? weighed : f32(sum + weighed);
    }, 0)
  );
  const sums = [0, 0, 0, 0];
  gradient.forEach((value, i) => sums[i % 4] += value * value);
  return { gradient, squares: sums[0] + sums[1] + (sums[2] + sums[3]) };
}

/** One step of one parameter. */
export function step(
  { parameter, mean, square, gradient }: {
    parameter: number;
    mean: number;
    square: number;
    gradient: number;
  },
  { scale, rate, squareScale, beta1, beta2, epsilon }: Coefficients,
): { parameter: number; mean: number; square: number } {
  const g = f32(gradient * f32(scale));
  const m = f32(f32(f32(beta1) * mean) + f32(f32(1 - beta1) * g));
  const s = f32(f32(f32(beta2) * square) + f32(f32(1 - beta2) * f32(g * g)));
  const width = f32(f32(Math.sqrt(f32(s * f32(squareScale)))) + f32(epsilon));
  return { parameter: f32(parameter - f32(f32(f32(rate) * m) / width)), mean: m, square: s };
}
