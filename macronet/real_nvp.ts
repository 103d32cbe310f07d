/**
 * The flow that vectors go through unless a system needs another.
 *
 * @module
 */
import { actnorm } from "./actnorm.ts";
import type { Bijection } from "./bijection.ts";
import type { Activations } from "./blocks/sequence.ts";
import { chain } from "./chain.ts";
import type { HiddenLayers } from "./conditioner.ts";
import { affineCoupling } from "./coupling.ts";
import { linear } from "./linear.ts";

/** Size of a {@link realNvp}. */
export interface RealNvpOptions {
  readonly dimension: number;
  readonly blocks: number;
  readonly conditioner: HiddenLayers;
  /** Limit of every coupling's log-scale. */
  readonly logScaleBound: number;
  /** Seed of the fixed rotations, with `purpose`. */
  readonly seed: number;
  readonly purpose: string;
  /** Where the inputs of the layers are when the gradient needs them; see `chain`. By default `kept`. */
  readonly activations?: Activations;
}

/**
 * Blocks of actnorm, invertible linear map and two affine couplings, one for each half: Real NVP (Dinh et al.
 * 2017) with the mixing of Glow (Kingma & Dhariwal 2018).
 *
 * @throws {RangeError} If the number of blocks is not a whole number of at least 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { realNvp } from "./real_nvp.ts";
 *
 * const conditioner = { width: 8, hiddenLayers: 2 };
 * const flow = realNvp({ dimension: 4, blocks: 2, conditioner, logScaleBound: 2, seed: 1, purpose: "example" });
 * assertEquals(flow.dimension, 4);
 * ```
 */
export function realNvp(options: RealNvpOptions): Bijection {
  const { dimension, blocks, conditioner, logScaleBound, seed, purpose, activations = "kept" } = options;
  if (!Number.isInteger(blocks) || blocks < 1) {
    throw new RangeError(
      `Cannot build a flow: blocks must be a whole number of at least 1, but it is ${blocks}`,
    );
  }
  const layers = Array.from({ length: blocks }, (_, block) => [
    actnorm({ dimension }),
    linear({ dimension, seed, purpose: `${purpose}.${block}` }),
    affineCoupling({ dimension, transforms: "second", conditioner, logScaleBound }),
    affineCoupling({ dimension, transforms: "first", conditioner, logScaleBound }),
  ]);
  return chain(layers.flat(), { activations });
}
