/**
 * A multilayer perceptron on panels, forwards and backwards, by the kernels in `kernels/training/`.
 *
 * Its output can have several *heads*, equal shares of the last layer's columns that go to panels of their own: an
 * affine coupling has one for its log-scales and one for its shifts.
 *
 * @module
 */
import { packedFloats, panelFloats, type Pointer, type TrainingKernels } from "../kernels/training/mod.ts";
import type { Activation } from "./conditioner.ts";

/** Size of a network. */
export interface NetworkShape {
  readonly inputs: number;
  readonly width: number;
  /** At least 1. */
  readonly hiddenLayers: number;
  /** Columns of one head. */
  readonly outputs: number;
  readonly heads: number;
  readonly activation: Activation;
}

/** Where parameters lie, or their gradients: weight, bias, weight, bias, …, one pair to a layer. */
export type LayerPointers = readonly Pointer[];

/** Part of a layer that makes one product: a whole hidden layer, or one head. */
interface Product {
  readonly weight: Pointer;
  readonly bias: Pointer;
  /** Columns of the weight that it is part of. */
  readonly stride: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** Floats of the workspace that {@linkcode forward} leaves what {@linkcode backward} needs in. */
export function workspaceFloats({ inputs, width, hiddenLayers }: NetworkShape, batch: number): number {
  return panelFloats({ batch, columns: inputs }) + 2 * hiddenLayers * panelFloats({ batch, columns: width });
}

/** Floats of scratch, free again after each call. */
export function scratchFloats({ inputs, width, hiddenLayers, outputs }: NetworkShape, batch: number): number {
  const forwards = [{ inputs, outputs: width }, { inputs: width, outputs }];
  if (hiddenLayers > 1) forwards.push({ inputs: width, outputs: width });
  const both = forwards.flatMap(({ inputs, outputs }) => [
    packedFloats({ inputs, outputs }),
    packedFloats({ inputs: outputs, outputs: inputs }),
  ]);
  return Math.max(...both) + 2 * panelFloats({ batch, columns: width });
}

/** What both directions are given. */
export interface Pass {
  readonly kernels: TrainingKernels;
  readonly shape: NetworkShape;
  readonly batch: number;
  /** Starts with the panels of x. */
  readonly workspace: Pointer;
  readonly scratch: Pointer;
  readonly parameters: LayerPointers;
  /** Panels of every head: the output, or its gradient. */
  readonly heads: readonly Pointer[];
}

/** Fills the heads from the x in the workspace. */
export function forward(pass: Pass): void {
  const { kernels, shape, batch, scratch, heads } = pass;
  const { inputs, width, hiddenLayers, activation } = shape;
  const size = panelFloats({ batch, columns: width });
  const multiply = (x: Pointer, y: Pointer, product: Product) => {
    const { weight, stride, bias, inputs, outputs } = product;
    kernels.pack(weight, stride, bias, scratch, inputs, outputs);
    kernels.multiply(x, scratch, y, batch, inputs, outputs, false);
  };
  let x = pass.workspace;
  for (let layer = 0; layer < hiddenLayers; layer++) {
    const { y, slopes } = hidden(pass, layer);
    const [weight, bias] = layerOf(pass.parameters, layer);
    multiply(x, y, { weight, bias, stride: width, inputs: layer === 0 ? inputs : width, outputs: width });
    kernels[activation](y, slopes, size);
    x = y;
  }
  for (const [head, y] of heads.entries()) multiply(x, y, headOf(shape, pass.parameters, head));
}

/**
 * Fills `gradients`, laid out as the parameters are, and adds the gradient in x to the panels `dx`. Uses up the
 * workspace: a pass goes backwards once.
 */
export function backward(pass: Pass, gradients: LayerPointers, dx: Pointer): void {
  const { kernels, shape, batch, scratch, heads } = pass;
  const { inputs, width, hiddenLayers } = shape;
  const size = panelFloats({ batch, columns: width });
  let dy = scratch, other = scratch + 4 * size;
  const packed = other + 4 * size;
  const step = (
    { x, dy, dx, add }: { x: Pointer; dy: Pointer; dx: Pointer; add: boolean },
    product: Product,
    gradient: Product,
  ) => {
    const { weight, stride, inputs, outputs } = product;
    kernels.parameterGradients(x, dy, gradient.weight, stride, gradient.bias, batch, inputs, outputs);
    kernels.packTransposed(weight, stride, packed, inputs, outputs);
    kernels.multiply(dy, packed, dx, batch, outputs, inputs, add);
  };
  const last = hidden(pass, hiddenLayers - 1);
  for (const [head, from] of heads.entries()) {
    const own = headOf(shape, pass.parameters, head);
    step({ x: last.y, dy: from, dx: dy, add: head > 0 }, own, headOf(shape, gradients, head));
  }
  for (let layer = hiddenLayers - 1; layer >= 0; layer--) {
    kernels.scale(dy, hidden(pass, layer).slopes, size);
    const first = layer === 0;
    const size_ = { stride: width, inputs: first ? inputs : width, outputs: width };
    const [weight, bias] = layerOf(pass.parameters, layer);
    const [dWeight, dBias] = layerOf(gradients, layer);
    step(
      { x: first ? pass.workspace : hidden(pass, layer - 1).y, dy, dx: first ? dx : other, add: first },
      { weight, bias, ...size_ },
      { weight: dWeight, bias: dBias, ...size_ },
    );
    [dy, other] = [other, dy];
  }
}

/** Where the workspace has the output of a hidden layer, and the slope of its activation. */
function hidden({ shape, batch, workspace }: Pass, layer: number): { y: Pointer; slopes: Pointer } {
  const size = panelFloats({ batch, columns: shape.width });
  const y = workspace + 4 * (panelFloats({ batch, columns: shape.inputs }) + 2 * layer * size);
  return { y, slopes: y + 4 * size };
}

function layerOf(pointers: LayerPointers, layer: number): [weight: Pointer, bias: Pointer] {
  return [pointers[2 * layer], pointers[2 * layer + 1]];
}

function headOf(shape: NetworkShape, pointers: LayerPointers, head: number): Product {
  const { width, hiddenLayers, outputs, heads } = shape;
  const [weight, bias] = layerOf(pointers, hiddenLayers);
  const offset = 4 * head * outputs;
  return { weight: weight + offset, bias: bias + offset, stride: heads * outputs, inputs: width, outputs };
}
