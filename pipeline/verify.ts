/**
 * Whether the store is what it says: every object hashed again and, on request, units recomputed from their
 * recorded inputs.
 *
 * @module
 */
import { digestOf, sha256 } from "./canonical.ts";
import type { Describe } from "./difference.ts";
import type { Graph } from "./graph.ts";
import type { ArtifactEntry } from "./key.ts";
import { type Layout, layout } from "./layout.ts";
import { type Breakage, plan, type StagePlan } from "./plan.ts";
import type { UnitRecord } from "./record.ts";
import { type ChosenUnit, recompute, type RecomputedUnit } from "./recompute.ts";
import type { ExecuteOptions } from "./run.ts";
import type { Stage } from "./stage.ts";
import { checkObject, readObject } from "./store.ts";

/** Which units to recompute. */
export interface Recompute {
  /** So many at random, or all of them. */
  readonly units: number | "all";
  /** Of these stages alone. Default: of every stage. */
  readonly of?: readonly string[];
  /** Decides which. The same seed chooses the same units, and a larger number those of a smaller one and more. */
  readonly seed: number;
}

/** How to verify. */
export interface VerifyOptions extends Omit<ExecuteOptions, "rehash"> {
  /** Default: none; objects are hashed, and nothing is run. */
  readonly recompute?: Recompute;
  /** Says where artifacts differ. Default: by byte. */
  readonly describe?: Describe;
  /**
   * What identifies an artifact that was written with an `identity`, from its bytes. Default: not known, and the
   * recorded identity is taken as it is.
   */
  readonly identify?: (name: string, bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>;
  /** How many bytes of objects are hashed. */
  readonly onHash?: (done: number, total: number) => void;
}

/** A breakage, and the shard that it is in. */
export interface UnitBreakage extends Breakage {
  /** Index of the shard, `null` in a stage that is not sharded. */
  readonly shard: number | null;
}

/** What is known of one stage afterwards. */
export interface VerifiedStage {
  /** As declared. */
  readonly stage: Stage;
  /** `missing`: not all of its units are in the store. */
  readonly state: "done" | "missing";
  /** How many it has. */
  readonly units: number;
  /** Units of which every object was hashed. */
  readonly checked: number;
  /** How many artifacts these are. */
  readonly hashed: number;
  /** Artifacts of its units in the store, by name; all of the stage's when it is done. */
  readonly artifacts: readonly ArtifactEntry[];
  /** What is not what was stored. */
  readonly broken: readonly UnitBreakage[];
  /** In the order of the shards. */
  readonly recomputed: readonly RecomputedUnit[];
}

/** What came of it. */
export interface Verification {
  /** Nothing is broken, missing, or other than recomputed; and it was not aborted. */
  readonly ok: boolean;
  /** It was told to stop. */
  readonly aborted: boolean;
  /** Bytes of all objects that were hashed. */
  readonly bytes: number;
  /** In topological order. */
  readonly stages: readonly VerifiedStage[];
}

/** Bytes that are hashed before signals and other work get their turn. */
const TURN = 1 << 25;

/**
 * Hashes all objects of a graph's units, and recomputes some of the units. Changes nothing in the store: what is
 * recomputed is kept beside it as long as it is compared, and no restart point is read.
 *
 * @throws {TypeError} when the code of a stage names what cannot be found.
 * @throws {StoreError} when there is no room for what is recomputed.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pathToFileURL } from "node:url";
 * import { execute, graph, verify } from "./mod.ts";
 *
 * const root = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${root}/one.ts`, `export const run = (c) => c.write("one", new Uint8Array([1]));`);
 * const toy = graph([{ id: "one", module: pathToFileURL(`${root}/one.ts`).href, params: {} }]);
 * await execute(toy, { root, workers: 1 });
 * const { ok, stages: [one] } = await verify(toy, { root, workers: 1, recompute: { units: "all", seed: 1 } });
 * assert.ok(ok);
 * assert.deepEqual(one.recomputed.map(({ state }) => state), ["identical"]);
 * ```
 */
export async function verify(graph: Graph, options: VerifyOptions): Promise<Verification> {
  const { root, artifacts = `${root}/artifacts`, signal, now = Date.now } = options;
  const plans = plan(graph, options);
  const { hashed, broken, bytes } = await rehash(plans, layout(artifacts), options);
  const byId = new Map(plans.map((plan) => [plan.stage.id, plan]));
  const chosen = signal?.aborted ? [] : longestFirst(chosenUnits(plans, broken, options.recompute), options);
  announce(chosen, options);
  const recomputed = chosen.length === 0 ? [] : await recompute(chosen, {
    root,
    artifacts,
    workers: options.workers ?? navigator.hardwareConcurrency,
    signal,
    emit: options.onEvent ?? (() => {}),
    now,
    describe: options.describe,
    artifactsOf: (id) => storedArtifacts(byId.get(id)!),
  });
  const stages = plans.map((plan) => verifiedStage(plan, { hashed, broken, recomputed }));
  const aborted = signal?.aborted ?? false;
  return { ok: !aborted && stages.every(isGood), aborted, bytes, stages };
}

/** A unit that has a record. Its objects may be broken. */
interface StoredUnit {
  readonly shard: number | null;
  readonly key: string;
  readonly record: UnitRecord;
}

/** Key of a unit → what of it is broken. */
type Broken = ReadonlyMap<string, readonly UnitBreakage[]>;

function storedUnits({ units }: StagePlan): StoredUnit[] {
  return units.flatMap((unit) => {
    const record = unit.action === "reuse" ? unit.record : unit.action === "run" ? unit.previous : undefined;
    return record === undefined || unit.action === "wait"
      ? []
      : [{ shard: unit.shard, key: unit.key, record }];
  });
}

function storedArtifacts(plan: StagePlan): readonly ArtifactEntry[] {
  return plan.artifacts ?? storedUnits(plan).flatMap(({ record }) => record.artifacts);
}

/** What a pass over all objects found. */
interface Hashed {
  /** Digests of objects that were hashed. */
  readonly hashed: ReadonlySet<string>;
  readonly broken: Broken;
  readonly bytes: number;
}

/** Hashes each object once, however many artifacts it is, and looks whether identities are those of the bytes. */
async function rehash(plans: readonly StagePlan[], layout: Layout, options: VerifyOptions): Promise<Hashed> {
  const { signal, onHash } = options;
  const units = plans.flatMap(storedUnits);
  const all = units.flatMap(({ record }) => record.artifacts);
  const byDigest = Map.groupBy(all, ({ digest }) => digest);
  const total = [...byDigest.values()].reduce((sum, [{ size }]) => sum + size, 0);
  const hashed = new Set<string>();
  const found = new Map<ArtifactEntry, string>();
  let [bytes, turn] = [0, 0];
  for (const [digest, artifacts] of byDigest) {
    if (signal?.aborted) break;
    const object = checkObject(artifacts[0], layout, true);
    const byIdentity = Map.groupBy(artifacts, ({ identity }) => identity);
    for (const [, alike] of byIdentity) {
      const wrong = object.state === "broken" ? object.found : await wrongIdentity(alike[0], layout, options);
      if (wrong !== undefined) { for (const artifact of alike) found.set(artifact, wrong); }
    }
    hashed.add(digest);
    bytes += artifacts[0].size;
    onHash?.(bytes, total);
    if (bytes < turn) continue;
    turn = bytes + TURN;
    await new Promise((resolve) => setTimeout(resolve));
  }
  const broken = units.map(({ key, shard, record: { artifacts } }) => {
    const lost = artifacts.filter((artifact) => found.has(artifact));
    return [
      key,
      lost.map((one) => ({ shard, what: one.name, found: found.get(one)!, digest: one.digest })),
    ] as const;
  });
  return { hashed, broken: new Map(broken.filter(([, lost]) => lost.length > 0)), bytes };
}

/** The lock compares identities: a record must not say one that the bytes do not have. */
async function wrongIdentity(
  { name, digest, identity }: ArtifactEntry,
  layout: Layout,
  { identify }: VerifyOptions,
): Promise<string | undefined> {
  if (identity === undefined || identify === undefined) return undefined;
  try {
    const actual = sha256(await identify(name, readObject(digest, layout)));
    return actual === identity
      ? undefined
      : `its identity must be ${identity}, as recorded, but is ${actual}`;
  } catch (error) {
    return (error as Error).message;
  }
}

function chosenUnits(
  plans: readonly StagePlan[],
  broken: Broken,
  choice: Recompute | undefined,
): ChosenUnit[] {
  if (choice === undefined) return [];
  const { units, of, seed } = choice;
  const all = plans.filter(({ stage }) => of === undefined || of.includes(stage.id)).flatMap((plan) =>
    storedUnits(plan).map(({ shard, key, record }) => {
      const { stage, code } = plan;
      return { stage, shard, key, record, code, broken: (broken.get(key) ?? []).map(({ what }) => what) };
    })
  );
  if (units === "all" || units >= all.length) return all;
  const lots = new Map(
    all.map(({ stage: { id }, shard, key }) => [key, digestOf("lot/1", [seed, id, shard])]),
  );
  return all.sort((a, b) => lots.get(a.key)! < lots.get(b.key)! ? -1 : 1).slice(0, units);
}

function longestFirst(units: ChosenUnit[], { cost = () => 1 }: VerifyOptions): ChosenUnit[] {
  const effort = ({ stage }: ChosenUnit) => cost(stage) / (stage.shards ?? 1);
  return units.sort((a, b) => effort(b) - effort(a));
}

function announce(chosen: readonly ChosenUnit[], { onEvent, cost = () => 1 }: VerifyOptions): void {
  const counts = new Map<Stage, number>();
  for (const { stage } of chosen) counts.set(stage, (counts.get(stage) ?? 0) + 1);
  const stages = [...counts].map(([stage, units]) => {
    return { stage: stage.id, units, reuse: 0, run: units, cost: cost(stage) * units / (stage.shards ?? 1) };
  });
  if (stages.length > 0) onEvent?.({ type: "plan", run: "verify", stages });
}

function verifiedStage(
  plan: StagePlan,
  { hashed, broken, recomputed }: {
    hashed: ReadonlySet<string>;
    broken: Broken;
    recomputed: readonly RecomputedUnit[];
  },
): VerifiedStage {
  const { stage, state, units } = plan;
  const stored = storedUnits(plan);
  const checked = stored.filter(({ record }) => record.artifacts.every(({ digest }) => hashed.has(digest)));
  const withoutRecord = units.flatMap((unit) =>
    unit.action === "run" && unit.previous === undefined
      ? unit.broken.map((one) => ({ ...one, shard: unit.shard }))
      : []
  );
  return {
    stage,
    state: state === "done" ? "done" : "missing",
    units: units.length,
    checked: checked.length,
    hashed: checked.reduce((sum, { record }) => sum + record.artifacts.length, 0),
    artifacts: storedArtifacts(plan),
    broken: [...withoutRecord, ...stored.flatMap(({ key }) => broken.get(key) ?? [])],
    recomputed: recomputed.filter((unit) => unit.stage === stage.id)
      .sort((a, b) => (a.shard ?? 0) - (b.shard ?? 0)),
  };
}

function isGood({ state, broken, recomputed }: VerifiedStage): boolean {
  return state === "done" && broken.length === 0 && recomputed.every(({ state }) => state === "identical");
}
