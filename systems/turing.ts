/**
 * Turing patterns of the Gray-Scott model: a rule and the pattern it makes.
 *
 * u = (Da, Db, F, k), diffusion coefficients in cells² and rates per unit time; v = the concentrations (a, b) on a
 * periodic 64 × 64 grid after `steps` steps of δt = 1 from a few random discs (Zhang & Walker 2022, Eq. 9). Half of
 * the live patterns never settle: the target is the state at that step.
 *
 * Unknown to the observer are the discs, so where and how the pattern lies: they lie anywhere with equal chance, and
 * the kernel treats all places and the square's symmetries alike, up to rounding, so each sample is a fresh draw of
 * both. Unknown may also be the magnification: (Da, Db) → s² (Da, Db) makes the same pattern s times as large.
 *
 * A sample is *alive*, and belongs to the data set, if b varies: std b > 0.01.
 *
 * @module
 */
import { exp, log } from "../kernels/elementary/mod.ts";
import {
  initialState,
  NonFiniteFieldError,
  simulate as integrate,
  type SimulateOptions,
  stableTimeStep,
} from "../kernels/gray_scott/mod.ts";
import { uniforms } from "../kernels/philox/mod.ts";
import type { Bijection } from "../macronet/bijection.ts";
import { logitBox } from "../macronet/box.ts";
import { chain } from "../macronet/chain.ts";
import { macrostateMap } from "../macronet/macrostate_map.ts";
import { matrix, rowRange } from "../macronet/matrix.ts";
import { realNvp } from "../macronet/real_nvp.ts";
import { emulatedResemblance } from "../macronet/resemblance.ts";
import { standardise } from "../macronet/standardise.ts";
import { checkCommon, checkNumber } from "./domain.ts";
import { spectraOf } from "./metrics/pattern_distance.ts";
import { species, summary, SUMMARY_PARTS, SUMMARY_SIZE } from "./metrics/patterns.ts";
import { variance } from "./metrics/statistics.ts";
import { checkObservation, disguise, observe, type Transformations } from "./observation.ts";
import { ratioOfFirstTwo } from "./parameter_ratio.ts";
import { evaluateDesigns } from "./pattern_designs.ts";
import { looksOf, patternMap } from "./pattern_map.ts";
import { firstRows, rowsOf } from "./rows.ts";
import { checkBox, checkTimeStep, limits, RULE_NAMES, ruleAt, type RuleBox } from "./rule_box.ts";
import type { System } from "./system.ts";
import { type Network, NOISE_LOG_SCALE, PAPER, type Physics, SMOKE } from "./turing_settings.ts";

/** Least standard deviation of b in a live pattern. */
const ALIVE = 0.01;

/** Settings that are weights in the loss. */
const WEIGHTS = [
  "weightRules",
  "weightMacro",
  "weightAbandoned",
  "weightSpectra",
  "weightMinkowski",
  "weightLive",
  "patternWeightLooks",
  "patternWeightTraces",
] as const;

/** Numbers of a rule. */
const RULE = RULE_NAMES.length;

