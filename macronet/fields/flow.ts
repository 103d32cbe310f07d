/**
 * Flows over whole fields.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import { actnorm } from "../actnorm.ts";
import type { Bijection, Mapped } from "../bijection.ts";
import { chain } from "../chain.ts";
import type { FieldShape } from "../haar.ts";
import { linear } from "../linear.ts";
import { fieldCoupling, type FieldCouplingOptions } from "./coupling.ts";
import { fieldSqueeze } from "./squeeze.ts";

/**
 * The same bijection of the channels at every cell, `[channels]` each; log-determinants add up over the cells.
 * Parameters are those of `inner`.
 */
export function atEveryCell({ height, width, channels }: FieldShape, inner: Bijection): Bijection {
  const cells = height * width;
  const apart = (x: Tensor2D) => tf.reshape(x, [-1, channels]) as Tensor2D;
  const together = ({ value, logDet }: Mapped): Mapped => ({
    value: tf.reshape(value, [-1, cells * channels]) as Tensor2D,
    logDet: tf.sum(tf.reshape(logDet, [-1, cells]), 1) as Tensor1D,
  });
  return {
    name: `${inner.name} at every cell`,
    dimension: cells * channels,
    parameters: inner.parameters,
    forward: (x, parameters) => together(inner.forward(apart(x), parameters)),
    inverse: (z, parameters) => together(inner.inverse(apart(z), parameters)),
    initialise: (x, parameters) => inner.initialise?.(apart(x), parameters) ?? {},
  };
}

/** Size of a {@linkcode fieldFlow}. */
export interface FieldFlowOptions
  extends Pick<FieldCouplingOptions, "conditioner" | "logScaleBound" | "activations"> {
  /** Sides that can be halved `levels` times. */
  readonly shape: FieldShape;
  /** How often the field is squeezed; blocks follow each time. */
  readonly levels: number;
  readonly blocks: number;
  /** Seed of the fixed rotations, with `purpose`. */
  readonly seed: number;
  readonly purpose: string;
}

/**
 * Levels of a Haar squeeze and blocks of actnorm, invertible 1 × 1 convolution and two couplings (Kingma & Dhariwal
 * 2018, Glow, with wavelets for its squeeze; all dimensions go on to the end).
 *
 * @throws {RangeError} If levels or blocks are no whole numbers of at least 1, or a side cannot be halved.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { fieldFlow } from "./flow.ts";
 *
 * const shape = { height: 8, width: 8, channels: 2 };
 * const conditioner = { width: 4, hiddenLayers: 1 };
 * const flow = fieldFlow({ shape, levels: 2, blocks: 1, conditioner, seed: 1, purpose: "example" });
 * assertEquals(flow.dimension, 128);
 * ```
 */
export function fieldFlow(options: FieldFlowOptions): Bijection {
  const { levels, blocks, seed, purpose, shape: start, ...coupling } = options;
  for (const [what, value] of Object.entries({ levels, blocks })) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw new RangeError(
      `Cannot build a field flow: ${what} must be a whole number of at least 1, but it is ${value}`,
    );
  }
  const layers: Bijection[] = [];
  let shape = start;
  for (let level = 0; level < levels; level++) {
    layers.push(fieldSqueeze(shape));
    shape = { height: shape.height / 2, width: shape.width / 2, channels: 4 * shape.channels };
    for (let block = 0; block < blocks; block++) {
      const { channels: dimension } = shape;
      const mixing = linear({ dimension, seed, purpose: `${purpose}.${level}.${block}` });
      layers.push(
        atEveryCell(shape, chain([actnorm({ dimension }), mixing])),
        fieldCoupling({ ...coupling, shape, transforms: "second" }),
        fieldCoupling({ ...coupling, shape, transforms: "first" }),
      );
    }
  }
  return chain(layers);
}
