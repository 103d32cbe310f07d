import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import fc from "fast-check";
import {
  initialState,
  NonFiniteFieldError,
  type Rule,
  simulate,
  stableTimeStep,
} from "../../kernels/gray_scott/mod.ts";
import * as general from "../../kernels/reaction_diffusion/mod.ts";
import * as reference from "../../kernels/gray_scott/reference.ts";
import { uniforms } from "../../kernels/philox/mod.ts";

const spots: Rule = { Da: 0.2, Db: 0.1, F: 0.037, k: 0.06 };
const rules: fc.Arbitrary<Rule> = fc.record({
  Da: fc.double({ min: 0.05, max: 0.21, noNaN: true }),
  Db: fc.double({ min: 0, max: 0.2, noNaN: true }),
  F: fc.double({ min: 0, max: 0.07, noNaN: true }),
  k: fc.double({ min: 0.05, max: 0.07, noNaN: true }),
});

function start(width: number, height: number, sample = 0) {
  return { width, height, ...initialState({ width, height, draw: { seed: 1, purpose: "test", sample } }) };
}

/** The field with value(y, x) in cell (y, x). */
function field(height: number, width: number, value: (y: number, x: number) => number) {
  return Float32Array.from(
    { length: height * width },
    (_, cell) => value(Math.floor(cell / width), cell % width),
  );
}

Deno.test("simulate equals its reference bit for bit, at any size, rule and time step", () => {
  const widths = fc.constantFrom(1, 2, 3, 4, 5, 8, 12, 19, 28, 32, 36, 64, 96);
  const heights = fc.integer({ min: 1, max: 9 });
  const steps = fc.nat(12), fraction = fc.double({ min: 0.1, max: 0.99, noNaN: true });
  fc.assert(
    fc.property(
      widths,
      heights,
      rules,
      steps,
      fraction,
      fc.nat(),
      (width, height, rule, steps, fraction, sample) => {
        for (const timeStep of [1, fraction * Math.min(2, stableTimeStep(rule))]) {
          const options = { ...start(width, height, sample), ...rule, steps, timeStep, exitEvery: 5 };
          const { a, b } = simulate(options);
          deepStrictEqual({ a, b }, reference.simulate(options));
        }
      },
    ),
  );
});

Deno.test("simulate equals its reference bit for bit over 500 steps of a living pattern", () => {
  const options = { ...start(64, 32), ...spots, steps: 500 };
  const { a, b, steps } = simulate(options);
  deepStrictEqual({ a, b }, reference.simulate(options));
  strictEqual(steps, 500);
  ok(Math.max(...b) > 0.2, "there is a pattern");
});

