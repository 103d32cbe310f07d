/**
 * Runs units that are done once more, beside the store and without touching it, and holds what they give against
 * what is stored.
 *
 * @module
 */
import { type Describe, describeBytes, type Difference } from "./difference.ts";
import type { CodeDigest } from "./code_digest.ts";
import type { OnEvent } from "./events.ts";
import { removeIfThere } from "./files.ts";
import { type ArtifactEntry, outputDigest, sortByName } from "./key.ts";
import { type Layout, layout } from "./layout.ts";
import type { UnitRecord } from "./record.ts";
import { Sandboxes } from "./sandbox.ts";
import { openSession, type Session } from "./session.ts";
import type { Stage } from "./stage.ts";
import { BrokenObjectError } from "./store.ts";
import { StoreError } from "./store_error.ts";
import { UnitHost, unitInputs, unitJob, type WorkUnit } from "./unit_work.ts";
import { type JobOutcome, WorkerPool } from "./worker_pool.ts";

/** A unit of the store that is to be recomputed. */
export interface ChosenUnit {
  readonly stage: Stage;
  readonly shard: number | null;
  readonly key: string;
  readonly record: UnitRecord;
  readonly code: CodeDigest;
  /** Names of those of its artifacts whose objects are not what they should be. */
  readonly broken: readonly string[];
}

/** What came of a unit that was recomputed. */
export interface RecomputedUnit {
  /** Id of its stage. */
  readonly stage: string;
  /** Index of the shard, `null` in a stage that is not sharded. */
  readonly shard: number | null;
  /** Against what is stored. */
  readonly state: "identical" | "different" | "failed";
  /** Why it failed. */
  readonly message?: string;
  /** What it gave, by name; empty when it failed. */
  readonly artifacts: readonly ArtifactEntry[];
  /** Artifacts that are in the store and were not made again. */
  readonly missing: readonly string[];
  /** Artifacts that were made and are not in the store. */
  readonly added: readonly string[];
  /** The first one first. */
  readonly differences: readonly Difference[];
}

/** How to recompute. */
export interface RecomputeOptions {
  /** Folder of deno.json. */
  readonly root: string;
  readonly artifacts: string;
  readonly workers: number;
  readonly signal?: AbortSignal | undefined;
  readonly emit: OnEvent;
  readonly now: () => number;
  readonly describe?: Describe | undefined;
  /** The artifacts of a stage that is done, by its id. */
  readonly artifactsOf: (stage: string) => readonly ArtifactEntry[];
}

/**
 * Recomputes units, the first ones first. Each gets a scratch store of its own, which is gone when it has been
 * compared. Units that were not through when the signal came are left out.
 *
 * @throws {StoreError} when there is no room for them.
 */
export async function recompute(
  units: readonly ChosenUnit[],
  options: RecomputeOptions,
): Promise<RecomputedUnit[]> {
  const session = openSession(layout(options.artifacts));
  try {
    return await new Recomputation(units, session, options).toEnd();
  } finally {
    session.close();
  }
}

class Recomputation {
  readonly #queue: ChosenUnit[];
  readonly #session: Session;
  readonly #options: RecomputeOptions;
  readonly #layout: Layout;
  readonly #sandboxes: Sandboxes;
  readonly #pool: WorkerPool;
  readonly #left = new Map<string, number>();
  readonly #done: RecomputedUnit[] = [];
  #running = 0;
  #storeError?: StoreError;

