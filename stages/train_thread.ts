/**
 * Train, on one more thread.
 *
 * @module
 */
import { remainderRelation } from "../macronet/remainder.ts";
import type { Assignment } from "../macronet/team.ts";
import { joinTeam } from "../macronet/team_member.ts";
import type { StageThread } from "../pipeline/stage.ts";
import type { Architecture, Normalisation, System } from "../systems/system.ts";

/** What a thread is told. */
export interface TrainThreadArgument {
  readonly assignment: Assignment;
  readonly architecture: Architecture;
  readonly normalisation: Normalisation;
  /** What is trained: the relation, or one of what its φ_v leaves, by its index. */
  readonly part: "relation" | number;
}

/** Joins the training. */
export const thread: StageThread = async ({ load, argument }) => {
  const { assignment, architecture, normalisation, part } = argument as TrainThreadArgument;
  const { system } = await load<{ system: System }>("system");
  await joinTeam(assignment, () => {
    const relation = system.relation(architecture, normalisation);
    return part === "relation" ? relation : remainderRelation(relation.v.remainders![part]);
  });
};
