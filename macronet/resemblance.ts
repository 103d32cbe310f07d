/**
 * What designs are to have in common with their example beside its macrostate: what they look like.
 *
 * Where nearly all of u can be told from v, every d functions of u predict themselves from it, and prediction alone
 * leaves to chance which are learned. L_R prefers those under which designs f_u⁻¹(φ_v(v), z) look most like v:
 *
 * L_R = Σ_g w_g E ‖Ŝ_g(f_u⁻¹(φ_v(v), z)) − S_g(v)‖ + E |Ŝ(u) − S(v)|²
 *
 * S_g are groups of numbers that say what a v looks like, of about unit variance, and ‖·‖ the root mean square over a
 * group. What a u is expected to look like an emulator tells, Ŝ(u) = E[S | u]: a perceptron, learned in the second term
 * from the same pairs. In the first it is a constant, so that it stays an emulator and does not come to say of all
 * designs that they look alike.
 *
 * z is that of another u of the batch, f_u being a bijection. Were it drawn from the base distribution, f_u could gain by
 * spreading the z of its data wider than what is drawn, which then covers less than there is.
 *
 * An emulator knows nothing of u that are in no data set, such as rules whose patterns die. Designs can be told to stay
 * where u are by a {@linkcode support}.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Scalar, Tensor2D } from "@tensorflow/tfjs";
import type { Bijection, Parameters } from "./bijection.ts";
import { type HiddenLayers, multilayerPerceptron } from "./conditioner.ts";
import { partOf } from "./flat_parameters.ts";
import { constant, frozen } from "./frozen.ts";
import { prefixed } from "./names.ts";
import type { Resemblance } from "./relation.ts";
import { standardising } from "./standardise.ts";
import { support } from "./support.ts";

/** Numbers that are compared together. */
export interface LookGroup {
  readonly size: number;
  /** w */
  readonly weight: number;
}

/** What an {@link emulatedResemblance} is of. */
export interface EmulatedResemblanceOptions {
  /** f_u */
  readonly bijection: Bijection;
  /** d */
  readonly macroDimension: number;
  /** From u to what the emulator reads, numbers of about −1 to 1. Without parameters. */
  readonly coordinates: Bijection;
  readonly emulator: HiddenLayers;
  /** S of prepared rows of v, `[batch, …]`, the groups one after the other. No gradient passes. */
  looksOf(v: Tensor2D): Tensor2D;
  readonly groups: readonly LookGroup[];
  /** Whether S is scaled first, to mean 0 and variance 1 over the first rows. By default it is taken as it is. */
  readonly standardised?: boolean;
  /** Weight of the designs' {@linkcode support}, whose `coordinates` then are from −1 to 1. By default 0: none. */
  readonly weightSupport?: number;
}

/** Prefix of the parameters of what tells where u are. */
const SUPPORT = "support";

/** Added to mean squares, so that their root has a slope everywhere. */
const LEAST = 1e-8;

/**
 * L_R of u and v.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertAlmostEquals } from "@std/assert";
 * import { useWasmBackend } from "./backend.ts";
 * import { startParameters } from "./parameters.ts";
 * import { emulatedResemblance } from "./resemblance.ts";
 * import { standardise } from "./standardise.ts";
 *
 * await useWasmBackend();
 * const identity = standardise({ mean: [0, 0], deviation: [1, 1] });
 * const emulator = { width: 4, hiddenLayers: 1 };
 * const common = { bijection: identity, macroDimension: 1, coordinates: identity, emulator };
 * const term = emulatedResemblance({ ...common, looksOf: (v) => v, groups: [{ size: 2, weight: 10 }] });
 * const own = startParameters(term.parameters, { seed: 1, purpose: "example" });
 * const batch = { u: tf.tensor2d([[1, 2]]), v: tf.tensor2d([[3, 4]]), macrostate: tf.tensor2d([[5]]) };
 * // An emulator that has learned nothing says 0 of all: the mean of 9 and 16, and ten times its root.
 * assertAlmostEquals(term.loss(batch, { u: {}, v: {}, own }).dataSync()[0], 12.5 + 10 * Math.sqrt(12.5), 1e-4);
 * ```
 */
export function emulatedResemblance(options: EmulatedResemblanceOptions): Resemblance {
  const { bijection, macroDimension: d, coordinates, groups, standardised = false, weightSupport = 0 } =
    options;
  const n = bijection.dimension;
  const size = groups.reduce((sum, group) => sum + group.size, 0);
  const emulator = multilayerPerceptron({ inputs: n, outputs: size, ...options.emulator });
  const places = weightSupport > 0 ? support({ dimension: n, network: options.emulator }) : undefined;

  /** S as it is compared, `[batch, size]`. Its scale is no parameter to be trained. */
  function looksOf(v: Tensor2D, own: Parameters): Tensor2D {
    const looks = options.looksOf(v);
    if (!standardised) return looks;
    const scaled = tf.mul(looks, tf.exp(constant(own["look.logScale"])));
    return tf.add(scaled, constant(own["look.bias"])) as Tensor2D;
  }

  /** (α, z) with the z of the rows in reverse order; α where there is no z. */
  function withOthers(macrostate: Tensor2D, u: Tensor2D, parameters: Parameters): Tensor2D {
    if (d === n) return macrostate;
    const z = tf.slice(bijection.forward(u, parameters).value, [0, d], [-1, n - d]);
    return tf.concat([macrostate, tf.reverse(z, 0)], 1) as Tensor2D;
  }

  return {
    parameters: {
      ...emulator.parameters,
      ...(standardised && {
        "look.logScale": { shape: [size], start: "zeros" },
        "look.bias": { shape: [size], start: "zeros" },
      }),
      ...(places && prefixed(SUPPORT, places.parameters)),
    },
    initialise: (v) => standardised ? standardising("look", options.looksOf(v)) : {},
    loss({ u, v, macrostate }, { u: ofU, own }) {
      const looks = looksOf(v, own);
      const seen = coordinates.forward(u, {}).value;
      const error = tf.mean(tf.square(tf.sub(emulator.apply(seen, own), looks)));
      const designs = bijection.inverse(withOthers(macrostate, u, ofU), ofU).value;
      const designed = coordinates.forward(designs, {}).value;
      const unlike = tf.square(tf.sub(emulator.apply(designed, frozen(own, emulator.parameters)), looks));
      let from = 0;
      const terms = groups.map(({ size, weight }) => {
        const group = tf.slice(unlike, [0, from], [-1, size]);
        from += size;
        return tf.mul(weight, tf.mean(tf.sqrt(tf.add(tf.mean(group, 1), LEAST))));
      });
      const supported = places ? places.loss({ seen, designed }, partOf(SUPPORT, own), weightSupport) : [];
      return tf.addN([error, ...terms, ...supported]) as Scalar;
    },
  };
}
