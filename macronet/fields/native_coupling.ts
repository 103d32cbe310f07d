/**
 * A field coupling as one operation of tfjs, field by field, by the kernels in `kernels/convolution/`.
 *
 * @module
 */
import type { Tensor1D, Tensor2D, TensorInfo } from "@tensorflow/tfjs";
import {
  channelSumFloats,
  filterSumFloats,
  planeFloats,
  type Pointer,
} from "../../kernels/convolution/mod.ts";
import type { Mapped, Parameters } from "../bijection.ts";
import { asFlat } from "../flat_parameters.ts";
import { aligned, allocateWorkspace, type Call, defineOperation, valuesOf } from "../native.ts";
import {
  convolutionsOf,
  type FieldCouplingPlan,
  keptPieces,
  kernelsOn,
  Pieces,
  sharedPieces,
} from "./layout.ts";

/** What the gradient needs of the forward pass: kept in memory, or `recomputed` from the layer's input. */
export type FieldActivations = "kept" | "recomputed";

interface FieldCoupling {
  readonly plan: FieldCouplingPlan;
  readonly activations: FieldActivations;
  /** Where weight, bias, weight, bias, … begin in the flat tensor, in floats. */
  readonly offsets: readonly number[];
}

/** Both directions of the coupling. `forward` is differentiable. */
export function nativeFieldCoupling(
  plan: FieldCouplingPlan,
  { names, activations }: { readonly names: readonly string[]; readonly activations: FieldActivations },
) {
  const perField = floatsOf((pieces) => keptPieces(plan, pieces));
  const mapped = ([value, logDet]: unknown[]): Mapped => ({
    value: value as Tensor2D,
    logDet: logDet as Tensor1D,
  });
  return {
    forward(x: Tensor2D, parameters: Parameters): Mapped {
      const { flat, offsets } = asFlat(parameters, names);
      const workspace = allocateWorkspace(activations === "kept" ? x.shape[0] * perField : 0);
      return mapped(forward([x, workspace, flat], { plan, activations, offsets }));
    },
    inverse(z: Tensor2D, parameters: Parameters): Mapped {
      const { flat, offsets } = asFlat(parameters, names);
      return mapped(inverse([z, flat], { plan, activations, offsets }));
    },
  };
}

function floatsOf(take: (pieces: Pieces) => unknown): number {
  const pieces = new Pieces();
  take(pieces);
  return pieces.floats;
}

const forward = defineOperation<FieldCoupling>(
  "FieldCoupling",
  (call) => {
    const { memory, inputs: [x, workspace, flat] } = call;
    const pass = passOf(call, { flat, workspace });
    const value = memory.allocate(x.shape), logDet = memory.allocate([x.shape[0]]);
    pack(pass);
    for (let i = 0; i < x.shape[0]; i++) {
      const kept = pass.keptOf(i), from = pass.field(x, i), to = pass.field(value, i);
      condition(pass, from, kept);
      const { kernels, plan: { shape: { height, width, channels }, passes, moves, logScaleBound } } = pass;
      const { moved } = pass.shared;
      kernels.toPlanes(from + 4 * moves.at, channels, moved, height, width, moves.size);
      const shift = kept.output + 4 * moves.size * pass.plane;
      const count = moves.size * pass.plane;
      kernels.affineMove(moved, kept.output, shift, kept.scales, logScaleBound, count);
      sumLogScales(pass, kept.output, memory.pointerTo(logDet) + 4 * i);
      kernels.fromPlanes(moved, to + 4 * moves.at, channels, height, width, moves.size);
      kernels.fromPlanes(kept.passed, to + 4 * passes.at, channels, height, width, passes.size);
    }
    return [value, logDet];
  },
  {
    saves: ["0", "1", "2"],
    of([dz, dLogDet], [x, workspace, flat], attributes) {
      const [dx, dFlat] = gradient([dz, dLogDet, x, workspace, flat], attributes);
      return [dx, undefined, dFlat];
    },
  },
);

