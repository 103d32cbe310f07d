/**
 * What designed rules are to have in common with a pattern beside its macrostate: what their patterns look like.
 *
 * Nearly all of a rule can be told from its pattern, so every d functions of the rule predict themselves from it, and
 * prediction alone leaves to chance which are learned. L_R prefers those under which designs f_u⁻¹(φ_v(v), z) look
 * most like v:
 *
 * L_R = Σ_g w_g E ‖Ŝ_g(f_u⁻¹(φ_v(v), z)) − S_g(v)‖ + E |Ŝ(u) − S(v)|²
 *
 * S_g are the log spectra or the Minkowski functionals of a pattern, standardised, and ‖·‖ the root mean square over
 * the numbers of a group. What a rule is expected to look like an emulator tells, Ŝ(u) = E[S | u]: a perceptron,
 * learned in the second term from the same pairs. In the first it is a constant, so that it stays an emulator and
 * does not come to say of all designs that they look alike.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Scalar, Tensor2D } from "@tensorflow/tfjs";
import type { Bijection, Parameters } from "../macronet/bijection.ts";
import { type HiddenLayers, multilayerPerceptron } from "../macronet/conditioner.ts";
import { partOf } from "../macronet/flat_parameters.ts";
import { constant, frozen } from "../macronet/frozen.ts";
import { prefixed } from "../macronet/names.ts";
import type { Resemblance } from "../macronet/relation.ts";
import { standardising } from "../macronet/standardise.ts";
import { SUMMARY_PARTS, SUMMARY_SIZE } from "./metrics/patterns.ts";

/** What a {@link patternResemblance} is of. */
export interface PatternResemblanceOptions {
  /** f_u, of rules. */
  readonly bijection: Bijection;
  /** d. The v side prepares the draws of z, n − d of them, behind the d noise coordinates. */
  readonly macroDimension: number;
  /** From rules to what the emulator reads, numbers of about −1 to 1. Without parameters. */
  readonly coordinates: Bijection;
  readonly emulator: HiddenLayers;
  /** w of each group. */
  readonly weights: Readonly<Record<"spectra" | "minkowski", number>>;
}

/** Numbers of a summary that are to be alike, the first of it. */
const LOOKS = SUMMARY_PARTS.spectra + SUMMARY_PARTS.minkowski;

/** L_R of rules and patterns that a {@linkcode patternMap} prepared. */
export function patternResemblance(options: PatternResemblanceOptions): Resemblance {
  const { bijection, macroDimension: d, coordinates, weights } = options;
  const rule = bijection.dimension;
  const emulator = multilayerPerceptron({ inputs: rule, outputs: LOOKS, ...options.emulator });

  /** Ŝ of rules `[batch, n]`, `[batch, LOOKS]`. */
  function emulated(rules: Tensor2D, parameters: Parameters): Tensor2D {
    return emulator.apply(coordinates.forward(rules, {}).value, parameters);
  }

  /** (φ_v(v), z) with the z that was drawn for v; where d = n there is none. */
  function withDraws(macrostate: Tensor2D, prepared: Tensor2D): Tensor2D {
    if (d === rule) return macrostate;
    return tf.concat([macrostate, tf.slice(prepared, [0, SUMMARY_SIZE + d], [-1, rule - d])], 1);
  }

  return {
    parameters: {
      "look.logScale": { shape: [LOOKS], start: "zeros" },
      "look.bias": { shape: [LOOKS], start: "zeros" },
      ...prefixed("emulator", emulator.parameters),
    },
    initialise: (prepared) => standardising("look", looksOf(prepared)),
    loss({ u, v, macrostate }, parameters) {
      const scale = tf.exp(constant(parameters.own["look.logScale"]));
      const looks = tf.add(tf.mul(looksOf(v), scale), constant(parameters.own["look.bias"]));
      const own = partOf("emulator", parameters.own);
      const error = tf.mean(tf.square(tf.sub(emulated(u, own), looks)));
      const designs = bijection.inverse(withDraws(macrostate, v), parameters.u).value;
      const unlike = tf.square(tf.sub(emulated(designs, frozen(own, emulator.parameters)), looks));
      const distance = (from: number, size: number) =>
        tf.mean(tf.sqrt(tf.mean(tf.slice(unlike, [0, from], [-1, size]), 1)));
      return tf.addN([
        error,
        tf.mul(weights.spectra, distance(0, SUMMARY_PARTS.spectra)),
        tf.mul(weights.minkowski, distance(SUMMARY_PARTS.spectra, SUMMARY_PARTS.minkowski)),
      ]) as Scalar;
    },
  };
}

/** Log spectra and Minkowski functionals of prepared patterns, `[batch, LOOKS]`. */
function looksOf(prepared: Tensor2D): Tensor2D {
  return tf.slice(prepared, [0, 0], [-1, LOOKS]);
}
