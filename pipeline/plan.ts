/**
 * Decides, before anything runs and without changing anything, what a run would reuse and what it would do.
 *
 * @module
 */
import { type CodeDigest, type CodeDigester, codeDigester } from "./code_digest.ts";
import { CodeScans } from "./code_scan.ts";
import type { Graph } from "./graph.ts";
import { type ArtifactEntry, outputDigest, sortByName, unitKey } from "./key.ts";
import { type Layout, layout } from "./layout.ts";
import { readRecord, type UnitRecord } from "./record.ts";
import { shardsOf, type Stage } from "./stage.ts";
import { checkObject } from "./store.ts";
import { checkStoreVersion } from "./store_version.ts";

/** Where a project and its store are. */
export interface PlanOptions {
  /** Folder of deno.json, an absolute path. Stages read inside it and their modules lie in it. */
  readonly root: string;
  /** The store. Default: `artifacts` in the root. */
  readonly artifacts?: string;
  /** Hash every object, also those that nothing has touched since they were stored. */
  readonly rehash?: boolean;
  /** One that has read the code already. Default: a new one, which reads it now. */
  readonly digester?: CodeDigester;
}

/** Something in the store that is not what was stored. */
export interface Breakage {
  /** Name of the artifact, or `record`. */
  readonly what: string;
  /** What is there instead, in words. */
  readonly found: string;
  /** Digest of the object, if it is one. */
  readonly digest?: string;
}

/** What is to be done about one unit. */
export type UnitPlan =
  | {
    readonly action: "reuse";
    readonly shard: number | null;
    readonly key: string;
    readonly record: UnitRecord;
  }
  | {
    readonly action: "run";
    readonly shard: number | null;
    readonly key: string;
    /** Empty when the unit was never run from these ingredients. */
    readonly broken: readonly Breakage[];
    /** What it gave when it was run before. */
    readonly previous?: UnitRecord;
  }
  | { readonly action: "wait"; readonly shard: number | null };

/** What is to be done about one stage. */
export interface StagePlan {
  /** As declared. */
  readonly stage: Stage;
  /** The code that it reaches now. */
  readonly code: CodeDigest;
  /** `done`: all units are in the store. `stale`: some are to be run. `waiting`: that depends on its inputs. */
  readonly state: "done" | "stale" | "waiting";
  /** One for each shard, or a single one. */
  readonly units: readonly UnitPlan[];
  /** Role → output digest of the input stage; absent when `waiting`. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** Sorted by name; present when `done`. */
  readonly artifacts?: readonly ArtifactEntry[];
  /** Output digest; present when `done`. */
  readonly output?: string;
}

/**
 * Plans a run of the whole graph, in topological order.
 *
 * A stage behind one that is to be run waits: should its input come out as before, it is reused.
 *
 * @throws {TypeError} when the code of a stage names what cannot be found.
 * @throws {Error} when a newer version of the engine wrote the store.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pathToFileURL } from "node:url";
 * import { graph } from "./graph.ts";
 *
 * const root = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${root}/toy.ts`, "export function run() {}");
 * const module = pathToFileURL(`${root}/toy.ts`).href;
 * const toy = graph([
 *   { id: "make", module, params: {} },
 *   { id: "use", module, params: {}, inputs: { made: "make" } },
 * ]);
 * assert.deepEqual(plan(toy, { root }).map(({ state }) => state), ["stale", "waiting"]);
 * ```
 */
export function plan(graph: Graph, options: PlanOptions): StagePlan[] {
  const { root, artifacts = `${root}/artifacts`, rehash } = options;
  const places = layout(artifacts);
  checkStoreVersion(places);
  const digester = options.digester ?? codeDigester(root, new CodeScans(places.scans));
  const plans = new Map<string, StagePlan>();
  for (const stage of graph.stages) {
    const inputs = inputDigests(stage, (id) => plans.get(id)?.output);
    plans.set(stage.id, planStage(stage, inputs, { digester, layout: places, rehash: rehash ?? false }));
  }
  return [...plans.values()];
}

/** Plans one stage; `inputs` is `undefined` as long as one of them is not known. */
export function planStage(
  stage: Stage,
  inputs: Readonly<Record<string, string>> | undefined,
  { digester, layout, rehash }: { digester: CodeDigester; layout: Layout; rehash: boolean },
): StagePlan {
  const code = digester.digest(stage);
  if (inputs === undefined) {
    return {
      stage,
      code,
      state: "waiting",
      units: shardsOf(stage).map((shard) => ({ action: "wait", shard })),
    };
  }
  const units = shardsOf(stage).map((shard) => {
    const key = unitKey({ stage: stage.id, params: stage.params, shard, inputs, code: code.digest });
    return planUnit({ shard, key }, layout, rehash);
  });
  const artifacts = allArtifacts(units);
  return artifacts === undefined
    ? { stage, code, inputs, state: "stale", units }
    : { stage, code, inputs, state: "done", units, artifacts, output: outputDigest(artifacts) };
}

/** Looks a unit up in the store: a hit needs its record and every one of its objects. */
export function planUnit(
  { shard, key }: { readonly shard: number | null; readonly key: string },
  layout: Layout,
  rehash: boolean,
): UnitPlan & { action: "reuse" | "run" } {
  const record = readRecord(key, layout);
  if (record === undefined) return { action: "run", shard, key, broken: [] };
  if (record === "broken") {
    const found = "it is not what was written";
    return { action: "run", shard, key, broken: [{ what: "record", found }] };
  }
  const broken: Breakage[] = [];
  for (const artifact of record.artifacts) {
    const object = checkObject(artifact, layout, rehash);
    if (object.state === "broken") {
      broken.push({ what: artifact.name, found: object.found, digest: artifact.digest });
    }
  }
  if (broken.length === 0) return { action: "reuse", shard, key, record };
  return { action: "run", shard, key, broken, previous: record };
}

/** Role → output digest, or `undefined` as long as one is not known. */
export function inputDigests(
  { inputs }: Stage,
  output: (id: string) => string | undefined,
): Record<string, string> | undefined {
  const digests: Record<string, string> = {};
  for (const [role, id] of Object.entries(inputs ?? {})) {
    const digest = output(id);
    if (digest === undefined) return undefined;
    digests[role] = digest;
  }
  return digests;
}

function allArtifacts(units: readonly UnitPlan[]): ArtifactEntry[] | undefined {
  const artifacts: ArtifactEntry[] = [];
  for (const unit of units) {
    if (unit.action !== "reuse") return undefined;
    artifacts.push(...unit.record.artifacts);
  }
  return sortByName(artifacts);
}
