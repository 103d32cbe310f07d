/**
 * Bijections of x that depend on a context c, such as a macrostate: x ↦ z(x; c) is invertible for each c.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor2D } from "@tensorflow/tfjs";
import type { Bijection, Mapped, Parameters, ParameterSpec } from "./bijection.ts";

/** As a {@link Bijection}, with a context `[batch, context]` in both directions. */
export interface ConditionalBijection {
  /** For messages. */
  readonly name: string;
  /** Size of x and of z. */
  readonly dimension: number;
  /** Size of the context. */
  readonly context: number;
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  /** z and log |det ∂z/∂x|. Differentiable in x, the context and the parameters. */
  forward(x: Tensor2D, context: Tensor2D, parameters: Parameters): Mapped;
  /** x and log |det ∂x/∂z|. */
  inverse(z: Tensor2D, context: Tensor2D, parameters: Parameters): Mapped;
  /** Start values that depend on data, as in {@link Bijection.initialise}. */
  initialise?(x: Tensor2D, context: Tensor2D, parameters: Parameters): Record<string, Tensor>;
}

/**
 * The bijection of (c, x), `[batch, context + dimension]`, to (c, z): the context passes.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { besideContext } from "./conditional.ts";
 * import { gaussianisation } from "./gaussianisation/mod.ts";
 *
 * const flow = gaussianisation({ size: 8, context: 3, layers: 1, conditioner: { width: 4, hiddenLayers: 1 } });
 * assertEquals(besideContext(flow).dimension, 3 + 2 * 8 * 8);
 * ```
 */
export function besideContext(inner: ConditionalBijection): Bijection {
  const { context: size, dimension } = inner;
  const apart = (x: Tensor2D) => tf.split(x, [size, dimension], 1) as [Tensor2D, Tensor2D];
  const together = (context: Tensor2D, { value, logDet }: Mapped): Mapped => ({
    value: tf.concat([context, value], 1) as Tensor2D,
    logDet,
  });
  return {
    name: `${inner.name} beside its context`,
    dimension: size + dimension,
    parameters: inner.parameters,
    forward(x, parameters) {
      const [context, own] = apart(x);
      return together(context, inner.forward(own, context, parameters));
    },
    inverse(z, parameters) {
      const [context, own] = apart(z);
      return together(context, inner.inverse(own, context, parameters));
    },
    initialise(x, parameters) {
      const [context, own] = apart(x);
      return inner.initialise?.(own, context, parameters) ?? {};
    },
  };
}
