/**
 * The two systems' equations, one operation a line where rounding matters: the oracle that `mod.ts` equals bit
 * for bit. Arguments and results as there.
 *
 * @module
 */
import { cos, sin } from "../elementary/mod.ts";
import type { LinearOptions, OscillatorOptions } from "./mod.ts";

const f32 = Math.fround;

/** x_{t+1} = x_t + (M x_t) δt, each operation rounded to f32. */
export function linearTrajectories(options: LinearOptions): Float32Array {
  const { matrices, starts, steps } = options;
  const dt = f32(options.timeStep);
  const trajectories: number[] = [];
  for (let i = 0; i < starts.length / 2; i++) {
    const [a, b, c, d] = matrices.subarray(4 * i);
    let [x, y] = starts.subarray(2 * i);
    for (let step = 0; step < steps; step++) {
      const velocityX = f32(f32(a * x) + f32(b * y));
      const velocityY = f32(f32(c * x) + f32(d * y));
      x = f32(x + f32(velocityX * dt));
      y = f32(y + f32(velocityY * dt));
      trajectories.push(x, y);
    }
  }
  return Float32Array.from(trajectories);
}

/** x_τ = x cos τ + p sin τ and p_τ = p cos τ − x sin τ in f64, then rounded to f32. */
export function oscillatorPairs({ starts, times }: OscillatorOptions): Float32Array {
  const ends = Array.from(times, (time, i) => {
    const [x, p] = starts.subarray(2 * i);
    return [x * cos(time) + p * sin(time), p * cos(time) - x * sin(time)];
  });
  return Float32Array.from(ends.flat());
}
