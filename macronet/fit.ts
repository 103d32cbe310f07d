/**
 * The training loop.
 *
 * Everything it does is a function of (relation, data, options): batches are drawn by Philox from the step's
 * index, and the state between two steps is one flat vector with its two moments, so that a training
 * resumed from a checkpoint ends in the same bytes as one that was never interrupted.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Scalar, Tensor } from "@tensorflow/tfjs";
import { below } from "../kernels/philox/mod.ts";
import { type Adam, startAdam, stepAdam } from "./adam.ts";
import { type Batch, type Loss, loss } from "./loss.ts";
import { toTensor } from "./macrostate_map.ts";
import { type Matrix, pickRows, rowRange } from "./matrix.ts";
import { flatten, startParameters, unflatten } from "./parameters.ts";
import type { ParameterSpec } from "./bijection.ts";
import { type Relation, relationParameters, type Side, sideParameters } from "./relation.ts";
import { learningRateAt } from "./schedule.ts";
import { readSafetensors, writeSafetensors } from "./weights.ts";

/** Prepared pairs: row i of `u` belongs to row i of `v`. */
export interface Pairs {
  readonly u: Matrix;
  readonly v: Matrix;
}

/** How to train. Plain JSON. */
export interface FitOptions {
  /** Seed of the start values and of the batches. */
  readonly seed: number;
  /** γ, the weight of the distribution loss (Eq. 6). */
  readonly gamma: number;
  readonly batch: number;
  readonly steps: number;
  readonly learningRate: number;
  /** Steps of linear warm-up. */
  readonly warmup: number;
  /** Largest Euclidean norm of a gradient. */
  readonly clipNorm: number;
  /** Steps between two records of the loss; each averages nothing and costs two forward passes. */
  readonly logEvery: number;
  /** Steps between two checkpoints. */
  readonly checkpointEvery: number;
}

/** One row of the loss history: the training batch and, at the same parameters, held-out pairs. */
export interface LossRecord {
  readonly step: number;
  readonly train: LossValues;
  readonly validation: LossValues;
}

/** The terms of {@link Loss} as numbers. */
export type LossValues = Readonly<Record<keyof Loss, number>>;

/** Where a training keeps its restart point. */
export interface Checkpoints {
  load(): Promise<Uint8Array | undefined>;
  save(bytes: Uint8Array): Promise<void>;
}

/** What {@link fit} works on. */
export interface FitRequest {
  readonly relation: Relation;
  readonly train: Pairs;
  readonly validation: Pairs;
  readonly options: FitOptions;
  readonly checkpoints?: Checkpoints;
  /** Called at every record. */
  readonly onRecord?: (record: LossRecord) => void;
}

/** A trained relation. */
export interface Fitted {
  /** All trainable values, in the order of {@link relationParameters}. */
  readonly parameters: Float32Array;
  readonly history: readonly LossRecord[];
}

/** Adam as recipes tried it: a shorter memory of the square suits the fast-changing scale of a flow. */
const MOMENTS = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8 };

/** Rows that data-dependent start values (actnorm) are computed from. */
const START_ROWS = 4096;

/** Rows of the held-out pairs that a record of the loss looks at. */
const VALIDATION_ROWS = 1024;

/** Thrown when a training diverged: nothing of it is worth keeping. */
export class NonFiniteLossError extends Error {
  override readonly name = "NonFiniteLossError";
  constructor(readonly step: number, readonly value: number, readonly gradientNorm: number) {
    super(
      `Cannot train on: loss and gradient must be finite, but at step ${step} the loss is ${value} and the ` +
        `gradient's norm ${gradientNorm}. Lower learningRate or clipNorm, or look at the data`,
    );
  }
}

/**
 * Trains both maps of a relation.
 *
 * @throws {NonFiniteLossError} With the step, when the loss or its gradient is not finite.
 * @throws {Error} When a step leaves tensors behind.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { normals } from "../kernels/philox/mod.ts";
 * import { useWasmBackend } from "./backend.ts";
 * import { fit } from "./fit.ts";
 * import { macrostateMap } from "./macrostate_map.ts";
 * import { matrix } from "./matrix.ts";
 * import { realNvp } from "./real_nvp.ts";
 *
 * await useWasmBackend();
 * const conditioner = { width: 4, hiddenLayers: 1 };
 * const flow = realNvp({ dimension: 2, blocks: 1, conditioner, logScaleBound: 2, seed: 1, purpose: "example" });
 * const map = macrostateMap(flow, { macroDimension: 1 });
 * const x = matrix(normals(200, { seed: 1, purpose: "example" }), 2);
 * const schedule = { batch: 16, steps: 5, learningRate: 0.01, warmup: 1, clipNorm: 5 };
 * const { history } = await fit({
 *   relation: { u: map, v: map, shared: true },
 *   train: { u: x, v: x },
 *   validation: { u: x, v: x },
 *   options: { seed: 1, gamma: 0.3, ...schedule, logEvery: 4, checkpointEvery: 100 },
 * });
 * assert(history[0].validation.prediction === 0, "a thing predicts itself");
 * ```
 */
