/**
 * Adam over one flat vector of parameters, in memory that threads share.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 * import { adamState } from "./mod.ts";
 *
 * const state = adamState({ count: 3, parts: 2 });
 * state.gradients[0].set([3, 0, 0]);
 * state.gradients[1].set([0, 8, 0]);
 * deepStrictEqual(state.gather([1, 0.5]), 25); // 3² + 4²
 * ```
 *
 * @module
 */

/** Numbers of one step. */
export interface Coefficients {
  /** Of the gradient: below 1 where it is clipped. */
  readonly scale: number;
  /** Learning rate over 1 − β₁ᵗ. */
  readonly rate: number;
  /** 1 / (1 − β₂ᵗ) */
  readonly squareScale: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** What a training keeps between steps, as views of one shared memory. */
export interface AdamState {
  readonly parameters: Float32Array<SharedArrayBuffer>;
  /** Running mean of the gradient, and of its square. */
  readonly mean: Float32Array<SharedArrayBuffer>;
  readonly square: Float32Array<SharedArrayBuffer>;
  /** The gradient of every part of a batch, to be filled before it is gathered. */
  readonly gradients: readonly Float32Array<SharedArrayBuffer>[];
  /** Adds the parts up, in their order and by their shares of the batch. Gives the sum of the gradient's squares. */
  gather(shares: readonly number[]): number;
  /** Makes a step by what was gathered. */
  step(coefficients: Coefficients): void;
}

interface Kernels {
  gather(parts: number, shares: number, count: number, gradient: number, floats: number): number;
  step(
    parameters: number,
    mean: number,
    square: number,
    gradient: number,
    floats: number,
    scale: number,
    rate: number,
    squareScale: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
    epsilon: number,
  ): void;
}

const PAGE = 1 << 16;

let compiled: WebAssembly.Module | undefined;

/** Zeros for `count` parameters, and for gradients of so many parts of a batch. */
export function adamState({ count, parts }: { count: number; parts: number }): AdamState {
  const floats = 4 * Math.ceil(count / 4);
  let end = 0;
  const reserve = (size: number) => {
    const at = end;
    end += 64 * Math.ceil(size / 16);
    return at;
  };
  const parameters = reserve(floats), mean = reserve(floats), square = reserve(floats);
  const gradient = reserve(floats), ofParts = reserve(parts * floats), ofShares = reserve(parts);
  const pages = Math.ceil(end / PAGE);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  compiled ??= new WebAssembly.Module(Deno.readFileSync(new URL("./adam.wasm", import.meta.url)));
  const kernels = new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as Kernels;
  const view = (at: number, size = count) =>
    new Float32Array(memory.buffer as unknown as SharedArrayBuffer, at, size);
  return {
    parameters: view(parameters),
    mean: view(mean),
    square: view(square),
    gradients: Array.from({ length: parts }, (_, part) => view(ofParts + 4 * part * floats)),
    gather(shares) {
      view(ofShares, parts).set(shares);
      return kernels.gather(ofParts, ofShares, parts, gradient, floats);
    },
    step({ scale, rate, squareScale, beta1, beta2, epsilon }) {
      const betas = [beta1, 1 - beta1, beta2, 1 - beta2] as const;
      kernels.step(parameters, mean, square, gradient, floats, scale, rate, squareScale, ...betas, epsilon);
    },
  };
}