  constructor(units: readonly ChosenUnit[], session: Session, options: RecomputeOptions) {
    this.#queue = [...units];
    this.#session = session;
    this.#options = options;
    this.#layout = layout(options.artifacts);
    this.#sandboxes = new Sandboxes(options.root, {
      layout: this.#layout,
      folder: `${session.scratch}/inputs`,
    });
    this.#pool = new WorkerPool(options.workers, session.scratch);
    for (const { stage: { id } } of units) this.#left.set(id, (this.#left.get(id) ?? 0) + 1);
  }

  async toEnd(): Promise<RecomputedUnit[]> {
    const { signal } = this.#options;
    const abort = () => this.#pool.terminate();
    signal?.addEventListener("abort", abort);
    try {
      await Promise.all(Array.from({ length: this.#pool.size }, () => this.#work()));
    } finally {
      signal?.removeEventListener("abort", abort);
      this.#pool.terminate();
    }
    if (this.#storeError !== undefined) throw this.#storeError;
    return this.#done;
  }

  /** One place of the pool: unit after unit. */
  async #work(): Promise<void> {
    while (!this.#options.signal?.aborted && this.#storeError === undefined) {
      const unit = this.#queue.shift();
      if (unit === undefined) return;
      this.#running++;
      try {
        await this.#recompute(unit);
      } finally {
        this.#running--;
      }
    }
  }

  async #recompute(unit: ChosenUnit): Promise<void> {
    const { emit, now } = this.#options;
    const { stage, shard, key } = unit;
    const scratch = layout(`${this.#session.scratch}/${key}`);
    const begun = now();
    emit({ type: "unit-start", stage: stage.id, shard, key, reason: "verified" });
    // Restart points are looked for in the scratch store too: there are none, and the unit begins at its beginning.
    const work: WorkUnit = { of: { stage }, shard, key };
    const host = new UnitHost(work, { layout: scratch, session: this.#session, emit });
    try {
      const outcome = await this.#outcome(unit, host);
      await host.settled();
      if (host.storeError !== undefined) return this.#stop(host.storeError);
      const result = await this.#judge(unit, { outcome, made: sortByName(host.artifacts), scratch });
      if (result !== undefined) this.#end(unit, result, now() - begun);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#stop(error);
    } finally {
      removeIfThere(scratch.artifacts);
    }
  }

  /** Runs a unit on its inputs in the store. */
  async #outcome({ stage, shard, code }: ChosenUnit, host: UnitHost): Promise<JobOutcome> {
    const inputs = unitInputs(stage, this.#options.artifactsOf);
    const others = this.#running - 1 + this.#queue.length;
    const cores = Math.max(1, Math.floor(this.#pool.size / (others + 1)));
    try {
      const sandbox = this.#sandboxes.open({ stage: stage.id, code, inputs });
      const job = unitJob({ of: { stage }, shard }, { inputs, inputFolder: sandbox.inputs, cores });
      return await this.#pool.run(job, { sandbox, host });
    } catch (error) {
      if (!(error instanceof BrokenObjectError)) throw error;
      return { type: "failed", message: error.message, broken: error.digest };
    }
  }

  /** What came of a unit; nothing when it was ended before. */
  async #judge(
    unit: ChosenUnit,
    { outcome, made, scratch }: { outcome: JobOutcome; made: readonly ArtifactEntry[]; scratch: Layout },
  ): Promise<RecomputedUnit | undefined> {
    if (outcome.type === "terminated") return undefined;
    const name = { stage: unit.stage.id, shard: unit.shard };
    if (outcome.type === "failed") {
      const { message } = outcome;
      return { ...name, state: "failed", message, artifacts: [], missing: [], added: [], differences: [] };
    }
    const there = unit.record.artifacts.filter(({ digest }) => isFile(this.#layout.object(digest)));
    const before = new Map(there.map((artifact) => [artifact.name, artifact]));
    const after = new Map(made.map((artifact) => [artifact.name, artifact]));
    const missing = [...before.keys()].filter((name) => !after.has(name)).sort();
    const added = [...after.keys()].filter((name) => !before.has(name));
    const unequal = made.filter((artifact) => {
      const stored = before.get(artifact.name);
      return stored !== undefined && (!isSame(stored, artifact) || unit.broken.includes(artifact.name));
    }).map(({ name }) => name);
    const differences = unequal.length === 0
      ? []
      : await this.#describe(unit.stage.id, { names: unequal, after, scratch });
    const isIdentical = missing.length + added.length + unequal.length === 0;
    const state = isIdentical ? "identical" : "different";
    return { ...name, state, artifacts: made, missing, added, differences };
  }

  #describe(
    stage: string,
    { names, after, scratch }: {
      names: readonly string[];
      after: ReadonlyMap<string, ArtifactEntry>;
      scratch: Layout;
    },
  ): Promise<Difference[]> {
    const entries = new Map(this.#options.artifactsOf(stage).map((artifact) => [artifact.name, artifact]));
    const read = async ({ digest }: ArtifactEntry, { object }: Layout) => await Deno.readFile(object(digest));
    const stored = (name: string) => read(entries.get(name)!, this.#layout);
    return (this.#options.describe ?? describeBytes)({
      names,
      stored,
      recomputed: (name) => after.has(name) ? read(after.get(name)!, scratch) : stored(name),
    });
  }

  #end({ stage, shard, key, record }: ChosenUnit, result: RecomputedUnit, milliseconds: number): void {
    const { emit } = this.#options;
    this.#done.push(result);
    const name = { stage: stage.id, shard };
    if (result.state === "failed") {
      const which = shard === null ? stage.id : `${stage.id}, shard ${shard}`;
      const message = `Cannot recompute ${which}: ${result.message}`;
      emit({ type: "failed", ...name, params: stage.params, message });
    } else emit({ type: "unit-done", ...name, key, milliseconds });
    const left = this.#left.get(stage.id)! - 1;
    this.#left.set(stage.id, left);
    if (left > 0) return;
    this.#sandboxes.close(stage.id);
    const ofStage = this.#done.filter((unit) => unit.stage === stage.id);
    if (ofStage.some(({ state }) => state === "failed")) return;
    const { params, inputs, code } = record;
    const output = outputDigest(ofStage.flatMap(({ artifacts }) => artifacts));
    const of = { stage: stage.id, params, shards: stage.shards ?? null, inputs, code };
    emit({ type: "stage-done", ...of, output, executed: ofStage.length, reused: 0 });
  }

  #stop(error: StoreError): void {
    this.#storeError ??= error;
    this.#pool.terminate();
  }
}

/** The same bytes or, where a stage says what identifies them, the same of that. */
function isSame(a: ArtifactEntry, b: ArtifactEntry): boolean {
  return a.identity === b.identity && (a.identity !== undefined || a.digest === b.digest);
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