const gradient = defineOperation<FieldCoupling>("FieldCouplingGradient", (call) => {
  const { memory, inputs: [dz, dLogDet, x, workspace, flat], attributes: { activations, offsets } } = call;
  const pass = passOf(call, { flat, workspace });
  const { kernels, plan, plane, shared } = pass;
  const { shape: { height, width, channels }, passes, moves, logScaleBound } = plan;
  const convolutions = convolutionsOf(plan), count = moves.size * plane;
  const dx = memory.allocate(x.shape), dFlat = memory.allocate(flat.shape);
  valuesOf(call, dFlat).fill(0);
  pack(pass);
  for (const [layer, { inputs, outputs, size }] of convolutions.entries()) {
    kernels.packTransposed(pass.parameters[2 * layer], shared.turned[layer], inputs, outputs, size);
    zero(pass, shared.filterSums[layer], filterSumFloats({ inputs, outputs, size }));
    zero(pass, shared.biasSums[layer], channelSumFloats(outputs));
  }
  for (let i = 0; i < x.shape[0]; i++) {
    const kept = pass.keptOf(i), from = pass.field(dz, i), to = pass.field(dx, i);
    const shift = kept.output + 4 * count;
    if (activations === "recomputed") {
      const start = pass.field(x, i);
      condition(pass, start, kept);
      kernels.toPlanes(start + 4 * moves.at, channels, shared.moved, height, width, moves.size);
      kernels.affineMove(shared.moved, kept.output, shift, kept.scales, logScaleBound, count);
    }
    kernels.toPlanes(from + 4 * moves.at, channels, shared.moved, height, width, moves.size);
    const inLogDet = memory.pointerTo(dLogDet) + 4 * i;
    kernels.affineMoveGradient(shared.moved, inLogDet, kept.output, shift, kept.scales, logScaleBound, count);
    kernels.fromPlanes(kept.scales, to + 4 * moves.at, channels, height, width, moves.size);
    copyFloats(pass, shared.moved, shift, count); // that of the shift is dz itself
    kernels.toPlanes(from + 4 * passes.at, channels, shared.dPassed, height, width, passes.size);
    backwards(pass, kept);
    kernels.fromPlanes(shared.dPassed, to + 4 * passes.at, channels, height, width, passes.size);
  }
  for (const [layer, { inputs, outputs, size }] of convolutions.entries()) {
    const [weight, bias] = [0, 1].map((k) => memory.pointerTo(dFlat) + 4 * offsets[2 * layer + k]);
    kernels.finishFilter(shared.filterSums[layer], weight, inputs, outputs, size);
    kernels.finishChannels(shared.biasSums[layer], bias, outputs, false);
  }
  return [dx, dFlat];
});

const inverse = defineOperation<FieldCoupling>("FieldCouplingInverse", (call) => {
  const { memory, inputs: [z, flat], scratch } = call;
  const pass = passOf(call, { flat });
  const { kernels, plan: { shape: { height, width, channels }, moves, logScaleBound }, plane } = pass;
  const value = memory.allocate(z.shape), logDet = memory.allocate([z.shape[0]]);
  const cells = height * width, count = moves.size * plane;
  const numbers = [0, 1].map(() => scratch(cells * moves.size)); // shifts and scales of the cells
  pack(pass);
  valuesOf(call, value).set(valuesOf(call, z));
  for (let i = 0; i < z.shape[0]; i++) {
    const kept = pass.keptOf(i);
    condition(pass, pass.field(z, i), kept);
    zero(pass, pass.shared.moved, count); // the move of 0 is the shift
    const shift = kept.output + 4 * count;
    kernels.affineMove(pass.shared.moved, kept.output, shift, kept.scales, logScaleBound, count);
    sumLogScales(pass, kept.output, memory.pointerTo(logDet) + 4 * i);
    const found = [pass.shared.moved, kept.scales];
    found.forEach((planes, k) =>
      kernels.fromPlanes(planes, numbers[k], moves.size, height, width, moves.size)
    );
    const [shifts, scales] = numbers.map((at) =>
      new Float32Array(memory.memory.buffer, at, cells * moves.size)
    );
    const field = valuesOf(call, value).subarray(i * cells * channels, (i + 1) * cells * channels);
    for (let cell = 0, k = 0; cell < cells; cell++) {
      for (let channel = moves.at; channel < moves.at + moves.size; channel++, k++) {
        const at = cell * channels + channel;
        field[at] = Math.fround(field[at] - shifts[k]) / scales[k];
      }
    }
  }
  const all = valuesOf(call, logDet);
  for (let i = 0; i < all.length; i++) all[i] = -all[i];
  return [value, logDet];
});

/** What one operation works with. */
type Pass = ReturnType<typeof passOf>;

