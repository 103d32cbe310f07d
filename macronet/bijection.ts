/**
 * The contract of every invertible map in this project, its direction and its sign, stated once.
 *
 * `forward` goes from data x to latent z and returns log |det ∂z/∂x|; `inverse` goes from z to x and returns
 * log |det ∂x/∂z|. Hence `logProb(x) = base.logProb(z) + logDet`, and the two log-determinants of a round
 * trip cancel.
 *
 * A bijection is a pure description: its parameters are passed to it, by name, on every call. That is what
 * lets one flat vector hold the parameters of a whole model for the optimiser, the checkpoint and the file.
 *
 * @module
 */
import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import type { BlockLayer } from "./blocks/layer.ts";

/** Trainable tensors by name, e.g. `{ "0.conditioner.0.weight": … }`. */
export type Parameters = Readonly<Record<string, Tensor>>;

/** Shape and start of one trainable tensor. */
export interface ParameterSpec {
  readonly shape: readonly number[];
  /**
   * Start values: `zeros`, `ones`, or normal draws with the given standard deviation, or given values.
   * Normal draws come from Philox under the model's seed, so that a name always gets the same numbers.
   */
  readonly start: "zeros" | "ones" | { readonly normal: number } | { readonly values: Float32Array };
}

/** A mapped batch and the log-determinant of the map at each of its rows. */
export interface Mapped {
  /** `[batch, dimension]` */
  readonly value: Tensor2D;
  /** `[batch]` */
  readonly logDet: Tensor1D;
}

/**
 * An invertible, differentiable map between `[batch, dimension]` tensors, in both directions.
 *
 * Fields are flattened in row-major order `[height, width, channel]`; a bijection over fields knows its own shape.
 */
export interface Bijection {
  /** For messages, e.g. `affine coupling`. */
  readonly name: string;
  /** Size of one event, the same on both sides. */
  readonly dimension: number;
  /** Its trainable tensors by name. Empty for a fixed map. */
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  /** Data to latent: z and log |det ∂z/∂x|. Differentiable in x and in the parameters. */
  forward(x: Tensor2D, parameters: Parameters): Mapped;
  /** Latent to data: x and log |det ∂x/∂z|. */
  inverse(z: Tensor2D, parameters: Parameters): Mapped;
  /**
   * Start values that depend on data (actnorm), given a first batch `[batch, dimension]` and the
   * parameters so far; returns the replaced ones only. Absent where nothing depends on data.
   */
  initialise?(x: Tensor2D, parameters: Parameters): Record<string, Tensor>;
  /** The same map for the training kernels, which a chain joins with that of its neighbours. Absent where there is none. */
  readonly layer?: BlockLayer;
}
