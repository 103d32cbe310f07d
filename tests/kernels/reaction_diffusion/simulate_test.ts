import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import fc from "fast-check";
import * as fast from "../../../kernels/gray_scott/mod.ts";
import {
  brusselator,
  fitzHughNagumo,
  giererMeinhardt,
  grayScott,
  type Model,
  MODELS,
  NonFiniteFieldError,
  simulate,
  stableTimeStep,
} from "../../../kernels/reaction_diffusion/mod.ts";
import * as reference from "../../../kernels/reaction_diffusion/reference.ts";
import { assertClose, field, noisyStart, runs } from "./runs.ts";

Deno.test("simulate equals its reference bit for bit: any model, size, boundary, Laplacian, dx and time step", () => {
  fc.assert(
    fc.property(runs, ({ model, options }) => {
      const { a, b } = simulate(model, { ...options, exitEvery: 5 });
      deepStrictEqual({ a, b }, reference.simulate(model, options));
    }),
    { numRuns: 300 },
  );
});

for (const model of MODELS) {
  Deno.test(`simulate equals its reference bit for bit over 400 steps of ${model.title}`, () => {
    const [width, height] = [19, 14], timeStep = Math.min(0.5, stableTimeStep(model, model.parameters) / 2);
    for (const laplacian of [5, 9] as const) {
      const options = { width, height, steps: 400, timeStep, dx: 1, laplacian, boundary: "no-flux" as const };
      const start = noisyStart(model, { width, height });
      const { a, b, steps } = simulate(model, { ...options, ...start });
      const expected = reference.simulate(model, { ...options, ...start, parameters: model.parameters });
      deepStrictEqual({ a, b }, expected);
      strictEqual(steps, 400);
      ok(Math.max(...a) > Math.min(...a), "it is not uniform");
    }
  });
}

