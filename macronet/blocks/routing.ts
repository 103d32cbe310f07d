/**
 * Layers that move features about, on a batch in blocks: permutations, and factoring out.
 *
 * @module
 */
import type { Span } from "../../kernels/training/mod.ts";
import { type BlockLayer, copy, fromFeature, type Pass } from "./layer.ts";

/** z_j = x_from[j]. No tensors. */
export function permutationLayer(from: ArrayLike<number>): BlockLayer {
  const apply = (pass: Pass, x: Span, y: Span) => {
    for (let j = 0; j < from.length; j++) copy(pass, fromFeature(x, from[j]), fromFeature(y, j), 1);
  };
  const undo = (pass: Pass, y: Span, x: Span) => {
    for (let j = 0; j < from.length; j++) copy(pass, fromFeature(y, j), fromFeature(x, from[j]), 1);
  };
  return {
    features: from.length,
    parameters: 0,
    kept: () => 0,
    scratch: () => 0,
    forward: apply,
    inverse: undo,
    backward: (pass, _values, dy, dx) => undo(pass, dy, dx),
  };
}

/** The first features go through `inner`, the others stay, as `split.ts` defines it. Its tensors are those of `inner`. */
export function splitLayer(inner: BlockLayer, features: number): BlockLayer {
  const copyRest = (pass: Pass, from: Span, to: Span) =>
    copy(pass, fromFeature(from, inner.features), fromFeature(to, inner.features), features - inner.features);
  return {
    ...inner,
    features,
    forward(pass, x, y) {
      inner.forward(pass, x, y);
      copyRest(pass, x, y);
    },
    inverse(pass, y, x) {
      inner.inverse(pass, y, x);
      copyRest(pass, y, x);
    },
    backward(pass, values, dy, dx) {
      inner.backward(pass, values, dy, dx);
      copyRest(pass, dy, dx);
    },
  };
}
