/**
 * Linear dynamical systems: a matrix and the trajectory it makes.
 *
 * u = M, a 2×2 matrix of N(0, 1) entries; v = T, the trajectory x₁ … x₈ from x₀ ~ N(0, I) under dx/dt = M x
 * (Zhang & Walker 2022, Eq. 7), seen with noise.
 *
 * What singles out one macrostate among many is what the observer does not know. With the *frame* unknown,
 * T is seen under a random rotation, and what is left to share are the invariants of M: its trace, c − b, which way
 * and how fast it turns, and the size of its symmetric traceless part. With the frame known, the paper's literal
 * setting, every function of M that T determines is as good as any other, and which one is learned is left to chance.
 *
 * Of three invariants d = 2 leaves one free. Trace and c − b predict themselves best, but whether M turns at all they do
 * not say: of all M that share both with one that has complex eigenvalues, many have real ones and bend either way. So
 * designs may also be told to turn the way of their example, a resemblance of one number.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor2D } from "@tensorflow/tfjs";
import { cos, sin } from "../kernels/elementary/mod.ts";
import { normals } from "../kernels/philox/mod.ts";
import { actnorm } from "../macronet/actnorm.ts";
import type { Bijection } from "../macronet/bijection.ts";
import { chain } from "../macronet/chain.ts";
import { affineCoupling } from "../macronet/coupling.ts";
import { gramPolynomials } from "../macronet/gram_polynomials.ts";
import { macrostateMap, macrostates } from "../macronet/macrostate_map.ts";
import { column, type Matrix, matrix, rowRange } from "../macronet/matrix.ts";
import { radialCompression } from "../macronet/radial_compression.ts";
import { realNvp } from "../macronet/real_nvp.ts";
import { emulatedResemblance } from "../macronet/resemblance.ts";
import { sideParameters } from "../macronet/relation.ts";
import { split } from "../macronet/split.ts";
import { standardise } from "../macronet/standardise.ts";
import { checkCommon, checkNumber } from "./domain.ts";
import { explainedVariance } from "./metrics/information.ts";
import { checkObservation, type Observation, observe, type Transformations } from "./observation.ts";
import { firstRows, indicesOf, rowsOf, scales } from "./rows.ts";
import { agreements, sweeps, trajectories, turningOf } from "./rotation_agreement.ts";
import type { Settings, System } from "./system.ts";

interface Physics {
  /** Points of a trajectory, one time step of 1 / steps apart. */
  readonly steps: number;
  /** Unknown may be the frame: every trajectory is seen under a rotation. */
  readonly observation: Observation<"frame">;
}

interface Network {
  readonly blocks: number;
  readonly widthU: number;
  readonly widthV: number;
  readonly hiddenLayers: number;
  readonly logScaleBound: number;
  /** Width of the emulator of which way a matrix turns, and weight of how far designs are from turning as their example. */
  readonly emulatorWidth: number;
  /** 0 for prediction alone. */
  readonly weightTurn: number;
}

type LinearSettings = Settings<Physics, Network>;

const PAPER: LinearSettings = {
  physics: { steps: 8, observation: { noise: 0.02, unknown: { frame: true } } },
  simulate: { seed: 1, shards: 16, samples: 8192 },
  cache: { validationShare: 0.02, testShare: 0.05, dataType: "float32", compression: "none" },
  network: {
    macroDimension: 2,
    blocks: 6,
    widthU: 64,
    widthV: 96,
    hiddenLayers: 2,
    logScaleBound: 2,
    emulatorWidth: 64,
    weightTurn: 0.15,
  },
  train: {
    seed: 1,
    gamma: 0.2,
    batch: 256,
    parts: 2,
    steps: 4000,
    learningRate: 0.003,
    warmup: 200,
    clipNorm: 5,
    logEvery: 50,
    checkpointEvery: 250,
  },
  repeats: 5,
  sample: { seed: 1, examples: 1024, draws: 16, again: 4 },
  baselines: { blocks: 6, width: 64, encoderWidth: 128, hiddenLayers: 2, logScaleBound: 2 },
  evaluate: { seed: 1, resamples: 200 },
};

