/**
 * The harmonic oscillator: one state at two times.
 *
 * u = (x, p) ~ N(0, I) and v = the state a time `lag` + τ later, τ ~ U(0, 2π), m = k = 1 (Zhang & Walker 2022,
 * Eq. 8). *When* is unknown to the observer, so what is left to share is what time leaves alone: the energy
 * H = (x² + p²) / 2. Rings of equal energy have radius √(2H). With the time known, τ = 0, the state determines all of
 * the later one, and any function of the state can be shared.
 *
 * Energy cannot be a coordinate of a diffeomorphism of the plane (its level sets are circles, those of a
 * coordinate are lines). So both observations get a noise coordinate ε ~ N(0, 1) for a coupling layer to write
 * a function of (x, p) into: α = ε·e^s + t(x, p). Microstates are rows (x, p, ε). Where d is larger than 1, the other
 * numbers of the macrostate are of the state, given the first.
 *
 * @module
 */
import { exp, normalQuantile } from "../kernels/elementary/mod.ts";
import { normals } from "../kernels/philox/mod.ts";
import { oscillatorPairs } from "../kernels/trajectories/mod.ts";
import type { Parameters } from "../macronet/bijection.ts";
import { macrostateMap, macrostates } from "../macronet/macrostate_map.ts";
import { besideEachOther, column, columnRange, type Matrix, matrix, pickRows } from "../macronet/matrix.ts";
import { type Relation, sideParameters } from "../macronet/relation.ts";
import { checkCommon, checkNumber, checkWord } from "./domain.ts";
import { correlation, mean, quantile, spearman, variance } from "./metrics/statistics.ts";
import { checkObservation, type Observation, observe, type Transformations } from "./observation.ts";
import { DIMENSION, MICROSTATES, oscillatorFlow, type OscillatorNetwork } from "./oscillator_flow.ts";
import { rowsOf } from "./rows.ts";
import type { Settings, System } from "./system.ts";

interface Physics {
  /** Time between the two states, known to the observer. */
  readonly lag: number;
  /** Unknown may be how much later than that the second state is. Noise is on the position and the momentum of it. */
  readonly observation: Observation<"time">;
}

type OscillatorSettings = Settings<Physics, OscillatorNetwork>;

const PAPER: OscillatorSettings = {
  physics: { lag: 1, observation: { noise: 0, unknown: { time: true } } },
  simulate: { seed: 1, shards: 8, samples: 16384 },
  cache: { validationShare: 0.02, testShare: 0.05, dataType: "float32", compression: "none" },
  network: {
    macroDimension: 1,
    microstate: "state+noise",
    blocks: 12,
    width: 32,
    widthMacro: 128,
    hiddenLayers: 2,
    logScaleBound: 2,
    logScaleBoundMacro: 6,
  },
  train: {
    seed: 1,
    gamma: 0.025,
    batch: 256,
    parts: 2,
    steps: 8000,
    learningRate: 0.003,
    warmup: 200,
    clipNorm: 5,
    logEvery: 50,
    checkpointEvery: 250,
  },
  repeats: 5,
  sample: { seed: 1, examples: 5, draws: 2048, again: 1 },
  evaluate: { seed: 1, resamples: 200 },
};

const SMOKE: OscillatorSettings = {
  ...PAPER,
  simulate: { seed: 1, shards: 2, samples: 1024 },
  network: { ...PAPER.network, blocks: 2, width: 16, widthMacro: 16 },
  train: { ...PAPER.train, batch: 64, steps: 60, warmup: 10, logEvery: 20, checkpointEvery: 20 },
  repeats: 2,
  sample: { seed: 1, examples: 3, draws: 128, again: 1 },
  evaluate: { seed: 1, resamples: 20 },
};

/** The smallest and the largest √(2H) of the examples. */
const RADII = { least: 0.5, most: 2.5 };

/** Draws of ε that a reported φ(x, p) averages over. */
const NOISE_DRAWS = 32;

