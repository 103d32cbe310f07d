/**
 * Why a stage is stale, or why a run executed it: ingredient by ingredient against the run before. Answers only;
 * nothing that is computed depends on it.
 *
 * @module
 */
import type { KeptCode } from "./code_digest.ts";
import { type CodeReason, codeReasons } from "./explain_code.ts";
import { listRuns, pastKeys, type PastRun, type PastStage, readRun } from "./history.ts";
import type { ArtifactEntry } from "./key.ts";
import { layout } from "./layout.ts";
import type { Breakage, StagePlan } from "./plan.ts";
import { readCode, readRecord } from "./record.ts";
import { same, valueReasons } from "./explain_params.ts";
import type { Json } from "./stage.ts";

/** One thing that is not as it was, or is not there. */
export type Reason =
  /** No run that is known finished the stage; so many of its units are stored all the same. */
  | { readonly kind: "new"; readonly stored: number }
  | { readonly kind: "param"; readonly path: string; readonly before?: Json; readonly after?: Json }
  | { readonly kind: "shards"; readonly before: number | null; readonly after: number | null }
  | CodeReason
  | {
    readonly kind: "input";
    readonly role: string;
    /** The stage that is read, if that is known. */
    readonly stage?: string;
    /** Names of artifacts that differ, came or went, if that is known. */
    readonly artifacts?: readonly string[];
  }
  /** A stage before it is to be run, so its input is not known yet. */
  | { readonly kind: "waits"; readonly stage: string }
  /** An object or a record is not what was stored. */
  | ({ readonly kind: "broken"; readonly shard: number | null } & Pick<Breakage, "what" | "found">)
  /** The newest run tried it, or the run that is asked about, and it failed. */
  | { readonly kind: "failed"; readonly shard: number | null; readonly message: string }
  /** Made before from the same ingredients, but its records are not in the store. */
  | { readonly kind: "lost"; readonly shards: readonly (number | null)[] };

/** The answer about one stage. */
export interface Explanation {
  /** Id of the stage. */
  readonly stage: string;
  /** As planned; `executed` or `failed` in the answer about a run. */
  readonly state: StagePlan["state"] | "executed" | "failed";
  /** The run that it is compared with; that which made it, where it is `done`. */
  readonly against?: Pick<PastRun, "id" | "begun" | "about">;
  /** Empty when `done`. */
  readonly reasons: readonly Reason[];
}

/** What to answer about. */
export interface ExplainOptions {
  /** The store. */
  readonly artifacts: string;
  /** Which runs to compare with, before all others: those of the same profile, say. */
  readonly isAlike?: (run: PastRun) => boolean;
}

/**
 * Says of each stage of a plan why it is stale.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pathToFileURL } from "node:url";
 * import { graph } from "./graph.ts";
 * import { plan } from "./plan.ts";
 * import { execute } from "./run.ts";
 *
 * const root = await Deno.makeTempDir();
 * const artifacts = `${root}/artifacts`;
 * await Deno.writeTextFile(`${root}/one.ts`, "export const run = ({ write }) => write('one', new Uint8Array(1));");
 * const module = pathToFileURL(`${root}/one.ts`).href;
 * const one = (steps: number) => graph([{ id: "one", module, params: { steps } }]);
 *
 * await execute(one(5000), { root });
 * const [{ reasons }] = explain(plan(one(8000), { root }), { artifacts });
 * assert.deepEqual(reasons, [{ kind: "param", path: "steps", before: 5000, after: 8000 }]);
 * ```
 */
export function explain(plans: readonly StagePlan[], options: ExplainOptions): Explanation[] {
  const history = new History(options, listRuns(options.artifacts));
  const byId = new Map(plans.map((plan) => [plan.stage.id, plan]));
  return plans.map((plan) => {
    const { stage: { id }, state } = plan;
    if (state === "done") return { stage: id, state, ...history.maker(plan), reasons: [] };
    const past = history.last(id);
    const waits = staleInputs(plan, byId).map((stage): Reason => ({ kind: "waits", stage }));
    const broken = [...history.failures(id), ...brokenUnits(plan)];
    if (past === undefined) {
      const stored = plan.units.filter(({ action }) => action === "reuse").length;
      return { stage: id, state, reasons: [{ kind: "new", stored }, ...waits, ...broken] };
    }
    const changed = [
      ...changes(past.stage, { ...plan.stage, shards: plan.stage.shards ?? null, code: kept(plan) }, options),
      ...inputReasons(past, plan, { byId, ...options }),
    ];
    const lost = changed.length + waits.length > 0 ? [] : lostUnits(plan);
    return { stage: id, state, against: past.run, reasons: [...changed, ...waits, ...broken, ...lost] };
  });
}

