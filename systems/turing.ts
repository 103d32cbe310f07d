/**
 * Turing patterns of the Gray-Scott model: a rule and the pattern it makes.
 *
 * u = (Da, Db, F, k), diffusion coefficients in cells² and rates per unit time; v = the concentrations (a, b) on a
 * periodic 64 × 64 grid after `steps` steps of δt = 1 from a few random discs (Zhang & Walker 2022, Eq. 9). Half of
 * the live patterns never settle: the target is the state at that step.
 *
 * Unknown to the observer is where and how the pattern lies. The discs lie anywhere with equal chance and the
 * kernel treats all places and the square's symmetries alike, up to rounding, so each sample is a fresh draw of both.
 *
 * A sample is *alive*, and belongs to the data set, if b varies: std b > 0.01.
 *
 * @module
 */
import {
  initialState,
  NonFiniteFieldError,
  simulate as integrate,
  type SimulateOptions,
  stableTimeStep,
} from "../kernels/gray_scott/mod.ts";
import { normals, uniforms } from "../kernels/philox/mod.ts";
import { logitBox } from "../macronet/box.ts";
import { chain } from "../macronet/chain.ts";
import { macrostateMap } from "../macronet/macrostate_map.ts";
import { column, type Matrix, matrix } from "../macronet/matrix.ts";
import { realNvp } from "../macronet/real_nvp.ts";
import { checkCommon, checkNumber } from "./domain.ts";
import { type Distances, LOOKS, looks, meanDistance, spreadOf } from "./metrics/pattern_distance.ts";
import { species } from "./metrics/patterns.ts";
import { bootstrap, bootstrapMean, mean, variance } from "./metrics/statistics.ts";
import { ratioOfFirstTwo } from "./parameter_ratio.ts";
import { patternMap } from "./pattern_map.ts";
import { firstRows, rowsOf } from "./rows.ts";
import { checkBox, checkTimeStep, limits, ruleAt, type RuleBox } from "./rule_box.ts";
import type { Metric, Settings, System } from "./system.ts";

interface Physics {
  /** Side of the square grid: a power of two, at least 8. */
  readonly size: number;
  readonly steps: number;
  /** δt of the explicit Euler scheme. */
  readonly timeStep: number;
  /** σ of the observation of each concentration; without it the likelihood of patterns has no upper bound. */
  readonly noise: number;
  /** The prior over rules is uniform in this box. */
  readonly box: RuleBox;
}

interface Network {
  readonly blocks: number;
  readonly widthU: number;
  readonly widthV: number;
  readonly hiddenLayers: number;
  readonly logScaleBound: number;
  /** σ of the noise on a standardised summary of a pattern. */
  readonly summaryNoise: number;
  /** Weights in the distribution loss of patterns: of α, and given α of the field, its noisy spectra and Minkowski functionals. */
  readonly weightMacro: number;
  readonly weightAbandoned: number;
  readonly weightSpectra: number;
  readonly weightMinkowski: number;
}

type TuringSettings = Settings<Physics, Network>;

const PAPER: TuringSettings = {
  physics: {
    size: 64,
    steps: 6000,
    timeStep: 1,
    noise: 0.001,
    box: { Da: [0.1, 0.21], ratio: [0.4, 0.6], F: [0.02, 0.07], k: [0.055, 0.066] },
  },
  simulate: { seed: 1, shards: 64, samples: 256 },
  cache: { validationShare: 0.05, testShare: 0.2, dataType: "float32", compression: "none" },
  network: {
    macroDimension: 3,
    blocks: 6,
    widthU: 64,
    widthV: 128,
    hiddenLayers: 2,
    logScaleBound: 2,
    summaryNoise: 0.1,
    weightMacro: 0.02,
    weightAbandoned: 0.1,
    weightSpectra: 0.7,
    weightMinkowski: 4,
  },
  train: {
    seed: 1,
    gamma: 0.3,
    batch: 128,
    parts: 2,
    steps: 3000,
    learningRate: 0.003,
    warmup: 200,
    clipNorm: 5,
    logEvery: 50,
    checkpointEvery: 250,
  },
  sample: { seed: 1, examples: 64, draws: 16, again: 4 },
  evaluate: { seed: 1, resamples: 200 },
};

