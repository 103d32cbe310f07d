/**
 * Networks and whole flows as single operations of tfjs, computed by the kernels in `kernels/training/` on tfjs's own
 * memory.
 *
 * tfjs spends more time on handing operations around than on computing these small networks: some forty operations to
 * a coupling, and as many to its gradient. Here it is one and one for a whole flow. What the backward pass needs is
 * kept in a *workspace*, a tensor that belongs to one application of a flow and that tfjs keeps and frees with the
 * rest of its tape; so a flow may be applied many times in a step, and nothing is left behind.
 *
 * Where a version of tfjs does not let its memory be used, {@linkcode isNative} is false, and everything is composed
 * from stock operations.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor1D, Tensor2D, TensorInfo } from "@tensorflow/tfjs";
import {
  BLOCK,
  blocksOf,
  type Pointer,
  SLACK,
  type Span,
  type TrainingKernels,
  trainingKernels,
} from "../kernels/training/mod.ts";
import type { Bijection, Mapped } from "./bijection.ts";
import { type BlockLayer, type GradientPass, type Pass, view, wholeSpan } from "./blocks/layer.ts";
import {
  type NetworkShape,
  perceptron,
  perceptronGradient,
  perceptronKept,
  perceptronScratch,
} from "./blocks/perceptron.ts";
import { shareClones, type TensorMemory, tensorMemory } from "./tensor_memory.ts";

/** The memory and what works on it. */
interface Native {
  readonly memory: TensorMemory;
  readonly kernels: TrainingKernels;
}

let native: Native | undefined;
let registered = false;

/**
 * Makes the operations of this module usable, or says on stderr, in one line, why they are not.
 *
 * @param backend What `tf.backend()` gives.
 */
export function startNative(backend: unknown): void {
  try {
    const memory = tensorMemory(backend);
    native = { memory, kernels: trainingKernels(memory.memory) };
  } catch (error) {
    native = undefined;
    console.error(`Training with stock operations, which is slower: ${(error as Error).message}`);
    return;
  }
  if (!registered) registerOperations();
  registered = true;
}

/** Whether {@linkcode startNative} succeeded. */
export function isNative(): boolean {
  return native !== undefined;
}

/**
 * Tensors that live on, as functions of one flat leaf `[count]` that stands for all of them: the gradient in it is that
 * in all, one after the other. To trace many variables, tfjs looks for each of them in every input of every operation.
 */
export function asFunctionsOf(leaf: Tensor1D, tensors: readonly Tensor[]): Tensor[] {
  return run("Parameters", [leaf], { tensors });
}

/** Where {@linkcode isNative}, replaces the values of a tensor in their place. Its owner alone may do that. */
export function writeValues(tensor: Tensor, values: Float32Array): void {
  const { memory } = native!;
  new Float32Array(memory.memory.buffer, memory.pointerTo(tensor), values.length).set(values);
}

/** Copies the values of a tensor. */
export function readValues(tensor: Tensor, into: Float32Array): void {
  if (native === undefined) return into.set(tensor.dataSync() as Float32Array);
  const { memory } = native;
  into.set(new Float32Array(memory.memory.buffer, memory.pointerTo(tensor), into.length));
}

/**
 * A multilayer perceptron: x `[batch, inputs]` to `[batch, outputs]`, differentiable in x and in the parameters.
 *
 * @param parameters Weight, bias, weight, bias, ….
 */
export function nativePerceptron(
  x: Tensor2D,
  parameters: readonly Tensor[],
  network: NetworkShape,
): Tensor2D {
  const blocks = blocksOf(x.shape[0]);
  const workspace = allocate(network.inputs * BLOCK * blocks + perceptronKept(network, blocks));
  const [y] = run("Perceptron", [x, workspace, ...parameters], { network });
  return y as Tensor2D;
}

/**
 * The bijection, computed by `layer` where that can be: one operation of tfjs each way. Both are differentiable, but
 * while a gradient is taken the inverse is the stock one: no training needs it, and there is no kernel for it.
 */
