/**
 * Coupling layers: one part of the event passes through and decides, by a conditioner, how the other is moved.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import type { Bijection, Parameters } from "./bijection.ts";
import { couplingLayer, type CouplingPlan, LARGEST_LOG_SCALE } from "./blocks/coupling.ts";
import { routeColumns } from "./columns.ts";
import { type Conditioner, type HiddenLayers, multilayerPerceptron } from "./conditioner.ts";
import { partOf } from "./flat_parameters.ts";
import { prefixed } from "./names.ts";
import { accelerated } from "./blocks/flow.ts";

/** What every coupling layer is told. */
export interface CouplingOptions {
  /** Size of one event, at least 2. */
  readonly dimension: number;
  /** Which part is moved; the other passes through. By default the second. */
  readonly transforms?: "first" | "second";
  /** Size of the first part, from 1 to dimension − 1. By default half of the dimension, rounded down. */
  readonly split?: number;
  /** The network from the part that passes through to the parameters of the move. Each layer has its own. */
  readonly conditioner: HiddenLayers;
}

/** Contiguous parts of an event: where each begins, and its size. */
interface Parts {
  readonly passes: { readonly at: number; readonly size: number };
  readonly moves: { readonly at: number; readonly size: number };
}

/**
 * The affine coupling layer of Dinh, Sohl-Dickstein & Bengio 2017 (Real NVP, Eqs. 7–8): z₂ = x₂ · exp(s(x₁)) + t(x₁)
 * and z₁ = x₁, with log |det ∂z/∂x| = Σ s(x₁).
 *
 * The log-scale is bounded, s = bound · tanh(raw / bound), by the same bound in both directions: without one,
 * samples of the inverse overflow. Conditioner outputs are (raw, t), parameters are named `conditioner.…`.
 *
 * @param options.logScaleBound Limit of |s|. By default 2, a factor of 7.4 at most in each layer.
 * @throws {RangeError} If the dimension cannot be split as told, or the bound is not positive.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { useWasmBackend } from "./backend.ts";
 * import { affineCoupling } from "./coupling.ts";
 * import { startParameters } from "./parameters.ts";
 *
 * await useWasmBackend();
 * const layer = affineCoupling({ dimension: 3, conditioner: { width: 8, hiddenLayers: 2 } });
 * const { value } = layer.forward(tf.ones([5, 3]), startParameters(layer.parameters, { seed: 1, purpose: "example" }));
 * assertEquals(value.shape, [5, 3]);
 * ```
 */
export function affineCoupling(options: CouplingOptions & { readonly logScaleBound?: number }): Bijection {
  const { dimension, logScaleBound = 2 } = options;
  if (!(logScaleBound > 0 && Number.isFinite(logScaleBound))) {
    throw new RangeError(
      `Cannot build an affine coupling: logScaleBound must be positive and finite, but it is ${logScaleBound}`,
    );
  }
  const parts = partsOf(options, "an affine coupling");
  const network = conditionerOf(parts, { ...options.conditioner, outputsPerMoved: 2 });
  const size = parts.moves.size;
  /** Log-scale and shift of every dimension, `[batch, dimension]`: 0 where it passes through. */
  function move(event: Tensor2D, parameters: Parameters) {
    const output = network.apply(event, parameters);
    const raw = routeColumns(output, { from: 0, to: parts.moves.at, count: size, width: dimension });
    const shift = routeColumns(output, { from: size, to: parts.moves.at, count: size, width: dimension });
    return { logScale: bounded(raw, logScaleBound), shift };
  }
  const stock: Bijection = {
    name: "affine coupling",
    dimension,
    parameters: network.parameters,
    forward(x, parameters) {
      const { logScale, shift } = move(x, parameters);
      return { value: scaleAndShift(x, logScale, shift), logDet: tf.sum(logScale, 1) };
    },
    inverse(z, parameters) {
      const { logScale, shift } = move(z, parameters);
      const value = tf.mul(tf.sub(z, shift), tf.exp(tf.neg(logScale))) as Tensor2D;
      return { value, logDet: tf.neg(tf.sum(logScale, 1)) as Tensor1D };
    },
  };
  if (logScaleBound > LARGEST_LOG_SCALE) return stock;
  return accelerated(stock, couplingLayer(planOf(parts, { ...options.conditioner, logScaleBound })));
}