export async function fit(request: FitRequest): Promise<Fitted> {
  const { relation, train, options } = request;
  const specs = relationParameters(relation);
  const saved = await request.checkpoints?.load();
  const state = saved
    ? decodeCheckpoint(saved)
    : { adam: startAdam(startValues(relation, specs, request)), history: [] };
  const validation = {
    u: toTensor(firstRows(request.validation.u)),
    v: toTensor(firstRows(request.validation.v)),
  };
  const { adam, history } = state;
  let tensors: number | undefined;
  try {
    while (adam.step < options.steps) {
      const step = adam.step;
      const rows = below(train.u.rows, options.batch, {
        seed: options.seed,
        purpose: "fit.batch",
        sample: step,
      });
      const batch = { u: toTensor(pickRows(train.u, rows)), v: toTensor(pickRows(train.v, rows)) };
      if (step % options.logEvery === 0 || step === options.steps - 1) {
        const record = {
          step,
          train: lossValues(relation, specs, adam.parameters, batch, options.gamma),
          validation: lossValues(relation, specs, adam.parameters, validation, options.gamma),
        };
        history.push(record);
        request.onRecord?.(record);
      }
      const { value, gradient } = lossGradient(relation, specs, adam.parameters, batch, options.gamma);
      tf.dispose([batch.u, batch.v]);
      const norm = stepAdam(adam, gradient, {
        ...MOMENTS,
        clipNorm: options.clipNorm,
        learningRate: learningRateAt(step, options),
      });
      if (!Number.isFinite(value) || !Number.isFinite(norm)) throw new NonFiniteLossError(step, value, norm);
      tensors ??= tf.memory().numTensors;
      if (tf.memory().numTensors !== tensors) {
        throw new Error(
          `Cannot train on: a step must leave no tensor behind, but step ${step} left ` +
            `${tf.memory().numTensors - tensors}`,
        );
      }
      if (adam.step % options.checkpointEvery === 0 && adam.step < options.steps) {
        await request.checkpoints?.save(encodeCheckpoint(state));
      }
    }
  } finally {
    tf.dispose([validation.u, validation.v]);
  }
  return { parameters: adam.parameters, history };
}

/** Start values: Philox draws, then what depends on a first batch (actnorm). */
function startValues(
  relation: Relation,
  specs: Record<string, ParameterSpec>,
  { train, options }: FitRequest,
): Float32Array {
  let vector = new Float32Array();
  tf.tidy(() => {
    const parameters: Record<string, Tensor> = {
      ...startParameters(specs, { seed: options.seed, purpose: "fit.start" }),
    };
    const sides: readonly Side[] = relation.shared ? ["u"] : ["u", "v"];
    for (const side of sides) {
      const rows = toTensor(rowRange(train[side], 0, Math.min(START_ROWS, train[side].rows)));
      const found = relation[side].initialise?.(rows, sideParameters(relation, side, parameters)) ?? {};
      for (const [name, tensor] of Object.entries(found)) parameters[`${side}.${name}`] = tensor;
    }
    vector = flatten(parameters, specs);
  });
  return vector;
}

function lossGradient(
  relation: Relation,
  specs: Record<string, ParameterSpec>,
  vector: Float32Array,
  batch: Batch,
  gamma: number,
): { value: number; gradient: Float32Array } {
  let value = NaN, gradient = new Float32Array();
  // Nothing is returned from `tidy`: it would look for tensors in every element of the gradient, which takes longer
  // than the rest of the step.
  tf.tidy(() => {
    const named = unflatten(vector, specs);
    const names = Object.keys(named);
    const found = tf.valueAndGrads((...tensors: Tensor[]) => {
      const parameters = Object.fromEntries(names.map((name, i) => [name, tensors[i]]));
      return loss(relation, parameters, batch, gamma).total;
    })(Object.values(named));
    value = (found.value as Scalar).dataSync()[0];
    gradient = flatten(Object.fromEntries(names.map((name, i) => [name, found.grads[i]])), specs);
  });
  return { value, gradient };
}

function lossValues(
  relation: Relation,
  specs: Record<string, ParameterSpec>,
  vector: Float32Array,
  batch: Batch,
  gamma: number,
): LossValues {
  return tf.tidy(() => {
    const terms = loss(relation, unflatten(vector, specs), batch, gamma);
    return Object.fromEntries(
      Object.entries(terms).map(([name, term]) => [name, (term as Scalar).dataSync()[0]]),
    ) as LossValues;
  });
}

function firstRows(source: Matrix): Matrix {
  return rowRange(source, 0, Math.min(VALIDATION_ROWS, source.rows));
}

/** State between two steps. */
interface TrainingState {
  readonly adam: Adam;
  readonly history: LossRecord[];
}

function encodeCheckpoint({ adam, history }: TrainingState): Uint8Array {
  const shape = [adam.parameters.length];
  return writeSafetensors({
    parameters: { shape, data: adam.parameters },
    mean: { shape, data: adam.mean },
    square: { shape, data: adam.square },
  }, { step: String(adam.step), history: JSON.stringify(history) });
}

function decodeCheckpoint(bytes: Uint8Array): TrainingState {
  const { tensors, metadata } = readSafetensors(bytes);
  const values = (name: string) => Float32Array.from(tensors[name].data);
  return {
    adam: {
      step: Number(metadata.step),
      parameters: values("parameters"),
      mean: values("mean"),
      square: values("square"),
    },
    history: JSON.parse(metadata.history),
  };
}