export function accelerated(stock: Bijection, layer: BlockLayer): Bijection {
  const names = Object.keys(stock.parameters);
  return {
    ...stock,
    layer,
    forward(x, parameters) {
      if (!isNative()) return stock.forward(x, parameters);
      const workspace = allocate(flowLayout(layer, x.shape[0]).end);
      return mapped(run("Flow", [x, workspace, ...names.map((name) => parameters[name])], { layer }));
    },
    inverse(z, parameters) {
      if (!isNative() || tf.engine().state.gradientDepth > 0) return stock.inverse(z, parameters);
      return mapped(run("FlowInverse", [z, ...names.map((name) => parameters[name])], { layer }));
    },
  };
}

function mapped([value, logDet]: Tensor[]): Mapped {
  return { value: value as Tensor2D, logDet: logDet as Tensor1D };
}

function allocate(floats: number): Tensor {
  return run("Workspace", [], { floats: withEnds(floats) })[0];
}

/** Of workspaces and scratch, in bytes: that of a line of the processor's cache. */
const ALIGNMENT = 64;

function aligned(pointer: Pointer): Pointer {
  return Math.ceil(pointer / ALIGNMENT) * ALIGNMENT;
}

/** Room to begin at a line of the cache, and to read beyond the last block. */
function withEnds(floats: number): number {
  return ALIGNMENT / 4 + floats + SLACK;
}

/** Where a flow's workspace has what, in floats from its start. It begins with x. */
function flowLayout(layer: BlockLayer, batch: number) {
  const blocks = blocksOf(batch), event = layer.features * BLOCK * blocks;
  const y = event + layer.kept(blocks);
  return { kept: event, y, end: y + event };
}

/** Runs one of the operations registered below. Inputs are a list, which is what lets tfjs save all of them. */
function run(name: string, inputs: readonly Tensor[], attributes: Record<string, unknown>): Tensor[] {
  return tf.engine().runKernel<Tensor[]>(
    `Macronet${name}`,
    inputs as unknown as tf.NamedTensorMap,
    attributes as unknown as tf.NamedAttrMap,
  );
}

/** What an operation computes with. */
interface Call extends Native {
  readonly inputs: readonly TensorInfo[];
  readonly attributes: Record<string, unknown>;
  /** `floats` of memory until the operation is done. */
  scratch(floats: number): Pointer;
}

function registerOperations(): void {
  shareClones();
  register("Workspace", ({ memory, attributes }) => [memory.allocate([attributes.floats as number])]);
  register("Parameters", ({ memory, attributes }) => (attributes.tensors as Tensor[]).map(memory.share));
  register("ParametersGradient", runParametersGradient);
  register("Perceptron", runPerceptron);
  register("PerceptronGradient", runPerceptronGradient);
  register("Flow", runFlow);
  register("FlowGradient", runFlowGradient);
  register("FlowInverse", runFlowInverse);
  differentiate("Perceptron");
  differentiate("Flow");
  tf.registerGradient({
    kernelName: "MacronetParameters",
    gradFunc(dy) {
      const [gradient] = run("ParametersGradient", dy as Tensor[], {});
      return { 0: () => gradient };
    },
  });
}

function register(name: string, compute: (call: Call) => TensorInfo[]): void {
  tf.registerKernel({
    kernelName: `Macronet${name}`,
    backendName: "wasm",
    kernelFunc({ inputs, attrs }) {
      const { memory, kernels } = native!;
      const used: TensorInfo[] = [];
      const scratch = (floats: number) => {
        const tensor = memory.allocate([withEnds(floats)]);
        used.push(tensor);
        return aligned(memory.pointerTo(tensor));
      };
      try {
        const attributes = attrs as unknown as Record<string, unknown>;
        return compute({ memory, kernels, inputs: inputs as unknown as TensorInfo[], attributes, scratch });
      } finally {
        used.forEach(memory.free);
      }
    },
  });
}

