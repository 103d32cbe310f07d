/**
 * Layers that scale and shift every feature by numbers of its own, on a batch in blocks: actnorm, whose numbers are
 * trained, and standardisation, whose are fixed.
 *
 * @module
 */
import type { Pointer, Span } from "../../kernels/training/mod.ts";
import { exp } from "../../kernels/elementary/mod.ts";
import { type BlockLayer, type GradientPass, lines, type Pass, view } from "./layer.ts";

/** z = x · exp(logScale) + bias, as `actnorm.ts` defines it. Its tensors are logScale and bias, `[features]` each. */
export function actnormLayer(features: number): BlockLayer {
  const logScales = (pass: Pass) => view(pass, pass.parameters[0], features);
  /** Puts the scales in the scratch, and says what to add to every log |det|. */
  const prepare = (pass: Pass): { scale: Pointer; logDet: number } => {
    const logScale = logScales(pass);
    view(pass, pass.scratch, features).set(logScale.map(exp));
    return { scale: pass.scratch, logDet: logScale.reduce((sum, value) => sum + value, 0) };
  };
  return {
    features,
    parameters: 2,
    kept: () => 0,
    scratch: () => lines(features),
    forward(pass, x, y) {
      const { scale, logDet } = prepare(pass);
      apply(pass, { x, y, scale, bias: pass.parameters[1], features });
      pass.kernels.addToAll(pass.logDet, logDet, pass.blocks);
    },
    inverse(pass, y, x) {
      const { scale, logDet } = prepare(pass);
      undo(pass, { x, y, scale, bias: pass.parameters[1], features });
      pass.kernels.addToAll(pass.logDet, -logDet, pass.blocks);
    },
    backward(pass, { x }, dy, dx) {
      const [dLogScale, dBias] = pass.gradients;
      gradient(pass, { x, dy, dx, scale: prepare(pass).scale, dLogScale, dBias, features });
      const inLogScale = view(pass, dLogScale, features);
      for (let j = 0; j < features; j++) inLogScale[j] += pass.sumOfLogDet;
    },
  };
}

/** z = x · scale + bias with fixed numbers and a fixed log |det|. No tensors. */
export function fixedScaling(
  { scale, bias, logDet }: { scale: Float32Array; bias: Float32Array; logDet: number },
): BlockLayer {
  const features = scale.length, space = lines(features);
  const prepare = (pass: Pass) => {
    const biases = pass.scratch + 4 * space;
    view(pass, pass.scratch, features).set(scale);
    view(pass, biases, features).set(bias);
    return { scale: pass.scratch, bias: biases, features };
  };
  return {
    features,
    parameters: 0,
    kept: () => 0,
    scratch: () => 4 * space,
    forward(pass, x, y) {
      apply(pass, { x, y, ...prepare(pass) });
      pass.kernels.addToAll(pass.logDet, logDet, pass.blocks);
    },
    inverse(pass, y, x) {
      undo(pass, { x, y, ...prepare(pass) });
      pass.kernels.addToAll(pass.logDet, -logDet, pass.blocks);
    },
    backward(pass, { x }, dy, dx) {
      const [dLogScale, dBias] = [2, 3].map((i) => pass.scratch + 4 * i * space); // nobody asks for them
      gradient(pass, { x, dy, dx, scale: prepare(pass).scale, dLogScale, dBias, features });
    },
  };
}

interface Scaling {
  readonly x: Span;
  readonly y: Span;
  readonly scale: Pointer;
  readonly bias: Pointer;
  readonly features: number;
}

function apply({ kernels, blocks }: Pass, { x, y, scale, bias, features }: Scaling): void {
  kernels.scaleAndShift(x.at, x.stride, scale, bias, y.at, y.stride, blocks, features);
}

function undo({ kernels, blocks }: Pass, { x, y, scale, bias, features }: Scaling): void {
  kernels.scaleAndShiftInverse(y.at, y.stride, scale, bias, x.at, x.stride, blocks, features);
}

function gradient(
  { kernels, blocks }: GradientPass,
  { x, dy, dx, scale, dLogScale, dBias, features }: {
    x: Span;
    dy: Span;
    dx: Span;
    scale: Pointer;
    dLogScale: Pointer;
    dBias: Pointer;
    features: number;
  },
): void {
  kernels.scaleAndShiftGradient(
    x.at,
    x.stride,
    dy.at,
    dy.stride,
    scale,
    dx.at,
    dx.stride,
    dLogScale,
    dBias,
    blocks,
    features,
  );
}
