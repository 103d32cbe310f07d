/**
 * Composition of bijections.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import type { Bijection, Mapped, Parameters, ParameterSpec } from "./bijection.ts";
import { type Activations, sequence } from "./blocks/sequence.ts";
import { partOf } from "./flat_parameters.ts";
import { prefixed } from "./names.ts";
import { accelerated } from "./blocks/flow.ts";

/**
 * The bijections one after the other: `forward` applies them from first to last, `inverse` from last to first, and
 * log-determinants add. Parameters are named by position, such as `3.bias`.
 *
 * `initialise` goes through the layers in order, each started on the batch as the layers before it map it.
 *
 * Neighbouring layers that the training kernels know are computed as one operation. Their inputs, which the gradient
 * needs, are kept, or rebuilt from what they give by the layers' inverses, as `activations` says.
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
export function chain(
  layers: readonly Bijection[],
  { activations = "kept" }: { readonly activations?: Activations } = {},
): Bijection {
  commonDimension(layers);
  const runs = runsOf(layers.map((layer, i) => ({ layer, position: `${i}` })))
    .map((run): Step => {
      const whole = composed(run);
      const blocks = run.map(({ layer }) => layer.layer).filter((layer) => layer !== undefined);
      if (blocks.length < run.length) return { layer: whole };
      return { layer: accelerated(whole, sequence(blocks, activations)) };
    });
  return runs.length === 1 ? runs[0].layer : composed(runs);
}

interface Step {
  readonly layer: Bijection;
  /** Prefix of the layer's parameters; none where its names are those of the whole. */
  readonly position?: string;
}

/** Neighbours that the kernels know, together, and all others alone. */
function runsOf(steps: readonly Step[]): Step[][] {
  const runs: Step[][] = [];
  for (const step of steps) {
    const before = runs.at(-1);
    if (step.layer.layer && before?.every(({ layer }) => layer.layer)) before.push(step);
    else runs.push([step]);
  }
  return runs;
}

function composed(steps: readonly Step[]): Bijection {
  const parameters: Record<string, ParameterSpec> = {};
  for (const { layer, position } of steps) {
    Object.assign(
      parameters,
      position === undefined ? layer.parameters : prefixed(position, layer.parameters),
    );
  }
  const backwards = steps.toReversed();
  return {
    name: "chain",
    dimension: steps[0].layer.dimension,
    parameters,
    forward: (x, parameters) =>
      compose(x, steps, ({ layer, ...own }, x) => layer.forward(x, ownOf(own, parameters))),
    inverse: (z, parameters) =>
      compose(z, backwards, ({ layer, ...own }, z) => layer.inverse(z, ownOf(own, parameters))),
    initialise: (x, parameters) => initialise(x, steps, parameters),
  };
}

function ownOf({ position }: Pick<Step, "position">, parameters: Parameters): Parameters {
  return position === undefined ? parameters : partOf(position, parameters);
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
    for (const { layer, ...own } of steps) {
      const before = ownOf(own, parameters);
      const started = layer.initialise?.(value, before) ?? {};
      Object.assign(replaced, own.position === undefined ? started : prefixed(own.position, started));
      value = layer.forward(value, { ...before, ...started }).value;
    }
    return replaced;
  });
}

/** @throws {RangeError} if there is none */
function commonDimension(layers: readonly Bijection[]): void {
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
}
