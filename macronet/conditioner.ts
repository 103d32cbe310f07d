/**
 * The networks inside coupling layers: free to be anything, as they are never inverted.
 *
 * @module
 */
import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import type { Parameters, ParameterSpec } from "./bijection.ts";
import { applyNetwork } from "./blocks/network.ts";
import { dense, leakyRelu, silu } from "./dense.ts";
import { isNative } from "./native.ts";

/** A differentiable function from `[batch, inputs]` to `[batch, outputs]`, its parameters passed on every call. */
export interface Conditioner {
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  apply(x: Tensor2D, parameters: Parameters): Tensor2D;
}

/** Nonlinearity of the hidden layers. */
export type Activation = "silu" | "leakyRelu";

/** Size of a multilayer perceptron, but for its inputs and outputs, which its place decides. */
export interface HiddenLayers {
  /** Units of each hidden layer. */
  readonly width: number;
  /** Number of hidden layers, at least 1. */
  readonly hiddenLayers: number;
  /** By default `silu`. */
  readonly activation?: Activation;
}

/**
 * A multilayer perceptron with parameters `0.weight` `[inputs, width]`, `0.bias` `[width]`, `1.weight`, ….
 *
 * Hidden weights start normal with variance 2 / inputs (He et al. 2015), except that inputs of the first layer
 * are not activations and need no factor 2 (LeCun et al. 1998). The last layer starts at zero, so that a
 * coupling layer starts as the identity (Kingma & Dhariwal 2018, §3.3).
 *
 * @throws {RangeError} If a size is not a whole number of at least 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { multilayerPerceptron } from "./conditioner.ts";
 *
 * const network = multilayerPerceptron({ inputs: 2, outputs: 4, width: 64, hiddenLayers: 2 });
 * assertEquals(network.parameters["2.weight"], { shape: [64, 4], start: "zeros" });
 * ```
 */
export function multilayerPerceptron(
  { inputs, outputs, width, hiddenLayers, activation = "silu" }:
    & HiddenLayers
    & { readonly inputs: number; readonly outputs: number },
): Conditioner {
  for (const [field, size] of Object.entries({ inputs, outputs, width, hiddenLayers })) {
    if (Number.isInteger(size) && size >= 1) continue;
    throw new RangeError(
      `Cannot build a multilayer perceptron: ${field} must be a whole number of at least 1, but it is ${size}`,
    );
  }
  const parameters: Record<string, ParameterSpec> = {};
  for (let layer = 0; layer <= hiddenLayers; layer++) {
    const rows = layer === 0 ? inputs : width;
    const columns = layer === hiddenLayers ? outputs : width;
    const variance = (layer === 0 ? 1 : 2) / rows;
    const start = layer === hiddenLayers ? "zeros" : { normal: Math.sqrt(variance) };
    parameters[`${layer}.weight`] = { shape: [rows, columns], start };
    parameters[`${layer}.bias`] = { shape: [columns], start: "zeros" };
  }
  const names = Object.keys(parameters);
  const activate = activation === "silu" ? silu : leakyRelu;
  return {
    parameters,
    apply(x, parameters) {
      if (isNative()) {
        const shape = { inputs, outputs, width, hiddenLayers, activation };
        return applyNetwork(shape, x, { parameters, names });
      }
      let y = x;
      for (let layer = 0; layer <= hiddenLayers; layer++) {
        y = dense(y, parameters[`${layer}.weight`] as Tensor2D, parameters[`${layer}.bias`] as Tensor1D);
        if (layer < hiddenLayers) y = activate(y);
      }
      return y;
    },
  };
}
