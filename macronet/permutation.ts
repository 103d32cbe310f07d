/**
 * Fixed permutations of the dimensions of an event.
 *
 * @module
 */
import { permutation as randomOrder } from "../kernels/philox/mod.ts";
import type { Bijection } from "./bijection.ts";
import { permutationLayer } from "./blocks/routing.ts";
import { accelerated } from "./blocks/flow.ts";
import { orthogonal, type RowMap } from "./orthogonal.ts";

/**
 * z_j = x_{order[j]}; log |det| = 0. No parameters.
 *
 * @param order Each of 0 … dimension − 1 once.
 * @throws {RangeError} If it is no permutation.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { useWasmBackend } from "./backend.ts";
 * import { permutation } from "./permutation.ts";
 *
 * await useWasmBackend();
 * const { value } = permutation([2, 0, 1]).forward(tf.tensor2d([[10, 11, 12]]), {});
 * assertEquals([...value.dataSync()], [12, 10, 11]);
 * ```
 */
export function permutation(order: ArrayLike<number>): Bijection {
  const from = Uint32Array.from(order);
  const to = new Uint32Array(from.length);
  const seen = new Set<number>();
  for (let j = 0; j < from.length; j++) {
    if (seen.has(order[j]) || from[j] !== order[j] || from[j] >= from.length) {
      throw new RangeError(
        `Cannot permute: the order must have each of 0 … ${from.length - 1} once, ` +
          `but its entry ${j} is ${order[j]}${seen.has(order[j]) ? " again" : ""}`,
      );
    }
    seen.add(from[j]);
    to[from[j]] = j;
  }
  const stock = orthogonal({
    name: "permutation",
    dimension: from.length,
    apply: gather(from),
    adjoint: gather(to),
  });
  return accelerated(stock, permutationLayer(from));
}

/** The permutation that turns events around: z_j = x_{dimension − 1 − j}. */
export function reversal(dimension: number): Bijection {
  return permutation(Array.from({ length: dimension }, (_, j) => dimension - 1 - j));
}

/** A random permutation: a function of seed, purpose and dimension. */
export function randomPermutation(
  { dimension, seed, purpose }: {
    readonly dimension: number;
    readonly seed: number;
    readonly purpose: string;
  },
): Bijection {
  return permutation(randomOrder(dimension, { seed, purpose }));
}

function gather(from: Uint32Array): RowMap {
  return (rows) => {
    const gathered = new Float32Array(rows.length);
    for (let row = 0; row < rows.length; row += from.length) {
      for (let j = 0; j < from.length; j++) gathered[row + j] = rows[row + from[j]];
    }
    return gathered;
  };
}
