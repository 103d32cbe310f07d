/**
 * The invertible linear map, which mixes dimensions between coupling layers.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import type { Bijection } from "./bijection.ts";
import { linearLayer } from "./blocks/linear.ts";
import { product, timesTransposed, transposedTimes } from "./dense.ts";
import { assembled, assembledGradient, identity, inverseOf, trace } from "./lower_upper.ts";
import { accelerated } from "./blocks/flow.ts";
import { randomRotation } from "./rotation.ts";

/**
 * z = x · R · L · U on rows, with R a fixed random rotation, L unit lower and U upper triangular with a positive
 * diagonal: log |det| = Σ log diag U, the same at every x.
 *
 * This is the PLU form of Kingma & Dhariwal 2018 (Glow, Eqs. 10–11) with one change. Theirs has a permutation
 * where we have R, and starts by factoring a random rotation into P · L · U, so that the signs of the diagonal
 * have to be stored apart and L and U start badly conditioned. With the rotation itself in that place L = U = I at
 * the start.
 *
 * The one parameter `lowerUpper` `[dimension, dimension]` holds both triangles, as LAPACK does: L below the
 * diagonal, U above it, and log diag U on it.
 *
 * @param options.seed Decides R, together with `purpose`: layers of one model need different purposes.
 * @throws {RangeError} If the dimension is not a whole number of at least 1.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { useWasmBackend } from "./backend.ts";
 * import { linear } from "./linear.ts";
 *
 * await useWasmBackend();
 * const map = linear({ dimension: 2, seed: 1, purpose: "example" });
 * const lowerUpper = tf.tensor2d([[1, 5], [5, 2]]); // log diag U = (1, 2)
 * assertEquals([...map.forward(tf.zeros([3, 2]), { lowerUpper }).logDet.dataSync()], [3, 3, 3]);
 * ```
 */
export function linear(
  { dimension, seed, purpose }: {
    readonly dimension: number;
    readonly seed: number;
    readonly purpose: string;
  },
): Bijection {
  if (!Number.isInteger(dimension) || dimension < 1) {
    throw new RangeError(
      `Cannot build a linear map: dimension must be a whole number of at least 1, but it is ${dimension}`,
    );
  }
  const shape: [number, number] = [dimension, dimension];
  const rotation = Float32Array.from(randomRotation(dimension, { seed, purpose }));
  const stock: Bijection = {
    name: "linear",
    dimension,
    parameters: { lowerUpper: { shape, start: "zeros" } },
    forward(x, { lowerUpper }) {
      const value = product(x, assembledTensor(lowerUpper as Tensor2D, rotation));
      return { value, logDet: traceOnRows(lowerUpper as Tensor2D, { batch: x.shape[0], sign: 1 }) };
    },
    inverse(z, { lowerUpper }) {
      const value = product(z, inverted(assembledTensor(lowerUpper as Tensor2D, rotation)));
      return { value, logDet: traceOnRows(lowerUpper as Tensor2D, { batch: z.shape[0], sign: -1 }) };
    },
  };
  return accelerated(stock, linearLayer(rotation, dimension));
}

/** R · L · U, `[n, n]`, and its gradient. */
function assembledTensor(lowerUpper: Tensor2D, rotation: ArrayLike<number>): Tensor2D {
  const n = lowerUpper.shape[0];
  return tf.customGrad((lowerUpper, save) => {
    (save as tf.GradSaveFunc)([lowerUpper as Tensor2D]);
    return {
      value: tf.tensor2d(assembled((lowerUpper as Tensor2D).dataSync(), rotation, n), [n, n]),
      gradFunc: (dy, [lowerUpper]) =>
        tf.tensor2d(assembledGradient(lowerUpper.dataSync(), rotation, dy.dataSync(), n), [n, n]),
    };
  })(lowerUpper) as Tensor2D;
}

/** sign · Σ diagonal on every row of a batch, `[batch]`. */
function traceOnRows(
  matrix: Tensor2D,
  { batch, sign }: { readonly batch: number; readonly sign: 1 | -1 },
): Tensor1D {
  const n = matrix.shape[0];
  return tf.customGrad((matrix) => ({
    value: tf.tensor1d(new Float32Array(batch).fill(sign * trace((matrix as Tensor2D).dataSync(), n))),
    gradFunc: (dy) => {
      const sum = sign * (dy.dataSync() as Float32Array).reduce((sum, value) => sum + value, 0);
      return tf.tensor2d(identity(n).map((value) => value * sum), [n, n]);
    },
  }))(matrix) as Tensor1D;
}

/** Matrix inverse, `[n, n]`, with the gradient −M⁻ᵀ · dy · M⁻ᵀ. */
function inverted(matrix: Tensor2D): Tensor2D {
  return tf.customGrad((matrix, save) => {
    const n = (matrix as Tensor2D).shape[0];
    const value = tf.tensor2d(inverseOf((matrix as Tensor2D).dataSync(), n), [n, n]);
    (save as tf.GradSaveFunc)([value]);
    return {
      value,
      gradFunc: (dy, saved) => {
        const [inverse] = saved as Tensor2D[];
        return tf.neg(timesTransposed(transposedTimes(inverse, dy as Tensor2D), inverse));
      },
    };
  })(matrix) as Tensor2D;
}
