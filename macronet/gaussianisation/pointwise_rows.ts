/**
 * The loops of the pointwise move: by kernels where tfjs's memory can be used, else number by number.
 *
 * @module
 */
import { log } from "../../kernels/elementary/mod.ts";
import {
  POINTWISE_NUMBERS,
  POINTWISE_ROOM,
  type PointwiseKernels,
  pointwiseKernels,
  reference,
} from "../../kernels/pointwise/mod.ts";
import type { NativeRows, RowMove } from "./fused.ts";

/** Numbers of a row are those of the kernels. What is returned of the log-determinant leaves the scale out. */
export const pointwiseRow: RowMove = {
  forward: reference.forward,
  backward: reference.forwardGradient,
  native: nativeRows("forward", 1),
};

/** The way back. */
export const pointwiseInverseRow: RowMove = {
  forward: reference.inverse,
  backward: reference.inverseGradient,
  native: nativeRows("inverse", -1),
};

let instance: { memory: WebAssembly.Memory; kernels: PointwiseKernels } | undefined;

function nativeRows(direction: "forward" | "inverse", sign: 1 | -1): NativeRows {
  return ({ memory: { memory }, scratch }, n) => {
    if (instance?.memory !== memory) instance = { memory, kernels: pointwiseKernels(memory) };
    const { kernels } = instance;
    const found = scratch(2 * Math.max(n, POINTWISE_NUMBERS)), room = scratch(POINTWISE_ROOM * n);
    const slopes = new Float64Array(memory.buffer, found, n);
    const sums = new Float64Array(memory.buffer, found, POINTWISE_NUMBERS);
    return {
      forward({ x, numbers }, z) {
        kernels[direction](x.byteOffset, numbers.byteOffset, n, z.byteOffset, found);
        let logDet = 0;
        for (let i = 0; i < n; i++) logDet += sign * log(slopes[i]);
        return logDet;
      },
      backward({ x, numbers }, { dz, dLogDet }, { dx, dNumbers }) {
        kernels[`${direction}Gradient`](
          x.byteOffset,
          numbers.byteOffset,
          n,
          dz.byteOffset,
          dLogDet,
          dx.byteOffset,
          found,
          room,
        );
        dNumbers.set(sums);
      },
    };
  };
}
