/**
 * The harmonic oscillator: one state at two times.
 *
 * u = (x, p) ~ N(0, I) and v = the state a time τ ~ U(0, 2π) later, m = k = 1 (Zhang & Walker 2022, Eq. 8).
 * *When* is unknown to the observer, so what is left to share is what time leaves alone: the energy
 * H = (x² + p²) / 2. Rings of equal energy have radius √(2H).
 *
 * Energy cannot be a coordinate of a diffeomorphism of the plane (its level sets are circles, those of a
 * coordinate are lines). So both observations get a noise coordinate ε ~ N(0, 1) for a coupling layer to write
 * a function of (x, p) into: α = ε·e^s + t(x, p). Microstates are rows (x, p, ε).
 *
 * @module
 */
import { exp, normalQuantile } from "../kernels/elementary/mod.ts";
import { normals, uniforms } from "../kernels/philox/mod.ts";
import { oscillatorPairs } from "../kernels/trajectories/mod.ts";
import { actnorm } from "../macronet/actnorm.ts";
import type { Bijection, Parameters } from "../macronet/bijection.ts";
import { chain } from "../macronet/chain.ts";
import { affineCoupling } from "../macronet/coupling.ts";
import { linear } from "../macronet/linear.ts";
import { macrostateMap, macrostates } from "../macronet/macrostate_map.ts";
import { besideEachOther, column, columnRange, type Matrix, matrix, pickRows } from "../macronet/matrix.ts";
import { permutation } from "../macronet/permutation.ts";
import { type Relation, sideParameters } from "../macronet/relation.ts";
import { split } from "../macronet/split.ts";
import { standardise } from "../macronet/standardise.ts";
import { checkCommon } from "./domain.ts";
import { correlation, mean, quantile, spearman, variance } from "./metrics/statistics.ts";
import { rowsOf } from "./rows.ts";
import type { Settings, System } from "./system.ts";

interface Network {
  readonly blocks: number;
  readonly width: number;
  /** Of the conditioner that writes the macrostate. */
  readonly widthMacro: number;
  readonly hiddenLayers: number;
  readonly logScaleBound: number;
  /** Of the coupling that writes the macrostate: how far it may turn down ε, the noise on it. */
  readonly logScaleBoundMacro: number;
}

type OscillatorSettings = Settings<object, Network>;

const PAPER: OscillatorSettings = {
  physics: {},
  simulate: { seed: 1, shards: 8, samples: 16384 },
  cache: { validationShare: 0.02, testShare: 0.05, dataType: "float32", compression: "none" },
  network: {
    macroDimension: 1,
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
    steps: 6000,
    learningRate: 0.003,
    warmup: 200,
    clipNorm: 5,
    logEvery: 50,
    checkpointEvery: 250,
  },
  sample: { seed: 1, examples: 5, draws: 2048, again: 1 },
  evaluate: { seed: 1, resamples: 200 },
};

const SMOKE: OscillatorSettings = {
  ...PAPER,
  simulate: { seed: 1, shards: 2, samples: 1024 },
  network: { ...PAPER.network, blocks: 2, width: 16, widthMacro: 16 },
  train: { ...PAPER.train, batch: 64, steps: 60, warmup: 10, logEvery: 20, checkpointEvery: 20 },
  sample: { seed: 1, examples: 3, draws: 128, again: 1 },
  evaluate: { seed: 1, resamples: 20 },
};

/** Microstate: x, p and the noise coordinate. */
const DIMENSION = 3;

/** The smallest and the largest √(2H) of the examples. */
const RADII = { least: 0.5, most: 2.5 };

/**
 * What (x, p) are multiplied by before anything else. Conditioners start with features as wide as their inputs, and
 * what a normal distribution makes of energy, Φ⁻¹(1 − e^(−H)), is a cusp: it falls to −∞ at the origin.
 */
export const MAGNIFICATION = 8;

