/**
 * Two observations of one thing, each with its own map to the macrostate they share.
 *
 * @module
 */
import type { Scalar, Tensor, Tensor2D } from "@tensorflow/tfjs";
import type { Parameters, ParameterSpec } from "./bijection.ts";
import { partOf } from "./flat_parameters.ts";
import type { MacrostateMap } from "./macrostate_map.ts";
import { prefixed } from "./names.ts";

/** The pair (φ_u, φ_v). */
export interface Relation {
  readonly u: MacrostateMap;
  readonly v: MacrostateMap;
  /** φ_u and φ_v are one network with one set of weights (past and future of one system). */
  readonly shared: boolean;
  /** What designs are to have in common with their example beside its macrostate. By default nothing. */
  readonly resemblance?: Resemblance;
}

/**
 * A term of the loss that is small where f_u⁻¹(φ_v(v), z) has more in common with v than its macrostate. Where several
 * macrostates predict each other equally well, it chooses.
 */
export interface Resemblance {
  /** Its own, trained with those of the maps. */
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  /** Start values that depend on data: prepared rows of v. By default none. */
  initialise?(v: Tensor2D): Record<string, Tensor>;
  /**
   * The term of prepared pairs, as it enters the loss.
   *
   * @param batch With φ_v(v), `[batch, d]`.
   * @param parameters Those of φ_u, of φ_v, and its own.
   */
  loss(
    batch: Readonly<Record<"u" | "v" | "macrostate", Tensor2D>>,
    parameters: Readonly<Record<"u" | "v" | "own", Parameters>>,
  ): Scalar;
}

/** Prefix of the parameters of a {@link Resemblance}. */
export const RESEMBLANCE = "resemblance";

/** Names of the two sides. */
export type Side = "u" | "v";

/**
 * Trainable tensors of the whole relation: names start with `u.` or `v.`, `u.` standing for both if shared, or with
 * `resemblance.`.
 */
export function relationParameters(
  { u, v, shared, resemblance }: Relation,
): Record<string, ParameterSpec> {
  return {
    ...prefixed("u", u.bijection.parameters),
    ...(!shared && prefixed("v", v.bijection.parameters)),
    ...(resemblance && prefixed(RESEMBLANCE, resemblance.parameters)),
  };
}

/** The tensors of one side, under the names that its bijection uses. */
export function sideParameters({ shared }: Relation, side: Side, parameters: Parameters): Parameters {
  return partOf(shared ? "u" : side, parameters);
}
