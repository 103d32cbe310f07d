/**
 * The invertible linear map on a batch in blocks.
 *
 * @module
 */
import { packedFloats, type Pointer, type Span } from "../../kernels/training/mod.ts";
import { assembled, assembledGradient, inverseOf, trace } from "../lower_upper.ts";
import { type BlockLayer, lines, type Pass, view } from "./layer.ts";

/** z = x · R · L · U, as `linear.ts` defines it. Its tensor is lowerUpper, `[n, n]`. */
export function linearLayer(rotation: ArrayLike<number>, n: number): BlockLayer {
  const size = n * n;
  const lowerUpper = (pass: Pass) => view(pass, pass.parameters[0], size);
  return {
    features: n,
    parameters: 1,
    kept: () => lines(size),
    scratch: () => lines(size) + lines(n) + lines(packedFloats({ inputs: n, outputs: n })),
    forward(pass, x, y) {
      const matrix = assembled(lowerUpper(pass), rotation, n);
      view(pass, pass.kept, size).set(matrix);
      apply(pass, matrix, x, y);
      pass.kernels.addToAll(pass.logDet, trace(lowerUpper(pass), n), pass.blocks);
    },
    inverse(pass, y, x) {
      const matrix = assembled(lowerUpper(pass), rotation, n);
      view(pass, pass.kept, size).set(matrix);
      apply(pass, inverseOf(matrix, n), y, x);
      pass.kernels.addToAll(pass.logDet, -trace(lowerUpper(pass), n), pass.blocks);
    },
    backward(pass, { x }, dy, dx) {
      const { kernels, blocks, kept, gradients, sumOfLogDet } = pass;
      const { matrix, bias, packed } = placesOf(pass);
      kernels.parameterGradients(x.at, x.stride, dy.at, dy.stride, matrix, bias, blocks, n, n);
      const found = assembledGradient(lowerUpper(pass), rotation, view(pass, matrix, size), n);
      for (let i = 0; i < n; i++) found[i * (n + 1)] += sumOfLogDet;
      view(pass, gradients[0], size).set(found);
      kernels.packTransposed(kept, packed, n, n);
      kernels.multiply(dy.at, dy.stride, packed, dx.at, dx.stride, 0, blocks, n, n, false);
    },
  };

  function placesOf({ scratch }: Pass): { matrix: Pointer; bias: Pointer; packed: Pointer } {
    const bias = scratch + 4 * lines(size);
    return { matrix: scratch, bias, packed: bias + 4 * lines(n) };
  }

  function apply(pass: Pass, values: Float32Array, x: Span, y: Span): void {
    const { kernels, blocks } = pass;
    const { matrix, bias, packed } = placesOf(pass);
    view(pass, matrix, size).set(values);
    view(pass, bias, n).fill(0);
    kernels.pack(matrix, bias, packed, n, n);
    kernels.multiply(x.at, x.stride, packed, y.at, y.stride, 0, blocks, n, n, false);
  }
}
