/**
 * A box made unbounded: what lives between limits, in coordinates that know none.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import { log } from "../kernels/elementary/mod.ts";
import type { Bijection } from "./bijection.ts";

/** An axis-aligned box: limits per dimension. */
export interface Box {
  readonly lower: ArrayLike<number>;
  readonly upper: ArrayLike<number>;
}

/**
 * The logit transform of a box: z = log(x − lower) − log(upper − x) in each dimension, with
 * log |det ∂z/∂x| = Σ log(upper − lower) − log(x − lower) − log(upper − x). No parameters.
 *
 * The inverse is a sigmoid into the box. Where 32 bits cannot tell its value from a limit, it gives the number next
 * to the limit on the inside: whatever z is, the result is strictly inside and `forward` of it is finite. (There,
 * beyond |z| ≈ 15, a round trip is no identity.)
 *
 * `forward` is not finite on or outside the limits; {@linkcode requireInside} says so before it happens.
 *
 * @throws {RangeError} If the limits are not finite, differ in number, or no 32-bit number lies between them.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { useWasmBackend } from "./backend.ts";
 * import { logitBox } from "./box.ts";
 *
 * await useWasmBackend();
 * const map = logitBox({ lower: [10], upper: [20] });
 * assertEquals([...map.forward(tf.tensor2d([[15]]), {}).value.dataSync()], [0]);
 * ```
 */
export function logitBox(box: Box): Bijection {
  const { lower, upper } = limits(box);
  const dimension = lower.length;
  const innermost = {
    lower: lower.map((limit) => neighbour(limit, 1)),
    upper: upper.map((limit) => neighbour(limit, -1)),
  };
  const width = upper.map((limit, j) => limit - lower[j]);
  const logVolume = width.reduce((sum, width) => sum + log(width), 0);
  return {
    name: "logit box",
    dimension,
    parameters: {},
    forward(x) {
      const logAbove = tf.log(tf.sub(x, tf.tensor1d(lower)));
      const logBelow = tf.log(tf.sub(tf.tensor1d(upper), x));
      return {
        value: tf.sub(logAbove, logBelow) as Tensor2D,
        logDet: tf.sub(logVolume, tf.sum(tf.add(logAbove, logBelow), 1)) as Tensor1D,
      };
    },
    inverse(z) {
      const inBox = tf.add(tf.mul(tf.sigmoid(z), tf.tensor1d(width)), tf.tensor1d(lower));
      const strictlyInside = tf.minimum(
        tf.maximum(inBox, tf.tensor1d(innermost.lower)),
        tf.tensor1d(innermost.upper),
      );
      return {
        value: strictlyInside as Tensor2D,
        logDet: tf.add(logVolume, tf.sum(logSlope(z), 1)) as Tensor1D,
      };
    },
  };
}

/**
 * Refuses rows that are not strictly inside the box, naming the first.
 *
 * @param rows `[count, dimension]` in row-major order.
 * @throws {RangeError} With the row, the dimension and the limits.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { requireInside } from "./box.ts";
 *
 * assertThrows(() => requireInside([0.5, 1], { lower: [0], upper: [1] }), RangeError, "row 1");
 * ```
 */
export function requireInside(rows: ArrayLike<number>, box: Box): void {
  const { lower, upper } = limits(box);
  for (let i = 0; i < rows.length; i++) {
    const j = i % lower.length;
    const value = Math.fround(rows[i]);
    if (value > lower[j] && value < upper[j]) continue;
    throw new RangeError(
      `Cannot map a box: values must lie strictly between ${box.lower[j]} and ${
        box.upper[j]
      } in dimension ${j}, ` +
        `but row ${Math.floor(i / lower.length)} has ${rows[i]}`,
    );
  }
}

/** log σ(z) + log σ(−z) = −|z| − 2 log(1 + exp(−|z|)), which neither overflows nor cancels. */
function logSlope(z: Tensor2D): Tensor2D {
  const size = tf.abs(z);
  return tf.neg(tf.add(size, tf.mul(2, tf.log(tf.add(1, tf.exp(tf.neg(size))))))) as Tensor2D;
}

/** The limits as the 32-bit numbers that tensors are made of. */
function limits(box: Box): { lower: Float32Array; upper: Float32Array } {
  const lower = Float32Array.from(box.lower);
  const upper = Float32Array.from(box.upper);
  if (lower.length === 0 || lower.length !== upper.length) {
    throw new RangeError(
      `Cannot map a box: it must have a lower and an upper limit per dimension, ` +
        `but it has ${lower.length} and ${upper.length}`,
    );
  }
  for (let j = 0; j < lower.length; j++) {
    const finite = Number.isFinite(lower[j]) && Number.isFinite(upper[j]);
    if (finite && neighbour(lower[j], 1) < upper[j]) continue;
    throw new RangeError(
      `Cannot map a box: limits must be finite and the lower one smaller, ` +
        `but those of dimension ${j} are ${box.lower[j]} and ${box.upper[j]}`,
    );
  }
  return { lower, upper };
}

/** 2⁻¹⁴⁹, the 32-bit number next to 0. */
const SMALLEST = 1.401298464324817e-45;

/** The next 32-bit number in the given direction, 1 up or −1 down. */
function neighbour(value: number, direction: 1 | -1): number {
  if (value === 0) return direction * SMALLEST;
  const float = Float32Array.of(value);
  new Int32Array(float.buffer)[0] += value > 0 ? direction : -direction;
  return float[0];
}
