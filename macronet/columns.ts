/**
 * Columns of a batch, taken and put back.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor2D } from "@tensorflow/tfjs";

/** Which columns go where. */
export interface Route {
  /** First column taken. */
  readonly from: number;
  /** Where it is put. */
  readonly to: number;
  /** How many neighbouring columns. */
  readonly count: number;
  /** Columns of the result; those that nothing is put in are 0. */
  readonly width: number;
}

/**
 * Copies neighbouring columns of `x`, `[batch, n]`, into an otherwise zero `[batch, width]`. Differentiable: the
 * gradient takes the same route backwards.
 *
 * Up to 64 columns this is a product with a matrix of zeros and ones, which is exact and, on tfjs's WebAssembly
 * backend, costs half of a slice and a quarter of a concatenation.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { useWasmBackend } from "./backend.ts";
 * import { routeColumns } from "./columns.ts";
 *
 * await useWasmBackend();
 * const y = routeColumns(tf.tensor2d([[1, 2, 3]]), { from: 1, to: 0, count: 2, width: 4 });
 * assertEquals([...y.dataSync()], [2, 3, 0, 0]);
 * ```
 */
export function routeColumns(x: Tensor2D, route: Route): Tensor2D {
  const { from, to, count } = route;
  const back = { from: to, to: from, count, width: x.shape[1] };
  return tf.customGrad((x) => ({
    value: copyColumns(x as Tensor2D, route),
    gradFunc: (dy) => copyColumns(dy as Tensor2D, back),
  }))(x) as Tensor2D;
}

/** The widest batch for which a product with zeros and ones beats slicing. */
const WIDEST_PRODUCT = 64;

function copyColumns(x: Tensor2D, { from, to, count, width }: Route): Tensor2D {
  const [batch, n] = x.shape;
  if (n === width && count === n) return tf.clone(x);
  if (n <= WIDEST_PRODUCT && width <= WIDEST_PRODUCT) {
    const matrix = new Float32Array(n * width);
    for (let i = 0; i < count; i++) matrix[(from + i) * width + to + i] = 1;
    return tf.matMul(x, tf.tensor2d(matrix, [n, width]));
  }
  const taken = tf.slice(x, [0, from], [batch, count]);
  if (count === width) return taken;
  const after = width - to - count;
  const parts = [tf.zeros([batch, to]), taken, tf.zeros([batch, after])] as Tensor2D[];
  return tf.concat(parts.filter((part) => part.shape[1] > 0), 1);
}

/**
 * `x`, `[batch, n]`, with its first columns replaced by those of `first`, `[batch, k]`. Differentiable in both.
 */
export function replaceFirstColumns(x: Tensor2D, first: Tensor2D): Tensor2D {
  const [batch, n] = x.shape, k = first.shape[1];
  return tf.customGrad((x, first) => {
    const values = (x as Tensor2D).dataSync<"float32">().slice();
    const others = (first as Tensor2D).dataSync<"float32">();
    for (let row = 0; row < batch; row++) values.set(others.subarray(row * k, (row + 1) * k), row * n);
    return {
      value: tf.tensor2d(values, [batch, n]),
      gradFunc: (dy) => {
        const rest = dy.dataSync<"float32">().slice();
        const kept = new Float32Array(batch * k);
        for (let row = 0; row < batch; row++) {
          kept.set(rest.subarray(row * n, row * n + k), row * k);
          rest.fill(0, row * n, row * n + k);
        }
        return [tf.tensor2d(rest, [batch, n]), tf.tensor2d(kept, [batch, k])];
      },
    };
  })(x, first) as Tensor2D;
}
