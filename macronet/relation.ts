/**
 * Two observations of one thing, each with its own map to the macrostate they share.
 *
 * @module
 */
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
}

/** Names of the two sides. */
export type Side = "u" | "v";

/** Trainable tensors of the whole relation: names start with `u.` or `v.`, `u.` standing for both if shared. */
export function relationParameters({ u, v, shared }: Relation): Record<string, ParameterSpec> {
  const own = prefixed("u", u.bijection.parameters);
  return shared ? own : { ...own, ...prefixed("v", v.bijection.parameters) };
}

/** The tensors of one side, under the names that its bijection uses. */
export function sideParameters({ shared }: Relation, side: Side, parameters: Parameters): Parameters {
  return partOf(shared ? "u" : side, parameters);
}
