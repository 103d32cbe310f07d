/**
 * One more thread of `training.ts`.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import type { Assignment } from "../../macronet/team.ts";
import { joinTeam } from "../../macronet/team_member.ts";
import { readWork } from "../training_work.ts";

self.onmessage = ({ data }: MessageEvent<{ folder: string; assignment: Assignment }>) =>
  joinTeam(data.assignment, () => readWork(data.folder).relation);
