/** What a physicist would ask of the kernel: diffusion, order of accuracy, conservation. */
import { deepStrictEqual, ok } from "node:assert/strict";
import {
  brusselator,
  fitzHughNagumo,
  giererMeinhardt,
  grayScott,
  type Model,
  MODELS,
  simulate,
  stableTimeStep,
} from "../../../kernels/reaction_diffusion/mod.ts";
import { STENCILS } from "../../../kernels/reaction_diffusion/stencil.ts";
import { type Problem, rungeKutta } from "./float64.ts";
import { assertClose, field, noisyStart } from "./runs.ts";

/** Gray-Scott without a reaction: with F = k = 0 and b = 0, a diffuses and nothing else. */
const pureDiffusion = { Da: 0.2, Db: 0.1, F: 0, k: 0 };

const turn = 2 * Math.PI;

for (const laplacian of [5, 9] as const) {
  Deno.test(`every Fourier mode of a periodic grid decays at the ${laplacian}-point operator's rate`, () => {
    const [width, height, steps, timeStep, dx] = [12, 10, 20, 0.7, 0.9];
    for (let m = 0; m < width; m++) {
      for (let n = 0; n < height; n++) {
        // cos + sin, so that no mode is zero on the grid.
        const wave = field(height, width, (y, x) => {
          const phase = turn * (m * x / width + n * y / height);
          return Math.cos(phase) + Math.sin(phase);
        });
        const along = (m: number, size: number) => 2 - 2 * Math.cos(turn * m / size);
        const eigenvalue = STENCILS[laplacian].eigenvalue(along(m, width), along(n, height)) / dx ** 2;
        const factor = (1 - timeStep * pureDiffusion.Da * eigenvalue) ** steps;
        const b = new Float32Array(wave.length);
        const run = { width, height, a: wave, b, parameters: pureDiffusion, steps, timeStep, dx, laplacian };
        const { a } = simulate(grayScott, run);
        a.forEach((value, i) => ok(Math.abs(value - factor * wave[i]) < 2e-6, `mode (${m}, ${n})`));
      }
    }
  });

  Deno.test(`every cosine mode of a grid without flux decays at the ${laplacian}-point operator's rate`, () => {
    const [width, height, steps, timeStep, dx] = [11, 7, 20, 0.7, 0.9];
    const boundary = "no-flux" as const;
    for (let m = 0; m < width; m++) {
      for (let n = 0; n < height; n++) {
        // The mirror lies at the cells' edge, half a cell before the first.
        const along = (m: number, at: number, size: number) => Math.cos(Math.PI * m * (at + 0.5) / size);
        const wave = field(height, width, (y, x) => along(m, x, width) * along(n, y, height));
        const own = (m: number, size: number) => 2 - 2 * Math.cos(Math.PI * m / size);
        const eigenvalue = STENCILS[laplacian].eigenvalue(own(m, width), own(n, height)) / dx ** 2;
        const factor = (1 - timeStep * pureDiffusion.Da * eigenvalue) ** steps;
        const b = new Float32Array(wave.length), parameters = pureDiffusion;
        const run = { width, height, a: wave, b, parameters, steps, timeStep, dx, laplacian, boundary };
        const { a } = simulate(grayScott, run);
        a.forEach((value, i) => ok(Math.abs(value - factor * wave[i]) < 2e-6, `mode (${m}, ${n})`));
      }
    }
  });
}

Deno.test("the 9-point operator's error does not depend on direction, the 5-point one's does", () => {
  // The exact eigenvalue of a plane wave is κ². Compare waves of one κ along an axis and along the diagonal.
  const gap = (laplacian: 5 | 9, kappa: number) => {
    const { eigenvalue } = STENCILS[laplacian];
    const own = (component: number) => 2 - 2 * Math.cos(component);
    return eigenvalue(own(kappa), 0) - eigenvalue(own(kappa / Math.SQRT2), own(kappa / Math.SQRT2));
  };
  const order = (laplacian: 5 | 9) => Math.log2(gap(laplacian, 0.4) / gap(laplacian, 0.2));
  ok(Math.abs(order(5) - 4) < 0.05, `5 points: ${order(5)}`);
  ok(Math.abs(order(9) - 6) < 0.05, `9 points: ${order(9)}`);
});

Deno.test("diffusion conserves what there is, on a periodic grid and on one without flux", () => {
  const [width, height] = [23, 18];
  const { a: start } = noisyStart(grayScott, { width, height, noise: 0.5 });
  const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0);
  for (const boundary of ["periodic", "no-flux"] as const) {
    for (const laplacian of [5, 9] as const) {
      const options = {
        width,
        height,
        a: start,
        b: new Float32Array(start.length),
        steps: 2000,
        timeStep: 1,
      };
      const { a } = simulate(grayScott, { ...options, parameters: pureDiffusion, boundary, laplacian });
      // What is kept and what is spread add up to 1 but for half a last place: 2000 · 2⁻²⁴ = 1.2e-4.
      ok(Math.abs(sum(a) / sum(start) - 1) < 1.2e-4, `${boundary}, ${laplacian}: ${sum(a)}, ${sum(start)}`);
      ok(Math.max(...a) - Math.min(...a) < 1e-3, "it is uniform in the end");
    }
  }
});