Deno.test("simulate goes the general way with the same checks: dx, Laplacian, boundary and snapshots", () => {
  const options = { ...start(32, 8), steps: 40, timeStep: 0.9, exitEvery: 250 };
  for (const width of [32, 16]) {
    const grid = { ...options, width, height: 256 / width };
    for (
      const way of [
        { dx: 1.25 },
        { dx: 1.25, laplacian: 9 as const },
        { boundary: "no-flux" as const },
        { snapshots: [40, 0, 7] },
      ]
    ) {
      const expected = general.simulate(general.grayScott, { ...grid, ...way, parameters: spots });
      deepStrictEqual(simulate({ ...grid, ...way, ...spots }), expected);
    }
  }
  throws(() => simulate({ ...options, ...spots, timeStep: 1.5, dx: 0.9 }), /needs δt \(9\.87\d+ Da/);
  simulate({ ...options, ...spots, timeStep: 1.5, laplacian: 9 });
  throws(() => simulate({ ...options, ...spots, snapshots: [41] }), /snapshot's step .* from 0 to 40/);
});

Deno.test("simulate leaves its input alone and twice gives the same", () => {
  const options = { ...start(32, 32), ...spots, steps: 10 };
  const copy = { a: options.a.slice(), b: options.b.slice() };
  deepStrictEqual(simulate(options), simulate(options));
  deepStrictEqual({ a: options.a, b: options.b }, copy);
});

Deno.test("simulate of no steps is the identity at δt = 1", () => {
  const options = start(8, 4);
  const { a, b } = options;
  deepStrictEqual(simulate({ ...options, ...spots, steps: 0 }), { a, b, steps: 0, snapshots: [] });
});

Deno.test("simulate composes: m steps and then n are m + n", () => {
  const options = { ...start(32, 16), ...spots };
  const halfway = simulate({ ...options, steps: 33 });
  const { a, b } = simulate({ ...options, a: halfway.a, b: halfway.b, steps: 44 });
  const direct = simulate({ ...options, steps: 77 });
  deepStrictEqual({ a, b }, { a: direct.a, b: direct.b });
});

Deno.test("simulate damps a Fourier mode of pure diffusion at the discrete analytic rate", () => {
  // With F = k = 0 and b = 0, a wave is an eigenvector: each step multiplies it by 1 − δt Da λ with
  // λ = 4 sin²(π m / width) + 4 sin²(π n / height).
  const [width, height, steps, Da] = [64, 32, 40, 0.2];
  for (const [m, n] of [[1, 0], [0, 1], [3, 2], [32, 16]]) {
    for (const timeStep of [1, 0.7]) {
      const wave = field(height, width, (y, x) => Math.cos(2 * Math.PI * (m * x / width + n * y / height)));
      const eigenvalue = 4 * Math.sin(Math.PI * m / width) ** 2 + 4 * Math.sin(Math.PI * n / height) ** 2;
      const factor = (1 - timeStep * Da * eigenvalue) ** steps;
      const { a } = simulate({
        width,
        height,
        a: wave,
        b: new Float32Array(width * height),
        Da,
        Db: 0.1,
        F: 0,
        k: 0,
        steps,
        timeStep,
      });
      a.forEach((value, cell) => ok(Math.abs(value - factor * wave[cell]) < 1e-5, `mode (${m}, ${n})`));
    }
  }
});

Deno.test("simulate keeps the uniform stationary state with catalyst", () => {
  const { F, k } = { F: 0.05, k: 0.055 }; // a b = F + k and F (1 − a) = (F + k) b
  const b = (F + Math.sqrt(F * F - 4 * F * (F + k) ** 2)) / (2 * (F + k)), a = (F + k) / b;
  const [width, height] = [32, 8];
  const result = simulate({
    width,
    height,
    a: new Float32Array(width * height).fill(a),
    b: new Float32Array(width * height).fill(b),
    Da: 0.2,
    Db: 0.1,
    F,
    k,
    steps: 1000,
  });
  ok(result.a.every((value) => Math.abs(value - a) < 1e-4));
  ok(result.b.every((value) => Math.abs(value - b) < 1e-4));
});

Deno.test("simulate stops early without changing a bit, in a fixed point", () => {
  const dying = { ...start(32, 32), ...spots, F: 0.02, k: 0.07, steps: 20_003 };
  const early = simulate(dying);
  ok(early.steps < 6000, `${early.steps} steps`);
  const full = simulate({ ...dying, exitEvery: 2 ** 31 - 1 });
  strictEqual(full.steps, 20_003);
  deepStrictEqual({ a: early.a, b: early.b }, { a: full.a, b: full.b });
});

Deno.test("simulate stops early without changing a bit, in a cycle shorter than the interval", () => {
  // With Da = 1/4 the chequerboard is multiplied by −1 in each step: a cycle of two.
  const a = field(4, 4, (y, x) => (-1) ** (x + y));
  const flip = { width: 4, height: 4, a, b: new Float32Array(16), Da: 0.25, Db: 0, F: 0, k: 0 };
  const timeStep = 1 - 2 ** -53; // just stable
  for (const exitEvery of [2, 4, 10]) {
    const odd = simulate({ ...flip, steps: 1001, timeStep, exitEvery });
    deepStrictEqual(odd.a, a.map((value) => -value));
    strictEqual(odd.steps, exitEvery + 1001 % exitEvery);
  }
  strictEqual(simulate({ ...flip, steps: 1001, timeStep, exitEvery: 3 }).steps, 1001);
});

type Symmetry = (y: number, x: number, size: number) => [y: number, x: number];

/** The sum of neighbours, (left + below) + (above + right), is the same sum under these. */
const exact: Record<string, Symmetry> = {
  "shift along x by 1": (y, x) => [y, x + 1],
  "shift along x by 21": (y, x) => [y, x + 21],
  "shift along y by 5": (y, x) => [y + 5, x],
  "half a turn": (y, x, size) => [size - 1 - y, size - 1 - x],
  "transposition": (y, x) => [x, y],
  "transposition along the other diagonal": (y, x, size) => [size - 1 - x, size - 1 - y],
};

/** Under these it is (right + below) + (above + left), which rounds otherwise. */
const rounded: Record<string, Symmetry> = {
  "reflection of x": (y, x, size) => [y, size - 1 - x],
  "reflection of y": (y, x, size) => [size - 1 - y, x],
  "a quarter turn": (y, x, size) => [x, size - 1 - y],
  "three quarters of a turn": (y, x, size) => [size - 1 - x, y],
};

/** What a start moved by the symmetry becomes, and where the symmetry moves what the start becomes. */
function bothWays(map: Symmetry, steps: number) {
  const size = 32;
  const moved = (values: Float32Array) =>
    field(size, size, (y, x) => {
      const [fromY, fromX] = map(y, x, size);
      return values[(fromY % size) * size + fromX % size];
    });
  const options = { ...start(size, size), ...spots, steps };
  const { a, b } = simulate(options);
  const after = simulate({ ...options, a: moved(options.a), b: moved(options.b) });
  return { one: { a: after.a, b: after.b }, other: { a: moved(a), b: moved(b) } };
}

for (const [name, map] of Object.entries(exact)) {
  Deno.test(`simulate commutes with ${name}, bit for bit`, () => {
    const { one, other } = bothWays(map, 200);
    deepStrictEqual(one, other);
  });
}

for (const [name, map] of Object.entries(rounded)) {
  Deno.test(`simulate commutes with ${name} up to rounding`, () => {
    const { one, other } = bothWays(map, 200);
    for (const species of ["a", "b"] as const) {
      one[species].forEach((value, cell) => ok(Math.abs(value - other[species][cell]) < 2e-5));
    }
  });
}

Deno.test("simulate keeps b out of the denormal numbers, and gives nothing back as 0", () => {
  // One cell of catalyst: it spreads a cell a step, each time weaker.
  const [size, steps] = [64, 31];
  const b = new Float32Array(size * size);
  b[0] = 1e-4;
  const options = { width: size, height: size, a: new Float32Array(size * size).fill(1), b, ...spots };
  const spread = simulate({ ...options, steps });
  ok(spread.b.every((value) => value === 0 || value >= Math.fround(1e-18)));
  ok(spread.b.includes(0) && spread.b[0] > 0);
  const gone = simulate({ ...options, steps: 2000 });
  deepStrictEqual(gone, { a: options.a, b: new Float32Array(size * size), steps: 750, snapshots: [] });
});

Deno.test("simulate leaves negative values of b as they are", () => {
  const b = new Float32Array(16).fill(-1e-20);
  const rule = { Da: 0, Db: 0, F: 0, k: 0.5 };
  const { b: halved } = simulate({ width: 4, height: 4, a: new Float32Array(16), b, ...rule, steps: 1 });
  deepStrictEqual(halved, b.map((value) => value / 2));
});

Deno.test("stableTimeStep is where a chequerboard on the empty state stops shrinking", () => {
  fc.assert(fc.property(rules, ({ Da, F }) => {
    const rule = { Da, Db: 0, F, k: 0.2 }; // so much that there is no stationary state with catalyst
    const limit = stableTimeStep(rule);
    const amplitude = (timeStep: number) => {
      const a = field(4, 4, (y, x) => 1 + 0.01 * (-1) ** (x + y)), b = new Float32Array(16);
      const after = reference.simulate({ width: 4, height: 4, a, b, ...rule, steps: 50, timeStep });
      return Math.abs(after.a[0] - after.a[1]) / 2;
    };
    ok(amplitude(0.98 * limit) < 0.005, "below the limit it shrinks");
    ok(amplitude(1.02 * limit) > 0.02, "above the limit it grows");
  }));
});

Deno.test("stableTimeStep is above 1 in the whole box of parameters that we sample", () => {
  const [Da, F, k] = [[0.1, 0.21], [0.02, 0.07], [0.055, 0.066]].map(([min, max]) =>
    fc.double({ min, max, noNaN: true })
  );
  const ratio = fc.double({ min: 0.4, max: 0.6, noNaN: true });
  fc.assert(
    fc.property(Da, ratio, F, k, (Da, ratio, F, k) => ok(stableTimeStep({ Da, Db: Da * ratio, F, k }) > 1)),
  );
});

Deno.test("simulate stays finite in the corner of the box nearest to the limit", () => {
  const corner = { Da: 0.21, Db: 0.126, F: 0.07, k: 0.055 };
  for (let sample = 0; sample < 5; sample++) simulate({ ...start(64, 64, sample), ...corner, steps: 750 });
});

Deno.test("simulate refuses an unstable time step and says the limit and the reason", () => {
  const options = { ...start(8, 8), ...spots, steps: 1 };
  const limit = stableTimeStep(spots);
  throws(() => simulate({ ...options, timeStep: limit }), {
    name: "RangeError",
    message:
      /^Cannot simulate Gray-Scott: timeStep must be below 1\.2\d*, from .*8 Da .*, but it is 1\.2\d*$/,
  });
  throws(() => simulate({ ...options, Da: 0.25 }), /below 0\.9/);
  throws(() => simulate({ ...options, Db: 0.3 }), /below 0\.8/);
});

Deno.test("simulate refuses shapes, counts and parameters out of range", () => {
  const options = { ...start(8, 8), ...spots, steps: 1 };
  throws(() => simulate({ ...options, width: 0 }), {
    name: "RangeError",
    message: /^Cannot simulate Gray-Scott: width must be an integer from 1.*but it is 0$/,
  });
  throws(() => simulate({ ...options, height: 7 }), {
    name: "RangeError",
    message: /7 × 8 cells.*64 and 64$/,
  });
  throws(() => simulate({ ...options, b: new Float32Array(60) }), /64 and 60$/);
  throws(() => simulate({ ...options, steps: -1 }), { name: "RangeError", message: /steps/ });
  throws(() => simulate({ ...options, exitEvery: 0 }), { name: "RangeError", message: /exitEvery/ });
  throws(() => simulate({ ...options, F: -0.1 }), {
    name: "RangeError",
    message: /F must be finite and ≥ 0/,
  });
  throws(() => simulate({ ...options, k: NaN }), { name: "RangeError", message: /k must be/ });
});

Deno.test("simulate throws NonFiniteFieldError, with the parameters, when a field overflows", () => {
  const options = { ...start(8, 8), ...spots, steps: 100 };
  options.b[10] = 50; // far beyond any state that the limit of the time step allows for
  throws(() => simulate(options), (error) => {
    ok(error instanceof NonFiniteFieldError);
    deepStrictEqual(error.run, {
      model: "Gray-Scott",
      parameters: spots,
      width: 8,
      height: 8,
      steps: 100,
      timeStep: 1,
      dx: 1,
      laplacian: 5,
      boundary: "periodic",
    });
    ok(error.message.endsWith("100 steps of 1 at Da = 0.2, Db = 0.1, F = 0.037, k = 0.06, dx = 1"));
    return true;
  });
});

Deno.test("initialState is the empty state with discs, plus noise within ±0.005", () => {
  for (let sample = 0; sample < 50; sample++) {
    const { a, b } = start(64, 64, sample);
    let inside = 0;
    a.forEach((value, cell) => {
      const centre = value < 0.75 ? [0.5, 0.25] : [1, 0];
      ok(Math.abs(value - centre[0]) <= 0.005001 && Math.abs(b[cell] - centre[1]) <= 0.005001);
      inside += Number(value < 0.75);
    });
    // At least one disc of radius 3, at most eight of radius 6.
    ok(inside > 20 && inside < 8 * 120, `${inside} cells in discs`);
  }
});

Deno.test("initialState differs from sample to sample and takes the discs asked for", () => {
  const draw = { seed: 1, purpose: "discs" };
  const [one, other] = [0, 1].map((sample) =>
    initialState({ width: 16, height: 16, draw: { ...draw, sample } })
  );
  ok(one.b.some((value, cell) => value !== other.b[cell]));
  const none = initialState({ width: 16, height: 16, draw, discs: { count: [0, 0], radius: [3, 3] } });
  ok(none.b.every((value) => value < 0.01));
  const full = initialState({ width: 16, height: 16, draw, discs: { count: [1, 1], radius: [16, 16] } });
  ok(full.b.every((value) => value > 0.2));
  throws(
    () => initialState({ width: 4, height: 4, draw, discs: { count: [3, 2], radius: [1, 1] } }),
    RangeError,
  );
});

Deno.test("initialState gives the bytes that stored datasets were grown from", async () => {
  const { a, b } = start(64, 64, 5);
  const digest = await crypto.subtle.digest(
    "SHA-256",
    new Uint8Array([...new Uint8Array(a.buffer), ...new Uint8Array(b.buffer)]),
  );
  strictEqual(new Uint8Array(digest).toHex().slice(0, 16), "006429912165e944");
});

Deno.test("initialState puts squares in place of discs, or over them", () => {
  const grid = { width: 40, height: 40, draw: { seed: 1, purpose: "squares" } };
  const inside = (options: object) =>
    initialState({ ...grid, ...options }).b.filter((value) => value > 0.1).length;
  strictEqual(inside({ squares: { count: [1, 1], radius: [2, 2] } }), 16);
  const both = { squares: { count: [1, 1], radius: [2, 2] }, discs: { count: [1, 1], radius: [9, 9] } };
  ok(inside(both) > 200);
  strictEqual(inside({ squares: { count: [0, 0], radius: [2, 2] } }), 0);
});

Deno.test("initialState's discs wrap around the edges and lie anywhere with equal chance", () => {
  const inDisc = new Float64Array(4);
  for (let sample = 0; sample < 400; sample++) {
    const { b } = start(16, 16, sample);
    b.forEach((value, cell) => inDisc[2 * (cell >> 7) + ((cell >> 3) & 1)] += Number(value > 0.1));
  }
  const mean = inDisc.reduce((sum, count) => sum + count) / 4;
  for (const count of inDisc) ok(Math.abs(count / mean - 1) < 0.03, `${inDisc}`);
});

Deno.test("simulate in one memory: a large grid, then a small one, then the large one again", () => {
  const large = { ...start(128, 256), ...spots, steps: 3 }, small = { ...start(4, 1), ...spots, steps: 3 };
  const before = [simulate(large), simulate(small)];
  uniforms(1, { seed: 1, purpose: "unrelated" });
  deepStrictEqual([simulate(large), simulate(small)], before);
});
