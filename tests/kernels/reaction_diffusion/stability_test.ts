/** Uniform steady states, waves on them, and the time step: predicted, and measured on the kernel. */
import { ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { float64 } from "../../../kernels/reaction_diffusion/arithmetic.ts";
import {
  brusselator,
  fitzHughNagumo,
  giererMeinhardt,
  grayScott,
  growthRates,
  jacobian,
  type Laplacian,
  type Model,
  MODELS,
  type Pair,
  simulate,
  stableTimeStep,
} from "../../../kernels/reaction_diffusion/mod.ts";
import * as reference from "../../../kernels/reaction_diffusion/reference.ts";
import { finestWave, STENCILS } from "../../../kernels/reaction_diffusion/stencil.ts";
import { field } from "./runs.ts";

/** A model's defaults, each times a random factor. */
const near = (model: Model) =>
  fc.array(fc.double({ min: 0.7, max: 1.4, noNaN: true }), { minLength: 5, maxLength: 5 }).map((factors) =>
    Object.fromEntries(Object.entries(model.parameters).map(([name, value], i) => [name, value * factors[i]]))
  );

function reactionAt(model: Model, parameters: Record<string, number>, state: Pair<number>): Pair<number> {
  return model.reaction(state, model.coefficients(parameters), float64);
}

for (const model of MODELS) {
  Deno.test(`${model.title}: steadyStates are where the reaction rests`, () => {
    fc.assert(fc.property(near(model), (parameters) => {
      const states = model.steadyStates(parameters);
      ok(states.length > 0);
      for (const state of states) {
        for (const rate of reactionAt(model, parameters, state)) {
          ok(Math.abs(rate) < 1e-13, `${state}: ${rate}`);
        }
      }
    }));
  });

  Deno.test(`${model.title}: jacobian agrees with differences of the reaction`, () => {
    const h = 1e-5, component = fc.double({ min: 0.2, max: 2, noNaN: true });
    fc.assert(fc.property(near(model), component, component, (parameters, a, b) => {
      const derivative = jacobian(model, { parameters, state: [a, b] });
      const [right, left] = [h, -h].map((h) => reactionAt(model, parameters, [a + h, b]));
      const [up, down] = [h, -h].map((h) => reactionAt(model, parameters, [a, b + h]));
      for (const i of [0, 1]) {
        ok(Math.abs(derivative[i][0] - (right[i] - left[i]) / (2 * h)) < 1e-6);
        ok(Math.abs(derivative[i][1] - (up[i] - down[i]) / (2 * h)) < 1e-6);
      }
    }));
  });
}

Deno.test("steadyStates: FitzHugh-Nagumo has one or three, as its nullclines cross", () => {
  const count = (change: object) => {
    const states = fitzHughNagumo.steadyStates({ ...fitzHughNagumo.parameters, ...change });
    return new Set(states.map(([u]) => u.toFixed(9))).size;
  };
  strictEqual(count({ a1: 2, a0: 0 }), 3);
  strictEqual(count({ a1: 2, a0: -0.1 }), 3);
  strictEqual(count({ a1: 0.5, a0: 0 }), 1);
  strictEqual(count({ a1: 2, a0: 1 }), 1);
  strictEqual(count({ a1: 0, a0: 0.3 }), 1);
  strictEqual(count({ a1: -1, a0: 0.1 }), 3);
});

Deno.test("steadyStates: Gray-Scott has three where F ≥ 4 (F + k)², else only the one without catalyst", () => {
  strictEqual(grayScott.steadyStates({ Da: 0.2, Db: 0.1, F: 0.04, k: 0.0599 }).length, 3);
  strictEqual(grayScott.steadyStates({ Da: 0.2, Db: 0.1, F: 0.04, k: 0.0601 }).length, 1);
});

/** The amplitude of cos 2πmx/width on a uniform state, per species, in f64 by projection. */
function amplitudes(
  [a, b]: Pair<ArrayLike<number>>,
  { state, wave }: { state: Pair<number>; wave: ArrayLike<number> },
): Pair<number> {
  const project = (values: ArrayLike<number>, mean: number) => {
    let sum = 0, norm = 0;
    for (let i = 0; i < values.length; i++) {
      sum += (values[i] - mean) * wave[i];
      norm += wave[i] * wave[i];
    }
    return sum / norm;
  };
  return [project(a, state[0]), project(b, state[1])];
}

interface Point {
  readonly what: string;
  readonly model: Model;
  readonly parameters?: Record<string, number>;
  /** Which of the steady states. */
  readonly state: number;
  readonly turing: boolean;
}

const points: Point[] = [
  { what: "the state without catalyst", model: grayScott, state: 0, turing: false },
  {
    what: "a stable state with catalyst",
    model: grayScott,
    parameters: { Da: 0.2, Db: 0.1, F: 0.04, k: 0.05 },
    state: 1,
    turing: false,
  },
  {
    what: "a Turing unstable state with catalyst",
    model: grayScott,
    parameters: { Da: 0.2, Db: 0.05, F: 0.06, k: 0.06 },
    state: 1,
    turing: true,
  },
  { what: "above the threshold", model: brusselator, state: 0, turing: true },
  {
    what: "below the threshold",
    model: brusselator,
    parameters: { ...brusselator.parameters, b: 2.8 },
    state: 0,
    turing: false,
  },
  { what: "above the threshold", model: giererMeinhardt, state: 0, turing: true },
  {
    what: "below the threshold",
    model: giererMeinhardt,
    parameters: { ...giererMeinhardt.parameters, Dv: 5 },
    state: 0,
    turing: false,
  },
  {
    what: "a Turing unstable monostable state",
    model: fitzHughNagumo,
    parameters: { Du: 1, Dv: 20, epsilon: 3, a1: 0.5, a0: 0 },
    state: 0,
    turing: true,
  },
];

for (const { what, model, parameters = model.parameters, state: index, turing } of points) {
  Deno.test(`${model.title}, ${what}: waves grow and decay at the eigenvalues of J − λ D`, () => {
    const [width, height] = [48, 2], state = model.steadyStates(parameters)[index];
    let unstable = 0;
    for (const laplacian of [5, 9] as const) {
      for (const m of [0, 1, 2, 3, 5, 6, 7, 8, 12]) {
        const eigenvalue = STENCILS[laplacian].eigenvalue(2 - 2 * Math.cos(2 * Math.PI * m / width), 0);
        const rates = growthRates(model, { parameters, state, wave: eigenvalue });
        unstable += Number(rates[0].re > 0 && m > 0);
        if (m === 0) ok(rates[0].re < 0, "without waves it is stable");
        // Euler multiplies an eigenvector by 1 + δt μ. The amplitudes obey a recursion of the two eigenvalues:
        // x(n + 2) = T x(n + 1) − P x(n), with T and P their sum and product.
        const timeStep = 0.4 * Math.min(1, stableTimeStep(model, parameters, { laplacian })), every = 20;
        const [trace, product] = powers(rates, { timeStep, every });
        const wave = field(height, width, (_, x) => Math.cos(2 * Math.PI * m * x / width));
        const size = 1e-3;
        const run = {
          width,
          height,
          a: wave.map((value) => state[0] + size * value),
          b: wave.map((value) => state[1] - 0.6 * size * value),
          parameters,
          steps: 2 * every,
          timeStep,
          laplacian,
          snapshots: [0, every, 2 * every],
        };
        const seen = simulate(model, run).snapshots.map(({ a, b }) => amplitudes([a, b], { state, wave }));
        for (const species of [0, 1] as const) {
          const [x0, x1, x2] = seen.map((pair) => pair[species] / size);
          const difference = Math.abs(x2 - (trace * x1 - product * x0));
          ok(difference < 5e-3, `mode ${m}, ${laplacian} points: ${x2}, off by ${difference}`);
        }
      }
    }
    strictEqual(unstable > 0, turing);
  });
}

/** Sum and product of (1 + δt μ)ⁿ over the two eigenvalues μ. */
function powers(
  [one, other]: ReturnType<typeof growthRates>,
  { timeStep, every }: { timeStep: number; every: number },
): [number, number] {
  const power = ({ re, im }: { re: number; im: number }) => {
    const modulus = Math.hypot(1 + timeStep * re, timeStep * im) ** every;
    const angle = every * Math.atan2(timeStep * im, 1 + timeStep * re);
    return { re: modulus * Math.cos(angle), im: modulus * Math.sin(angle) };
  };
  const [p, q] = [power(one), power(other)];
  return [p.re + q.re, p.re * q.re - p.im * q.im];
}

Deno.test("growthRates: the Brusselator turns unstable at b = (1 + a √(Du / Dv))² and κ² = a / √(Du Dv)", () => {
  const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
  fc.assert(fc.property(number(0.5, 3), number(0.2, 2), number(4, 30), (a, Du, ratio) => {
    const Dv = Du * ratio;
    const threshold = (1 + a * Math.sqrt(Du / Dv)) ** 2, critical = a / Math.sqrt(Du * Dv);
    const fastest = (b: number) => {
      const rate = (wave: number) =>
        growthRates(brusselator, { parameters: { Du, Dv, a, b }, state: [a, b / a], wave })[0];
      return Math.max(...Array.from({ length: 200 }, (_, i) => rate(critical * (0.9 + 0.001 * i)).re));
    };
    const hopf = 1 + a * a; // beyond it the state is unstable without waves
    fc.pre(threshold * 1.001 < hopf);
    ok(fastest(threshold * 0.999) < 0 && fastest(threshold * 1.001) > 0);
  }));
});

Deno.test("simulate: noise on the Brusselator dies below its Turing threshold and makes a pattern above", () => {
  const { Du, Dv, a } = brusselator.parameters, threshold = (1 + a * Math.sqrt(Du / Dv)) ** 2;
  const spread = (b: number) => {
    const [width, height] = [44, 44];
    // A wave of the critical length, about 7.5 cells, and its harmonics are in this.
    const noise = (mean: number) =>
      field(height, width, (y, x) => mean + 0.01 * Math.sin(x * y + 3 * x + y * y));
    const run = { width, height, a: noise(a), b: noise(b / a), parameters: { b }, timeStep: 0.025 };
    const { a: end } = simulate(brusselator, { ...run, steps: 20_000 });
    return Math.max(...end) - Math.min(...end);
  };
  // Rounding keeps the slowest waves alive, the more so the nearer the threshold is.
  ok(spread(0.97 * threshold) < 1e-3);
  ok(spread(1.03 * threshold) > 1);
});

for (const model of MODELS) {
  Deno.test(`${model.title}: stableTimeStep is where a chequerboard on a steady state stops shrinking`, () => {
    for (const laplacian of [5, 9] as Laplacian[]) {
      for (const dx of [1, 0.7]) {
        const { parameters } = model, limit = stableTimeStep(model, parameters, { dx, laplacian });
        // The steady state that sets the limit: on it the wave shrinks below and grows above.
        const grows = (timeStep: number) =>
          model.steadyStates(parameters).some((state) => {
            const [a, b] = state.map((mean) => field(4, 4, (y, x) => mean + 1e-3 * (-1) ** (x + y)));
            const run = { width: 4, height: 4, a, b, parameters, timeStep, dx, laplacian };
            const after = reference.simulate(model, { ...run, steps: 300, boundary: "periodic" });
            return [after.a, after.b].some((field) => !(Math.abs(field[0] - field[1]) / 2 < 2e-3));
          });
        ok(!grows(0.98 * limit), `below the limit it shrinks: ${laplacian} points, dx = ${dx}`);
        ok(grows(1.02 * limit), `above the limit it grows: ${laplacian} points, dx = ${dx}`);
      }
    }
  });
}

Deno.test("stableTimeStep of diffusion alone is 2 / D λ of the finest wave", () => {
  for (const laplacian of [5, 9] as const) {
    const parameters = { Da: 0.2, Db: 0.3, F: 0, k: 0 };
    const limit = stableTimeStep(grayScott, parameters, { dx: 0.5, laplacian });
    ok(Math.abs(limit - 2 / (0.3 * finestWave({ dx: 0.5, laplacian }))) < 1e-15);
  }
  strictEqual(finestWave({ dx: 0.5, laplacian: 5 }), 32);
  ok(Math.abs(finestWave({ dx: 1, laplacian: 9 }) - 16 / 3) < 1e-15);
});