/** Says that `${name}Gradient`, of the gradients in the outputs and all inputs, gives those in x and the parameters. */
function differentiate(name: string): void {
  tf.registerGradient({
    kernelName: `Macronet${name}`,
    saveAllInputs: true,
    gradFunc(dy, saved, attributes) {
      const outputs = Array.isArray(dy) ? dy : [dy];
      const [dx, ...rest] = run(`${name}Gradient`, [...outputs, ...saved], attributes as never);
      const workspace = dx; // never asked for: nothing that is differentiated leads to a workspace
      const gradients = [dx, workspace, ...rest].map((gradient) => () => gradient);
      return gradients as unknown as Record<string, () => Tensor>;
    },
  });
}

function runParametersGradient({ memory, inputs }: Call): TensorInfo[] {
  const sizes = inputs.map(({ shape }) => tf.util.sizeFromShape(shape));
  const flat = memory.allocate([sizes.reduce((sum, size) => sum + size, 0)]);
  const values = new Float32Array(memory.memory.buffer);
  let to = memory.pointerTo(flat) / 4;
  for (const [i, tensor] of inputs.entries()) {
    const from = memory.pointerTo(tensor) / 4;
    values.copyWithin(to, from, from + sizes[i]);
    to += sizes[i];
  }
  return [flat];
}

function runPerceptron(call: Call): TensorInfo[] {
  const { memory, inputs: [x, workspace, ...parameters], scratch } = call;
  const network = call.attributes.network as NetworkShape;
  const batch = x.shape[0], blocks = blocksOf(batch);
  const y = memory.allocate([batch, network.outputs]);
  const output = wholeSpan(scratch(network.outputs * BLOCK * blocks), network.outputs);
  const from = wholeSpan(aligned(memory.pointerTo(workspace)), network.inputs);
  const kept = from.at + from.stride * blocks;
  const pass = {
    ...bench(call),
    blocks,
    kept,
    scratch: scratch(perceptronScratch(network, blocks)),
    logDet: 0,
  };
  toBlocks(call, x, from, "repeat");
  perceptron({ ...pass, parameters: parameters.map(memory.pointerTo) }, network, from, output);
  fromBlocks(call, output, y);
  return [y];
}

function runPerceptronGradient(call: Call): TensorInfo[] {
  const { memory, inputs: [dy, x, workspace, ...parameters], scratch } = call;
  const network = call.attributes.network as NetworkShape;
  const blocks = blocksOf(x.shape[0]);
  const dx = memory.allocate(x.shape);
  const gradients = parameters.map(({ shape }) => memory.allocate(shape));
  const dOutput = wholeSpan(scratch(network.outputs * BLOCK * blocks), network.outputs);
  const dInput = wholeSpan(scratch(network.inputs * BLOCK * blocks), network.inputs);
  const from = wholeSpan(aligned(memory.pointerTo(workspace)), network.inputs);
  const pass: GradientPass = {
    ...bench(call),
    blocks,
    parameters: parameters.map(memory.pointerTo),
    gradients: gradients.map(memory.pointerTo),
    kept: from.at + from.stride * blocks,
    scratch: scratch(perceptronScratch(network, blocks)),
    logDet: 0,
    sumOfLogDet: 0,
  };
  toBlocks(call, dy, dOutput, "zeros");
  view(pass, dInput.at, network.inputs * BLOCK * blocks).fill(0);
  perceptronGradient(pass, network, from, dOutput, dInput);
  fromBlocks(call, dInput, dx);
  return [dx, ...gradients];
}

