/**
 * What the layers of a Gaussianisation are: moves of two-species fields by numbers that each row brings along.
 *
 * @module
 */
import type { Tensor1D, Tensor2D, Tensor3D } from "@tensorflow/tfjs";

/** Fields that were moved, and the log-determinant of each row. */
export interface Moved {
  /** `[batch, 2, n]` */
  readonly value: Tensor3D;
  /** `[batch]` */
  readonly logDet: Tensor1D;
}

/** An invertible map of `[batch, 2, n]`, two species apart. Both directions are differentiable in all they are given. */
export interface Move {
  /** How many numbers say what is done to a row; the map is the identity where they are all 0. */
  readonly numbers: number;
  forward(x: Tensor3D, numbers: Tensor2D): Moved;
  inverse(z: Tensor3D, numbers: Tensor2D): Moved;
}
