// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
//
// Trajectories of the two small systems. All arrays are f32 in linear memory, at pointers that mod.ts chooses.

/** First byte of linear memory that is free for the caller. */
export function freeMemory(): usize {
  return (__heap_base + 15) & ~15;
}

/** Explicit Euler, x ← x + (M x) δt, for each of count matrices [count, 4] and starts [count, 2]. */
export function linear(
  matrices: usize,
  starts: usize,
  out: usize,
  count: i32,
  steps: i32,
  timeStep: f32,
): void {
  for (let i = 0; i < count; i++, matrices += 16, starts += 8) {
    const a = load<f32>(matrices, 0), b = load<f32>(matrices, 4);
    const c = load<f32>(matrices, 8), d = load<f32>(matrices, 12);
    let x = load<f32>(starts, 0), y = load<f32>(starts, 4);
    for (let step = 0; step < steps; step++, out += 8) {
      const velocityX = a * x + b * y;
      const velocityY = c * x + d * y;
      x += velocityX * timeStep;
      y += velocityY * timeStep;
      store<f32>(out, x, 0);
      store<f32>(out, y, 4);
    }
  }
}

/** The harmonic oscillator's flow, a rotation of (x, p) by the time: starts [count, 2], times [count]. */
export function oscillator(starts: usize, times: usize, out: usize, count: i32): void {
  for (let i = 0; i < count; i++, starts += 8, times += 4, out += 8) {
    const x = <f64> load<f32>(starts, 0), p = <f64> load<f32>(starts, 4);
    const time = <f64> load<f32>(times);
    const cosine = Math.cos(time), sine = Math.sin(time);
    store<f32>(out, <f32> (x * cosine + p * sine), 0);
    store<f32>(out, <f32> (p * cosine - x * sine), 4);
  }
}
