// asc: --importMemory --initialMemory 1
// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
//
// What training is made of: dense layers, their activations, actnorm, the move of an affine coupling, and the gradients
// and inverses of them. Works on memory that is not its own, holds no static data and allocates nothing: every pointer
// is the caller's. block.ts says how a batch lies in memory; strides are in bytes, from a block to the next.

import { copyFeatures, fromBlocks, toBlocks } from "./block.ts";
import { multiply, pack, packTransposed, parameterGradients, sumFeature } from "./products.ts";
import { leakyReluLayer, siluLayer } from "./activations.ts";
import {
  addToAll,
  affineMove,
  affineMoveGradient,
  affineMoveInverse,
  scaleAndShift,
  scaleAndShiftGradient,
  scaleAndShiftInverse,
} from "./moves.ts";

// Exported from where they come, they would be compiled once more.
export {
  addToAll,
  affineMove,
  affineMoveGradient,
  affineMoveInverse,
  copyFeatures,
  fromBlocks,
  leakyReluLayer,
  multiply,
  pack,
  packTransposed,
  parameterGradients,
  scaleAndShift,
  scaleAndShiftGradient,
  scaleAndShiftInverse,
  siluLayer,
  sumFeature,
  toBlocks,
};
