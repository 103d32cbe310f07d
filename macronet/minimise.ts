/**
 * The training loop of a plain objective: what {@link fit} is for relations, for methods that they are compared with.
 *
 * As there, everything is a function of (objective, data, options), and batches are drawn by Philox from the step's
 * index. A batch is computed whole, as losses may compare its rows, and there are no restart points: these trainings
 * take a minute or two.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "@tensorflow/tfjs";
import { below } from "../kernels/philox/mod.ts";
import { startAdam, stepAdam } from "./adam.ts";
import type { Parameters } from "./bijection.ts";
import { type FitOptions, MOMENTS, NonFiniteLossError, START_ROWS } from "./fit.ts";
import type { Batch } from "./loss.ts";
import { toTensor } from "./macrostate_map.ts";
import { pickRows, rowRange } from "./matrix.ts";
import { Differentiation, type Objective, type Pairs } from "./objective.ts";
import { flatten, startParameters } from "./parameters.ts";
import { learningRateAt } from "./schedule.ts";

/** How to train: what {@link FitOptions} says of steps and batches. Plain JSON. */
export type MinimiseOptions = Pick<
  FitOptions,
  "seed" | "batch" | "steps" | "learningRate" | "warmup" | "clipNorm" | "logEvery"
>;

/** What {@link minimise} works on. */
export interface MinimiseRequest {
  readonly objective: Objective & {
    /** Start values that depend on data, as in `Bijection.initialise`. */
    initialise?(batch: Batch, parameters: Parameters): Record<string, Tensor>;
  };
  readonly train: Pairs;
  readonly validation: Pairs;
  readonly options: MinimiseOptions;
  /** Keeps the draws of different trainings apart. */
  readonly purpose: string;
  /** Called with the number of steps made whenever the held-out loss was looked at. */
  readonly onStep?: (step: number) => void;
}

/** The best of a training. */
export interface Minimum {
  /** All trainable values, flat in the order of the objective's. */
  readonly parameters: Float32Array;
  /** Held-out loss at them. */
  readonly validation: number;
  /** Steps that led to them. */
  readonly step: number;
}

/** Held-out pairs that the loss is looked at on. */
const HELD_OUT = 1024;

/**
 * Trains, and gives the parameters with the least held-out loss of those looked at, every `logEvery` steps and in the
 * end.
 *
 * @throws {NonFiniteLossError} With the step, when the loss or its gradient is not finite.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import type { Scalar } from "@tensorflow/tfjs";
 * import { assertAlmostEquals } from "@std/assert";
 * import { useWasmBackend } from "./backend.ts";
 * import { matrix } from "./matrix.ts";
 * import { minimise } from "./minimise.ts";
 *
 * await useWasmBackend();
 * const pairs = { u: matrix(Float32Array.of(1, 2, 3), 1), v: matrix(Float32Array.of(2, 4, 6), 1) };
 * const { parameters: [slope] } = minimise({
 *   objective: {
 *     parameters: { slope: { shape: [1, 1], start: "zeros" } },
 *     loss: ({ slope }, { u, v }) => tf.mean(tf.square(tf.sub(v, tf.mul(u, slope)))) as Scalar,
 *   },
 *   train: pairs,
 *   validation: pairs,
 *   options: { seed: 1, batch: 8, steps: 200, learningRate: 0.1, warmup: 1, clipNorm: 100, logEvery: 50 },
 *   purpose: "example",
 * });
 * assertAlmostEquals(slope, 2, 1e-3);
 * ```
 */
export function minimise(
  { objective, train, validation, options, purpose, onStep }: MinimiseRequest,
): Minimum {
  const adam = startAdam(startValues(objective, { train, seed: options.seed, purpose }));
  const held = firstPairs(validation, HELD_OUT);
  const differentiation = new Differentiation(objective);
  const { parameters, gradients } = adam.state;
  let best: Minimum = { parameters: Float32Array.from(parameters), validation: Infinity, step: 0 };
  try {
    while (true) {
      const step = adam.step;
      differentiation.load(parameters);
      if (step % options.logEvery === 0 || step === options.steps) {
        const loss = differentiation.value(held);
        if (loss < best.validation) {
          best = { parameters: Float32Array.from(parameters), validation: loss, step };
        }
        onStep?.(step);
      }
      if (step === options.steps) return best;
      const rows = below(train.u.rows, options.batch, {
        seed: options.seed,
        purpose: `${purpose}.batch`,
        sample: step,
      });
      const batch = { u: pickRows(train.u, rows), v: pickRows(train.v, rows) };
      const value = differentiation.gradient(batch, gradients[0]);
      const norm = stepAdam(adam, [1], {
        ...MOMENTS,
        clipNorm: options.clipNorm,
        learningRate: learningRateAt(step, options),
      });
      if (!Number.isFinite(value) || !Number.isFinite(norm)) throw new NonFiniteLossError(step, value, norm);
    }
  } finally {
    differentiation.dispose();
  }
}

/** Start values: Philox draws, then what depends on a first batch (actnorm). */
function startValues(
  objective: MinimiseRequest["objective"],
  { train, seed, purpose }: { train: Pairs; seed: number; purpose: string },
): Float32Array {
  let vector = new Float32Array();
  tf.tidy(() => {
    const start = startParameters(objective.parameters, { seed, purpose: `${purpose}.start` });
    const { u, v } = firstPairs(train, START_ROWS);
    const found = objective.initialise?.({ u: toTensor(u), v: toTensor(v) }, start) ?? {};
    vector = flatten({ ...start, ...found }, objective.parameters);
  });
  return vector;
}

function firstPairs({ u, v }: Pairs, most: number): Pairs {
  const rows = Math.min(most, u.rows);
  return { u: rowRange(u, 0, rows), v: rowRange(v, 0, rows) };
}
