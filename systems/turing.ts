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
import {
  type Distances,
  type Look,
  LOOKS,
  looks,
  meanDistance,
  spreadOf,
} from "./metrics/pattern_distance.ts";
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
  /** Layers of the flow from patterns of one macrostate to white noise, and width of its conditioner. */
  readonly patternLayers: number;
  readonly patternWidth: number;
  /** Weight of the likelihood of α, and of that of all else, in the distribution loss of patterns. */
  readonly weightMacro: number;
  readonly weightAbandoned: number;
}

type TuringSettings = Settings<Physics, Network>;

/** How the flow of patterns is trained, in either profile. */
const PATTERN_TRAIN = { seed: 1, gamma: 1, parts: 2, learningRate: 0.01, clipNorm: 2 };

const PAPER: TuringSettings = {
  physics: {
    size: 64,
    steps: 6000,
    timeStep: 1,
    noise: 0.001,
    box: { Da: [0.1, 0.21], ratio: [0.4, 0.6], F: [0.02, 0.07], k: [0.055, 0.066] },
  },
  simulate: { seed: 1, shards: 64, samples: 256 },
  cache: { validationShare: 0.05, testShare: 0.05, dataType: "float32", compression: "none" },
  network: {
    macroDimension: 3,
    blocks: 6,
    widthU: 64,
    widthV: 128,
    hiddenLayers: 2,
    logScaleBound: 2,
    patternLayers: 8,
    patternWidth: 64,
    weightMacro: 0.02,
    weightAbandoned: 0.5,
  },
  train: {
    seed: 1,
    gamma: 0.3,
    batch: 256,
    parts: 2,
    steps: 2500,
    learningRate: 0.002,
    warmup: 200,
    clipNorm: 5,
    logEvery: 50,
    checkpointEvery: 250,
    remainder: { ...PATTERN_TRAIN, batch: 32, steps: 4000, warmup: 50, logEvery: 100, checkpointEvery: 100 },
  },
  sample: { seed: 1, examples: 64, draws: 16, again: 4 },
  evaluate: { seed: 1, resamples: 200 },
};

const SMOKE: TuringSettings = {
  ...PAPER,
  physics: { ...PAPER.physics, size: 32, steps: 3000 },
  simulate: { seed: 1, shards: 3, samples: 64 },
  cache: { validationShare: 0.1, testShare: 0.15, dataType: "float32", compression: "none" },
  network: { ...PAPER.network, blocks: 2, widthU: 16, widthV: 16, patternLayers: 2, patternWidth: 16 },
  train: {
    ...PAPER.train,
    batch: 32,
    steps: 60,
    warmup: 10,
    logEvery: 20,
    checkpointEvery: 20,
    remainder: { ...PATTERN_TRAIN, batch: 8, steps: 20, warmup: 5, logEvery: 10, checkpointEvery: 10 },
  },
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
    for (const weight of ["weightMacro", "weightAbandoned"] as const) {
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
        noiseLogScale: [-3, -0.5],
        pattern: {
          layers: network.patternLayers,
          conditioner: { width: network.patternWidth, hiddenLayers: 2 },
        },
        weights: { macro: network.weightMacro, abandoned: network.weightAbandoned },
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
    const direct = compared(designs.v);
    const floor = compared(again.v);
    const ceiling = compared(othersOf(test.v, cases));
    const metrics: Record<string, Metric> = {};
    const scaled = (name: string, look: Look, found: Distances[]) =>
      bootstrap(cases, (chosen) => {
        const average = (distances: Distances[]) => mean(Array.from(chosen, (i) => distances[i][look]));
        return (average(found) - average(floor)) / (average(ceiling) - average(floor));
      }, { ...resampling, purpose: name });
    for (const look of LOOKS) {
      metrics[look] = scaled(look, look, design);
      metrics[`direct_${look}`] = scaled(`direct_${look}`, look, direct);
    }
    const alive = designs["grown.accepted"].data.map((accepted) => accepted === 1 ? 1 : 0);
    metrics.live_share = bootstrapMean(alive, { ...resampling, purpose: "live" });
    for (const [j, name] of ["Da", "Db", "F", "k"].entries()) {
      metrics[`importance_${name}`] = { value: importance(designs.u, test.u, j, cases) };
    }
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

/**
 * 1 − E Var(uⱼ | β) / Var(uⱼ): 1 if the macrostate fixes parameter j, 0 if it says nothing of it. The variance
 * within the few draws of an example is that of a sample, over n − 1.
 */
function importance(designs: Matrix, all: Matrix, j: number, cases: number): number {
  const values = column(designs, j);
  const draws = values.length / cases;
  const within = Array.from(
    { length: cases },
    (_, i) => variance(values.subarray(i * draws, (i + 1) * draws).filter(Number.isFinite)),
  );
  return 1 - mean(within) * draws / (draws - 1) / variance(column(all, j));
}