const SMOKE: LinearSettings = {
  ...PAPER,
  simulate: { seed: 1, shards: 2, samples: 1024 },
  network: { ...PAPER.network, blocks: 2, widthU: 16, widthV: 16, emulatorWidth: 16 },
  train: { ...PAPER.train, batch: 64, steps: 60, warmup: 10, logEvery: 20, checkpointEvery: 20 },
  repeats: 2,
  sample: { seed: 1, examples: 48, draws: 4, again: 2 },
  baselines: { ...PAPER.baselines!, blocks: 2, width: 16, encoderWidth: 16 },
  evaluate: { seed: 1, resamples: 20 },
};

/** Polynomials over time, from degree 0 on, that a trajectory shows above its noise. */
const SMOOTH = 4;

/** A sampled trajectory with a value so many times the largest one held out has exploded. */
const EXPLODING = 100;

/** The linear system. */
export const system: System<Physics, Network> = {
  title: "Linear dynamical systems",
  profiles: { smoke: SMOKE, paper: PAPER },

  shapes: ({ steps }) => ({ u: [2, 2], v: [steps, 2], start: [2] }),

  descriptions: {
    u: "the matrix M [row, column], dimensionless",
    v: "the trajectory [step, (x, y)] as it is seen, dimensionless",
    start: "where the trajectory starts, (x, y), dimensionless",
  },

  check(settings) {
    const { steps, observation } = settings.physics;
    checkNumber("physics.steps", steps, {
      least: 2,
      most: 64,
      whole: true,
      reason: "a trajectory has two points",
    });
    checkObservation(observation, {
      least: 1e-4,
      reason: "without noise a trajectory determines M, and its likelihood has no upper bound",
    });
    checkNumber("network.weightTurn", settings.network.weightTurn, {
      least: 0,
      reason: "a negative weight rewards designs that turn the other way",
    });
    checkCommon(settings, Math.min(4, 2 * steps));
  },

  prior(_physics, count, { seed, purpose, from }) {
    return rowsOf(count, 4, (i) => normals(4, { seed, purpose: `${purpose}.matrix`, sample: from + i }));
  },

  grow({ steps, observation }, u, randomness) {
    const { seed, purpose, from } = randomness;
    const start = rowsOf(
      u.rows,
      2,
      (i) => normals(2, { seed, purpose: `${purpose}.start`, sample: from + i }),
    );
    const v = trajectories(u, start, steps);
    observe(v, { observation, transformations: TRANSFORMATIONS, randomness });
    return { v, start };
  },

  relation({ network, seed }, normalisation) {
    const { macroDimension, emulatorWidth, hiddenLayers, weightTurn } = network;
    const standardised = standardise(scales(normalisation, "u"));
    const u = chain([
      standardised,
      flow(network, {
        dimension: 4,
        blocks: network.blocks,
        width: network.widthU,
        seed,
        purpose: "rotation.u",
      }),
    ]);
    const v = trajectoryFlow(network, { points: normalisation.v.columns / 2, seed });
    return {
      u: macrostateMap(u, { macroDimension }),
      v: macrostateMap(v, { macroDimension }),
      shared: false,
      ...(weightTurn > 0 && {
        resemblance: emulatedResemblance({
          bijection: u,
          macroDimension,
          coordinates: standardised,
          emulator: { width: emulatorWidth, hiddenLayers },
          looksOf: sensesOf,
          groups: [{ size: 1, weight: weightTurn }],
        }),
      }),
    };
  },

  examples: firstRows,

  inversion: () => ({
    features: (v) => v,
    look: (v) => v,
    chart: standardise({ mean: [0, 0, 0, 0], deviation: [1, 1, 1, 1] }),
  }),

  evaluateDesigns: ({ physics: { steps }, examples, designs, bootstrap }) => {
    const turning = turningOf(examples, steps);
    const grown = sweeps(trajectories(designs.u, designs["grown.start"], steps));
    const { agreement, agreementOfAllComplex } = agreements(turning, grown, {
      bootstrap,
      purpose: "agreement",
    });
    const sense = agreements(turning, turnOf(designs.u), { bootstrap, purpose: "agreement.sense" });
    return {
      rotation_agreement_parameters: agreement,
      rotation_agreement_parameters_all_complex: agreementOfAllComplex,
      rotation_sense_agreement: sense.agreementOfAllComplex,
      examples_turning: { value: turning.all.length },
      examples_sweeping: { value: turning.clear.length },
    };
  },

  evaluate(trial) {
    const { physics: { steps }, relation, parameters, test, examples, designs, bootstrap } = trial;
    const turning = turningOf(examples, steps);
    const direct = agreements(turning, sweeps(designs.v), { bootstrap, purpose: "agreement.direct" });
    const alpha = macrostates(
      relation.u,
      sideParameters(relation, "u", parameters),
      relation.u.prepare(test.u),
    );
    const turn = turnOf(test.u);
    const trace = invariant(test.u, (a, _b, _c, d) => a + d);
    const shear = invariant(test.u, (a, b, c, d) => Math.sqrt((a - d) * (a - d) + (b + c) * (b + c)));
    return {
      metrics: {
        ...system.evaluateDesigns!(trial),
        rotation_agreement_trajectories: direct.agreement,
        rotation_agreement_trajectories_all_complex: direct.agreementOfAllComplex,
        rotation_r2: { value: explainedVariance(alpha, turn) },
        trace_r2: { value: explainedVariance(alpha, trace) },
        shear_r2: { value: explainedVariance(alpha, shear) },
        exploding_share: { value: explodingShare(designs.v, test.v) },
      },
      tables: { sweep: matrix(Float32Array.from(turning.sweep), 1) },
    };
  },
};

