/**
 * Data for the pictures of the tests: made up, but shaped like what the pipeline gives, and the same every time.
 */
import type { CalibrationData } from "../../../stages/figures/calibration.ts";
import type { Compared } from "../../../stages/figures/comparison.ts";
import type { Figure4Data, LinearExample, MovedMatricesData } from "../../../stages/figures/figure4.ts";
import type { Figure5bData, Figure5cData, Ring } from "../../../stages/figures/figure5.ts";
import type { Figure6Data, MovedPatternsData, TuringExample } from "../../../stages/figures/figure6.ts";
import type { LossCurvesData } from "../../../stages/figures/loss_curves.ts";
import type { MacrostateAgreementData } from "../../../stages/figures/macrostate_agreement.ts";
import type { MacrostatePlaneData } from "../../../stages/figures/macrostate_plane.ts";

/** A stream of uniform numbers in [0, 1) (mulberry32). */
export function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A stream of standard normal numbers (Box and Muller). */
export function normal(seed: number): () => number {
  const next = uniform(seed);
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

function trajectory([a, b, c, d]: Iterable<number>, [x0, y0]: number[]): number[] {
  let [x, y] = [x0, y0];
  return Array.from({ length: 8 }, () => {
    [x, y] = [x + (a * x + b * y) / 8, y + (c * x + d * y) / 8];
    return [x, y];
  }).flat();
}

export function figure4Data(): Figure4Data {
  const next = normal(4);
  const matrices = {
    anticlockwise: [0.3, -2.2, 2.6, -0.2],
    clockwise: [-0.4, 1.9, -2.4, 0.1],
    decaying: [-1.6, 0.4, -0.3, -1.4],
    growing: [1.2, 0.1, 0.3, 0.9],
  };
  const examples = Object.entries(matrices).map(([label, matrix]): LinearExample => {
    const sampled = Array.from({ length: 60 }, () => matrix.map((m) => m + 0.35 * next()));
    const grow = (m: number[]) => trajectory(m, [next(), next()]);
    return {
      label,
      matrix: Float32Array.from(matrix),
      trajectory: Float32Array.from(trajectory(matrix, [0.9, 0.4])),
      sampledMatrices: Float32Array.from(sampled.flat()),
      grownTrajectories: Float32Array.from(sampled.slice(0, 30).flatMap(grow)),
      sampledTrajectories: Float32Array.from(sampled.slice(30).flatMap(grow).map((x) => x + 0.03 * next())),
    };
  });
  return { prior: Float32Array.from({ length: 4 * 1500 }, next), examples };
}

export function figure5Pairs(): Float32Array {
  const next = uniform(5);
  return Float32Array.from(
    [0.7, 1.3, 1.9, 2.5].flatMap((radius) => {
      const [start, tau] = [2 * Math.PI * next(), 2 * Math.PI * next()];
      const state = (angle: number) => [radius * Math.cos(angle), radius * Math.sin(angle)];
      return [...state(start), ...state(start - tau)];
    }),
  );
}

export function figure5bData(): Figure5bData {
  const next = normal(52);
  const energy = Float32Array.from({ length: 4000 }, () => (next() ** 2 + next() ** 2) / 2);
  const oracle = (h: number) => 1.4 * Math.log(h + 0.08) + 0.4;
  const macrostate = energy.map((h) => oracle(h) + 0.08 * next());
  const curve = Float32Array.from({ length: 400 }, (_, i) => i % 2 ? oracle((i - 1) / 60) : i / 60);
  return { energy, macrostate, oracle: curve, spearman: 0.99861 };
}

export function figure5cData(): Figure5cData {
  const next = normal(53);
  const size = 96, halfWidth = 3;
  const at = (i: number) => -halfWidth + 2 * halfWidth * (i + 0.5) / size;
  const values = Float32Array.from({ length: size ** 2 }, (_, i) => {
    const [x, p] = [at(i % size), at(Math.floor(i / size))];
    return Math.log((x * x + p * p) / 2 + 0.08) + 0.05 * x;
  });
  const rings = [0.35, 1.4, 2.9].map((energy): Ring => {
    const radius = Math.sqrt(2 * energy);
    const samples = Array.from({ length: 150 }, () => {
      const [angle, r] = [2 * Math.PI * next(), radius * (1 + 0.04 * next())];
      return [r * Math.cos(angle), r * Math.sin(angle)];
    });
    return { energy, samples: Float32Array.from(samples.flat()) };
  });
  return { field: { width: size, height: size, values }, halfWidth, rings };
}

/** A Gray-Scott pattern, concentration of b: small and short, but the real thing. */
export function pattern([da, db, f, k]: Iterable<number>, seed: number, size = 48): Float32Array {
  const next = uniform(seed);
  let a = new Float64Array(size ** 2).fill(1), b = new Float64Array(size ** 2);
  for (let spot = 0; spot < 9; spot++) {
    const [cx, cy] = [Math.floor(next() * size), Math.floor(next() * size)];
    for (let y = -3; y <= 3; y++) {
      for (let x = -3; x <= 3; x++) {
        const i = ((cy + y + size) % size) * size + (cx + x + size) % size;
        a[i] = 0.5;
        b[i] = 0.25 + 0.01 * next();
      }
    }
  }
  let [a1, b1] = [a.slice(), b.slice()];
  for (let step = 0; step < 3000; step++) {
    for (let y = 0; y < size; y++) {
      const up = ((y + size - 1) % size) * size, down = ((y + 1) % size) * size, row = y * size;
      for (let x = 0; x < size; x++) {
        const left = (x + size - 1) % size, right = (x + 1) % size, i = row + x;
        const laplacian = (q: Float64Array) =>
          q[row + left] + q[row + right] + q[up + x] + q[down + x] - 4 * q[i];
        const reaction = a[i] * b[i] * b[i];
        a1[i] = a[i] + da * laplacian(a) - reaction + f * (1 - a[i]);
        b1[i] = b[i] + db * laplacian(b) + reaction - (f + k) * b[i];
      }
    }
    [a, a1, b, b1] = [a1, a, b1, b];
  }
  return Float32Array.from(b);
}

export function figure6Data(): Figure6Data {
  const next = normal(6);
  const box = [[0.1, 0.21], [0.04, 0.126], [0.02, 0.07], [0.055, 0.066]] as const;
  const rules = [[0.16, 0.08, 0.035, 0.06], [0.18, 0.08, 0.03, 0.062], [0.2, 0.1, 0.055, 0.062], [
    0.15,
    0.07,
    0.026,
    0.0555,
  ]];
  const examples = rules.map((rule, example): TuringExample => {
    const sampled = Array.from({ length: 150 }, () => {
      const da = 0.105 + 0.1 * ((next() + 6) * 0.37 % 1);
      return [
        da,
        da * (rule[1] / rule[0] + 0.01 * next()),
        rule[2] + 0.0015 * next(),
        rule[3] + 0.0005 * next(),
      ];
    });
    return {
      pattern: pattern(rule, 100 + example),
      parameters: Float32Array.from(rule),
      sampledParameters: Float32Array.from(sampled.flat()),
      grownPatterns: Float32Array.from(
        sampled.slice(0, 5).flatMap((sample, i) => [...pattern(sample, example * 10 + i)]),
      ),
    };
  });
  return { size: 48, box, examples };
}

export function lossData(): LossCurvesData {
  const next = normal(7);
  const steps = Array.from({ length: 300 }, (_, i) => i * 10);
  const falling = (from: number, to: number, noise: number) =>
    steps.map((step) => to + (from - to) * Math.exp(-step / 350) + noise * next());
  const some = (values: number[]) => ({
    steps: steps.filter((_, i) => i % 15 === 0),
    values: values.filter((_, i) => i % 15 === 0),
  });
  const term = (name: string, values: number[]) => ({
    name,
    train: { steps, values },
    validation: some(values.map((value) => value * 1.02)),
  });
  return {
    title: "the linear system",
    terms: [
      term("loss L", falling(6, 1.2, 0.05)),
      term("prediction L_{P}", falling(2, 0, 0).map((x) => 0.02 + x * (1 + 0.1 * next()))),
      {
        ...term("variance of α", falling(0.3, 1, 0.02)),
        axis: "fromZero",
        zero: "0: collapse",
      },
      term("NLL of u, per dimension", falling(6, 1.2, 0.05)),
      term("NLL of v, per dimension", falling(90, -0.7, 0.03)),
      {
        name: "largest round-trip error",
        validation: some(falling(1e-6, 4e-5, 0).map((x, i) => i === 0 ? 0 : x * (1 + 0.2 * next()))),
        axis: "log",
      },
    ],
  };
}

export function planeData({ size, examples }: Figure6Data): MacrostatePlaneData {
  const next = normal(8);
  const patterns = Float32Array.from(
    examples.flatMap(({ pattern, grownPatterns }) => [...pattern, ...grownPatterns]),
  );
  const macrostates = Float32Array.from(
    { length: 800 * 3 },
    (_, i) => next() * 0.6 + Math.floor(i / 18) % 4 * ((i % 3) - 0.6) * 0.4,
  );
  return { size, dimension: 3, macrostates, patterns };
}

export function agreementData(): MacrostateAgreementData {
  const next = normal(9);
  const alphaU = Float32Array.from({ length: 3 * 2500 }, next);
  const alphaV = alphaU.map((alpha, i) => alpha * 0.95 + [0.1, 0.3, 0.8][i % 3] * next());
  return { title: "Turing patterns", dimension: 3, alphaU, alphaV };
}

export function calibrationData(): CalibrationData {
  const next = uniform(10);
  const cases = 400;
  const shares = (bend: number) =>
    Float32Array.from({ length: cases }, () => {
      const x = next();
      return x + bend * Math.sin(2 * Math.PI * x) / (2 * Math.PI);
    });
  const names = ["D_{a}", "D_{b}", "F", "k"];
  return {
    title: "Turing patterns",
    cases,
    ranks: names.map((name, i) => ({ name, shares: shares([0, 0.2, -0.9, 0.6][i]) })),
    coverage: shares(0.1),
  };
}

/** Experiments in which d counts from 1, and whose metrics scatter over five seeds; one grows by decades. */
export function comparedData(): (Compared & { d: number })[] {
  const next = normal(11);
  const metric = (centre: number, spread: number) => {
    const values = Array.from({ length: 5 }, () => centre + spread * next());
    return { value: values.reduce((sum, value) => sum + value) / 5, values };
  };
  return [1, 2, 3, 4].map((d) => ({
    d,
    name: `turing_d${d}`,
    label: `d = ${d}`,
    metrics: {
      mutual_information_nats: metric(2 * d, 0.2),
      mutual_information_null: metric(0.05 * d, 0.01),
      spectrum: metric(0.8 / d, 0.03),
      bias: { value: 3 * 1000 ** (d - 2), values: [1, 2, 3, 4, 5].map((seed) => seed * 1000 ** (d - 2)) },
    },
  }));
}

/** Two settings of the linear system, what was learned of which is sure in one and chance in the other. */
export function linearComparedData(): Compared[] {
  const next = uniform(12);
  const metric = (values: number[]) => ({ value: values.reduce((sum, value) => sum + value) / 5, values });
  const five = (low: number, high: number) =>
    metric(Array.from({ length: 5 }, () => low + (high - low) * next()));
  const setting = (name: string, label: string, low: number, high: number): Compared => ({
    name,
    label,
    metrics: {
      rotation_agreement_parameters: five(low, high),
      rotation_agreement_parameters_all_complex: five(low - 0.03, high - 0.01),
      rotation_agreement_trajectories: five(low, high),
      macro_error_normalised: five(0.06, 0.09),
      rotation_r2: five(low - 0.1, high - 0.03),
      trace_r2: five(low - 0.3, high - 0.2),
    },
  });
  return [
    setting("linear_literal", "frame known", 0.55, 0.9),
    setting("linear_unaided", "prediction alone", 0.93, 0.99),
    setting("linear", "frame unknown", 0.97, 0.995),
  ];
}

export function movedMatricesData(): MovedMatricesData {
  const moves = 7, dimension = 2;
  const macrostates = new Float32Array(moves * dimension * dimension);
  const matrices = new Float32Array(moves * dimension * 4);
  for (let row = 0; row < moves * dimension; row++) {
    const moved = Math.floor(row / moves), at = (row % moves) / 3 - 1;
    macrostates[row * dimension + moved] = 2 * at;
    matrices.set(moved === 0 ? [0.1, -at, at, 0.2] : [at, -0.2, 0.3, 0.8 * at], row * 4);
  }
  return { dimension, macrostates, matrices };
}

export function movedPatternsData({ size, examples }: Figure6Data): MovedPatternsData {
  const moves = 5, dimension = 2;
  const macrostates = new Float32Array(moves * dimension * dimension);
  const all = examples.flatMap(({ pattern, grownPatterns }) => [...pattern, ...grownPatterns]);
  const patterns = Float32Array.from(all.slice(0, moves * dimension * size * size));
  for (let row = 0; row < moves * dimension; row++) {
    macrostates[row * dimension + Math.floor(row / moves)] = (row % moves) / 2 - 1;
  }
  return { size, dimension, macrostates, patterns };
}