/**
 * The additive coupling layer of Dinh, Krueger & Bengio 2015 (NICE, Eq. 11): z₂ = x₂ + t(x₁) and z₁ = x₁. It keeps
 * volume: the log-determinant is 0.
 *
 * @throws {RangeError} If the dimension cannot be split as told.
 */
export function additiveCoupling(options: CouplingOptions): Bijection {
  const { dimension } = options;
  const parts = partsOf(options, "an additive coupling");
  const network = conditionerOf(parts, { ...options.conditioner, outputsPerMoved: 1 });
  const route = { from: 0, to: parts.moves.at, count: parts.moves.size, width: dimension };
  const shift = (event: Tensor2D, parameters: Parameters) =>
    routeColumns(network.apply(event, parameters), route);
  return {
    name: "additive coupling",
    dimension,
    parameters: network.parameters,
    forward: (x, parameters) => ({
      value: tf.add(x, shift(x, parameters)) as Tensor2D,
      logDet: tf.zeros([x.shape[0]]),
    }),
    inverse: (z, parameters) => ({
      value: tf.sub(z, shift(z, parameters)) as Tensor2D,
      logDet: tf.zeros([z.shape[0]]),
    }),
  };
}

function partsOf(
  { dimension, transforms = "second", split = Math.floor(dimension / 2) }: CouplingOptions,
  what: string,
): Parts {
  if (!Number.isInteger(dimension) || dimension < 2) {
    throw new RangeError(
      `Cannot build ${what}: dimension must be a whole number of at least 2, but it is ${dimension}`,
    );
  }
  if (!Number.isInteger(split) || split < 1 || split >= dimension) {
    throw new RangeError(
      `Cannot build ${what}: split must be a whole number from 1 to ${dimension - 1}, but it is ${split}`,
    );
  }
  const first = { at: 0, size: split };
  const second = { at: split, size: dimension - split };
  return transforms === "second" ? { passes: first, moves: second } : { passes: second, moves: first };
}

/** The layer as the kernels have it. */
function planOf(
  parts: Parts,
  { logScaleBound, width, hiddenLayers, activation = "silu" }: HiddenLayers & { logScaleBound: number },
): CouplingPlan {
  const [inputs, outputs] = [parts.passes.size, parts.moves.size];
  return {
    ...parts,
    logScaleBound,
    network: { inputs, width, hiddenLayers, activation, outputs: 2 * outputs },
  };
}

/** A conditioner that reads its part out of the whole event. */
function conditionerOf(
  { passes, moves }: Parts,
  { outputsPerMoved, ...hidden }: HiddenLayers & { outputsPerMoved: number },
): Conditioner {
  const network = multilayerPerceptron({
    ...hidden,
    inputs: passes.size,
    outputs: outputsPerMoved * moves.size,
  });
  const route = { from: passes.at, to: 0, count: passes.size, width: passes.size };
  return {
    parameters: prefixed("conditioner", network.parameters),
    apply: (event, parameters) =>
      network.apply(routeColumns(event, route), partOf("conditioner", parameters)),
  };
}

/**
 * bound · tanh(raw / bound), as bound · (2 σ(2 raw / bound) − 1): tfjs's WebAssembly `tanh` costs twelve `sigmoid`s.
 * Exactly 0 at 0.
 */
function bounded(raw: Tensor2D, bound: number): Tensor2D {
  return tf.customGrad((raw, save) => {
    const sigmoid = tf.sigmoid(tf.mul(raw as Tensor2D, 2 / bound));
    const value = tf.sub(tf.mul(sigmoid, 2 * bound), bound);
    (save as tf.GradSaveFunc)([value]);
    return {
      value,
      gradFunc: (dy, [value]) => tf.mul(dy, tf.sub(1, tf.square(tf.div(value, bound)))),
    };
  })(raw) as Tensor2D;
}

/** x · exp(logScale) + shift, all `[batch, dimension]`. */
function scaleAndShift(x: Tensor2D, logScale: Tensor2D, shift: Tensor2D): Tensor2D {
  return tf.customGrad((x, logScale, shift, save) => {
    const scale = tf.exp(logScale as Tensor2D);
    const scaled = tf.mul(x as Tensor2D, scale);
    (save as tf.GradSaveFunc)([scale, scaled]);
    return {
      value: tf.add(scaled, shift as Tensor2D),
      gradFunc: (dy, [scale, scaled]) => [tf.mul(dy, scale), tf.mul(dy, scaled), tf.clone(dy)],
    };
  })(x, logScale, shift) as Tensor2D;
}
