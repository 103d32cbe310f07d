/**
 * The affine coupling on a batch in blocks.
 *
 * @module
 */
import { BLOCK } from "../../kernels/training/mod.ts";
import { type BlockLayer, copy, fromFeature, type Pass, wholeSpan } from "./layer.ts";
import {
  type NetworkShape,
  perceptron,
  perceptronGradient,
  perceptronKept,
  perceptronScratch,
} from "./perceptron.ts";

/** Which features pass and which are moved, by how much at most, and by what network. */
export interface CouplingPlan {
  readonly passes: { readonly at: number; readonly size: number };
  readonly moves: { readonly at: number; readonly size: number };
  /** At most {@linkcode LARGEST_LOG_SCALE}. */
  readonly logScaleBound: number;
  /** Its outputs are the raw log-scales of the features that are moved, and then their shifts. */
  readonly network: NetworkShape;
}

/** The largest bound of a log-scale: the kernels' eˣ ends at 87. */
export const LARGEST_LOG_SCALE = 80;

/** The layer that `coupling.ts` defines. Its tensors are those of the network. */
export function couplingLayer({ passes, moves, logScaleBound, network }: CouplingPlan): BlockLayer {
  /** Output and scales lie behind what the network keeps. */
  const placesOf = ({ kept, blocks }: Pass) => {
    const output = wholeSpan(kept + 4 * perceptronKept(network, blocks), network.outputs);
    return { output, scales: output.at + output.stride * blocks };
  };
  return {
    features: passes.size + moves.size,
    parameters: 2 * (network.hiddenLayers + 1),
    kept: (blocks) => perceptronKept(network, blocks) + 3 * moves.size * BLOCK * blocks,
    scratch: (blocks) => perceptronScratch(network, blocks),
    forward(pass, x, y) {
      const { output, scales } = placesOf(pass);
      const passed = fromFeature(x, passes.at);
      const [from, to] = [x, y].map((span) => fromFeature(span, moves.at));
      perceptron(pass, network, passed, output);
      copy(pass, passed, fromFeature(y, passes.at), passes.size);
      pass.kernels.affineMove(
        from.at,
        from.stride,
        output.at,
        scales,
        to.at,
        to.stride,
        pass.logDet,
        logScaleBound,
        pass.blocks,
        moves.size,
      );
    },
    inverse(pass, y, x) {
      const { output, scales } = placesOf(pass);
      const passed = fromFeature(y, passes.at);
      const [from, to] = [y, x].map((span) => fromFeature(span, moves.at));
      perceptron(pass, network, passed, output);
      copy(pass, passed, fromFeature(x, passes.at), passes.size);
      pass.kernels.affineMoveInverse(
        from.at,
        from.stride,
        output.at,
        scales,
        to.at,
        to.stride,
        pass.logDet,
        logScaleBound,
        pass.blocks,
        moves.size,
      );
    },
    backward(pass, { x }, dy, dx) {
      const { output, scales } = placesOf(pass);
      const [from, to] = [dy, dx].map((span) => fromFeature(span, moves.at));
      pass.kernels.affineMoveGradient(
        from.at,
        from.stride,
        pass.logDet,
        output.at,
        scales,
        to.at,
        to.stride,
        logScaleBound,
        pass.blocks,
        moves.size,
      );
      const dPassed = fromFeature(dx, passes.at);
      copy(pass, fromFeature(dy, passes.at), dPassed, passes.size);
      perceptronGradient(pass, network, fromFeature(x, passes.at), output, dPassed);
    },
  };
}
