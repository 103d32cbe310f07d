/**
 * A multilayer perceptron as one operation of tfjs, and its gradient.
 *
 * @module
 */
import type { Tensor2D, TensorInfo } from "@tensorflow/tfjs";
import { BLOCK, blocksOf } from "../../kernels/training/mod.ts";
import type { Parameters } from "../bijection.ts";
import { asFlat } from "../flat_parameters.ts";
import { aligned, allocateWorkspace, type Call, defineOperation, valuesOf } from "../native.ts";
import { fromRows, type Pass, toRows, view, wholeSpan } from "./layer.ts";
import {
  type NetworkShape,
  perceptron,
  perceptronGradient,
  perceptronKept,
  perceptronScratch,
} from "./perceptron.ts";

/** What a network is, and where its tensors begin in the flat one, in floats. */
interface Network {
  readonly network: NetworkShape;
  readonly offsets: readonly number[];
}

/**
 * x `[batch, inputs]` to `[batch, outputs]`, differentiable in x and in the parameters.
 *
 * @param names Of weight, bias, weight, bias, ….
 */
export function applyNetwork(
  network: NetworkShape,
  x: Tensor2D,
  { parameters, names }: { readonly parameters: Parameters; readonly names: readonly string[] },
): Tensor2D {
  const { flat, offsets } = asFlat(parameters, names);
  const blocks = blocksOf(x.shape[0]);
  const workspace = allocateWorkspace(network.inputs * BLOCK * blocks + perceptronKept(network, blocks));
  return forward([x, workspace, flat], { network, offsets })[0] as Tensor2D;
}

const forward = defineOperation<Network>(
  "Network",
  (call) => {
    const { inputs: [x, workspace, flat], attributes: { network }, scratch } = call;
    const batch = x.shape[0], { outputs } = network;
    const pass = passOf(call, { batch, flat, workspace });
    const output = wholeSpan(scratch(outputs * BLOCK * pass.blocks), outputs);
    fromRows(call, x, pass.x, "repeat");
    perceptron(pass, network, pass.x, output);
    return [toRows(call, output, [batch, outputs])];
  },
  {
    saves: ["1", "2"],
    of([dy], [workspace, flat], attributes) {
      const [dx, dFlat] = gradient([dy, workspace, flat], attributes);
      return [dx, undefined, dFlat];
    },
  },
);

const gradient = defineOperation<Network>("NetworkGradient", (call) => {
  const { memory, inputs: [dy, workspace, flat], attributes: { network, offsets }, scratch } = call;
  const batch = dy.shape[0], { inputs, outputs } = network;
  const pass = passOf(call, { batch, flat, workspace });
  const dOutput = wholeSpan(scratch(outputs * BLOCK * pass.blocks), outputs);
  const dx = wholeSpan(scratch(inputs * BLOCK * pass.blocks), inputs);
  fromRows(call, dy, dOutput, "zeros");
  view(pass, dx.at, inputs * BLOCK * pass.blocks).fill(0);
  const dFlat = memory.allocate(flat.shape);
  valuesOf(call, dFlat).fill(0);
  const gradients = offsets.map((offset) => memory.pointerTo(dFlat) + 4 * offset);
  perceptronGradient({ ...pass, gradients, sumOfLogDet: 0 }, network, pass.x, dOutput, dx);
  return [toRows(call, dx, [batch, inputs]), dFlat];
});

/** A pass through a network, x being in the workspace. It has no log-determinants. */
function passOf(
  { memory, kernels, scratch, attributes: { network, offsets } }: Call<Network>,
  { batch, flat, workspace }: { batch: number; flat: TensorInfo; workspace: TensorInfo },
): Pass & { readonly x: ReturnType<typeof wholeSpan> } {
  const blocks = blocksOf(batch);
  const x = wholeSpan(aligned(memory.pointerTo(workspace)), network.inputs);
  return {
    memory: memory.memory,
    kernels,
    blocks,
    parameters: offsets.map((offset) => memory.pointerTo(flat) + 4 * offset),
    kept: x.at + x.stride * blocks,
    scratch: scratch(perceptronScratch(network, blocks)),
    logDet: 0,
    x,
  };
}