/**
 * Says of each stage that a run executed why it did, and of each that failed how.
 *
 * @throws {Error} when there is no such run.
 */
export function explainRun(id: string, options: ExplainOptions): Explanation[] {
  const run = readRun(id, options.artifacts);
  const isAlike = options.isAlike ?? (({ about }) => same(about.profile ?? null, run.about.profile ?? null));
  const history = new History(
    { ...options, isAlike },
    listRuns(options.artifacts).filter((other) => other < id),
  );
  const executed = run.stages.filter(({ executed }) => executed > 0).map((stage): Explanation => {
    const broken = run.broken.filter((one) => one.stage === stage.stage)
      .map(({ shard, what, found }): Reason => ({ kind: "broken", shard, what, found }));
    const past = history.last(stage.stage);
    if (past === undefined) {
      return {
        stage: stage.stage,
        state: "executed",
        reasons: [{ kind: "new", stored: stage.reused }, ...broken],
      };
    }
    const code = readCode(stage.code, layout(options.artifacts)) ??
      { digest: stage.code, ingredients: {}, reaches: {} };
    const changed = [
      ...changes(past.stage, { ...stage, code }, options),
      ...pastInputReasons(past, { run, stage }, options.artifacts),
    ];
    const shards = run.units.filter((unit) => unit.stage === stage.stage).map(({ shard }) => shard);
    const lost: Reason[] = changed.length + broken.length > 0 ? [] : [{ kind: "lost", shards }];
    return {
      stage: stage.stage,
      state: "executed",
      against: past.run,
      reasons: [...changed, ...broken, ...lost],
    };
  });
  const failed = [...new Set(run.failures.map(({ stage }) => stage))].map((stage): Explanation => ({
    stage,
    state: "failed",
    reasons: failuresOf(run, stage),
  }));
  return [...executed, ...failed];
}

function failuresOf({ failures }: PastRun, id: string): Reason[] {
  return failures.filter(({ stage }) => stage === id).map(({ shard, message }) => ({
    kind: "failed",
    shard,
    message,
  }));
}

/** A stage as a run finished it, and the run. */
interface Past {
  readonly run: PastRun;
  readonly stage: PastStage;
}

/** The runs of a store, each read at most once, and only as far back as there are questions. */
class History {
  readonly #runs = new Map<string, PastRun>();
  constructor(readonly options: ExplainOptions, readonly ids: readonly string[]) {}

  last(stage: string): Past | undefined {
    const { isAlike } = this.options;
    return (isAlike && this.#find(stage, isAlike)) ?? this.#find(stage, () => true);
  }

  /** The run that made what is stored; one that found it so, when that is all that is known. */
  maker({ stage: { id }, output }: StagePlan): Pick<Explanation, "against"> {
    const isOutput = (run: PastRun) => run.stages.some((past) => past.stage === id && past.output === output);
    const made = this.#find(
      id,
      (run) => isOutput(run) && run.stages.some((past) => past.stage === id && past.executed > 0),
    ) ??
      this.#find(id, isOutput);
    return made === undefined ? {} : { against: made.run };
  }

  /** How the newest run failed at a stage, if it did. */
  failures(stage: string): Reason[] {
    const [newest] = this.ids;
    return newest === undefined ? [] : failuresOf(this.#read(newest), stage);
  }

  #read(id: string): PastRun {
    const run = this.#runs.get(id) ?? readRun(id, this.options.artifacts);
    this.#runs.set(id, run);
    return run;
  }

  #find(stage: string, isWanted: (run: PastRun) => boolean): Past | undefined {
    for (const id of this.ids) {
      const run = this.#read(id);
      const found = run.stages.findLast((past) => past.stage === stage);
      if (found !== undefined && isWanted(run)) return { run, stage: found };
    }
    return undefined;
  }
}

function kept({ code }: StagePlan): KeptCode {
  return { ...code, outlines: code.outlines() };
}

