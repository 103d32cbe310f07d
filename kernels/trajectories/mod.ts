/**
 * Trajectories of the two small systems, many at a time: linear dynamics of the plane and the harmonic
 * oscillator.
 *
 * @module
 */
import { floatViews } from "../memory.ts";
import * as wasm from "./trajectories.wasm";

/** What {@linkcode linearTrajectories} integrates. */
export interface LinearOptions {
  /** Shape [n, 4]: each M = ((a, b), (c, d)) as a, b, c, d. */
  matrices: Float32Array;
  /** Shape [n, 2]: each x₀. */
  starts: Float32Array;
  /** How many states each trajectory has, an integer ≥ 1. */
  steps: number;
  /** δt, rounded to f32. */
  timeStep: number;
}

/**
 * Trajectories of ẋ = M x by explicit Euler, x_{t+1} = x_t + (M x_t) δt, in f32 (Zhang and Walker, arXiv
 * 2210.07374, Eq. 7).
 *
 * @returns shape [n, steps · 2]: x₁ … x_steps of each sample, without x₀
 * @throws {RangeError} if the shapes do not fit each other, or `steps` is not an integer ≥ 1
 *
 * @example Euler's steps of a rotation spiral outwards
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 * const trajectory = linearTrajectories({
 *   matrices: Float32Array.of(0, -1, 1, 0),
 *   starts: Float32Array.of(1, 0),
 *   steps: 2,
 *   timeStep: 0.5,
 * });
 * deepStrictEqual([...trajectory], [1, 0.5, 0.75, 1]);
 * ```
 */
export function linearTrajectories(options: LinearOptions): Float32Array<ArrayBuffer> {
  const { matrices, starts, steps, timeStep } = options;
  const count = starts.length / 2;
  if (!Number.isInteger(count) || matrices.length !== 4 * count) {
    throw new RangeError(
      "Cannot integrate linear trajectories: matrices must have shape [n, 4] and starts [n, 2], " +
        `but they hold ${matrices.length} and ${starts.length} numbers`,
    );
  }
  if (!Number.isSafeInteger(steps) || steps < 1) {
    throw new RangeError(
      `Cannot integrate linear trajectories: steps must be an integer ≥ 1, but it is ${steps}`,
    );
  }
  const [matricesIn, startsIn, out] = views(matrices.length, starts.length, 2 * count * steps);
  matricesIn.set(matrices);
  startsIn.set(starts);
  wasm.linear(matricesIn.byteOffset, startsIn.byteOffset, out.byteOffset, count, steps, timeStep);
  return out.slice();
}

/** What {@linkcode oscillatorPairs} evolves. */
export interface OscillatorOptions {
  /** Shape [n, 2]: each (x, p). */
  starts: Float32Array;
  /** Shape [n]: how long each evolves, in radians, since ω = √(k / m) = 1. */
  times: Float32Array;
}

/**
 * States of the harmonic oscillator with m = k = 1 after the given times: (x cos τ + p sin τ, p cos τ − x sin τ),
 * exact but for rounding. The energy (x² + p²) / 2 stays.
 *
 * @returns shape [n, 2]: each (x_τ, p_τ), computed in f64 and rounded to f32
 * @throws {RangeError} if the shapes do not fit each other
 *
 * @example A quarter of a period turns position into momentum
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 * const [x, p] = oscillatorPairs({ starts: Float32Array.of(2, 0), times: Float32Array.of(Math.PI / 2) });
 * deepStrictEqual([x.toFixed(6), p], ["-0.000000", -2]);
 * ```
 */
export function oscillatorPairs({ starts, times }: OscillatorOptions): Float32Array<ArrayBuffer> {
  if (starts.length !== 2 * times.length) {
    throw new RangeError(
      "Cannot evolve oscillators: starts must have shape [n, 2] and times [n], " +
        `but they hold ${starts.length} and ${times.length} numbers`,
    );
  }
  const [startsIn, timesIn, out] = views(starts.length, times.length, starts.length);
  startsIn.set(starts);
  timesIn.set(times);
  wasm.oscillator(startsIn.byteOffset, timesIn.byteOffset, out.byteOffset, times.length);
  return out.slice();
}

function views(...lengths: number[]): Float32Array<ArrayBuffer>[] {
  return floatViews(lengths, { memory: wasm.memory, start: wasm.freeMemory() });
}
