// asc: --importMemory --initialMemory 1
// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
//
// What training is made of: dense layers, their activations, actnorm, the move of an affine coupling, and the gradients
// and inverses of them. Works on memory that is not its own, holds no static data and allocates nothing: every pointer
// is the caller's. block.ts says how a batch lies in memory; strides are in bytes, from a block to the next.

export { copyFeatures, fromBlocks, toBlocks } from "./block.ts";
export { multiply, pack, packTransposed, parameterGradients, sumFeature } from "./products.ts";
export { leakyReluLayer, siluLayer } from "./activations.ts";
export {
  addToAll,
  affineMove,
  affineMoveGradient,
  affineMoveInverse,
  scaleAndShift,
  scaleAndShiftGradient,
  scaleAndShiftInverse,
} from "./moves.ts";
// The engine is fast with constants that the optimiser has to leave variables: see there.
export * from "../vector_math/constants.ts";
