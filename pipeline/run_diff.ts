/**
 * What is different between two runs, stage by stage: parameters, code, inputs, artifacts.
 *
 * @module
 */
import type { PastRun, PastStage } from "./history.ts";
import type { ArtifactEntry } from "./key.ts";
import { layout } from "./layout.ts";
import { type PastArtifacts, pastArtifacts } from "./past_artifacts.ts";
import { readCode } from "./record.ts";
import type { Json, JsonObject } from "./stage.ts";

/** Something by name, in the first run and in the second; absent where there is none. */
export interface Change<T> {
  /** What it is called in both. */
  readonly name: string;
  /** In the first run. */
  readonly first?: T;
  /** In the second run. */
  readonly second?: T;
}

/** A stage that is not the same in both runs. */
export interface StageDiff {
  /** Its id. */
  readonly stage: string;
  /** Which of the runs finished it. What follows is empty unless both did. */
  readonly finished: "both" | "first" | "second";
  /** By path: `train.steps`. A list counts as one value. */
  readonly params: readonly Change<Json>[];
  /** Files and packages → digests; `undefined` when the code differs and which files is not known any more. */
  readonly code: readonly Change<string>[] | undefined;
  /** Role → output digest of the stage that was read under it. */
  readonly inputs: readonly Change<string>[];
  /** Those that are not the same thing: of pictures the pixels count, not the bytes. */
  readonly artifacts: readonly Change<ArtifactEntry>[];
  /** Units of either run that the store has no record of any more: their artifacts are not compared. */
  readonly forgotten: number;
}

/**
 * Compares two runs. Stages that are the same in both are left out.
 *
 * @param folder The store of both.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pathToFileURL } from "node:url";
 * import { execute, graph, readRun } from "./mod.ts";
 *
 * const root = await Deno.makeTempDir();
 * await Deno.writeTextFile(
 *   `${root}/one.ts`,
 *   `export const run = ({ params, write }) => write("one", new Uint8Array([params.size.x]));`,
 * );
 * const module = pathToFileURL(`${root}/one.ts`).href;
 * const run = async (x: number) => {
 *   const { id } = await execute(graph([{ id: "one", module, params: { size: { x } } }]), { root, workers: 1 });
 *   return readRun(id, `${root}/artifacts`);
 * };
 * const [{ params, code, artifacts }] = diffRuns(await run(1), await run(2), `${root}/artifacts`);
 * assert.deepEqual(params, [{ name: "size.x", first: 1, second: 2 }]);
 * assert.deepEqual(code, []);
 * assert.deepEqual(artifacts.map(({ name }) => name), ["one"]);
 * ```
 */
export function diffRuns(first: PastRun, second: PastRun, folder: string): StageDiff[] {
  const before = new Map(first.stages.map((stage) => [stage.stage, stage]));
  const after = new Map(second.stages.map((stage) => [stage.stage, stage]));
  const names = inOrder(first, second).filter((name) => before.has(name) || after.has(name));
  return names.flatMap((name) => diffStage(before.get(name), after.get(name), folder) ?? []);
}

/** The stages of both, as the first run planned them, then those that only the second has. */
function inOrder(...runs: readonly PastRun[]): string[] {
  return [
    ...new Set(runs.flatMap(({ planned, stages }) => [...planned, ...stages].map(({ stage }) => stage))),
  ];
}

function diffStage(
  first: PastStage | undefined,
  second: PastStage | undefined,
  folder: string,
): StageDiff | undefined {
  if (first === undefined || second === undefined) {
    const { stage } = (first ?? second)!;
    const finished = first === undefined ? "second" : "first";
    return { stage, finished, params: [], code: [], inputs: [], artifacts: [], forgotten: 0 };
  }
  const params = changes(leaves(sharded(first)), leaves(sharded(second)), sameJson);
  const code = first.code === second.code ? [] : diffCode(first.code, second.code, folder);
  const inputs = changes(first.inputs, second.inputs, (a, b) => a === b);
  const isSame = first.output === second.output;
  if (isSame && params.length === 0 && code?.length === 0 && inputs.length === 0) return undefined;
  const { artifacts, forgotten } = isSame
    ? { artifacts: [], forgotten: 0 }
    : diffArtifacts(pastArtifacts(first, folder), pastArtifacts(second, folder));
  return { stage: first.stage, finished: "both", params, code, inputs, artifacts, forgotten };
}

/** The number of shards is set like a parameter, and shown as one. */
function sharded({ params, shards }: PastStage): JsonObject {
  return shards === null || "shards" in params ? params : { ...params, shards };
}

function diffCode(first: string, second: string, folder: string): Change<string>[] | undefined {
  const places = layout(folder);
  const [before, after] = [readCode(first, places), readCode(second, places)];
  if (before === undefined || after === undefined) return undefined;
  return changes(before.ingredients, after.ingredients, (a, b) => a === b);
}

function diffArtifacts(
  first: PastArtifacts,
  second: PastArtifacts,
): Pick<StageDiff, "artifacts" | "forgotten"> {
  const byName = ({ artifacts }: PastArtifacts) =>
    Object.fromEntries(artifacts.map((artifact) => [artifact.name, artifact]));
  const forgotten = first.forgotten + second.forgotten;
  const all = changes(byName(first), byName(second), (a, b) => identityOf(a) === identityOf(b));
  // What is missing on one side may be missing from the memory alone.
  const artifacts = forgotten === 0
    ? all
    : all.filter(({ first, second }) => first !== undefined && second !== undefined);
  return { artifacts, forgotten };
}

/** What an artifact is compared by. */
export function identityOf({ digest, identity }: ArtifactEntry): string {
  return identity ?? digest;
}

/** Entries of which one is missing or both are not the same, sorted by name. */
function changes<T>(
  first: Readonly<Record<string, T>>,
  second: Readonly<Record<string, T>>,
  isSame: (first: T, second: T) => boolean,
): Change<T>[] {
  const names = [...new Set([...Object.keys(first), ...Object.keys(second)])].sort();
  return names.flatMap((name) => {
    const [inFirst, inSecond] = [Object.hasOwn(first, name), Object.hasOwn(second, name)];
    if (inFirst && inSecond && isSame(first[name], second[name])) return [];
    return [{ name, ...(inFirst && { first: first[name] }), ...(inSecond && { second: second[name] }) }];
  });
}

/**
 * The values of nested settings by their paths.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(leaves({ train: { steps: 5, sizes: [1, 2] } }), { "train.steps": 5, "train.sizes": [1, 2] });
 * ```
 */
export function leaves(values: JsonObject): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => {
      if (!isObject(value)) return [[name, value]];
      return Object.entries(leaves(value)).map(([inner, leaf]) => [`${name}.${inner}`, leaf]);
    }),
  );
}

function isObject(value: Json): value is JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value) &&
    Object.keys(value).length > 0;
}

function sameJson(first: Json, second: Json): boolean {
  return JSON.stringify(first) === JSON.stringify(second);
}