function runFlow(call: Call): TensorInfo[] {
  const { memory, inputs: [x, workspace, ...parameters] } = call;
  const layer = call.attributes.layer as BlockLayer;
  const batch = x.shape[0];
  const value = memory.allocate(x.shape), logDet = memory.allocate([batch]);
  const pass = flowPass(call, { batch, parameters, kept: workspace });
  toBlocks(call, x, pass.x, "repeat");
  zeros(pass, pass.logDet);
  layer.forward(pass, pass.x, pass.y);
  fromBlocks(call, pass.y, value);
  fromBlocks(call, wholeSpan(pass.logDet, 1), logDet);
  return [value, logDet];
}

function runFlowInverse(call: Call): TensorInfo[] {
  const { memory, inputs: [z, ...parameters] } = call;
  const layer = call.attributes.layer as BlockLayer;
  const batch = z.shape[0];
  const value = memory.allocate(z.shape), logDet = memory.allocate([batch]);
  const pass = flowPass(call, { batch, parameters });
  toBlocks(call, z, pass.y, "repeat");
  zeros(pass, pass.logDet);
  layer.inverse(pass, pass.y, pass.x);
  fromBlocks(call, pass.x, value);
  fromBlocks(call, wholeSpan(pass.logDet, 1), logDet);
  return [value, logDet];
}

function runFlowGradient(call: Call): TensorInfo[] {
  const { memory, kernels, inputs: [dz, dLogDet, x, workspace, ...parameters], scratch } = call;
  const layer = call.attributes.layer as BlockLayer;
  const batch = x.shape[0], event = layer.features * BLOCK * blocksOf(batch);
  const dx = memory.allocate(x.shape);
  const gradients = parameters.map(({ shape }) => memory.allocate(shape));
  const pass = flowPass(call, { batch, parameters, kept: workspace });
  const [dTo, dFrom] = [scratch(event), scratch(event)].map((at) => wholeSpan(at, layer.features));
  toBlocks(call, dz, dTo, "zeros");
  toBlocks(call, dLogDet, wholeSpan(pass.logDet, 1), "zeros");
  const sumOfLogDet = kernels.sumFeature(pass.logDet, wholeSpan(0, 1).stride, pass.blocks);
  const backwards = { ...pass, gradients: gradients.map(memory.pointerTo), sumOfLogDet };
  layer.backward(backwards, { x: pass.x, y: pass.y }, dTo, dFrom);
  fromBlocks(call, dFrom, dx);
  return [dx, ...gradients];
}

/** A pass through a flow, with the places of its events. Without `kept`, in memory that is free again afterwards. */
function flowPass(
  call: Call,
  { batch, parameters, kept }: { batch: number; parameters: readonly TensorInfo[]; kept?: TensorInfo },
): Pass & { readonly x: Span; readonly y: Span } {
  const { memory, scratch } = call;
  const layer = call.attributes.layer as BlockLayer;
  const blocks = blocksOf(batch), layout = flowLayout(layer, batch);
  const start = kept ? aligned(memory.pointerTo(kept)) : scratch(layout.end);
  return {
    ...bench(call),
    blocks,
    parameters: parameters.map(memory.pointerTo),
    kept: start + 4 * layout.kept,
    scratch: scratch(layer.scratch(blocks)),
    logDet: scratch(BLOCK * blocks),
    x: wholeSpan(start, layer.features),
    y: wholeSpan(start + 4 * layout.y, layer.features),
  };
}

function bench({ memory: { memory }, kernels }: Call) {
  return { memory, kernels };
}

function toBlocks(
  { memory, kernels }: Call,
  rows: TensorInfo,
  { at }: Span,
  missing: "repeat" | "zeros",
): void {
  const [batch, features = 1] = rows.shape;
  kernels.toBlocks(memory.pointerTo(rows), at, batch, features, missing === "repeat");
}

function fromBlocks({ memory, kernels }: Call, { at }: Span, rows: TensorInfo): void {
  const [batch, features = 1] = rows.shape;
  kernels.fromBlocks(at, memory.pointerTo(rows), batch, features);
}

function zeros(pass: Pass, feature: Pointer): void {
  view(pass, feature, BLOCK * pass.blocks).fill(0);
}
