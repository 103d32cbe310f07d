/**
 * What became of a run.
 *
 * @module
 */
import type { ArtifactEntry } from "./key.ts";
import type { StageState } from "./schedule.ts";
import type { Stage } from "./stage.ts";

/** A unit, or a stage as a whole (`shard` null in a sharded stage), that failed. */
export interface Failure {
  /** Id of the stage. */
  readonly stage: string;
  /** Index of the shard. */
  readonly shard: number | null;
  /** One line with stage, shard and params. */
  readonly message: string;
  /** Where it was thrown, if it was. */
  readonly stack?: string;
}

/** What became of one stage. */
export interface StageResult {
  /** As declared. */
  readonly stage: Stage;
  /** `skipped`: it needs a stage that failed, or the run was aborted before. */
  readonly state: "done" | "failed" | "skipped";
  /** Units that were executed. */
  readonly executed: number;
  /** Units whose results were in the store. */
  readonly reused: number;
  /** Keys of its units, as far as known. */
  readonly keys: readonly string[];
  /** Digest of its code; absent when it was skipped. */
  readonly code?: string;
  /** Output digest; present when done. */
  readonly output?: string;
  /** Sorted by name; empty unless done. */
  readonly artifacts: readonly ArtifactEntry[];
}

/** What became of a run. */
export interface RunResult {
  /** Name of its log. */
  readonly id: string;
  /** Every stage is done. */
  readonly ok: boolean;
  /** It was told to stop. */
  readonly aborted: boolean;
  /** Units that were executed. */
  readonly executed: number;
  /** Units whose results were in the store. */
  readonly reused: number;
  /** In the order in which they came. */
  readonly failures: readonly Failure[];
  /** In topological order. */
  readonly stages: readonly StageResult[];
  /** From the plan to the end. */
  readonly milliseconds: number;
}

/** What became of a stage, from its state at the end of a run. */
export function stageResult(
  { stage, plan, units, executed, output, artifacts }: StageState,
  isFailed: boolean,
): StageResult {
  const isDone = output !== undefined && !isFailed;
  return {
    stage,
    state: isDone ? "done" : isFailed ? "failed" : "skipped",
    executed,
    reused: units.filter((unit) => unit.status === "done").length - executed,
    keys: units.map((unit) => unit.key),
    ...(plan !== undefined && { code: plan.code.digest }),
    ...(isDone && { output }),
    artifacts: isDone ? artifacts! : [],
  };
}