/** Gray-Scott. */
export const system: System<Physics, Network> = {
  title: "Turing patterns",
  profiles: { smoke: SMOKE, paper: PAPER },

  shapes: ({ size }) => ({ u: [RULE], v: [size, size, 2] }),

  descriptions: {
    u: "the rule (Da, Db, F, k), diffusion coefficients in cells² and rates, all per unit of time",
    v: "the pattern [y, x, (a, b)], concentrations on a periodic grid, dimensionless",
  },

  parameterNames: RULE_NAMES,

  steps: ({ steps }) => steps,

  check(settings) {
    const { size, steps, timeStep, box, observation } = settings.physics;
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
    checkBox(box);
    checkTimeStep(timeStep, box);
    checkObservation(observation, {
      least: 1e-6,
      reason:
        "a pattern without noise is smooth, and the likelihood of its finest details has no upper bound",
    });
    checkCommon(settings, RULE);
    checkNumber("sample.draws", settings.sample.draws, {
      least: 2,
      whole: true,
      reason: "importance is a variance within the designs of an example",
    });
    checkNumber("network.patternLayers", settings.network.patternLayers, {
      least: 0,
      whole: true,
      reason: "it is a number of layers, 0 for none",
    });
    for (const weight of WEIGHTS) {
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

  grow({ size, steps, timeStep, observation }, u, randomness) {
    const { seed, purpose, from } = randomness;
    const view = { observation, transformations: TRANSFORMATIONS, randomness };
    const rules = disguise(u, view);
    const cells = size * size;
    const v = matrix(new Float32Array(u.rows * 2 * cells), 2 * cells);
    const accepted = new Float32Array(u.rows);
    const computed = new Float32Array(u.rows);
    for (let i = 0; i < u.rows; i++) {
      const [Da, Db, F, k] = rules.data.subarray(i * RULE, (i + 1) * RULE);
      const sample = observation.unknown.start ? from + i : 0;
      const draw = { seed, purpose: `${purpose}.start`, sample };
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
      const pattern = v.data.subarray(i * 2 * cells, (i + 1) * 2 * cells);
      for (let cell = 0; cell < cells; cell++) {
        pattern[2 * cell] = a[cell];
        pattern[2 * cell + 1] = b[cell];
      }
      accepted[i] = isAlive(pattern) ? 1 : 0;
      computed[i] = taken;
    }
    observe(v, view);
    return { v, accepted: matrix(accepted, 1), steps: matrix(computed, 1) };
  },

  relation({ physics, network, seed }) {
    const { macroDimension, blocks, hiddenLayers, logScaleBound } = network;
    const flow = realNvp({
      dimension: RULE,
      blocks,
      conditioner: { width: network.widthU, hiddenLayers },
      logScaleBound,
      seed,
      purpose: "rotation.u",
    });
    const toLatent = chain([...chartOf(physics.box), flow]);
    return {
      u: macrostateMap(toLatent, { macroDimension, weight: network.weightRules / RULE }),
      v: patternMap({
        shape: { height: physics.size, width: physics.size, channels: 2 },
        macroDimension,
        conditioner: { width: network.widthV, hiddenLayers },
        noiseLogScale: NOISE_LOG_SCALE,
        ...(network.patternLayers > 0 && {
          pattern: {
            layers: network.patternLayers,
            conditioner: { width: network.patternWidth, hiddenLayers: 2 },
            ...(network.patternWeightLooks > 0 && {
              weights: { looks: network.patternWeightLooks, traces: network.patternWeightTraces },
            }),
          },
        }),
        weights: { macro: network.weightMacro, abandoned: network.weightAbandoned },
      }),
      shared: false,
      resemblance: emulatedResemblance({
        bijection: toLatent,
        macroDimension,
        coordinates: unitCoordinatesOf(physics.box),
        emulator: { width: network.emulatorWidth, hiddenLayers },
        looksOf,
        groups: [
          { size: SUMMARY_PARTS.spectra, weight: network.weightSpectra },
          { size: SUMMARY_PARTS.minkowski, weight: network.weightMinkowski },
        ],
        standardised: true,
        weightSupport: network.weightLive,
      }),
    };
  },

  examples: firstRows,

  inversion: ({ box }) => ({
    features: (v) => rowsOf(v.rows, SUMMARY_SIZE, (i) => summary(rowRange(v, i, i + 1).data)),
    look: spectraOf,
    chart: chain(chartOf(box)),
  }),

  evaluateDesigns,

  evaluate: (trial) => ({ metrics: evaluateDesigns(trial), tables: {} }),
};

/** Least s² of an unknown magnification, the largest being 1: within it, no rule loses its pattern to the grid. */
const LEAST_SCALE = 0.5;

/** What may be unknown beside the start, which is an argument of the kernel. */
const TRANSFORMATIONS: Transformations<"magnification"> = {
  magnification: {
    draws: 1,
    /** Scales both diffusion coefficients by s², log-uniform. */
    thing({ data, rows }, draws) {
      for (let i = 0; i < rows; i++) {
        const scale = exp(log(LEAST_SCALE) * draws.data[i]);
        data[i * RULE] *= scale;
        data[i * RULE + 1] *= scale;
      }
    },
  },
};

/** From a rule in the box to four coordinates without bounds. */
function chartOf(box: RuleBox): Bijection[] {
  return [ratioOfFirstTwo(RULE), logitBox(limits(box))];
}

/** From a rule in the box to coordinates from −1 to 1. */
function unitCoordinatesOf(box: RuleBox): Bijection {
  const { lower, upper } = limits(box);
  return chain([
    ratioOfFirstTwo(RULE),
    standardise({
      mean: lower.map((least, j) => (least + upper[j]) / 2),
      deviation: lower.map((least, j) => (upper[j] - least) / 2),
    }),
  ]);
}

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
