/**
 * Conditional bijections one after the other, under the same context.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor1D } from "@tensorflow/tfjs";
import type { ConditionalBijection } from "./conditional.ts";
import { partOf } from "./flat_parameters.ts";
import { prefixed } from "./names.ts";

/**
 * z = second(first(x; c); c). The names of the parts are the prefixes of their parameters.
 *
 * @throws {RangeError} If they differ in size, or in that of their context.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { conditionalChain } from "./conditional_chain.ts";
 * import { gaussianisation } from "./gaussianisation/mod.ts";
 *
 * const conditioner = { width: 4, hiddenLayers: 1 };
 * const flow = gaussianisation({ size: 8, context: 3, layers: 1, conditioner });
 * const { dimension, parameters } = conditionalChain([["one", flow], ["two", flow]]);
 * assertEquals(dimension, 128);
 * assertEquals(parameters["two.base"], flow.parameters.base);
 * ```
 */
export function conditionalChain(
  parts: readonly [
    first: readonly [name: string, bijection: ConditionalBijection],
    second: readonly [name: string, bijection: ConditionalBijection],
  ],
): ConditionalBijection {
  const [[nameOfFirst, first], [nameOfSecond, second]] = parts;
  if (first.dimension !== second.dimension || first.context !== second.context) {
    throw new RangeError(
      `Cannot chain ${first.name} and ${second.name}: they must be of one size and one context, but have ` +
        `${first.dimension} and ${second.dimension} dimensions, ${first.context} and ${second.context} of context`,
    );
  }
  return {
    name: `${first.name}, ${second.name}`,
    dimension: first.dimension,
    context: first.context,
    parameters: {
      ...prefixed(nameOfFirst, first.parameters),
      ...prefixed(nameOfSecond, second.parameters),
    },
    forward(x, context, parameters) {
      const inner = first.forward(x, context, partOf(nameOfFirst, parameters));
      const outer = second.forward(inner.value, context, partOf(nameOfSecond, parameters));
      return { value: outer.value, logDet: tf.add(inner.logDet, outer.logDet) as Tensor1D };
    },
    inverse(z, context, parameters) {
      const outer = second.inverse(z, context, partOf(nameOfSecond, parameters));
      const inner = first.inverse(outer.value, context, partOf(nameOfFirst, parameters));
      return { value: inner.value, logDet: tf.add(inner.logDet, outer.logDet) as Tensor1D };
    },
    initialise(x, context, parameters) {
      const own = partOf(nameOfFirst, parameters);
      const found = first.initialise?.(x, context, own) ?? {};
      if (!second.initialise) return prefixed(nameOfFirst, found);
      const { value } = first.forward(x, context, { ...own, ...found });
      const next = second.initialise(value, context, partOf(nameOfSecond, parameters));
      return { ...prefixed(nameOfFirst, found), ...prefixed(nameOfSecond, next) };
    },
  };
}
