/**
 * Tails made short: long vectors are drawn in to the square root of their length.
 *
 * A flow of affine couplings moves far-away points hardly better than a linear map does. Of data with heavy tails it
 * therefore spends its layers on the few largest values, and a sample that lies a little further out is blown up.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import { log } from "../kernels/elementary/mod.ts";
import type { Bijection, Parameters } from "./bijection.ts";

/**
 * z = x / (c · (1 + r²)^¼) with r = |x| / c, in each group of m neighbouring dimensions: nearly x / c up to the scale
 * c, and of length √r far beyond it. Directions stay as they are, so a rotation of a group is one before and after.
 *
 * With w = |z|² the inverse is x = z · c · √((w + √(w² + 4)) / 2), closed, and quadratic at most.
 * A group adds log(1 + r²/2) − (m + 4)/4 · log(1 + r²) − m log c to log |det ∂z/∂x|.
 *
 * `initialise` sets c to the median length of the group in the given batch; a group that is 0 there keeps its scale.
 * Parameter: `logScale`, log c, `[dimension / m]`.
 *
 * @param options.group m, how many neighbouring dimensions are one vector.
 * @throws {RangeError} If the dimension is not a whole number of groups.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertAlmostEquals } from "@std/assert";
 * import { useWasmBackend } from "./backend.ts";
 * import { radialCompression } from "./radial_compression.ts";
 *
 * await useWasmBackend();
 * const map = radialCompression({ dimension: 2, group: 2 });
 * const { value } = map.forward(tf.tensor2d([[6000, 8000]]), { logScale: tf.zeros([1]) });
 * assertAlmostEquals(value.dataSync()[0], 60, 1e-4); // 10,000 becomes 100
 * ```
 */
export function radialCompression(
  { dimension, group }: { readonly dimension: number; readonly group: number },
): Bijection {
  const groups = dimension / group;
  if (!Number.isInteger(group) || group < 1 || !Number.isInteger(groups) || groups < 1) {
    throw new RangeError(
      `Cannot build a radial compression: the dimension must be a whole number of groups, ` +
        `but it is ${dimension}, and a group ${group}`,
    );
  }
  const members = new Float32Array(dimension * groups);
  for (let j = 0; j < dimension; j++) members[j * groups + Math.floor(j / group)] = 1;
  const membership = () => tf.tensor2d(members, [dimension, groups]);
  const squaredLengths = (x: Tensor2D): Tensor2D => tf.matMul(tf.square(x), membership());
  const onEveryMember = (x: Tensor2D): Tensor2D => tf.matMul(x, membership(), false, true);
  /** log |det ∂z/∂x| from r², `[batch, groups]`. */
  const logDet = (squares: Tensor2D, logScale: Tensor1D): Tensor1D => {
    const bend = tf.log(tf.add(1, tf.mul(0.5, squares)));
    const stretch = tf.mul((group + 4) / 4, tf.log(tf.add(1, squares)));
    return tf.sum(tf.sub(tf.sub(bend, stretch), tf.mul(group, logScale)), 1);
  };
  return {
    name: "radial compression",
    dimension,
    parameters: { logScale: { shape: [groups], start: "zeros" } },
    forward(x, parameters) {
      const logScale = logScaleOf(parameters);
      const squares = tf.mul(squaredLengths(x), tf.exp(tf.mul(-2, logScale))) as Tensor2D;
      const factor = tf.div(tf.exp(tf.neg(logScale)), tf.sqrt(tf.sqrt(tf.add(1, squares)))) as Tensor2D;
      return { value: tf.mul(x, onEveryMember(factor)), logDet: logDet(squares, logScale) };
    },
    inverse(z, parameters) {
      const logScale = logScaleOf(parameters);
      const w = squaredLengths(z);
      const growth = tf.mul(0.5, tf.add(w, tf.sqrt(tf.add(4, tf.square(w))))) as Tensor2D;
      const factor = tf.mul(tf.sqrt(growth), tf.exp(logScale)) as Tensor2D;
      const squares = tf.mul(w, growth) as Tensor2D;
      return { value: tf.mul(z, onEveryMember(factor)), logDet: tf.neg(logDet(squares, logScale)) };
    },
    initialise(x) {
      const squares = tf.tidy(() => squaredLengths(x).dataSync());
      const logScales = Float32Array.from({ length: groups }, (_, own) => {
        const sorted = squares.filter((_, i) => i % groups === own).sort();
        const median = sorted[Math.floor(sorted.length / 2)];
        return median > 0 ? log(median) / 2 : 0;
      });
      return { logScale: tf.tensor1d(logScales) };
    },
  };
}

function logScaleOf(parameters: Parameters): Tensor1D {
  return parameters.logScale as Tensor1D;
}