const SMOKE: TuringSettings = {
  ...PAPER,
  physics: { ...PAPER.physics, size: 32, steps: 3000 },
  simulate: { seed: 1, shards: 3, samples: 64 },
  cache: { validationShare: 0.1, testShare: 0.2, dataType: "float32", compression: "none" },
  network: { ...PAPER.network, blocks: 2, widthU: 16, widthV: 16 },
  train: { ...PAPER.train, batch: 32, steps: 60, warmup: 10, logEvery: 20, checkpointEvery: 20 },
  sample: { seed: 1, examples: 6, draws: 3, again: 2 },
  evaluate: { seed: 1, resamples: 20 },
};

/** Least standard deviation of b in a live pattern. */
const ALIVE = 0.01;

/** Numbers of a rule. */
const RULE = 4;

/** Gray-Scott. */
export const system: System<Physics, Network> = {
  title: "Turing patterns",
  profiles: { smoke: SMOKE, paper: PAPER },

  shapes: ({ size }) => ({ u: [RULE], v: [size, size, 2] }),

  descriptions: {
    u: "the rule (Da, Db, F, k), diffusion coefficients in cells² and rates, all per unit of time",
    v: "the pattern [y, x, (a, b)], concentrations on a periodic grid, dimensionless",
  },

  steps: ({ steps }) => steps,

  check(settings) {
    const { size, steps, timeStep, noise, box } = settings.physics;
    checkNumber("physics.size", size, {
      least: 8,
      most: 1024,
      whole: true,
      reason: "the grid is a square of cells",
    });
    if ((size & (size - 1)) !== 0) {
      throw new RangeError(
        `Cannot use physics.size: it must be a power of two (Haar levels), but it is ${size}`,
      );
    }
    checkNumber("physics.steps", steps, {
      least: 1,
      most: 0x7fff_ffff,
      whole: true,
      reason: "a pattern takes time, and the kernel counts in 32 bits",
    });
    checkNumber("physics.noise", noise, { least: 0, reason: "it is a standard deviation" });
    checkBox(box);
    checkTimeStep(timeStep, box);
    checkCommon(settings, RULE);
    checkNumber("sample.draws", settings.sample.draws, {
      least: 2,
      whole: true,
      reason: "importance is a variance within the designs of an example",
    });
    checkNumber("network.summaryNoise", settings.network.summaryNoise, {
      least: 1e-3,
      most: 100,
      reason: "the summary's own standard deviation is 1",
    });
    for (const weight of ["weightMacro", "weightAbandoned", "weightSpectra", "weightMinkowski"] as const) {
      checkNumber(`network.${weight}`, settings.network[weight], {
        least: 0,
        reason: "a negative weight rewards what is unlikely",
      });
    }
  },

  prior({ box }, count, { seed, purpose, from }) {
    return rowsOf(
      count,
      RULE,
      (i) => ruleAt(uniforms(RULE, { seed, purpose: `${purpose}.rule`, sample: from + i }), box),
    );
  },

  grow({ size, steps, timeStep, noise }, u, { seed, purpose, from }) {
    const cells = size * size;
    const v = new Float32Array(u.rows * 2 * cells);
    const accepted = new Float32Array(u.rows);
    const computed = new Float32Array(u.rows);
    for (let i = 0; i < u.rows; i++) {
      const [Da, Db, F, k] = u.data.subarray(i * RULE, (i + 1) * RULE);
      const draw = { seed, purpose: `${purpose}.start`, sample: from + i };
      const grid = { width: size, height: size };
      const { a, b, steps: taken } = simulate({
        ...grid,
        ...initialState({ ...grid, draw }),
        Da,
        Db,
        F,
        k,
        steps,
        timeStep,
      });
      const pattern = v.subarray(i * 2 * cells, (i + 1) * 2 * cells);
      for (let cell = 0; cell < cells; cell++) {
        pattern[2 * cell] = a[cell];
        pattern[2 * cell + 1] = b[cell];
      }
      accepted[i] = isAlive(pattern) ? 1 : 0;
      const errors = normals(2 * cells, { seed, purpose: `${purpose}.noise`, sample: from + i });
      for (let j = 0; j < errors.length; j++) pattern[j] += noise * errors[j];
      computed[i] = taken;
    }
    return { v: matrix(v, 2 * cells), accepted: matrix(accepted, 1), steps: matrix(computed, 1) };
  },

  relation({ physics, network, seed }) {
    const { macroDimension, blocks, hiddenLayers, logScaleBound } = network;
    const { lower, upper } = limits(physics.box);
    const flow = realNvp({
      dimension: RULE,
      blocks,
      conditioner: { width: network.widthU, hiddenLayers },
      logScaleBound,
      seed,
      purpose: "rotation.u",
    });
    const shape = { height: physics.size, width: physics.size, channels: 2 };
    return {
      u: macrostateMap(chain([ratioOfFirstTwo(RULE), logitBox({ lower, upper }), flow]), { macroDimension }),
      v: patternMap({
        shape,
        macroDimension,
        conditioner: { width: network.widthV, hiddenLayers },
        noiseLogScale: [-5, -0.5],
        summaryNoise: network.summaryNoise,
        weights: {
          macro: network.weightMacro,
          abandoned: network.weightAbandoned,
          spectra: network.weightSpectra,
          minkowski: network.weightMinkowski,
        },
      }),
      shared: false,
    };
  },

  examples: firstRows,

  evaluate({ test, examples, designs, again, bootstrap: resampling }) {
    const cases = examples.u.rows;
    const scale = spreadOf(test.v);
    const target = looks(examples.v);
    const compared = (patterns: Matrix) => {
      const found = looks(patterns);
      const each = patterns.rows / cases;
      return Array.from(
        { length: cases },
        (_, i) => meanDistance(target[i], found.slice(i * each, (i + 1) * each), scale),
      );
    };
    const design = compared(designs["grown.v"]);
    const floor = compared(again.v);
    const ceiling = compared(othersOf(test.v, cases));
    const metrics: Record<string, Metric> = {};
    for (const look of LOOKS) {
      metrics[look] = bootstrap(cases, (chosen) => {
        const average = (distances: Distances[]) => mean(Array.from(chosen, (i) => distances[i][look]));
        return (average(design) - average(floor)) / (average(ceiling) - average(floor));
      }, { ...resampling, purpose: look });
    }
    const alive = designs["grown.accepted"].data.map((accepted) => accepted === 1 ? 1 : 0);
    metrics.live_share = bootstrapMean(alive, { ...resampling, purpose: "live" });
    const shares = Object.entries(QUANTITIES).map(([name, quantity]) => {
      const share = varianceWithin(quantity(designs.u), cases).map((within) =>
        within / variance(quantity(test.u))
      );
      metrics[`importance_${name}`] = { value: 1 - mean(share) };
      return share;
    });
    const spreads = Array.from(
      shares[0],
      (_, i) => Math.sqrt(mean(shares.slice(0, RULE).map((share) => share[i]))),
    );
    metrics.design_spread = bootstrapMean(spreads, { ...resampling, purpose: "spread" });
    return { metrics, tables: {} };
  },
};

