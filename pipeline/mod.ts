/**
 * The engine: runs a graph of stages, remembers every result by what it was made of, and answers for it.
 * Knows nothing of science.
 *
 * @example A stage, a graph, a run
 * ```ts
 * import assert from "node:assert/strict";
 * import { pathToFileURL } from "node:url";
 * import { execute, graph, plan } from "./mod.ts";
 *
 * const root = await Deno.makeTempDir();
 * await Deno.writeTextFile(
 *   `${root}/count.ts`,
 *   `export async function run({ shard, params, write }) {
 *     await write(\`part-\${shard}\`, new Uint8Array([params.from + shard]));
 *   }`,
 * );
 * await Deno.writeTextFile(
 *   `${root}/sum.ts`,
 *   `export async function run({ input, write }) {
 *     let sum = 0;
 *     const parts = input("parts");
 *     for (const name of parts.names) sum += (await parts.read(name))[0];
 *     await write("sum", new Uint8Array([sum]));
 *   }`,
 * );
 * const module = (name: string) => pathToFileURL(`${root}/${name}`).href;
 * const toy = graph([
 *   { id: "count", module: module("count.ts"), params: { from: 1 }, shards: 3 },
 *   { id: "sum", module: module("sum.ts"), params: {}, inputs: { parts: "count" } },
 * ]);
 *
 * const run = await execute(toy, { root, workers: 2 });
 * assert.ok(run.ok);
 * assert.equal(run.executed, 4);
 * assert.deepEqual(await Deno.readFile(`${root}/artifacts/sum/sum`), new Uint8Array([6]));
 * assert.ok(plan(toy, { root }).every((stage) => stage.state === "done"));
 * ```
 *
 * @module
 */
export type {
  Checkpoint,
  Json,
  JsonObject,
  ProgressDetail,
  Readings,
  Stage,
  StageContext,
  StageInput,
  StageRun,
  WriteOptions,
} from "./stage.ts";
export { type Graph, graph, GraphError, select } from "./graph.ts";
export { toDot } from "./dot.ts";
export { toMermaid } from "./mermaid.ts";
export { didYouMean, nearest } from "./nearest.ts";
export {
  findRun,
  lastOf,
  listRuns,
  pastKeys,
  type PastRun,
  type PastStage,
  type PastUnit,
  readRun,
  type StageIdentity,
} from "./history.ts";
export type { CodeDigest, CodeDigester, KeptCode } from "./code_digest.ts";
export type { Binding } from "./code_bindings.ts";
export type { CodeDeclaration, CodeOutline } from "./code_outline.ts";
export type { CodeStep } from "./code_path.ts";
export type { CodeReason } from "./explain_code.ts";
export type { Roots } from "./reach.ts";
export type { UnitRecord } from "./record.ts";
export type { UnitIngredients } from "./key.ts";
export { type Collected, collectGarbage, type Collection, type CollectOptions } from "./gc.ts";
export type { AdvisoryLock } from "./advisory_lock.ts";
export { holdStore } from "./hold.ts";
export { listPins, type PinnedStage, pinStages, unpinStages } from "./pins.ts";
export { brief, printable, quoted } from "./quoted.ts";
export { type PastArtifacts, pastArtifacts, readArtifact } from "./past_artifacts.ts";
export { type CodeFile, isPackage, pastCode, unchangedFile } from "./past_code.ts";
export { type Change, diffRuns, identityOf, leaves, type StageDiff } from "./run_diff.ts";
export { copyArtifact } from "./copy_artifact.ts";
export { explain, type ExplainOptions, explainRun, type Explanation, type Reason } from "./explain.ts";
export { type KnownStage, openArtifacts } from "./open_artifacts.ts";
export { type Breakage, plan, type PlanOptions, type StagePlan, type UnitPlan } from "./plan.ts";
export { execute, type ExecuteOptions } from "./run.ts";
export type { Failure, RunResult, StageResult } from "./result.ts";
export type { OnEvent, PlannedStage, RunEvent, UnitName } from "./events.ts";
export type { ArtifactEntry } from "./key.ts";
export { type ProgressDisplay, type ProgressOptions, type ProgressStyle, showProgress } from "./progress.ts";
export {
  compareLock,
  type Lock,
  type LockComparison,
  type LockDifference,
  type LockedProfile,
  lockEntries,
  parseLock,
  readLock,
  withMade,
  writeLock,
} from "./lock.ts";
export { BrokenObjectError } from "./store.ts";
export { inWords, StoreError } from "./store_error.ts";
export { type Provenance, provenance, type StageProvenance } from "./provenance.ts";
export {
  byteDifference,
  type Describe,
  describeBytes,
  type Difference,
  type UnequalArtifacts,
} from "./difference.ts";
export type { RecomputedUnit } from "./recompute.ts";
export {
  type Recompute,
  type UnitBreakage,
  type Verification,
  type VerifiedStage,
  verify,
  type VerifyOptions,
} from "./verify.ts";
