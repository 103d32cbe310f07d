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
import type { Tensor, Tensor2D } from "@tensorflow/tfjs";
import { below } from "../kernels/philox/mod.ts";
import { OutOfTensorMemoryError } from "../kernels/tfjs_wasm/mod.ts";
import { type Adam, startAdam, stepAdam } from "./adam.ts";
import { batchTooLarge } from "./batch_size.ts";
import { Evaluation, type Pairs } from "./evaluation.ts";
import { toTensor } from "./macrostate_map.ts";
import { type Matrix, pickRows, rowRange } from "./matrix.ts";
import { prefixed } from "./names.ts";
import { flatten, startParameters, valuesByName } from "./parameters.ts";
import { computeParts, partRange, type Shared } from "./part.ts";
import { type Relation, relationParameters, RESEMBLANCE, type Side, sideParameters } from "./relation.ts";
import { learningRateAt } from "./schedule.ts";
import { type Hire, sharedPairs, Team } from "./team.ts";
import { heldOut, type LossRecord, recordOf } from "./training_record.ts";
import { readSafetensors, writeSafetensors } from "./weights.ts";

/** How to train. Plain JSON. */
export interface FitOptions {
  /** Seed of the start values and of the batches. */
  readonly seed: number;
  /** γ, the weight of the distribution loss (Eq. 6). */
  readonly gamma: number;
  readonly batch: number;
  /** Parts of a batch that are computed apart: as many threads can work. The bytes depend on it. */
  readonly parts: number;
  readonly steps: number;
  readonly learningRate: number;
  /** Steps of linear warm-up. */
  readonly warmup: number;
  /** Largest Euclidean norm of a gradient. */
  readonly clipNorm: number;
  /** Steps between two records of the loss; each averages nothing and costs two forward passes and a round trip. */
  readonly logEvery: number;
  /** Steps between two checkpoints. */
  readonly checkpointEvery: number;
}

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
  /** Held-out microstates for the round trip of each record, as {@link heldOut} takes them. */
  readonly microstates?: Partial<Pairs>;
  readonly options: FitOptions;
  /** What some parameters start with, by their names in {@linkcode relationParameters}, in place of their own start. */
  readonly learned?: Readonly<Record<string, Float32Array>>;
  readonly checkpoints?: Checkpoints;
  /** Threads to train with, at most one for each part; by default one. Changes no byte. */
  readonly team?: { readonly threads: number; readonly hire: Hire };
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
export const MOMENTS = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8 };

/** Rows that data-dependent start values (actnorm) are computed from. */
export const START_ROWS = 4096;

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
 * @throws {Error} When a step leaves tensors behind; when a batch is too large for memory, with one that fits.
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
 * const schedule = { batch: 16, parts: 1, steps: 5, learningRate: 0.01, warmup: 1, clipNorm: 5 };
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
  const { relation, options } = request;
  const saved = await request.checkpoints?.load();
  const { adam, history } = saved ? decodeCheckpoint(saved, options.parts) : {
    adam: startAdam(startValues(relation, { ...request, seed: options.seed }), options.parts),
    history: [],
  };
  const threads = Math.min(request.team?.threads ?? 1, options.parts);
  const shared: Shared = {
    train: threads > 1 ? sharedPairs(request.train) : request.train,
    parameters: adam.state.parameters,
    gradients: adam.state.gradients,
    rows: new Uint32Array(new SharedArrayBuffer(4 * options.batch)),
    losses: new Float64Array(new SharedArrayBuffer(8 * options.parts)),
  };
  const held = heldOut(relation, request.validation, request.microstates);
  const evaluation = new Evaluation(relation, options.gamma);
  const team = threads > 1
    ? await Team.start(request.team!.hire, { gamma: options.gamma, shared, threads })
    : undefined;
  const shares = sharesOf(options);
  let tensors: number | undefined;
  try {
    while (adam.step < options.steps) {
      const step = adam.step;
      shared.rows.set(below(request.train.u.rows, options.batch, {
        seed: options.seed,
        purpose: "fit.batch",
        sample: step,
      }));
      team?.begin();
      if (step % options.logEvery === 0 || step === options.steps - 1) {
        const { parameters } = shared;
        const record = recordOf(step, { relation, evaluation, parameters, batch: batchOf(shared), held });
        history.push(record);
        request.onRecord?.(record);
      }
      computeParts(evaluation, shared, { thread: 0, threads });
      await team?.finish();
      const value = shared.losses.reduce((sum, loss, part) => sum + shares[part] * loss, 0);
      const norm = stepAdam(adam, shares, {
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
        await request.checkpoints?.save(encodeCheckpoint({ adam, history }));
      }
    }
  } catch (error) {
    throw explained(error, evaluation, shared);
  } finally {
    team?.close();
    evaluation.dispose();
  }
  return { parameters: Float32Array.from(adam.state.parameters), history };
}

