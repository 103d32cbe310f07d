/**
 * One past run, for people and for programs.
 *
 * @module
 */
import type { PastRun } from "../pipeline/mod.ts";
import { commandOf } from "./past_run.ts";
import { count, duration, table } from "./table.ts";

/** A stage of a past run: what it did, also when it did not get to its end. */
export interface StageSummary {
  readonly stage: string;
  readonly state: "done" | "failed" | "not finished";
  readonly executed: number;
  /** `null` when the run ended before it was known. */
  readonly reused: number | null;
  /** Of its units together, as they were executed. */
  readonly milliseconds: number;
  /** Output digest of a stage that is done. */
  readonly output: string | null;
}

/**
 * The stages of a run in the order of its plan.
 *
 * @example
 * ```ts
 * import { stageSummaries } from "./run_text.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const planned = [{ stage: "make", units: 2, reuse: 0, run: 2, cost: 1 }];
 * const units = [{ at: "", stage: "make", shard: 0, key: "", milliseconds: 5 }];
 * const failures = [{ stage: "make", shard: 1, message: "no" }];
 * assertEquals(stageSummaries({ planned, stages: [], units, failures }), [
 *   { stage: "make", state: "failed", executed: 1, reused: null, milliseconds: 5, output: null },
 * ]);
 * ```
 */
export function stageSummaries(
  { planned, stages, units, failures }: Pick<PastRun, "planned" | "stages" | "units" | "failures">,
): StageSummary[] {
  const done = new Map(stages.map((stage) => [stage.stage, stage]));
  const failed = new Set(failures.map(({ stage }) => stage));
  const spent = new Map<string, { units: number; milliseconds: number }>();
  for (const { stage, milliseconds } of units) {
    const before = spent.get(stage) ?? { units: 0, milliseconds: 0 };
    spent.set(stage, { units: before.units + 1, milliseconds: before.milliseconds + milliseconds });
  }
  const names = new Set([...planned, ...stages].map(({ stage }) => stage));
  return [...names].map((stage) => ({
    stage,
    state: done.has(stage) ? "done" : failed.has(stage) ? "failed" : "not finished",
    executed: spent.get(stage)?.units ?? 0,
    reused: done.get(stage)?.reused ?? null,
    milliseconds: spent.get(stage)?.milliseconds ?? 0,
    output: done.get(stage)?.output ?? null,
  }));
}

/** A run as one JSON object. */
export function runJson(run: PastRun): object {
  const { id, begun, state, about, executed, reused, milliseconds, failures, broken, drifted } = run;
  return {
    type: "run",
    id,
    begun,
    state,
    executed,
    reused,
    milliseconds,
    about,
    stages: stageSummaries(run),
    failures: failures.map(({ stage, shard, message }) => ({ stage, shard, message })),
    broken: broken.map(({ stage, shard, what, found }) => ({ stage, shard, what, found })),
    drifted: drifted.map(({ stage, shard, names }) => ({ stage, shard, names })),
  };
}

/** A run as text: what it was, its stages, and what went wrong. */
export function runText(run: PastRun): string {
  const { id, begun, state, executed, reused, milliseconds, failures, broken, drifted } = run;
  const head = [["run", id], ["begun", begun], ["command", commandOf(run)], ["state", state]];
  const stages = stageSummaries(run).map(({ stage, state, executed, reused, milliseconds, output }) => [
    stage,
    state,
    String(executed),
    String(reused ?? ""),
    executed === 0 ? "" : duration(milliseconds),
    output?.slice(0, 12) ?? "",
  ]);
  const heads = ["stage", "state", "ran", "reused", "work", "output"];
  const troubles = [
    ...failures.map(({ message }) => `failed: ${message}`),
    ...broken.map((event) => `broken: ${event.what} of ${unit(event)} (${event.found}); it was made again`),
    ...drifted.map((event) =>
      `not deterministic: ${event.names.join(", ")} of ${unit(event)} came out otherwise`
    ),
  ];
  return [
    table(head.filter(([, text]) => text !== "")),
    table([heads, ...stages], { right: [2, 3, 4] }),
    ...(troubles.length > 0 ? [troubles.join("\n")] : []),
    `Ran ${count(executed, "unit")}, reused ${reused}, in ${duration(milliseconds)}.`,
  ].join("\n\n");
}

function unit({ stage, shard }: { readonly stage: string; readonly shard: number | null }): string {
  return shard === null ? stage : `${stage} ${shard}`;
}