/** The kernel, and the way out where the reaction overshoots, of which no limit of the time step knows. */
function simulate(options: SimulateOptions) {
  try {
    return integrate(options);
  } catch (error) {
    if (error instanceof NonFiniteFieldError) {
      const limit = stableTimeStep(options).toFixed(3);
      error.message += `. Lower physics.timeStep: the limit of ${limit} there is that of the linear part, ` +
        "and the reaction overshot; or narrow physics.box";
    }
    throw error;
  }
}

function isAlive(pattern: Float32Array): boolean {
  return variance(species(pattern, 1)) > ALIVE * ALIVE;
}

/** Other live patterns compared with each example: what a random live rule gives. */
const CEILING_PATTERNS = 16;

function othersOf(patterns: Matrix, cases: number): Matrix {
  return rowsOf(cases * CEILING_PATTERNS, patterns.columns, (i) => {
    const example = Math.floor(i / CEILING_PATTERNS);
    const apart = 1 + ((i % CEILING_PATTERNS) * 7) % (patterns.rows - 1);
    const other = (example + apart) % patterns.rows;
    return patterns.data.subarray(other * patterns.columns, (other + 1) * patterns.columns);
  });
}

/** What the macrostate may fix of rules: the parameters, and the ratio of the diffusion coefficients. */
const QUANTITIES: Readonly<Record<string, (rules: Matrix) => Float64Array>> = {
  Da: (rules) => column(rules, 0),
  Db: (rules) => column(rules, 1),
  F: (rules) => column(rules, 2),
  k: (rules) => column(rules, 3),
  ratio: (rules) => column(rules, 1).map((Db, i) => Db / rules.data[i * RULE]),
};

/**
 * Var(q | β) of a quantity over the designs of each example: that of a sample, over n − 1, of those that are finite.
 * 0 where there are not two.
 */
function varianceWithin(values: Float64Array, cases: number): Float64Array {
  const draws = values.length / cases;
  return Float64Array.from({ length: cases }, (_, i) => {
    const finite = values.subarray(i * draws, (i + 1) * draws).filter(Number.isFinite);
    return finite.length > 1 ? variance(finite) * finite.length / (finite.length - 1) : 0;
  });
}
