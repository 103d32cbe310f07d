/**
 * What the engine and a worker say to each other.
 *
 * @module
 */
import type { JsonObject, ProgressDetail } from "./stage.ts";

/** An artifact that a unit may read: a name, and the object behind it. */
export interface InputArtifact {
  readonly name: string;
  readonly digest: string;
}

/** All that a worker needs to run one unit. */
export interface Job {
  readonly stage: string;
  readonly module: string;
  readonly uses: Readonly<Record<string, string>>;
  readonly params: JsonObject;
  readonly shard: number | null;
  readonly inputs: Readonly<Record<string, readonly InputArtifact[]>>;
  /** Folder with each input object under its digest. */
  readonly inputFolder: string;
  readonly cores: number;
}

/** To a thread of a unit: the module that it runs, and what is its own. */
export interface ThreadStart {
  readonly stage: string;
  readonly module: string;
  readonly uses: Readonly<Record<string, string>>;
  readonly argument: unknown;
}

/** From a worker. Those with an `id` are answered by a {@link Reply} when what they ask is done. */
export type WorkerMessage =
  | {
    readonly type: "write";
    readonly id: number;
    readonly name: string;
    readonly bytes: Uint8Array;
    readonly identity?: string;
  }
  | { readonly type: "checkpoint"; readonly id: number; readonly bytes: Uint8Array }
  | { readonly type: "load-checkpoint"; readonly id: number }
  | {
    readonly type: "progress";
    readonly done: number;
    readonly total: number;
    readonly detail?: ProgressDetail;
  }
  | { readonly type: "said"; readonly text: string }
  | { readonly type: "done" }
  | { readonly type: "failed"; readonly message: string; readonly stack?: string; readonly broken?: string };

/** To a worker: the answer to its message `id`. */
export interface Reply {
  readonly type: "reply";
  readonly id: number;
  /** Why it was not done. */
  readonly error?: string;
  /** What was asked for, if there is such a thing. */
  readonly bytes?: Uint8Array;
}

/** To a worker. */
export type EngineMessage = Reply | {
  readonly type: "run";
  readonly job: Job;
  /** Where the unit's scratch folder goes, when it wants one. */
  readonly scratch: string;
};