function passOf(
  { memory, scratch, attributes: { plan, activations, offsets } }: Call<FieldCoupling>,
  { flat, workspace }: { flat: TensorInfo; workspace?: TensorInfo },
) {
  const perField = floatsOf((pieces) => keptPieces(plan, pieces));
  const isKept = workspace !== undefined && activations === "kept";
  const start = isKept ? aligned(memory.pointerTo(workspace)) : scratch(perField);
  const { height, width, channels } = plan.shape;
  return {
    plan,
    memory: memory.memory,
    kernels: kernelsOn(memory.memory),
    plane: planeFloats(plan.shape),
    parameters: offsets.map((offset) => memory.pointerTo(flat) + 4 * offset),
    shared: sharedPieces(plan, new Pieces(scratch(floatsOf((pieces) => sharedPieces(plan, pieces))))),
    keptOf: (i: number) => keptPieces(plan, new Pieces(start + (isKept ? 4 * perField * i : 0))),
    field: (rows: TensorInfo, i: number) => memory.pointerTo(rows) + 4 * height * width * channels * i,
  };
}

type Kept = ReturnType<Pass["keptOf"]>;

function pack({ kernels, plan, parameters, shared }: Pass): void {
  for (const [layer, { inputs, outputs, size }] of convolutionsOf(plan).entries()) {
    const [filter, bias] = parameters.slice(2 * layer);
    kernels.pack(filter, bias, shared.packed[layer], inputs, outputs, size);
  }
}

/** From a field's pixels to what the conditioner makes of the channels that pass. */
function condition({ kernels, plan, plane, shared }: Pass, pixels: Pointer, kept: Kept): void {
  const { shape: { height, width, channels }, passes, hiddenLayers } = plan;
  kernels.toPlanes(pixels + 4 * passes.at, channels, kept.passed, height, width, passes.size);
  kernels.wrap(kept.passed, height, width, passes.size);
  let from = kept.passed;
  for (const [layer, { inputs, outputs, size }] of convolutionsOf(plan).entries()) {
    const { y, slopes } = kept.hidden[layer] ?? { y: kept.output, slopes: 0 };
    kernels.convolve(from, shared.packed[layer], y, height, width, inputs, outputs, size, false);
    if (layer === hiddenLayers) return;
    kernels.silu(y, slopes, outputs * plane);
    kernels.wrap(y, height, width, outputs);
    from = y;
  }
}

/** From the gradient in the output to that in the channels that pass, added, and to the sums of all filters. */
function backwards({ kernels, plan, plane, shared }: Pass, kept: Kept): void {
  const { shape: { height, width }, hiddenLayers } = plan;
  const convolutions = convolutionsOf(plan);
  let dy = kept.output;
  for (let layer = hiddenLayers; layer >= 0; layer--) {
    const { inputs, outputs, size } = convolutions[layer];
    const below = kept.hidden[layer - 1];
    kernels.clearHalo(dy, height, width, outputs);
    const x = below?.y ?? kept.passed;
    kernels.filterSums(x, dy, shared.filterSums[layer], height, width, inputs, outputs, size);
    kernels.channelSums(dy, shared.biasSums[layer], height, width, outputs);
    kernels.wrap(dy, height, width, outputs);
    const to = below ? shared.dHidden[layer % 2] : shared.dPassed;
    kernels.convolve(dy, shared.turned[layer], to, height, width, outputs, inputs, size, below === undefined);
    if (below) kernels.scale(to, below.slopes, inputs * plane);
    dy = to;
  }
}

/** Σ s of one field, over cells and channels. */
function sumLogScales(pass: Pass, logScales: Pointer, to: Pointer): void {
  const { kernels, plan: { shape: { height, width }, moves: { size } }, shared: { sums } } = pass;
  kernels.clearHalo(logScales, height, width, size);
  zero(pass, sums, channelSumFloats(size));
  kernels.channelSums(logScales, sums, height, width, size);
  kernels.finishChannels(sums, to, size, true);
}

function zero({ memory }: Pass, at: Pointer, floats: number): void {
  new Float32Array(memory.buffer, at, floats).fill(0);
}

function copyFloats({ memory }: Pass, from: Pointer, to: Pointer, floats: number): void {
  new Float32Array(memory.buffer).copyWithin(to / 4, from / 4, from / 4 + floats);
}
