/**
 * A plan as a table for people and as JSON for programs.
 *
 * @module
 */
import type { StagePlan, UnitPlan } from "../pipeline/mod.ts";
import { count, table } from "./table.ts";

/** How many stages and units are in which state. */
export interface PlanSummary {
  readonly stages: { readonly done: number; readonly stale: number; readonly waiting: number };
  readonly units: { readonly reuse: number; readonly run: number; readonly wait: number };
}

/** One stage of a plan, as `--json` prints it. */
export function planLine({ stage, state, units, output }: StagePlan): object {
  const broken = brokenOf(units);
  return {
    type: "stage",
    stage: stage.id,
    state,
    ...unitsOf(units),
    ...(broken.length > 0 && { broken }),
    ...(output !== undefined && { output }),
  };
}

/** The whole of a plan in numbers. */
export function planSummary(plans: readonly StagePlan[]): PlanSummary {
  const stages = { done: 0, stale: 0, waiting: 0 };
  for (const { state } of plans) stages[state]++;
  return { stages, units: unitsOf(plans.flatMap(({ units }) => units)) };
}

/** A plan for people: a line a stage, and what it comes to. */
export function planLines(plans: readonly StagePlan[]): string {
  const rows = plans.map(({ stage, state, units }) => {
    const { reuse, run } = unitsOf(units);
    const broken = brokenOf(units);
    const note = broken.length > 0 ? `broken: ${broken.join(", ")}` : "";
    return [stage.id, state, `${reuse} of ${units.length} stored`, run > 0 ? `${run} to run` : "", note];
  });
  const { stages, units } = planSummary(plans);
  const toRun = units.run === 0 ? "nothing to run" : `${count(units.run, "unit")} to run`;
  const waiting = units.wait === 0 ? "" : `, ${units.wait} waiting for what is made before`;
  return `${table(rows)}\n\n${stages.done} of ${count(plans.length, "stage")} done; ${toRun}${waiting}.`;
}

function unitsOf(units: readonly UnitPlan[]): PlanSummary["units"] {
  const counts = { reuse: 0, run: 0, wait: 0 };
  for (const { action } of units) counts[action]++;
  return counts;
}

function brokenOf(units: readonly UnitPlan[]): string[] {
  return units.flatMap((unit) => unit.action === "run" ? unit.broken.map(({ what }) => what) : []);
}