/** The oscillator. */
export const system: System<Physics, OscillatorNetwork> = {
  title: "Harmonic oscillator",
  profiles: { smoke: SMOKE, paper: PAPER },

  shapes: () => ({ u: [DIMENSION], v: [DIMENSION] }),

  descriptions: {
    u: "the state (x, p) and a noise coordinate ε, dimensionless at m = k = 1",
    v: "the state a time τ later and a fresh ε, dimensionless",
  },

  check(settings) {
    const { lag, observation } = settings.physics;
    checkNumber("physics.lag", lag, { least: 0, most: 1000, reason: "the second state is the later one" });
    checkObservation(observation, { least: 0, reason: "it is a standard deviation" });
    checkCommon(settings, DIMENSION);
    checkWord("network.microstate", settings.network.microstate, MICROSTATES);
  },

  prior(_physics, count, { seed, purpose, from }) {
    return rowsOf(
      count,
      DIMENSION,
      (i) => normals(DIMENSION, { seed, purpose: `${purpose}.state`, sample: from + i }),
    );
  },

  grow({ lag, observation }, u, randomness) {
    const { seed, purpose, from } = randomness;
    const later = columnRange(u, 0, 2);
    evolve(later, () => lag);
    observe(later, { observation, transformations: TRANSFORMATIONS, randomness });
    const noise = rowsOf(
      u.rows,
      1,
      (i) => normals(1, { seed, purpose: `${purpose}.coordinate`, sample: from + i }),
    );
    return { v: besideEachOther(later, noise) };
  },

  relation({ network, seed }) {
    const { macroDimension } = network;
    const side = macrostateMap(oscillatorFlow(network, seed), { macroDimension, weight: 1 / DIMENSION });
    return { u: side, v: side, shared: true };
  },

  /**
   * Held-out pairs, scaled to radii that are spread evenly over {@link RADII}, without noise. The motion is linear:
   * a state scaled by a factor is, the same time later, the later state scaled by it.
   */
  examples(test, count) {
    const rows = Array.from({ length: count }, (_, i) => Math.floor(i / count * test.u.rows));
    const u = pickRows(test.u, rows), v = pickRows(test.v, rows);
    const factors = energy(u).map((h, i) => radiusOfExample(i, count) / Math.sqrt(2 * h));
    return { u: withNoise(scaled(u, factors), () => 0), v: withNoise(scaled(v, factors), () => 0) };
  },

  evaluate({ relation, parameters, test, examples, designs }) {
    const single = macrostates(relation.u, sideParameters(relation, "u", parameters), test.u);
    const averaged = meanMacrostate(relation, parameters, test.u);
    const energies = energy(test.u);
    const oracle = energies.map((h) => normalQuantile(Math.min(1 - exp(-h), 1 - 1e-12)));
    const rings = ringsOf(designs.u, energy(examples.u));
    const absolute = (value: number) => ({ value: Math.abs(value) });
    return {
      metrics: {
        spearman_energy_single: absolute(spearman(column(single, 0), energies)),
        spearman_energy_mean: absolute(spearman(averaged, energies)),
        oracle_correlation: absolute(correlation(averaged, oracle)),
        oracle_distance: { value: distanceToAffineMap(averaged, oracle) },
        ring_radius_bias_max: { value: Math.max(...rings.map((ring) => Math.abs(ring.bias))) },
        ring_radius_sd_max: { value: Math.max(...rings.map((ring) => ring.spread)) },
        ring_radius_robust_max: { value: Math.max(...rings.map((ring) => ring.robustSpread)) },
        ring_outside_share: { value: mean(rings.map((ring) => ring.outside)) },
      },
      tables: {
        energy: matrix(Float32Array.from(energies), 1),
        macrostate_mean: matrix(Float32Array.from(averaged), 1),
        plane: planeOf(relation, parameters),
        rings: rowsOf(
          rings.length,
          4,
          (i) => [rings[i].radius, rings[i].bias, rings[i].spread, rings[i].outside],
        ),
      },
    };
  },
};

/** Turns every state `(x, p)` by the time that passes, in place: the motion is exact. */
function evolve(states: Matrix, time: (row: number) => number): void {
  const times = Float32Array.from({ length: states.rows }, (_, i) => time(i));
  states.data.set(oscillatorPairs({ starts: states.data, times }));
}

