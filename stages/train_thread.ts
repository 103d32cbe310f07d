/**
 * Train, on one more thread.
 *
 * @module
 */
import type { Assignment } from "../macronet/team.ts";
import { joinTeam } from "../macronet/team_member.ts";
import type { StageThread } from "../pipeline/stage.ts";
import type { Architecture, Normalisation, System } from "../systems/system.ts";

/** What a thread is told. */
export interface TrainThreadArgument {
  readonly assignment: Assignment;
  readonly architecture: Architecture;
  readonly normalisation: Normalisation;
}

/** Joins the training. */
export const thread: StageThread = async ({ load, argument }) => {
  const { assignment, architecture, normalisation } = argument as TrainThreadArgument;
  const { system } = await load<{ system: System }>("system");
  await joinTeam(assignment, () => system.relation(architecture, normalisation));
};