function changes(
  before: PastStage,
  after: { readonly params: PastStage["params"]; readonly shards: number | null; readonly code: KeptCode },
  { artifacts }: ExplainOptions,
): Reason[] {
  const params = valueReasons(before.params, after.params).map((one): Reason => ({ kind: "param", ...one }));
  // Fewer shards run nothing of the stage itself.
  const shards: Reason[] = before.shards === after.shards
    ? []
    : [{ kind: "shards", before: before.shards, after: after.shards }];
  const code = before.code === after.code.digest
    ? []
    : codeReasons(readCode(before.code, layout(artifacts)), after.code);
  return [...params, ...shards, ...code];
}

/** The stages to be run that one waits for, over others that wait. */
function staleInputs(plan: StagePlan, byId: ReadonlyMap<string, StagePlan>): string[] {
  const found = new Set<string>();
  const look = (plan: StagePlan): void => {
    for (const id of Object.values(plan.stage.inputs ?? {})) {
      const input = byId.get(id);
      if (input?.state === "stale") found.add(id);
      if (input?.state === "waiting") look(input);
    }
  };
  look(plan);
  return [...found];
}

function brokenUnits({ units }: StagePlan): Reason[] {
  return units.flatMap((unit) =>
    unit.action !== "run"
      ? []
      : unit.broken.map(({ what, found }): Reason => ({ kind: "broken", shard: unit.shard, what, found }))
  );
}

/** Units without a record although nothing changed. */
function lostUnits({ units }: StagePlan): Reason[] {
  const lost = units.filter((unit) => unit.action === "run" && unit.broken.length === 0);
  return lost.length === 0 ? [] : [{ kind: "lost", shards: lost.map(({ shard }) => shard) }];
}

function inputReasons(
  past: Past,
  { stage, inputs }: StagePlan,
  { byId, artifacts }: { byId: ReadonlyMap<string, StagePlan>; artifacts: string },
): Reason[] {
  if (inputs === undefined) return [];
  return roles(past.stage.inputs, inputs).map((role) => {
    const id = stage.inputs?.[role];
    const now = id === undefined ? undefined : byId.get(id)?.artifacts;
    const before = artifactsOf(past.run, past.stage.inputs[role], artifacts);
    return inputReason(role, id, before, now);
  });
}

function pastInputReasons(past: Past, now: Past, artifacts: string): Reason[] {
  return roles(past.stage.inputs, now.stage.inputs).map((role) => {
    const digest = now.stage.inputs[role];
    const id = now.run.stages.find(({ output }) => output === digest)?.stage;
    const before = artifactsOf(past.run, past.stage.inputs[role], artifacts);
    return inputReason(role, id, before, artifactsOf(now.run, digest, artifacts));
  });
}

/** Roles whose content differs. */
function roles(before: PastStage["inputs"], after: PastStage["inputs"]): string[] {
  const all = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return all.filter((role) => before[role] !== after[role]);
}

function inputReason(
  role: string,
  stage: string | undefined,
  before: readonly ArtifactEntry[] | undefined,
  after: readonly ArtifactEntry[] | undefined,
): Reason {
  const names = before === undefined || after === undefined ? undefined : differing(before, after);
  return {
    kind: "input",
    role,
    ...(stage !== undefined && { stage }),
    ...(names !== undefined && { artifacts: names }),
  };
}

function differing(before: readonly ArtifactEntry[], after: readonly ArtifactEntry[]): string[] {
  const digests = (list: readonly ArtifactEntry[]) => new Map(list.map(({ name, digest }) => [name, digest]));
  const [old, now] = [digests(before), digests(after)];
  return [...new Set([...old.keys(), ...now.keys()])].sort().filter((name) =>
    old.get(name) !== now.get(name)
  );
}

/** What the stage with an output gave, when all of its records are still there. */
function artifactsOf(
  run: PastRun,
  output: string | undefined,
  artifacts: string,
): ArtifactEntry[] | undefined {
  const stage = run.stages.find((past) => past.output === output);
  if (stage === undefined) return undefined;
  const found: ArtifactEntry[] = [];
  for (const key of pastKeys(stage)) {
    const record = readRecord(key, layout(artifacts));
    if (record === undefined || record === "broken") return undefined;
    found.push(...record.artifacts);
  }
  return found;
}