/** Draws of ε that a reported φ(x, p) averages over. */
const NOISE_DRAWS = 32;

/** The oscillator. */
export const system: System<object, Network> = {
  title: "Harmonic oscillator",
  profiles: { smoke: SMOKE, paper: PAPER },

  shapes: () => ({ u: [DIMENSION], v: [DIMENSION] }),

  descriptions: {
    u: "the state (x, p) and a noise coordinate ε, dimensionless at m = k = 1",
    v: "the state a time τ later and a fresh ε, dimensionless",
  },

  check(settings) {
    checkCommon(settings, DIMENSION);
    if (settings.network.macroDimension !== 1) {
      throw new RangeError(
        `Cannot use network.macroDimension: it must be 1 (the noise coordinate that carries the macrostate is ` +
          `one), but it is ${settings.network.macroDimension}`,
      );
    }
  },

  prior(_physics, count, { seed, purpose, from }) {
    return rowsOf(
      count,
      DIMENSION,
      (i) => normals(DIMENSION, { seed, purpose: `${purpose}.state`, sample: from + i }),
    );
  },

  grow(_physics, u, { seed, purpose, from }) {
    const times = rowsOf(u.rows, 1, (i) => {
      const [share] = uniforms(1, { seed, purpose: `${purpose}.time`, sample: from + i });
      return [2 * Math.PI * share];
    });
    const noise = rowsOf(
      u.rows,
      1,
      (i) => normals(1, { seed, purpose: `${purpose}.noise`, sample: from + i }),
    );
    const later = oscillatorPairs({ starts: columnRange(u, 0, 2).data, times: times.data });
    return { v: besideEachOther(matrix(later, 2), noise) };
  },

  relation({ network, seed }) {
    const { macroDimension } = network;
    const side = macrostateMap(energyFlow(network, seed), { macroDimension, weight: 1 / DIMENSION });
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

/**
 * A flow on (x, p, ε). The first coupling writes a function of (x, p) into ε, which then is the macrostate and
 * passes through the rest unmoved; the blocks after it turn (x, p), given the macrostate, into what is abandoned.
 */
function energyFlow(network: Network, seed: number): Bijection {
  const { blocks, logScaleBound } = network;
  const { width, widthMacro, hiddenLayers, logScaleBoundMacro } = network;
  const conditioner = { width, hiddenLayers };
  const mixed = (purpose: string) =>
    split({ dimension: DIMENSION, inner: linear({ dimension: 2, seed, purpose }) });
  const moveFirst = () =>
    affineCoupling({ dimension: DIMENSION, split: 1, transforms: "first", conditioner, logScaleBound });
  const block = (index: number) => [
    actnorm({ dimension: DIMENSION }),
    mixed(`rotation.${index}.0`),
    moveFirst(),
    mixed(`rotation.${index}.1`),
    moveFirst(),
  ];
  return chain([
    standardise({ mean: [0, 0, 0], deviation: [1 / MAGNIFICATION, 1 / MAGNIFICATION, 1] }),
    affineCoupling({
      dimension: DIMENSION,
      split: 2,
      transforms: "second",
      conditioner: { width: widthMacro, hiddenLayers },
      logScaleBound: logScaleBoundMacro,
    }),
    ...Array.from({ length: blocks - 1 }, (_, index) => block(index)).flat(),
    actnorm({ dimension: DIMENSION }),
    permutation([2, 0, 1]),
  ]);
}

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

/** φ(x, p), averaged over the noise coordinate. */
function meanMacrostate(relation: Relation, parameters: Parameters, states: Matrix): Float64Array {
  const own = sideParameters(relation, "u", parameters);
  const sum = new Float64Array(states.rows);
  for (let draw = 0; draw < NOISE_DRAWS; draw++) {
    const noise = normalQuantile((draw + 0.5) / NOISE_DRAWS);
    const values = macrostates(relation.u, own, withNoise(states, () => noise)).data;
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
