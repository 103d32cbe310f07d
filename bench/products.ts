/**
 * How long the products of a training step take by themselves: the same kernels on the same sizes, nothing between them.
 *
 * @module
 */
import { blocksOf, FEATURE_BYTES, packedFloats, SLACK, trainingKernels } from "../kernels/training/mod.ts";
import type { Work } from "./training_work.ts";

/** Times that each product is measured; the fastest counts. */
const ROUNDS = 60;

/** Milliseconds of all products of a step: forwards, and for the gradients in inputs and weights. */
export function productMilliseconds({ shapes, options, system }: Work): number {
  const sides = system === "oscillator" ? 2 : 1; // one network for both
  const weights = Object.values(shapes).filter((shape) => shape.length === 2);
  const known = new Map<string, number>();
  return weights.reduce((sum, [inputs, outputs]) => {
    const key = `${inputs} ${outputs}`;
    const rows = sides * Math.ceil(options.batch / options.parts);
    if (!known.has(key)) known.set(key, threeProducts({ rows, inputs, outputs }));
    return sum + options.parts * known.get(key)!;
  }, 0);
}

function threeProducts({ rows, inputs, outputs }: { rows: number; inputs: number; outputs: number }): number {
  const blocks = blocksOf(rows);
  let end = 0;
  const reserve = (floats: number) => {
    const at = end;
    end += 64 * Math.ceil((floats + SLACK) / 16);
    return at;
  };
  const x = reserve(16 * inputs * blocks), y = reserve(16 * outputs * blocks);
  const packed = reserve(
    Math.max(packedFloats({ inputs, outputs }), packedFloats({ inputs: outputs, outputs: inputs })),
  );
  const weight = reserve(inputs * outputs), bias = reserve(outputs);
  const memory = new WebAssembly.Memory({ initial: Math.ceil(end / 65536) });
  const kernels = trainingKernels(memory);
  const [xStride, yStride] = [FEATURE_BYTES * inputs, FEATURE_BYTES * outputs];
  const products = [
    () => kernels.multiply(x, xStride, packed, y, yStride, 0, blocks, inputs, outputs, false),
    () => kernels.multiply(y, yStride, packed, x, xStride, 0, blocks, outputs, inputs, false),
    () => kernels.parameterGradients(x, xStride, y, yStride, weight, bias, blocks, inputs, outputs),
  ];
  const fastest = products.map(() => Infinity);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, product] of products.entries()) {
      const begun = performance.now();
      product();
      fastest[i] = Math.min(fastest[i], performance.now() - begun);
    }
  }
  return fastest.reduce((sum, milliseconds) => sum + milliseconds, 0);
}
