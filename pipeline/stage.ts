/**
 * What a stage is: a value that says which code turns which inputs into artifacts, under which parameters.
 *
 * A stage is split into *units*: one per shard, or a single one. A unit is what the store memoises, what a
 * worker executes, and what an interrupted run resumes at.
 *
 * @module
 */

/** Plain JSON, the only thing that parameters are made of. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  /** Any JSON under any name. */
  readonly [key: string]: Json;
}

/** A node of the graph. Plain data, so that it can be hashed, printed and posted to a worker. */
export interface Stage {
  /** Unique in the graph; also the folder of its artifacts: `linear/train` → `artifacts/linear/train/`. */
  readonly id: string;
  /** URL of the module that exports `run`, a {@link StageRun}. */
  readonly module: string;
  /** More modules that `run` loads by name, such as the system it works on. Part of the code digest. */
  readonly uses?: Readonly<Record<string, string>>;
  /** What `run` sees as `context.params`. Part of the key. */
  readonly params: JsonObject;
  /** Role → id of the stage whose artifacts are read under that role. */
  readonly inputs?: Readonly<Record<string, string>>;
  /**
   * Into how many units the stage is split. A unit of a sharded stage depends on its own index and never on
   * the count, so that a longer run reuses what a shorter one made. Absent: one unit, without an index.
   */
  readonly shards?: number;
  /** Bytes that a unit takes at most, its worker included. Decides what runs at the same time, and nothing else. */
  readonly memory?: number;
}

/** The units of a stage: the index of each shard, or `[null]`. */
export function shardsOf({ shards }: { readonly shards?: number | null }): (number | null)[] {
  return shards == null ? [null] : Array.from({ length: shards }, (_, shard) => shard);
}

/** One unit of work of a stage, as the stage's code sees it. */
export interface StageContext {
  /** The stage's id. */
  readonly stage: string;
  /** As declared: plain JSON. */
  readonly params: JsonObject;
  /** Index of this unit, or `undefined` in a stage that is not sharded. */
  readonly shard: number | undefined;
  /** The artifacts of an input stage, all its shards together, in the order of their names. */
  input(role: string): StageInput;
  /** A module named under `uses`. */
  load<T>(role: string): Promise<T>;
  /**
   * A thread beside the unit's own, which runs the `thread` that a module exports, a {@link StageThread}. It may do
   * what the unit may, and ends with it. Its first message is the unit's; if it fails before, that is `{ error }`.
   */
  thread(module: string, argument: unknown): Worker;
  /** How many processors this unit may keep busy: those that nobody else had use for when it began. Must change no byte. */
  readonly cores: number;
  /**
   * Stores one artifact. The buffer is transferred and must not be used afterwards.
   *
   * @param name File name, may contain `/`; unique in the stage over all shards.
   */
  write(name: string, bytes: Uint8Array, options?: WriteOptions): Promise<void>;
  /** Tells how far this unit is. `detail` is shown beside the bar; without one the last stays. */
  progress(done: number, total: number, detail?: ProgressDetail): void;
  /**
   * A folder of the unit's own for what does not fit into memory: empty at the beginning, gone afterwards. Made when it
   * is first asked for. Nothing else may be written.
   */
  readonly scratch: string;
  /** Where a long unit keeps what it needs to go on after a kill. Never an artifact. */
  readonly checkpoint: Checkpoint;
}

/** What a unit says of itself while it runs: a few words, or numbers. */
export type ProgressDetail = string | Readings;

/** Numbers of a unit at one moment, each with its name. Shown, never stored. */
export interface Readings {
  /** In the order in which they are shown; a narrow terminal cuts off the last. */
  readonly values: readonly (readonly [name: string, value: number])[];
  /** The next point of a curve that is drawn of all reports of the unit so far. */
  readonly curve?: readonly [name: string, value: number];
}

/** Options of {@link StageContext.write}. */
export interface WriteOptions {
  /**
   * What identifies the artifact in the lock, when that is less than its bytes: the decoded pixels of a
   * picture, so that another compressor gives the same identity.
   */
  readonly identity?: Uint8Array;
}

/** Artifacts of one input stage. Every read is checked against the recorded digest. */
export interface StageInput {
  /** Names of the artifacts, sorted by code unit. */
  readonly names: readonly string[];
  /** The bytes of an artifact, held against its digest. */
  read(name: string): Promise<Uint8Array>;
}

/** Restart point of a unit. */
export interface Checkpoint {
  /** The last saved bytes of exactly this unit (same key), or `undefined`; broken bytes count as none. */
  load(): Promise<Uint8Array | undefined>;
  /** Replaces the checkpoint atomically. The buffer is transferred. */
  save(bytes: Uint8Array): Promise<void>;
}

/** What a thread of a unit is given. */
export interface ThreadContext {
  /** What {@link StageContext.thread} was given, a copy but for shared memory. */
  readonly argument: unknown;
  /** A module named under `uses`. */
  load<T>(role: string): Promise<T>;
}

/** The function that the module of a thread exports under the name `thread`. */
export type StageThread = (context: ThreadContext) => Promise<void>;

/** The function that a stage's module exports under the name `run`. */
export type StageRun = (context: StageContext) => Promise<void>;