/** How much later the second state is seen than is known. */
const TRANSFORMATIONS: Transformations<"time"> = {
  time: { draws: 1, view: (states, draws) => evolve(states, (i) => 2 * Math.PI * draws.data[i]) },
};

/** H of each state. */
function energy(states: Matrix): Float64Array {
  const x = column(states, 0), p = column(states, 1);
  return x.map((value, i) => (value * value + p[i] * p[i]) / 2);
}

function radiusOfExample(example: number, count: number): number {
  const { least, most } = RADII;
  return count === 1 ? (least + most) / 2 : least + (most - least) * example / (count - 1);
}

/** Each row times its factor. */
function scaled(states: Matrix, factors: ArrayLike<number>): Matrix {
  const { data, columns } = states;
  return matrix(data.map((value, i) => value * factors[Math.floor(i / columns)]), columns);
}

/** Root mean square of what the best affine map of `values` leaves of `target`. */
function distanceToAffineMap(values: Float64Array, target: Float64Array): number {
  const r = correlation(values, target);
  return Math.sqrt(variance(target) * Math.max(0, 1 - r * r));
}

function withNoise(states: Matrix, noise: (row: number) => number): Matrix {
  const plane = columnRange(states, 0, 2);
  return besideEachOther(plane, rowsOf(states.rows, 1, (i) => [noise(i)]));
}

/** The first number of φ(x, p), which the noise coordinate carries, averaged over that. */
function meanMacrostate(relation: Relation, parameters: Parameters, states: Matrix): Float64Array {
  const own = sideParameters(relation, "u", parameters);
  const sum = new Float64Array(states.rows);
  for (let draw = 0; draw < NOISE_DRAWS; draw++) {
    const noise = normalQuantile((draw + 0.5) / NOISE_DRAWS);
    const values = column(macrostates(relation.u, own, withNoise(states, () => noise)), 0);
    for (let i = 0; i < sum.length; i++) sum[i] += values[i] / NOISE_DRAWS;
  }
  return sum;
}

interface Ring {
  /** √(2H) of the example. */
  readonly radius: number;
  /** Mean radius of the samples over it, less 1. */
  readonly bias: number;
  /** Standard deviation of the samples' radius over it. */
  readonly spread: number;
  /** The same from the quartiles. */
  readonly robustSpread: number;
  /** Share of the samples more than a fifth off, those that are not finite among them. */
  readonly outside: number;
}

/** Radii of the samples around each example's; what is not finite counts as outside and in nothing else. */
function ringsOf(designs: Matrix, energies: Float64Array): Ring[] {
  const draws = designs.rows / energies.length;
  const radii = energy(designs).map((h) => Math.sqrt(2 * h));
  return Array.from(energies, (h, example) => {
    const radius = Math.sqrt(2 * h);
    const ratios = radii.slice(example * draws, (example + 1) * draws).map((r) => r / radius)
      .filter(Number.isFinite);
    const centre = mean(ratios);
    return {
      radius,
      bias: centre - 1,
      spread: Math.sqrt(mean(ratios.map((r) => (r - centre) * (r - centre)))),
      robustSpread: (quantile(ratios, 0.75) - quantile(ratios, 0.25)) / 1.349,
      outside: (draws - ratios.filter((r) => Math.abs(r - 1) <= 0.2).length) / draws,
    };
  });
}

/** Side of the table of φ over the phase plane, and the largest |x| and |p| in it. */
const PLANE_SIDE = 81;
const PLANE_EXTENT = 3;

/** φ(x, p) on a grid for the figure: rows (x, p, φ), x fastest. */
function planeOf(relation: Relation, parameters: Parameters): Matrix {
  const at = (i: number) => PLANE_EXTENT * (2 * i / (PLANE_SIDE - 1) - 1);
  const states = rowsOf(
    PLANE_SIDE * PLANE_SIDE,
    3,
    (i) => [at(i % PLANE_SIDE), at(Math.floor(i / PLANE_SIDE)), 0],
  );
  const values = meanMacrostate(relation, parameters, states);
  return besideEachOther(columnRange(states, 0, 2), matrix(Float32Array.from(values), 1));
}
