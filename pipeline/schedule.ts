/**
 * Who is next: the state of every stage and unit of a run, without doing any of it.
 *
 * @module
 */
import type { Graph } from "./graph.ts";
import { type ArtifactEntry, outputDigest, sortByName, type UnitIngredients } from "./key.ts";
import { inputDigests, type StagePlan, type UnitPlan } from "./plan.ts";
import type { UnitRecord } from "./record.ts";
import type { Stage } from "./stage.ts";

/** A unit in a run. */
export interface UnitState {
  readonly of: StageState;
  readonly shard: number | null;
  readonly key: string;
  /** All that its result may depend on; its key is the digest of this. */
  readonly ingredients: UnitIngredients;
  readonly plan: UnitPlan & { readonly action: "run" | "reuse" };
  status: "ready" | "running" | "done" | "failed";
  record?: UnitRecord;
}

/** A stage in a run. */
export interface StageState {
  readonly stage: Stage;
  /** Effort of the longest chain of stages that begins here. */
  readonly priority: number;
  /** Its plan, as soon as the outputs of its inputs are known. */
  plan?: StagePlan;
  units: UnitState[];
  /** Of the units, those that are not done, and those of them that could start. */
  readonly undone: Set<UnitState>;
  readonly ready: Set<UnitState>;
  executed: number;
  /** Present when all units are done. */
  artifacts?: readonly ArtifactEntry[];
  output?: string;
}

/** The states of a run. */
export class Schedule {
  /** In topological order. */
  readonly stages: readonly StageState[];
  readonly #byId: ReadonlyMap<string, StageState>;
  readonly #byPriority: readonly StageState[];
  readonly #graph: Graph;

  constructor(graph: Graph, cost: (stage: Stage) => number) {
    this.#graph = graph;
    const priorities = new Map<string, number>();
    for (const stage of graph.stages.toReversed()) {
      const after = graph.dependents(stage.id).map((id) => priorities.get(id)!);
      priorities.set(stage.id, cost(stage) + Math.max(0, ...after));
    }
    this.stages = graph.stages.map((stage) => ({
      stage,
      priority: priorities.get(stage.id)!,
      units: [],
      undone: new Set(),
      ready: new Set(),
      executed: 0,
    }));
    this.#byId = new Map(this.stages.map((state) => [state.stage.id, state]));
    // The sort is stable: of equally urgent stages, those declared first go first.
    this.#byPriority = [...this.stages].sort((a, b) => b.priority - a.priority);
  }

  get(id: string): StageState {
    return this.#byId.get(id)!;
  }

  /** The first stage that has no plan yet although the outputs of all its inputs are known, and those. */
  plannable(): { state: StageState; inputs: Record<string, string> } | undefined {
    for (const state of this.stages) {
      if (state.plan !== undefined) continue;
      const inputs = inputDigests(state.stage, (id) => this.get(id).output);
      if (inputs !== undefined) return { state, inputs };
    }
    return undefined;
  }

  /** Takes up a plan. Units that run or ended under the same key keep their state. */
  adopt(state: StageState, plan: StagePlan): void {
    const before = new Map(state.units.map((unit) => [unit.key, unit]));
    state.plan = plan;
    state.ready.clear();
    state.undone.clear();
    state.units = plan.units.map((unit): UnitState => {
      if (unit.action === "wait") throw new Error(`Cannot adopt the plan of ${state.stage.id}: it waits`);
      const known = before.get(unit.key);
      if (known !== undefined && known.status !== "ready") return known;
      const { id: stage, params } = state.stage;
      const { key, shard } = unit;
      const ingredients = { stage, params, shard, inputs: plan.inputs!, code: plan.code.digest };
      const fresh = { of: state, shard, key, ingredients, plan: unit };
      return unit.action === "reuse"
        ? { ...fresh, status: "done", record: unit.record }
        : { ...fresh, status: "ready" };
    });
    for (const unit of state.units) {
      if (unit.status !== "done") state.undone.add(unit);
      if (unit.status === "ready") state.ready.add(unit);
    }
  }

  /** Units that could start, the most urgent first. */
  *ready(): Iterable<UnitState> {
    for (const { ready } of this.#byPriority) yield* ready;
  }

  /** How many of the places a unit that starts now may use, if as many run beside it as can. */
  shareOf(places: number, running: number): number {
    let units = running;
    for (const _ of this.ready()) if (++units >= places) return 1;
    return Math.floor(places / units);
  }

  start(unit: UnitState): void {
    unit.status = "running";
    unit.of.ready.delete(unit);
  }

  /** Back to those that could start, if its stage still wants it. */
  requeue(unit: UnitState): void {
    unit.status = "ready";
    if (unit.of.plan === undefined || !unit.of.units.includes(unit)) return;
    unit.of.undone.add(unit);
    unit.of.ready.add(unit);
  }

  end(unit: UnitState, record: UnitRecord | undefined): void {
    unit.of.ready.delete(unit);
    unit.status = record === undefined ? "failed" : "done";
    if (record === undefined) return;
    unit.record = record;
    unit.of.undone.delete(unit);
  }

  /** Stages whose units are all done, but whose output nobody has put together yet. */
  finished(): StageState[] {
    return this.stages.filter(({ plan, output, undone }) =>
      plan !== undefined && output === undefined && undone.size === 0
    );
  }

  /** Puts the output of a finished stage together. */
  complete(state: StageState): void {
    state.artifacts = sortByName(state.units.flatMap((unit) => unit.record!.artifacts));
    state.output = outputDigest(state.artifacts);
  }

  /**
   * An object that a stage reads is lost: the units that made it run again, and what comes after them waits
   * until their output is known anew. Returns whether anybody can make it.
   */
  lose(reader: Stage, digest: string): boolean {
    let isMade = false;
    for (const id of new Set(Object.values(reader.inputs ?? {}))) {
      const state = this.get(id);
      for (const unit of state.units) {
        if (!unit.record?.artifacts.some((artifact) => artifact.digest === digest)) continue;
        isMade = true;
        if (unit.status === "done") this.requeue(unit);
      }
      if (state.ready.size > 0) this.#reopen(state);
    }
    return isMade;
  }

  #reopen(state: StageState): void {
    delete state.output;
    delete state.artifacts;
    for (const id of this.#graph.dependents(state.stage.id)) {
      const dependent = this.get(id);
      delete dependent.plan;
      dependent.ready.clear();
      if (dependent.output !== undefined) this.#reopen(dependent);
    }
  }
}
