/**
 * A multilayer perceptron on a batch in blocks, forwards and backwards.
 *
 * @module
 */
import { BLOCK, packedFloats, type Pointer, type Span } from "../../kernels/training/mod.ts";
import type { Activation } from "../conditioner.ts";
import { type GradientPass, lines, type Pass, wholeSpan } from "./layer.ts";

/** Size of a network. */
export interface NetworkShape {
  readonly inputs: number;
  readonly width: number;
  /** At least 1. */
  readonly hiddenLayers: number;
  readonly outputs: number;
  readonly activation: Activation;
}

/** Floats that {@linkcode perceptron} leaves what its gradient needs in: values and slopes of the hidden layers. */
export function perceptronKept({ width, hiddenLayers }: NetworkShape, blocks: number): number {
  return 2 * hiddenLayers * width * BLOCK * blocks;
}

/** Floats of scratch, free again after each call: a packed weight, and the gradients of two hidden layers. */
export function perceptronScratch({ inputs, width, outputs }: NetworkShape, blocks: number): number {
  return packedSpace({ inputs, width, outputs }) + 2 * width * BLOCK * blocks;
}

function packedSpace({ inputs, width, outputs }: Pick<NetworkShape, "inputs" | "width" | "outputs">): number {
  const eitherWay = (a: number, b: number) =>
    Math.max(packedFloats({ inputs: a, outputs: b }), packedFloats({ inputs: b, outputs: a }));
  return lines(Math.max(eitherWay(inputs, width), eitherWay(width, width), eitherWay(width, outputs)));
}

/** Fills `output` from x. Parameters are weight, bias, weight, bias, …. */
export function perceptron(pass: Pass, shape: NetworkShape, x: Span, output: Span): void {
  const { kernels, blocks, scratch: packed, parameters } = pass;
  const { inputs, width, hiddenLayers, outputs, activation } = shape;
  const hiddenLayer = activation === "silu" ? kernels.siluLayer : kernels.leakyReluLayer;
  let from = x, columns = inputs;
  for (let layer = 0; layer < hiddenLayers; layer++) {
    const { y, slopes } = hidden(pass, shape, layer);
    kernels.pack(parameters[2 * layer], parameters[2 * layer + 1], packed, columns, width);
    hiddenLayer(from.at, from.stride, packed, y.at, slopes, blocks, columns, width);
    from = y;
    columns = width;
  }
  const [weight, bias] = parameters.slice(2 * hiddenLayers);
  kernels.pack(weight, bias, packed, width, outputs);
  kernels.multiply(from.at, from.stride, packed, output.at, output.stride, 0, blocks, width, outputs, false);
}

/** Fills the gradients in the parameters from that in the output, and adds the one in x to `dx`. */
export function perceptronGradient(
  pass: GradientPass,
  shape: NetworkShape,
  x: Span,
  dOutput: Span,
  dx: Span,
): void {
  const { kernels, blocks, parameters, gradients, scratch: packed } = pass;
  const { inputs, width, hiddenLayers, outputs } = shape;
  const first = packed + 4 * packedSpace(shape), second = first + 4 * width * BLOCK * blocks;
  const spans = [wholeSpan(first, width), wholeSpan(second, width)];
  let dy = dOutput, columns = outputs;
  for (let layer = hiddenLayers; layer >= 0; layer--) {
    const rows = layer === 0 ? inputs : width;
    const below = layer === 0 ? undefined : hidden(pass, shape, layer - 1);
    const from = below?.y ?? x, to = below ? spans[layer % 2] : dx;
    const [dWeight, dBias] = gradients.slice(2 * layer);
    kernels.parameterGradients(from.at, from.stride, dy.at, dy.stride, dWeight, dBias, blocks, rows, columns);
    kernels.packTransposed(parameters[2 * layer], packed, rows, columns);
    const [factors, add] = [below?.slopes ?? 0, below === undefined];
    kernels.multiply(dy.at, dy.stride, packed, to.at, to.stride, factors, blocks, columns, rows, add);
    dy = to;
    columns = rows;
  }
}

/** Where the output of a hidden layer is kept, and the slope of its activation. */
function hidden(
  { kept, blocks }: Pass,
  { width }: NetworkShape,
  layer: number,
): { y: Span; slopes: Pointer } {
  const bytes = 4 * width * BLOCK * blocks;
  const at = kept + 2 * layer * bytes;
  return { y: wholeSpan(at, width), slopes: at + bytes };
}