Deno.test("simulate of Gray-Scott equals the fast kernel bit for bit on its grids, at any time step", () => {
  const rules = fc.record({
    Da: fc.double({ min: 0.1, max: 0.21, noNaN: true }),
    Db: fc.double({ min: 0.05, max: 0.1, noNaN: true }),
    F: fc.double({ min: 0, max: 0.07, noNaN: true }),
    k: fc.double({ min: 0.05, max: 0.07, noNaN: true }),
  });
  const fraction = fc.double({ min: 0.1, max: 0.99, noNaN: true });
  fc.assert(
    fc.property(
      fc.constantFrom(4, 8, 12, 28, 32, 36, 64, 96),
      fc.integer({ min: 1, max: 9 }),
      rules,
      fc.nat(300),
      fraction,
      fc.nat(),
      (width, height, rule, steps, fraction, sample) => {
        const start = fast.initialState({ width, height, draw: { seed: 1, purpose: "test", sample } });
        for (const timeStep of [1, fraction * Math.min(2, fast.stableTimeStep(rule))]) {
          const options = { width, height, ...start, steps, timeStep, exitEvery: 70 };
          deepStrictEqual(
            simulate(grayScott, { ...options, parameters: rule }),
            fast.simulate({ ...options, ...rule }),
          );
        }
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("simulate leaves its input alone and twice gives the same", () => {
  fc.assert(fc.property(runs, ({ model, options }) => {
    const copy = { a: options.a.slice(), b: options.b.slice() };
    deepStrictEqual(simulate(model, options), simulate(model, options));
    deepStrictEqual({ a: options.a, b: options.b }, copy);
  }));
});

/** Models whose kernel keeps the state as it is; Gray-Scott's is multiplied by √δt, which is 1 for δt = 1 alone. */
const unscaled = runs.map(({ model, options }) =>
  model.name === "grayScott" ? { model, options: { ...options, dx: 1.5, timeStep: 1 } } : { model, options }
);

Deno.test("simulate composes: m steps and then n are m + n", () => {
  fc.assert(fc.property(unscaled, fc.nat(12), ({ model, options }, more) => {
    const { a, b } = simulate(model, options);
    const composed = simulate(model, { ...options, a, b, steps: more });
    const direct = simulate(model, { ...options, steps: options.steps + more });
    deepStrictEqual([composed.a, composed.b], [direct.a, direct.b]);
  }));
});

Deno.test("simulate takes snapshots that equal runs of their own, in the order asked for, early exit or not", () => {
  const steps = fc.array(fc.nat(40), { maxLength: 5 });
  fc.assert(
    fc.property(runs, steps, fc.integer({ min: 1, max: 50 }), ({ model, options }, snapshots, exitEvery) => {
      const run = { ...options, steps: 40 };
      const result = simulate(model, { ...run, snapshots, exitEvery });
      const expected = snapshots.map((step) => {
        const { a, b } = simulate(model, { ...run, steps: step, exitEvery: 1000 });
        return { step, a, b };
      });
      deepStrictEqual(result.snapshots, expected);
    }),
  );
});

Deno.test("simulate stops early without changing a bit, snapshots included, in a fixed point", () => {
  const grid = { width: 33, height: 17, boundary: "no-flux" as const };
  const start = fast.initialState({ ...grid, draw: { seed: 1, purpose: "test" } });
  const dying = { ...grid, ...start, parameters: { F: 0.02, k: 0.07 }, timeStep: 1, steps: 20_003 };
  const snapshots = [19_001, 9, 15_000, 19_990];
  const early = simulate(grayScott, { ...dying, snapshots });
  const full = simulate(grayScott, { ...dying, snapshots, exitEvery: 2 ** 31 - 1 });
  ok(early.steps < 6000, `${early.steps} steps`);
  strictEqual(full.steps, 20_003);
  deepStrictEqual({ ...early, steps: 0 }, { ...full, steps: 0 });
});

Deno.test("simulate stops early without changing a bit, snapshots included, in a cycle shorter than the interval", () => {
  // With D = 1/4 the chequerboard is multiplied by −1 in each step: a cycle of two.
  const a = field(4, 4, (y, x) => (-1) ** (x + y)), parameters = { Da: 0.25, Db: 0, F: 0, k: 0 };
  const run = { width: 4, height: 4, a, b: new Float32Array(16), parameters, timeStep: 1 - 2 ** -53 };
  for (const exitEvery of [2, 4, 10]) {
    const result = simulate(grayScott, { ...run, steps: 1001, snapshots: [777, 778, 999], exitEvery });
    const flipped = a.map((value) => -value);
    deepStrictEqual([result.a, ...result.snapshots.map(({ a }) => a)], [flipped, flipped, a, flipped]);
    const { steps } = simulate(grayScott, { ...run, steps: 1001, exitEvery });
    strictEqual(steps, exitEvery + 1001 % exitEvery);
  }
  strictEqual(simulate(grayScott, { ...run, steps: 1001, exitEvery: 3 }).steps, 1001);
});

const symmetries: Record<string, (y: number, x: number, size: number) => [y: number, x: number]> = {
  "reflection of x": (y, x, size) => [y, size - 1 - x],
  "reflection of y": (y, x, size) => [size - 1 - y, x],
  transposition: (y, x) => [x, y],
  "a quarter turn": (y, x, size) => [size - 1 - x, y],
  "a half turn": (y, x, size) => [size - 1 - y, size - 1 - x],
};
/** The others change the pairs in which the 5-point Laplacian adds its neighbours, so that its sums round otherwise. */
const keepDiagonalPairs = ["transposition", "a half turn"];
const shifts: typeof symmetries = {
  "shift along x by 1": (y, x) => [y, x + 1],
  "shift along x by 10": (y, x) => [y, x + 10],
  "shift along y by 5": (y, x) => [y + 5, x],
};

for (const [name, map] of Object.entries({ ...symmetries, ...shifts })) {
  const anyLaplacian = name in shifts || keepDiagonalPairs.includes(name);
  const which = anyLaplacian ? "" : " with the 9-point Laplacian, up to rounding with the 5-point one,";
  Deno.test(`simulate commutes with ${name}, bit for bit,${which} in every model`, () => {
    const size = 17;
    const moved = (values: Float32Array) =>
      field(size, size, (y, x) => {
        const [fromY, fromX] = map(y, x, size);
        return values[(fromY % size) * size + fromX % size];
      });
    for (const model of MODELS) {
      for (const laplacian of [5, 9] as const) {
        for (const boundary of name in shifts ? ["periodic"] as const : ["periodic", "no-flux"] as const) {
          const start = noisyStart(model, { width: size, height: size });
          const timeStep = Math.min(0.5, stableTimeStep(model, model.parameters, { laplacian }) / 2);
          const run = { width: size, height: size, laplacian, boundary, timeStep, steps: 60 };
          const { a, b } = simulate(model, { ...run, ...start });
          const after = simulate(model, { ...run, a: moved(start.a), b: moved(start.b) });
          const [found, expected] = [[after.a, after.b], [moved(a), moved(b)]];
          if (anyLaplacian || laplacian === 9) {
            deepStrictEqual(found, expected, `${model.title}, ${laplacian}`);
          } else assertClose(found, expected, 1e-4);
        }
      }
    }
  });
}

Deno.test("simulate in one memory: a large grid, then a small one, then the large one again", () => {
  const run = (model: Model, size: number) => {
    const start = noisyStart(model, { width: size, height: size });
    return simulate(model, { width: size, height: size, ...start, steps: 5, timeStep: 0.005 });
  };
  const before = [run(giererMeinhardt, 130), run(brusselator, 3)];
  deepStrictEqual([run(giererMeinhardt, 130), run(brusselator, 3)], before);
});

Deno.test("simulate counts computed steps alike whatever ran before in the same memory", () => {
  // A width that is padded: nothing of an earlier run may show in the padding.
  const grid = { width: 5, height: 3 },
    start = fast.initialState({ ...grid, draw: { seed: 1, purpose: "test" } });
  const dying = { ...grid, ...start, parameters: { F: 0.02, k: 0.07 }, timeStep: 1, steps: 20_000 };
  const first = simulate(grayScott, dying);
  ok(first.steps < 6000);
  const wild = noisyStart(fitzHughNagumo, { width: 64, height: 64 });
  simulate(fitzHughNagumo, { width: 64, height: 64, ...wild, timeStep: 0.01, steps: 3 });
  deepStrictEqual(simulate(grayScott, dying), first);
});

Deno.test("simulate refuses an unstable time step and says the limit and the reason", () => {
  const run = { width: 8, height: 8, ...noisyStart(brusselator, { width: 8, height: 8 }), steps: 1 };
  const limit = stableTimeStep(brusselator, brusselator.parameters);
  throws(() => simulate(brusselator, { ...run, timeStep: limit }), {
    name: "RangeError",
    message:
      /^Cannot simulate Brusselator: timeStep must be above 0 and below 0\.029\d*, .*λ = 8.* it is 0\.029\d*$/,
  });
  throws(() => simulate(brusselator, { ...run, timeStep: 0 }), /but it is 0$/);
  throws(() => simulate(brusselator, { ...run, timeStep: NaN }), /but it is NaN$/);
  simulate(brusselator, { ...run, timeStep: 1.2 * limit, laplacian: 9 });
  throws(() => simulate(brusselator, { ...run, timeStep: limit / 2, dx: 0.5 }), /λ = 32/);
});

Deno.test("simulate refuses shapes, counts, choices and parameters out of range", () => {
  const run = { width: 8, height: 8, ...noisyStart(brusselator, { width: 8, height: 8 }) };
  const options = { ...run, steps: 1, timeStep: 0.01 };
  const refuse = (change: object, message: RegExp) =>
    throws(() => simulate(brusselator, { ...options, ...change }), { name: "RangeError", message });
  refuse(
    { width: 0 },
    /^Cannot simulate Brusselator: width must be an integer from 1 to 2³¹ − 1, but it is 0$/,
  );
  refuse({ height: 7 }, /a and b must hold 7 × 8 cells, but they hold 64 and 64$/);
  refuse({ b: new Float32Array(60) }, /64 and 60$/);
  refuse({ steps: -1 }, /steps must be/);
  refuse({ steps: 1.5 }, /steps must be/);
  refuse({ exitEvery: 0 }, /exitEvery must be/);
  refuse({ snapshots: [2] }, /a snapshot's step must be an integer from 0 to 1, but it is 2$/);
  refuse({ laplacian: 7 }, /laplacian must be 5 or 9, but it is 7$/);
  refuse({ boundary: "open" }, /boundary must be periodic or no-flux, but it is open$/);
  refuse({ dx: 0 }, /dx must be finite and above 0, but it is 0$/);
  refuse({ parameters: { Du: -1 } }, /Du must be finite and ≥ 0, but it is -1$/);
  refuse({ parameters: { a: NaN } }, /a must be finite, but it is NaN$/);
  refuse({ parameters: { A: 2 } }, /parameters must be among Du, Dv, a, b, but one is A$/);
  throws(() => simulate({ ...brusselator, name: "other" }, options), /must be built with the model/);
});

Deno.test("simulate throws NonFiniteFieldError, with the parameters, when a field overflows", () => {
  const run = { width: 8, height: 8, ...noisyStart(fitzHughNagumo, { width: 8, height: 8 }) };
  run.a[10] = 1e4; // −u³ overshoots
  throws(() => simulate(fitzHughNagumo, { ...run, steps: 100, timeStep: 0.05 }), (error) => {
    ok(error instanceof NonFiniteFieldError);
    const { parameters } = fitzHughNagumo;
    const told = { model: "FitzHugh-Nagumo", width: 8, height: 8, steps: 100, timeStep: 0.05 };
    deepStrictEqual(error.run, { ...told, dx: 1, laplacian: 5, boundary: "periodic", parameters });
    ok(
      error.message.endsWith(
        "100 steps of 0.05 at Du = 1, Dv = 4, epsilon = 0.05, a1 = 2, a0 = -0.1, dx = 1",
      ),
    );
    return true;
  });
});
