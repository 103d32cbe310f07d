/** Runs of the models for tests: starts near what they live on, and everything that `simulate` can be asked for. */
import { ok } from "node:assert/strict";
import fc from "fast-check";
import {
  type Boundary,
  type Fields,
  initialState,
  type Laplacian,
  type Model,
  MODELS,
  stableTimeStep,
} from "../../../kernels/reaction_diffusion/mod.ts";

/** A model and a run of it, complete as the reference wants it. */
export interface Run {
  readonly model: Model;
  readonly options: {
    readonly width: number;
    readonly height: number;
    readonly a: Fields["a"];
    readonly b: Fields["b"];
    readonly parameters: Record<string, number>;
    readonly steps: number;
    readonly timeStep: number;
    readonly dx: number;
    readonly laplacian: Laplacian;
    readonly boundary: Boundary;
  };
}

/** Noise around the model's last steady state, of which Gray-Scott's is one with catalyst if there is any. */
export function noisyStart(
  model: Model,
  { width, height, noise = 0.2, sample = 0, parameters = model.parameters }: {
    width: number;
    height: number;
    noise?: number;
    sample?: number;
    parameters?: Record<string, number>;
  },
): Fields {
  const background = model.steadyStates(parameters).at(-1)!;
  return initialState({ width, height, background, noise, draw: { seed: 1, purpose: "test", sample } });
}

/** Any model, grid, boundary, Laplacian, cell size and stable time step, parameters within a tenth of the defaults. */
export const runs: fc.Arbitrary<Run> = fc.record({
  model: fc.constantFrom(...MODELS),
  width: fc.integer({ min: 1, max: 21 }),
  height: fc.integer({ min: 1, max: 9 }),
  laplacian: fc.constantFrom<Laplacian>(5, 9),
  boundary: fc.constantFrom<Boundary>("periodic", "no-flux"),
  dx: fc.double({ min: 0.5, max: 2, noNaN: true }),
  steps: fc.nat(12),
  fraction: fc.double({ min: 0.01, max: 0.9, noNaN: true }),
  factors: fc.array(fc.double({ min: 0.9, max: 1.1, noNaN: true }), { minLength: 5, maxLength: 5 }),
  sample: fc.nat(),
}).map(({ model, width, height, laplacian, boundary, dx, steps, fraction, factors, sample }) => {
  const parameters = Object.fromEntries(
    Object.entries(model.parameters).map(([name, value], i) => [name, value * factors[i]]),
  );
  const timeStep = fraction * Math.min(1, stableTimeStep(model, parameters, { dx, laplacian }));
  const start = noisyStart(model, { width, height, sample, parameters });
  return {
    model,
    options: { width, height, ...start, parameters, steps, timeStep, dx, laplacian, boundary },
  };
});

/** The field with value(y, x) in cell (y, x). */
export function field(height: number, width: number, value: (y: number, x: number) => number) {
  return Float32Array.from(
    { length: height * width },
    (_, cell) => value(Math.floor(cell / width), cell % width),
  );
}

/** Fields that agree in every cell within `tolerance`. */
export function assertClose(found: Float32Array[], expected: Float32Array[], tolerance: number): void {
  found.forEach((values, i) =>
    values.forEach((value, cell) => {
      const other = expected[i][cell];
      ok(Math.abs(value - other) <= tolerance, `field ${i}, cell ${cell}: ${value} and ${other}`);
    })
  );
}
