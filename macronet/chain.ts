/**
 * Composition of bijections.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import type { Bijection, Mapped, Parameters, ParameterSpec } from "./bijection.ts";
import { prefixed, unprefixed } from "./names.ts";

/**
 * The bijections one after the other: `forward` applies them from first to last, `inverse` from last to first, and
 * log-determinants add. Parameters are named by position, such as `3.bias`.
 *
 * `initialise` goes through the layers in order, each started on the batch as the layers before it map it.
 *
 * @throws {RangeError} If there is no layer, or the layers differ in dimension.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { actnorm } from "./actnorm.ts";
 * import { chain } from "./chain.ts";
 *
 * const flow = chain([actnorm({ dimension: 2 }), actnorm({ dimension: 2 })]);
 * assertEquals(Object.keys(flow.parameters), ["0.logScale", "0.bias", "1.logScale", "1.bias"]);
 * ```
 */
export function chain(layers: readonly Bijection[]): Bijection {
  const dimension = commonDimension(layers);
  const steps = layers.map((layer, position) => ({ layer, position: `${position}` }));
  const parameters: Record<string, ParameterSpec> = {};
  for (const { layer, position } of steps) Object.assign(parameters, prefixed(position, layer.parameters));
  const backwards = steps.toReversed();
  return {
    name: "chain",
    dimension,
    parameters,
    forward: (x, parameters) =>
      compose(x, steps, ({ layer, position }, x) => layer.forward(x, unprefixed(position, parameters))),
    inverse: (z, parameters) =>
      compose(z, backwards, ({ layer, position }, z) => layer.inverse(z, unprefixed(position, parameters))),
    initialise: (x, parameters) => initialise(x, steps, parameters),
  };
}

interface Step {
  readonly layer: Bijection;
  /** Prefix of the layer's parameters. */
  readonly position: string;
}

function compose(x: Tensor2D, steps: readonly Step[], map: (step: Step, x: Tensor2D) => Mapped): Mapped {
  const logDets: Tensor1D[] = [];
  let value = x;
  for (const step of steps) {
    const mapped = map(step, value);
    value = mapped.value;
    logDets.push(mapped.logDet);
  }
  return { value, logDet: tf.addN(logDets) };
}

function initialise(x: Tensor2D, steps: readonly Step[], parameters: Parameters): Record<string, Tensor> {
  return tf.tidy(() => {
    const replaced: Record<string, Tensor> = {};
    let value = x;
    for (const { layer, position } of steps) {
      const before = unprefixed(position, parameters);
      const started = layer.initialise?.(value, before) ?? {};
      Object.assign(replaced, prefixed(position, started));
      value = layer.forward(value, { ...before, ...started }).value;
    }
    return replaced;
  });
}

function commonDimension(layers: readonly Bijection[]): number {
  if (layers.length === 0) {
    throw new RangeError("Cannot chain bijections: there must be at least one, but there is none");
  }
  const [{ dimension }] = layers;
  for (const [position, layer] of layers.entries()) {
    if (layer.dimension === dimension) continue;
    throw new RangeError(
      `Cannot chain bijections: all must have dimension ${dimension} as the first has, ` +
        `but layer ${position} (${layer.name}) has ${layer.dimension}`,
    );
  }
  return dimension;
}
