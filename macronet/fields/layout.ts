/**
 * The convolution kernels, and what one pass of a field coupling needs of memory.
 *
 * @module
 */
import {
  channelSumFloats,
  type ConvolutionKernels,
  convolutionKernels,
  filterSumFloats,
  packedFloats,
  planeFloats,
  type Pointer,
} from "../../kernels/convolution/mod.ts";
import type { FieldShape } from "../haar.ts";

/** A coupling over the channels of a field. */
export interface FieldCouplingPlan {
  readonly shape: FieldShape;
  /** Channels that pass, and that are moved. */
  readonly passes: { readonly at: number; readonly size: number };
  readonly moves: { readonly at: number; readonly size: number };
  readonly width: number;
  readonly hiddenLayers: number;
  readonly logScaleBound: number;
}

/** Input and output channels of each convolution. */
export function convolutionsOf({ passes, moves, width, hiddenLayers }: FieldCouplingPlan) {
  return Array.from({ length: hiddenLayers + 1 }, (_, layer) => ({
    inputs: layer === 0 ? passes.size : width,
    outputs: layer === hiddenLayers ? 2 * moves.size : width,
    size: 3 as const,
  }));
}

let instance: { memory: WebAssembly.Memory; kernels: ConvolutionKernels } | undefined;

/** The kernels on tfjs's memory; made once for it. */
export function kernelsOn(memory: WebAssembly.Memory): ConvolutionKernels {
  if (instance?.memory !== memory) instance = { memory, kernels: convolutionKernels(memory) };
  return instance.kernels;
}

/** Takes pieces out of one run of memory, one after the other. */
export class Pieces {
  #floats = 0;

  /** @param start Where it begins; without, to count what is needed. */
  constructor(readonly start = 0) {}

  /** The next piece, at the beginning of a line of the cache. */
  take(floats: number): Pointer {
    const at = this.start + 4 * this.#floats;
    this.#floats += 16 * Math.ceil(floats / 16);
    return at;
  }

  get floats(): number {
    return this.#floats;
  }
}

/** What the gradient of one field needs of its forward pass. */
export function keptPieces(plan: FieldCouplingPlan, pieces: Pieces) {
  const { passes, moves, width, hiddenLayers, shape } = plan;
  const plane = planeFloats(shape);
  return {
    passed: pieces.take(passes.size * plane),
    hidden: Array.from({ length: hiddenLayers }, () => ({
      y: pieces.take(width * plane),
      slopes: pieces.take(width * plane),
    })),
    /** Raw log-scales and then shifts; the move leaves s and x · eˢ. */
    output: pieces.take(2 * moves.size * plane),
    scales: pieces.take(moves.size * plane),
  };
}

/** What all fields of a batch share while they are computed: packed filters, and room for planes and sums. */
export function sharedPieces(plan: FieldCouplingPlan, pieces: Pieces) {
  const { moves, passes, width } = plan;
  const plane = planeFloats(plan.shape), convolutions = convolutionsOf(plan);
  return {
    packed: convolutions.map((shape) => pieces.take(packedFloats(shape))),
    turned: convolutions.map(({ inputs, outputs }) =>
      pieces.take(packedFloats({ inputs: outputs, outputs: inputs, size: 3 }))
    ),
    filterSums: convolutions.map((shape) => pieces.take(filterSumFloats(shape))),
    biasSums: convolutions.map(({ outputs }) => pieces.take(channelSumFloats(outputs))),
    moved: pieces.take(moves.size * plane),
    dPassed: pieces.take(passes.size * plane),
    dHidden: [0, 1].map(() => pieces.take(width * plane)),
    sums: pieces.take(channelSumFloats(moves.size)),
  };
}