/** A flow with mixing, as long and as wide as told. */
function flow(
  { hiddenLayers, logScaleBound }: Network,
  { width, ...size }: { dimension: number; blocks: number; width: number; seed: number; purpose: string },
): Bijection {
  return realNvp({ ...size, conditioner: { width, hiddenLayers }, logScaleBound });
}

/**
 * A flow on trajectories. In polynomials over time all but the first {@link SMOOTH} coefficients are hardly more
 * than noise: given those, they are latent at once, and the layers that follow mix none of their noise into what
 * knows of M. Lengths are drawn in first: some trajectories grow e³ times as long as most are.
 */
function trajectoryFlow(network: Network, { points, seed }: { points: number; seed: number }): Bijection {
  const { blocks, widthV: width, hiddenLayers, logScaleBound } = network;
  const dimension = 2 * points, smooth = 2 * Math.min(SMOOTH, points);
  const head = [gramPolynomials({ points, channels: 2 }), radialCompression({ dimension, group: 2 })];
  const signal = flow(network, { dimension: smooth, blocks, width, seed, purpose: "rotation.v" });
  if (smooth === dimension) return chain([...head, signal]);
  const conditioner = { width, hiddenLayers };
  return chain([
    ...head,
    actnorm({ dimension }),
    affineCoupling({ dimension, split: smooth, transforms: "second", conditioner, logScaleBound }),
    split({ dimension, inner: signal }),
  ]);
}

/** Which way trajectories turn, `[batch, 1]`: 1 if anticlockwise, −1 if clockwise. No gradient passes. */
function sensesOf(paths: Tensor2D): Tensor2D {
  const [rows, columns] = paths.shape;
  const swept = sweeps(matrix(paths.dataSync<"float32">().slice(), columns));
  return tf.tensor2d(Float32Array.from(swept, Math.sign), [rows, 1]);
}

/** The share of sampled trajectories with a value that is not finite, or beyond {@link EXPLODING} times all seen. */
function explodingShare(sampled: Matrix, seen: Matrix): number {
  let largest = 0;
  for (const value of seen.data) largest = Math.max(largest, Math.abs(value));
  const exploding = indicesOf(
    sampled.rows,
    (i) => !rowRange(sampled, i, i + 1).data.every((value) => Math.abs(value) <= EXPLODING * largest),
  );
  return exploding.length / sampled.rows;
}

/** Turns all points of every trajectory by one angle. */
const TRANSFORMATIONS: Transformations<"frame"> = {
  frame: {
    draws: 1,
    view({ data, rows, columns }, draws) {
      for (let i = 0; i < rows; i++) {
        const angle = 2 * Math.PI * draws.data[i];
        const c = cos(angle), s = sin(angle);
        for (let j = i * columns; j < (i + 1) * columns; j += 2) {
          const x = data[j], y = data[j + 1];
          data[j] = c * x - s * y;
          data[j + 1] = s * x + c * y;
        }
      }
    },
  },
};

/** c − b of each matrix, twice its mean angular velocity: positive if it turns anticlockwise. */
function turnOf(matrices: Matrix): Float64Array {
  return invariant(matrices, (_a, b, c) => c - b);
}

function invariant(
  matrices: Matrix,
  of: (a: number, b: number, c: number, d: number) => number,
): Float64Array {
  const columns = [0, 1, 2, 3].map((j) => column(matrices, j));
  return columns[0].map((_, i) => of(columns[0][i], columns[1][i], columns[2][i], columns[3][i]));
}
