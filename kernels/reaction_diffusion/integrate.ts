/**
 * The kernel driven: memory, coefficients, snapshots and early exit. Checks nothing; `mod.ts` does.
 *
 * The time loop is compiled and runs for `exitEvery` steps a call, or to the next snapshot. Between its stretches
 * there is time to look at the state without a cost.
 *
 * @module
 */
import { floatViews } from "../memory.ts";
import type { Fields } from "./initial_state.ts";
import type { Model, Parameters } from "./model.ts";
import { MODELS } from "./models/mod.ts";
import * as wasm from "./reaction_diffusion.wasm";
import type { Laplacian } from "./stencil.ts";
import { stepSize, updateOf } from "./update.ts";

/** What happens at the edge of the grid: the opposite edge is next, or nothing passes (∂/∂n = 0). */
export type Boundary = "periodic" | "no-flux";

/** A run of the kernel, with nothing left to default. */
export interface Integration<P extends string> {
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly width: number;
  readonly height: number;
  readonly parameters: Parameters<P>;
  readonly steps: number;
  readonly timeStep: number;
  readonly dx: number;
  readonly laplacian: Laplacian;
  readonly boundary: Boundary;
  readonly exitEvery: number;
  readonly snapshots: readonly number[];
}

/** Fields after a number of steps. */
export interface Snapshot extends Fields {
  readonly step: number;
}

/** What a simulation gives. */
export interface Result extends Fields {
  /** How many steps were computed: fewer than asked for if the state had settled. */
  readonly steps: number;
  /** The snapshots asked for, in that order. */
  readonly snapshots: readonly Snapshot[];
}

/** The fields after `steps` steps and at the snapshots, finite or not. */
export function integrate<P extends string>(model: Model<P>, run: Integration<P>): Result {
  return drive(prepare(model, run), run);
}

/** When a run ends and is looked at. */
export type Timetable = Pick<Integration<never>, "steps" | "snapshots" | "exitEvery">;

/** Takes a state through its steps; see {@linkcode integrate}. */
export function drive(state: State, run: Timetable): Result {
  const targets = [...new Set([...run.snapshots, run.steps])].sort((one, other) => one - other);
  const taken = new Map<number, Fields>();
  let now = 0, settled = false;
  const advance = (step: number) => {
    state.advance(step - now);
    now = step;
  };
  state.keep();
  for (const target of targets) {
    while (now < target && !settled) {
      advance(Math.min(target, now - now % run.exitEvery + run.exitEvery));
      if (now % run.exitEvery > 0) continue;
      settled = state.isKept();
      if (!settled) state.keep();
    }
    if (settled) break;
    taken.set(target, state.read());
  }
  // Settled: whatever comes is what was a multiple of `exitEvery` steps before it.
  const from = now, phase = (step: number) => (step - from) % run.exitEvery;
  const left = targets.filter((target) => !taken.has(target)).sort((one, other) => phase(one) - phase(other));
  for (const target of left) {
    advance(from + phase(target));
    taken.set(target, state.read());
  }
  return {
    ...taken.get(run.steps)!,
    steps: now,
    snapshots: run.snapshots.map((step) => ({ step, ...taken.get(step)! })),
  };
}

/** A state in a kernel's memory. */
export interface State {
  advance(steps: number): void;
  /** Keeps a copy, in place of the one before. */
  keep(): void;
  /** Whether the state equals, bit for bit, the one that was kept. */
  isKept(): boolean;
  read(): Fields;
}

function prepare<P extends string>(model: Model<P>, run: Integration<P>): State {
  const { width, height, laplacian, timeStep } = run;
  const periodic = run.boundary === "periodic";
  const update = updateOf(model);
  const coefficients = Object.values(update.coefficients(run.parameters, stepSize(model, run)));
  const cells = width * height, bytes = 2 * height * wasm.rowBytes(width);
  const [a, b, splatted, ...buffers] = floatViews(
    [cells, cells, 4 * coefficients.length, bytes / 4, bytes / 4, bytes / 4],
    { memory: wasm.memory, start: wasm.freeMemory() },
  );
  a.set(run.a);
  b.set(run.b);
  coefficients.forEach((value, i) => splatted.fill(value, 4 * i, 4 * i + 4));
  let [front, back] = buffers.map(({ byteOffset }) => byteOffset);
  const kept = buffers[2].byteOffset;
  const scale = update.scale(timeStep), [leastA, leastB] = update.least;
  for (const buffer of [back, front]) {
    wasm.enter(
      a.byteOffset,
      b.byteOffset,
      width,
      height,
      scale,
      leastA,
      leastB,
      Number(periodic),
      buffer,
    );
  }
  const kernel = 2 * MODELS.findIndex(({ name }) => name === model.name) + Number(laplacian === 9);
  return {
    advance(steps) {
      wasm.advance(
        kernel,
        splatted.byteOffset,
        width,
        height,
        Number(periodic),
        steps,
        front,
        back,
      );
      if (steps % 2 === 1) [front, back] = [back, front];
    },
    keep: () => wasm.copy(kept, front, bytes),
    isKept: () => wasm.equal(front, kept, bytes) !== 0,
    read() {
      wasm.leave(front, width, height, scale, leastA, leastB, a.byteOffset, b.byteOffset);
      return { a: a.slice(), b: b.slice() };
    },
  };
}