Deno.test("a grid without flux is half of a periodic one that mirrors it", () => {
  for (const model of MODELS) {
    for (const laplacian of [5, 9] as const) {
      const [width, height] = [9, 6];
      const half = noisyStart(model, { width, height });
      const doubled = (values: Float32Array) =>
        field(
          2 * height,
          2 * width,
          (y, x) => values[Math.min(y, 2 * height - 1 - y) * width + Math.min(x, 2 * width - 1 - x)],
        );
      const run = {
        steps: 50,
        timeStep: 0.5 * Math.min(1, stableTimeStep(model, model.parameters)),
        laplacian,
      };
      const closed = simulate(model, { ...run, width, height, ...half, boundary: "no-flux" });
      const mirrored = simulate(model, {
        ...run,
        width: 2 * width,
        height: 2 * height,
        a: doubled(half.a),
        b: doubled(half.b),
      });
      const [found, expected] = [[doubled(closed.a), doubled(closed.b)], [mirrored.a, mirrored.b]];
      // The 9-point Laplacian adds the same neighbours in the same order, seen in the mirror: not a bit apart.
      if (laplacian === 9) deepStrictEqual(found, expected, model.title);
      else assertClose(found, expected, 1e-4);
    }
  }
});

/** A smooth start on a square of side 1, periodic: the last steady state with gentle waves. */
function smooth(model: Model, size: number): [Float64Array, Float64Array] {
  const [a, b] = model.steadyStates(model.parameters).at(-1)!;
  const wave = (sign: number) => (_: unknown, cell: number) => {
    const x = cell % size / size, y = Math.floor(cell / size) / size;
    return 1 + 0.3 * sign * (Math.cos(turn * x) * Math.sin(turn * y) + 0.5 * Math.cos(turn * (x + y)));
  };
  const field = (value: number, sign: number) =>
    Float64Array.from({ length: size * size }, wave(sign)).map((w) => value * w);
  return [field(a, 1), field(b, -1)];
}

/** Parameters in units where the side of the square is 1 and the waves diffuse visibly by `time`. */
const unitSquare: [Model, Record<string, number>, time: number][] = [
  [grayScott, { Da: 0.01, Db: 0.005, F: 0.06, k: 0.04 }, 2],
  [fitzHughNagumo, { Du: 0.01, Dv: 0.02 }, 1],
  [brusselator, { Du: 0.01, Dv: 0.02 }, 0.4],
  [giererMeinhardt, { Du: 0.01, Dv: 0.02 }, 1],
];

const distance = (one: ArrayLike<number>, other: ArrayLike<number>) =>
  Array.from(one).reduce((most, value, i) => Math.max(most, Math.abs(value - other[i])), 0);

for (const [model, changed, time] of unitSquare) {
  const parameters = { ...model.parameters, ...changed };

  Deno.test(`${model.title}: simulate is of first order in δt against Runge-Kutta of fourth order in f64`, () => {
    const size = 16;
    for (const laplacian of [5, 9] as const) {
      const problem: Problem = {
        width: size,
        height: size,
        parameters,
        dx: 1 / size,
        laplacian,
        boundary: "periodic",
      };
      const start = smooth({ ...model, parameters }, size);
      const [exact] = rungeKutta(model, problem, { start, time, steps: 200 });
      const errors = [32, 64, 128].map((steps) => {
        const fields = { a: Float32Array.from(start[0]), b: Float32Array.from(start[1]) };
        const { a } = simulate(model, { ...problem, ...fields, steps, timeStep: time / steps });
        return distance(a, exact);
      });
      const orders = errors.slice(1).map((error, i) => Math.log2(errors[i] / error));
      ok(orders.every((order) => Math.abs(order - 1) < 0.12), `orders ${orders}, errors ${errors}`);
    }
  });

  Deno.test(`${model.title}: simulate is of second order in dx against finer grids in f64`, () => {
    const common = { parameters, boundary: "periodic" as const };
    for (const laplacian of [5, 9] as const) {
      // Two Runge-Kutta solutions of second order in dx give one of fourth order where they have a cell in common.
      const [coarse, fine] = [24, 48].map((size) => {
        const problem = { ...common, laplacian, width: size, height: size, dx: 1 / size };
        const start = smooth({ ...model, parameters }, size);
        return rungeKutta(model, problem, { start, time, steps: 150 })[0];
      });
      const exact = field(12, 12, (y, x) => (4 * fine[4 * y * 48 + 4 * x] - coarse[2 * y * 24 + 2 * x]) / 3);
      const errors = [12, 24].map((size) => {
        const start = smooth({ ...model, parameters }, size);
        const fields = { a: Float32Array.from(start[0]), b: Float32Array.from(start[1]) };
        const run = { ...common, laplacian, width: size, height: size, dx: 1 / size, ...fields };
        // The same in time: three step sizes give the limit of none. More steps would not be better: the rounded
        // coefficients, off by 2⁻²⁵ each, shift the rates by that much a step.
        const [once, twice, fourfold] = [100, 200, 400].map((steps) =>
          simulate(model, { ...run, steps, timeStep: time / steps }).a
        );
        const every = size / 12;
        return distance(
          field(12, 12, (y, x) => {
            const cell = every * (y * size + x);
            return (8 * fourfold[cell] - 6 * twice[cell] + once[cell]) / 3;
          }),
          exact,
        );
      });
      const order = Math.log2(errors[0] / errors[1]);
      ok(Math.abs(order - 2) < 0.2, `${laplacian} points: order ${order}, errors ${errors}`);
    }
  });
}
