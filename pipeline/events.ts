/**
 * Everything that a run has to say, as data. The run log writes it down, `progress.ts` shows it.
 *
 * @module
 */
import type { ArtifactEntry } from "./key.ts";
import type { JsonObject, ProgressDetail } from "./stage.ts";

/** A stage as planned before a run. */
export interface PlannedStage {
  /** Id of the stage. */
  readonly stage: string;
  /** How many units it has. */
  readonly units: number;
  /** Units whose results are in the store. */
  readonly reuse: number;
  /** Units to run, as far as is known; those that wait for an upstream stage are in neither count. */
  readonly run: number;
  /** Relative effort of the whole stage, for the estimate of the remaining time. */
  readonly cost: number;
}

/** A unit as events name it. */
export interface UnitName {
  /** Id of its stage. */
  readonly stage: string;
  /** Index of the shard, `null` in a stage that is not sharded. */
  readonly shard: number | null;
}

/** One thing that happened in a run. Times are added by who records them. */
export type RunEvent =
  | {
    readonly type: "plan";
    readonly run: string;
    /** What the caller wants to be remembered, such as the command line. */
    readonly about?: JsonObject;
    readonly stages: readonly PlannedStage[];
  }
  | (UnitName & { readonly type: "unit-start"; readonly key: string; readonly reason: string })
  | (UnitName & {
    readonly type: "progress";
    readonly done: number;
    readonly total: number;
    readonly detail?: ProgressDetail;
  })
  /** A unit, or a library in it, printed something. */
  | (UnitName & { readonly type: "said"; readonly text: string })
  | (UnitName & { readonly type: "artifact"; readonly artifact: ArtifactEntry })
  | (UnitName & { readonly type: "unit-done"; readonly key: string; readonly milliseconds: number })
  /** Units whose results were in the store. */
  | { readonly type: "reused"; readonly stage: string; readonly units: number }
  /** An object or a record is not what was stored. It is made again. */
  | (UnitName & { readonly type: "broken"; readonly what: string; readonly found: string })
  /** A unit made again gave other bytes than before from the same ingredients: it is not deterministic. */
  | (UnitName & { readonly type: "drifted"; readonly names: readonly string[] })
  | (UnitName & {
    readonly type: "failed";
    readonly params: JsonObject;
    readonly message: string;
    readonly stack?: string;
  })
  | {
    readonly type: "stage-done";
    readonly stage: string;
    readonly params: JsonObject;
    /** `null` in a stage that is not sharded. */
    readonly shards: number | null;
    readonly inputs: Readonly<Record<string, string>>;
    readonly code: string;
    readonly output: string;
    readonly executed: number;
    readonly reused: number;
  }
  | {
    readonly type: "run-done";
    readonly executed: number;
    readonly reused: number;
    readonly failed: number;
    readonly aborted: boolean;
    readonly milliseconds: number;
  };

/** Where events go. */
export type OnEvent = (event: RunEvent) => void;
