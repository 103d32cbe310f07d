/**
 * Matrix products and activations with gradients that are fast on tfjs's WebAssembly backend.
 *
 * There, a product that reads an operand transposed runs at a tenth of the speed of one that does not, and tfjs's
 * own gradients are made of those; a sum over rows costs eight times a product with a row of ones; `tanh` costs
 * twelve times `sigmoid`. So the gradients here are written out. The rest of the model is built from these
 * functions: whoever makes them faster makes all of it faster.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import { sumOverBatch } from "./batch.ts";

/**
 * x · w for x `[batch, inputs]` and w `[inputs, outputs]`, differentiable in both.
 */
export function product(x: Tensor2D, w: Tensor2D): Tensor2D {
  return tf.customGrad((x, w, save) => {
    (save as tf.GradSaveFunc)([x as Tensor, w as Tensor]);
    return {
      value: tf.matMul(x as Tensor2D, w as Tensor2D),
      gradFunc: (dy, saved) => {
        const [x, w] = saved as Tensor2D[];
        return [timesTransposed(dy as Tensor2D, w), transposedTimes(x, dy as Tensor2D)];
      },
    };
  })(x, w) as Tensor2D;
}

/**
 * A dense layer, x · weight + bias: x `[batch, inputs]`, weight `[inputs, outputs]`, bias `[outputs]` give
 * `[batch, outputs]`. Differentiable in all three.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { useWasmBackend } from "./backend.ts";
 * import { dense } from "./dense.ts";
 *
 * await useWasmBackend();
 * const y = dense(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]]), tf.tensor1d([5]));
 * assertEquals([...y.dataSync()], [16]);
 * ```
 */
export function dense(x: Tensor2D, weight: Tensor2D, bias: Tensor1D): Tensor2D {
  return tf.customGrad((x, weight, bias, save) => {
    (save as tf.GradSaveFunc)([x as Tensor, weight as Tensor]);
    return {
      value: tf.fused.matMul({ a: x as Tensor2D, b: weight as Tensor2D, bias: bias as Tensor1D }),
      gradFunc: (dy, saved) => {
        const [x, weight] = saved as Tensor2D[];
        return [timesTransposed(dy as Tensor2D, weight), ...parameterGradients(x, dy as Tensor2D)];
      },
    };
  })(x, weight, bias) as Tensor2D;
}

/**
 * The activation x · σ(x), any shape (Elfwing, Uchibe & Doya 2018, "sigmoid-weighted linear unit").
 *
 * Its gradient σ(x) (1 + x (1 − σ(x))) is computed as σ + y − y σ from the saved y and σ.
 */
export function silu(x: Tensor2D): Tensor2D {
  return tf.customGrad((x, save) => {
    const sigmoid = tf.sigmoid(x as Tensor2D);
    const y = tf.mul(x as Tensor2D, sigmoid);
    (save as tf.GradSaveFunc)([y, sigmoid]);
    return {
      value: y,
      gradFunc: (dy, saved) => {
        const [y, sigmoid] = saved;
        return tf.mul(dy, tf.add(sigmoid, tf.sub(y, tf.mul(y, sigmoid))));
      },
    };
  })(x) as Tensor2D;
}

/** The activation max(x, x / 100), any shape. Cheaper than {@linkcode silu}, and with a kink. */
export function leakyRelu(x: Tensor2D): Tensor2D {
  return tf.customGrad((x, save) => {
    (save as tf.GradSaveFunc)([x as Tensor]);
    return {
      value: tf.leakyRelu(x as Tensor2D, 0.01),
      gradFunc: (dy, [x]) => tf.mul(dy, tf.step(x, 0.01)),
    };
  })(x) as Tensor2D;
}

/** a · bᵀ with the transposition made first. */
export function timesTransposed(a: Tensor2D, b: Tensor2D): Tensor2D {
  return tf.matMul(a, tf.transpose(b));
}

/**
 * aᵀ · b with the transposition made first. The narrower operand goes to the right: the backend repacks that one,
 * at three times the cost of transposing it.
 */
export function transposedTimes(a: Tensor2D, b: Tensor2D): Tensor2D {
  if (a.shape[1] >= b.shape[1]) return tf.matMul(tf.transpose(a), b);
  return tf.transpose(tf.matMul(tf.transpose(b), a));
}

/**
 * Gradients of a dense layer's weight, xᵀ · dy, and bias, the column sums of dy. The sum reuses whichever form of dy
 * the product has made: repacked, or transposed.
 */
function parameterGradients(x: Tensor2D, dy: Tensor2D): [Tensor2D, Tensor1D] {
  if (x.shape[1] >= dy.shape[1]) return [transposedTimes(x, dy), sumOverBatch(dy)];
  const [batch, outputs] = dy.shape;
  const transposed = tf.transpose(dy);
  const bias = tf.matMul(transposed, tf.ones<tf.Rank.R2>([batch, 1]));
  return [tf.transpose(tf.matMul(transposed, x)), tf.reshape(bias, [outputs])];
}
