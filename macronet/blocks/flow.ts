/**
 * A flow as one operation of tfjs, forwards, its gradient, and back.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor1D, Tensor2D, TensorInfo } from "@tensorflow/tfjs";
import { BLOCK, blocksOf, FEATURE_BYTES, type Span } from "../../kernels/training/mod.ts";
import type { Bijection, Mapped, Parameters } from "../bijection.ts";
import { asFlat } from "../flat_parameters.ts";
import { aligned, allocateWorkspace, type Call, defineOperation, isNative, valuesOf } from "../native.ts";
import { type BlockLayer, fromRows, type Pass, toRows, view, wholeSpan } from "./layer.ts";

/** What a flow is, and where its tensors begin in the flat one, in floats. */
interface Flow {
  readonly layer: BlockLayer;
  readonly offsets: readonly number[];
}

/**
 * The bijection, computed by `layer` where that can be: one operation of tfjs each way. Both are differentiable, but
 * while a gradient is taken the inverse is the stock one: no training needs it, and there is no kernel for it.
 */
export function accelerated(stock: Bijection, layer: BlockLayer): Bijection {
  const names = Object.keys(stock.parameters);
  const flowOf = (parameters: Parameters) => {
    const { flat, offsets } = asFlat(parameters, names);
    return { flat, flow: { layer, offsets } };
  };
  return {
    ...stock,
    layer,
    forward(x, parameters) {
      if (!isNative()) return stock.forward(x, parameters);
      const { flat, flow } = flowOf(parameters);
      return mapped(forward([x, allocateWorkspace(layoutOf(layer, x.shape[0]).end), flat], flow));
    },
    inverse(z, parameters) {
      if (!isNative() || tf.engine().state.gradientDepth > 0) return stock.inverse(z, parameters);
      const { flat, flow } = flowOf(parameters);
      return mapped(inverse([z, flat], flow));
    },
  };
}

function mapped([value, logDet]: Tensor[]): Mapped {
  return { value: value as Tensor2D, logDet: logDet as Tensor1D };
}

/** Where a flow's workspace has what, in floats from its start. It begins with x. */
function layoutOf(layer: BlockLayer, batch: number) {
  const blocks = blocksOf(batch), event = layer.features * BLOCK * blocks;
  const y = event + layer.kept(blocks);
  return { kept: event, y, end: y + event };
}

const forward = defineOperation<Flow>(
  "Flow",
  (call) => {
    const { inputs: [x, workspace, flat], attributes: { layer } } = call;
    const pass = passOf(call, { batch: x.shape[0], flat, workspace });
    fromRows(call, x, pass.x, "repeat");
    zeroLogDet(pass);
    layer.forward(pass, pass.x, pass.y);
    return [toRows(call, pass.y, x.shape), toRows(call, wholeSpan(pass.logDet, 1), [x.shape[0]])];
  },
  {
    saves: ["1", "2"],
    of([dz, dLogDet], [workspace, flat], flow) {
      const [dx, dFlat] = gradient([dz, dLogDet, workspace, flat], flow);
      return [dx, undefined, dFlat];
    },
  },
);

const gradient = defineOperation<Flow>("FlowGradient", (call) => {
  const { memory, kernels, inputs: [dz, dLogDet, workspace, flat], attributes, scratch } = call;
  const { layer, offsets } = attributes;
  const batch = dz.shape[0], event = layer.features * BLOCK * blocksOf(batch);
  const pass = passOf(call, { batch, flat, workspace });
  const [dy, dx] = [scratch(event), scratch(event)].map((at) => wholeSpan(at, layer.features));
  fromRows(call, dz, dy, "zeros");
  fromRows(call, dLogDet, wholeSpan(pass.logDet, 1), "zeros");
  const dFlat = memory.allocate(flat.shape);
  valuesOf(call, dFlat).fill(0);
  const gradients = offsets.map((offset) => memory.pointerTo(dFlat) + 4 * offset);
  const sumOfLogDet = kernels.sumFeature(pass.logDet, FEATURE_BYTES, pass.blocks);
  layer.backward({ ...pass, gradients, sumOfLogDet }, { x: pass.x, y: pass.y }, dy, dx);
  return [toRows(call, dx, dz.shape), dFlat];
});

const inverse = defineOperation<Flow>("FlowInverse", (call) => {
  const { inputs: [z, flat], attributes: { layer } } = call;
  const pass = passOf(call, { batch: z.shape[0], flat });
  fromRows(call, z, pass.y, "repeat");
  zeroLogDet(pass);
  layer.inverse(pass, pass.y, pass.x);
  return [toRows(call, pass.x, z.shape), toRows(call, wholeSpan(pass.logDet, 1), [z.shape[0]])];
});

/** A pass through a flow, with the places of its events. Without a workspace, in memory that is free afterwards. */
function passOf(
  call: Call<Flow>,
  { batch, flat, workspace }: { batch: number; flat: TensorInfo; workspace?: TensorInfo },
): Pass & { readonly x: Span; readonly y: Span } {
  const { memory, kernels, scratch, attributes: { layer, offsets } } = call;
  const blocks = blocksOf(batch), layout = layoutOf(layer, batch);
  const start = workspace ? aligned(memory.pointerTo(workspace)) : scratch(layout.end);
  return {
    memory: memory.memory,
    kernels,
    blocks,
    parameters: offsets.map((offset) => memory.pointerTo(flat) + 4 * offset),
    kept: start + 4 * layout.kept,
    scratch: scratch(layer.scratch(blocks)),
    logDet: scratch(BLOCK * blocks),
    x: wholeSpan(start, layer.features),
    y: wholeSpan(start + 4 * layout.y, layer.features),
  };
}

function zeroLogDet(pass: Pass): void {
  view(pass, pass.logDet, BLOCK * pass.blocks).fill(0);
}