/** What to throw instead of an error of a step. */
function explained(error: unknown, evaluation: Evaluation, shared: Shared): unknown {
  return error instanceof OutOfTensorMemoryError ? batchTooLarge(evaluation, shared, error) : error;
}

/** The share of each part in a batch. */
function sharesOf({ batch, parts }: FitOptions): number[] {
  return Array.from({ length: parts }, (_, part) => {
    const [from, to] = partRange(batch, parts, part);
    return (to - from) / batch;
  });
}

/** The batch as a whole. */
function batchOf({ train, rows }: Shared): Pairs {
  return { u: pickRows(train.u, rows), v: pickRows(train.v, rows) };
}

/** Start values, flat in the order of {@link relationParameters}: Philox draws, what depends on a first batch (actnorm), what is learned. */
export function startValues(
  relation: Relation,
  { train, seed, learned = {} }: Pick<FitRequest, "train" | "learned"> & { readonly seed: number },
): Float32Array {
  const specs = relationParameters(relation);
  let vector = new Float32Array();
  tf.tidy(() => {
    const parameters: Record<string, Tensor> = {
      ...startParameters(specs, { seed, purpose: "fit.start" }),
    };
    const sides: readonly Side[] = relation.shared ? ["u"] : ["u", "v"];
    for (const side of sides) {
      const own = sideParameters(relation, side, parameters);
      const found = relation[side].initialise?.(firstRows(train[side]), own) ?? {};
      Object.assign(parameters, prefixed(side, found));
    }
    const found = relation.resemblance?.initialise?.(firstRows(train.v)) ?? {};
    Object.assign(parameters, prefixed(RESEMBLANCE, found));
    vector = flatten(parameters, specs);
  });
  const places = valuesByName(vector, specs);
  for (const [name, values] of Object.entries(learned)) places[name].set(values);
  return vector;
}

/** The rows that start values are computed from. */
function firstRows(rows: Matrix): Tensor2D {
  return toTensor(rowRange(rows, 0, Math.min(START_ROWS, rows.rows)));
}

/** State between two steps. */
interface TrainingState {
  readonly adam: Adam;
  readonly history: LossRecord[];
}

function encodeCheckpoint({ adam: { step, state }, history }: TrainingState): Uint8Array {
  const { parameters, mean, square } = state;
  const shape = [parameters.length];
  return writeSafetensors({
    parameters: { shape, data: parameters },
    mean: { shape, data: mean },
    square: { shape, data: square },
  }, { step: String(step), history: JSON.stringify(history) });
}

function decodeCheckpoint(bytes: Uint8Array, parts: number): TrainingState {
  const { tensors, metadata } = readSafetensors(bytes);
  const [parameters, mean, square] = ["parameters", "mean", "square"].map((name) => tensors[name]?.data);
  const step = Number(metadata.step);
  const isWhole = [parameters, mean, square].every((data) =>
    data instanceof Float32Array && data.length === parameters.length
  );
  if (!isWhole || !Number.isSafeInteger(step) || metadata.history === undefined) {
    throw new RangeError(
      "Cannot go on from a checkpoint: it must hold parameters, moments of their size, the step and the history, " +
        "but does not; remove it, and training begins anew",
    );
  }
  const adam = startAdam(parameters as Float32Array, parts);
  adam.step = step;
  adam.state.mean.set(mean);
  adam.state.square.set(square);
  return { adam, history: JSON.parse(metadata.history) };
}
