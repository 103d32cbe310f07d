// asc: --importMemory --initialMemory 1 --maximumMemory 65536 --sharedMemory --enable threads
// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
// deno-fmt-ignore-file: the formatter would delete the decorator @inline.
//
// Adam over one flat vector of parameters (Kingma & Ba 2015, Algorithm 1), in memory that threads share.
//
// Order. A gradient is the sum of its parts in their order, each times its share. The sum of its squares is four sums in
// 64 bits, of every fourth number each, added as (0 + 1) + (2 + 3). All else is done number by number in 32 bits, one
// operation rounded after the other. Counts are multiples of 4.

@inline function load(at: usize): v128 { return v128.load(at); }

/** gradient ← Σ share · part; the parts lie one after the other. Gives the sum of the squares. */
export function gather(parts: usize, shares: usize, count: i32, gradient: usize, floats: i32): f64 {
  const bytes = <usize> floats * 4;
  let low = f64x2.splat(0), high = low;
  for (let at: usize = 0; at < bytes; at += 16) {
    let sum = f32x4.mul(load(parts + at), v128.load_splat<f32>(shares));
    for (let part = 1; part < count; part++) {
      const share = v128.load_splat<f32>(shares + 4 * <usize> part);
      sum = f32x4.add(sum, f32x4.mul(load(parts + <usize> part * bytes + at), share));
    }
    v128.store(gradient + at, sum);
    const first = f64x2.promote_low_f32x4(sum);
    const second = f64x2.promote_low_f32x4(v128.shuffle<f64>(sum, sum, 1, 1));
    low = f64x2.add(low, f64x2.mul(first, first));
    high = f64x2.add(high, f64x2.mul(second, second));
  }
  return f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1) +
    (f64x2.extract_lane(high, 0) + f64x2.extract_lane(high, 1));
}

/**
 * One step: g = scale · gradient, mean ← β₁ mean + (1 − β₁) g, square ← β₂ square + (1 − β₂) g²,
 * parameter −= rate · mean / (√(square · squareScale) + ε).
 */
export function step(
  parameters: usize, mean: usize, square: usize, gradient: usize, floats: i32,
  scale: f32, rate: f32, squareScale: f32, beta1: f32, rest1: f32, beta2: f32, rest2: f32, epsilon: f32,
): void {
  const bytes = <usize> floats * 4;
  for (let at: usize = 0; at < bytes; at += 16) {
    const g = f32x4.mul(load(gradient + at), f32x4.splat(scale));
    const m = f32x4.add(f32x4.mul(f32x4.splat(beta1), load(mean + at)), f32x4.mul(f32x4.splat(rest1), g));
    const kept = f32x4.mul(f32x4.splat(beta2), load(square + at));
    const s = f32x4.add(kept, f32x4.mul(f32x4.splat(rest2), f32x4.mul(g, g)));
    const width = f32x4.add(f32x4.sqrt(f32x4.mul(s, f32x4.splat(squareScale))), f32x4.splat(epsilon));
    const move = f32x4.div(f32x4.mul(f32x4.splat(rate), m), width);
    v128.store(mean + at, m);
    v128.store(square + at, s);
    v128.store(parameters + at, f32x4.sub(load(parameters + at), move));
  }
}
