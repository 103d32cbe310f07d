/**
 * What training minimises.
 *
 * L = L_P + γ L_D (Zhang & Walker 2022, Eq. 6), with the sign of Eqs. 4–5 corrected: L_D is the negative
 * log-likelihood of both sides, which as printed would have no lower bound.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Scalar, Tensor2D } from "@tensorflow/tfjs";
import type { Parameters } from "./bijection.ts";
import { partOf } from "./flat_parameters.ts";
import type { MacrostateMap, Observation } from "./macrostate_map.ts";
import { type Relation, RESEMBLANCE, sideParameters } from "./relation.ts";

/** A batch of prepared pairs, `[batch, …]` each. */
export interface Batch {
  readonly u: Tensor2D;
  readonly v: Tensor2D;
}

/** The loss and what it is made of, all scalars. */
export interface Loss {
  /** L = L_P + γ (L_Du + L_Dv) + L_R */
  readonly total: Scalar;
  /** L_P = E |φ_u(u) − φ_v(v)|², summed over the macro dimensions (Eq. 3). */
  readonly prediction: Scalar;
  /** L_Du: the weighted terms of −log p(u). */
  readonly distributionU: Scalar;
  /** L_Dv: the weighted terms of −log p(v). */
  readonly distributionV: Scalar;
  /** L_R, of a relation that has one. */
  readonly resemblance?: Scalar;
  /** Mean variance of a macro dimension over the batch and both sides: 0 is a collapse. */
  readonly macroVariance: Scalar;
}

/**
 * The loss of one batch.
 *
 * @param gamma γ, the balance of prediction and distribution.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { useWasmBackend } from "./backend.ts";
 * import { loss } from "./loss.ts";
 * import { macrostateMap } from "./macrostate_map.ts";
 * import { standardise } from "./standardise.ts";
 *
 * await useWasmBackend();
 * const map = macrostateMap(standardise({ mean: [0, 0], deviation: [1, 1] }), { macroDimension: 1 });
 * const batch = { u: tf.tensor2d([[1, 7]]), v: tf.tensor2d([[3, -7]]) };
 * assertEquals(loss({ u: map, v: map, shared: true }, {}, batch, 0.3).prediction.dataSync()[0], 4); // (1 − 3)²
 * ```
 */
export function loss(relation: Relation, parameters: Parameters, batch: Batch, gamma: number): Loss {
  const [u, v] = relation.shared ? bothAtOnce(relation, parameters, batch) : [
    weighed(relation.u, relation.u.observe(batch.u, sideParameters(relation, "u", parameters))),
    weighed(relation.v, relation.v.observe(batch.v, sideParameters(relation, "v", parameters))),
  ];
  const prediction = tf.mean(tf.sum(tf.square(tf.sub(u.macrostate, v.macrostate)), 1)) as Scalar;
  const known = tf.add(prediction, tf.mul(gamma, tf.add(u.distribution, v.distribution))) as Scalar;
  const resemblance = relation.resemblance?.loss({ ...batch, macrostate: v.macrostate }, {
    u: sideParameters(relation, "u", parameters),
    v: sideParameters(relation, "v", parameters),
    own: partOf(RESEMBLANCE, parameters),
  });
  return {
    total: resemblance ? tf.add(known, resemblance) as Scalar : known,
    prediction,
    distributionU: u.distribution,
    distributionV: v.distribution,
    ...(resemblance && { resemblance }),
    macroVariance: tf.mul(0.5, tf.add(variance(u.macrostate), variance(v.macrostate))) as Scalar,
  };
}

/** What one network makes of both sides: one batch of u and v takes half the time of two. */
function bothAtOnce(relation: Relation, parameters: Parameters, { u, v }: Batch) {
  const map = relation.u, both = tf.concat([u, v], 0);
  const { macrostate, negativeLogLikelihood } = map.observe(both, sideParameters(relation, "u", parameters));
  return [[0, u.shape[0]], [u.shape[0], v.shape[0]]].map(([from, rows]) =>
    weighed(map, {
      macrostate: tf.slice(macrostate, [from, 0], [rows, -1]),
      negativeLogLikelihood: Object.fromEntries(
        Object.entries(negativeLogLikelihood).map(([name, term]) => [name, tf.slice(term, from, rows)]),
      ),
    })
  );
}

function weighed(map: MacrostateMap, { macrostate, negativeLogLikelihood }: Observation) {
  const terms = Object.entries(negativeLogLikelihood)
    .map(([name, term]) => tf.mul(map.weights[name], tf.mean(term)) as Scalar);
  return { macrostate, distribution: terms.reduce((sum, term) => tf.add(sum, term) as Scalar) };
}

function variance(macrostate: Tensor2D): Scalar {
  const centred = tf.sub(macrostate, tf.mean(macrostate, 0, true));
  return tf.mean(tf.square(centred)) as Scalar;
}
