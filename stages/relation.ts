/**
 * A relation from plain data: how a thread of a training comes by it.
 *
 * @module
 */
import type { Relation } from "../macronet/relation.ts";
import type { Architecture, Normalisation, System } from "../systems/system.ts";

/** What a relation is made from. */
export interface RelationRecipe {
  /** URL of the system's module. */
  readonly system: string;
  readonly architecture: Architecture;
  readonly normalisation: Normalisation;
}

/** Makes the relation. */
export async function relation({ system, architecture, normalisation }: RelationRecipe): Promise<Relation> {
  const module = await import(system) as { system: System };
  return module.system.relation(architecture, normalisation);
}
