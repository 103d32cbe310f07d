/**
 * One unit: what a worker is told, what it may ask for, and what is kept of it.
 *
 * @module
 */
import { dirname } from "node:path";
import { checkArtifactName } from "./artifact_name.ts";
import { openCheckpoint, sealCheckpoint } from "./checkpoint.ts";
import type { OnEvent } from "./events.ts";
import { removeIfThere } from "./files.ts";
import type { ArtifactEntry } from "./key.ts";
import type { Layout } from "./layout.ts";
import { type UnitRecord, writeCode, writeRecord } from "./record.ts";
import type { UnitState } from "./schedule.ts";
import type { Session } from "./session.ts";
import type { ProgressDetail, Stage } from "./stage.ts";
import { putObject } from "./store.ts";
import { StoreError } from "./store_error.ts";
import type { JobHost } from "./worker_pool.ts";
import type { Job } from "./worker_protocol.ts";

interface Tools {
  readonly layout: Layout;
  readonly session: Session;
  readonly emit: OnEvent;
}

/** A unit as it is worked on, be it for the store or for a comparison with it. */
export type WorkUnit = Pick<UnitState, "shard" | "key"> & { readonly of: Pick<UnitState["of"], "stage"> };

/** The artifacts that a stage reads, by role. `artifacts` gives those of a finished stage. */
export function unitInputs(
  { inputs = {} }: Stage,
  artifacts: (stage: string) => readonly ArtifactEntry[],
): Job["inputs"] {
  const roles = Object.entries(inputs).map(([role, id]) => {
    return [role, artifacts(id).map(({ name, digest }) => ({ name, digest }))];
  });
  return Object.fromEntries(roles);
}

/** What a worker is told. */
export function unitJob(
  { of: { stage }, shard }: { readonly of: { readonly stage: Stage }; readonly shard: number | null },
  { inputs, inputFolder, cores }: Pick<Job, "inputs" | "inputFolder" | "cores">,
): Job {
  return {
    stage: stage.id,
    module: stage.module,
    uses: stage.uses ?? {},
    params: stage.params,
    shard,
    inputs,
    inputFolder,
    cores,
  };
}

/** Does what a running unit asks for. */
export class UnitHost implements JobHost {
  /** What it has written so far, in the order in which it was stored. */
  readonly artifacts: ArtifactEntry[] = [];
  /** Why something that it wrote could not be stored, if so. */
  storeError?: StoreError;
  readonly #unit: WorkUnit;
  readonly #tools: Tools;
  readonly #names = new Set<string>();
  readonly #storing = new Set<Promise<unknown>>();
  #saving: Promise<void> = Promise.resolve();

  constructor(unit: WorkUnit, tools: Tools) {
    this.#unit = unit;
    this.#tools = tools;
  }

  async write(
    { name, bytes, identity }: { name: string; bytes: Uint8Array; identity?: string },
  ): Promise<void> {
    checkArtifactName(name);
    if (this.#names.has(name)) {
      throw new Error(`Cannot write the artifact "${name}": each is written once, but it was written before`);
    }
    this.#names.add(name);
    const { length: size } = bytes;
    const digest = await this.#store(putObject(bytes, this.#tools), bytes);
    const artifact = { name, digest, size, ...(identity !== undefined && { identity }) };
    this.artifacts.push(artifact);
    this.#tools.emit({ type: "artifact", ...this.#name(), artifact });
  }

  /** One after the other: the last one saved is the one that stays. */
  saveCheckpoint(bytes: Uint8Array): Promise<void> {
    const { session, layout } = this.#tools;
    const path = layout.checkpoint(this.#unit.key);
    return this.#saving = this.#saving.then(() =>
      this.#store(session.write(path, sealCheckpoint(bytes)), bytes)
    );
  }

  async loadCheckpoint(): Promise<Uint8Array | undefined> {
    try {
      return openCheckpoint(await Deno.readFile(this.#tools.layout.checkpoint(this.#unit.key)));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  }

  progress(done: number, total: number, detail?: ProgressDetail): void {
    this.#tools.emit({
      type: "progress",
      ...this.#name(),
      done,
      total,
      ...(detail !== undefined && { detail }),
    });
  }

  say(text: string): void {
    this.#tools.emit({ type: "said", ...this.#name(), text });
  }

  /** Resolves when nothing is being written any more, be it for good or in vain. */
  async settled(): Promise<void> {
    await Promise.allSettled([this.#saving, ...this.#storing]);
  }

  #name() {
    return { stage: this.#unit.of.stage.id, shard: this.#unit.shard };
  }

  async #store<T>(work: Promise<T>, bytes: Uint8Array): Promise<T> {
    this.#storing.add(work);
    try {
      return await work;
    } catch (error) {
      if (error instanceof StoreError) this.storeError ??= error;
      throw error;
    } finally {
      this.#storing.delete(work);
      free(bytes);
    }
  }
}

/**
 * Gives the memory of a buffer back at once. It came by message and is nobody else's; the garbage collector, who
 * sees a small object, lets hundreds of megabytes of them pile up.
 */
function free({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}

/** Keeps what a unit made: its objects are there already, its record makes them count. */
export function keepUnit(
  unit: UnitState,
  artifacts: readonly ArtifactEntry[],
  { layout, session, milliseconds }: Tools & { milliseconds: number },
): UnitRecord {
  const record = { ...unit.ingredients, artifacts };
  const isFirst = unit.of.executed === 0;
  if (isFirst && unit.of.plan !== undefined) writeCode(unit.of.plan.code, { layout, session });
  session.writeText(layout.time(unit.key), JSON.stringify({ milliseconds: Math.round(milliseconds) }) + "\n");
  writeRecord(record, { layout, session });
  removeIfThere(dirname(layout.checkpoint(unit.key)));
  return record;
}

/** Why a unit runs: `new`, or what it gave before is `broken` or `lost`. */
export function reason({ plan }: UnitState): string {
  if (plan.action === "reuse") return "lost";
  return plan.broken.length > 0 ? "broken" : "new";
}

/** Names that came out otherwise than when the same unit ran before. */
export function differing({ plan }: UnitState, artifacts: readonly ArtifactEntry[]): string[] {
  const before = plan.action === "reuse" ? plan.record : plan.previous;
  if (before === undefined) return [];
  const digests = new Map(before.artifacts.map(({ name, digest }) => [name, digest]));
  const now = new Set(artifacts.map(({ name }) => name));
  const changed = artifacts.filter(({ name, digest }) => digests.get(name) !== digest).map(({ name }) =>
    name
  );
  return [...changed, ...[...digests.keys()].filter((name) => !now.has(name))].sort();
}
