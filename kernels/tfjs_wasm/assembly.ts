// asc: --importMemory --initialMemory 1
// @ts-nocheck AssemblyScript: its types are checked by asc, on every build.
//
// What tfjs's WebAssembly backend lacks. Works on its memory, holds no static data and allocates nothing: every pointer
// is the caller's.

export { copyColumns, multiply, pack } from "./products.ts";
export { filterGradient, inputGradient } from "./convolution.ts";
export { copyRows } from "./rows.ts";
export { segmentSum } from "./segments.ts";
