/** The models' equations in f64, by methods of lines: what the f32 kernel converges to, from the same description. */
import { float64 } from "../../../kernels/reaction_diffusion/arithmetic.ts";
import type { Boundary, Laplacian, Model } from "../../../kernels/reaction_diffusion/mod.ts";
import { neighbours } from "../../../kernels/reaction_diffusion/reference.ts";
import { STENCILS } from "../../../kernels/reaction_diffusion/stencil.ts";

/** Where and what is integrated. */
export interface Problem {
  readonly width: number;
  readonly height: number;
  readonly parameters: Record<string, number>;
  readonly dx: number;
  readonly laplacian: Laplacian;
  readonly boundary: Boundary;
}

type State = readonly [Float64Array, Float64Array];

/** (∂a/∂t, ∂b/∂t) of the discretised equations. */
export function slope(model: Model, problem: Problem, [a, b]: State): State {
  const { width, height, parameters, dx } = problem;
  const { centre, weight, sum } = STENCILS[problem.laplacian];
  const coefficients = model.coefficients(parameters);
  const diffusion = model.diffusion.map((name) => parameters[name] * weight / (dx * dx));
  const slopes = [new Float64Array(a.length), new Float64Array(a.length)] as const;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cell = y * width + x;
      const reaction = model.reaction([a[cell], b[cell]], coefficients, float64);
      [a, b].forEach((field, i) => {
        const around = sum(neighbours(field, { x, y, ...problem }), float64);
        slopes[i][cell] = reaction[i] + diffusion[i] * (around - centre * field[cell]);
      });
    }
  }
  return slopes;
}

/** The state after `time`, by the classical Runge-Kutta method in `steps` steps. */
export function rungeKutta(
  model: Model,
  problem: Problem,
  { start, time, steps }: { start: State; time: number; steps: number },
): State {
  const h = time / steps;
  const moved = (from: State, along: State, by: number): State => [
    from[0].map((value, i) => value + by * along[0][i]),
    from[1].map((value, i) => value + by * along[1][i]),
  ];
  let state = start;
  for (let step = 0; step < steps; step++) {
    const k1 = slope(model, problem, state);
    const k2 = slope(model, problem, moved(state, k1, h / 2));
    const k3 = slope(model, problem, moved(state, k2, h / 2));
    const k4 = slope(model, problem, moved(state, k3, h));
    for (const [k, weight] of [[k1, 1], [k2, 2], [k3, 2], [k4, 1]] as const) {
      state = moved(state, k, weight * h / 6);
    }
  }
  return state;
}
