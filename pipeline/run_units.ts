/**
 * Runs the units of a graph: starts what is ready, keeps what is made, makes again what broke.
 *
 * @module
 */
import { type AdvisoryLock, tryLock } from "./advisory_lock.ts";
import { nameClash } from "./artifact_name.ts";
import { digestOf } from "./canonical.ts";
import { type CodeDigester, codeDigester } from "./code_digest.ts";
import { CodeScans, saveScans } from "./code_scan.ts";
import type { OnEvent } from "./events.ts";
import { Failures, type Place } from "./failures.ts";
import type { Graph } from "./graph.ts";
import type { ArtifactEntry } from "./key.ts";
import type { Layout } from "./layout.ts";
import { plan, planStage, planUnit, type StagePlan } from "./plan.ts";
import { publish } from "./publish.ts";
import { type RunResult, stageResult } from "./result.ts";
import type { ExecuteOptions } from "./run.ts";
import { Sandboxes } from "./sandbox.ts";
import { Schedule, type StageState, type UnitState } from "./schedule.ts";
import type { Claim, Session } from "./session.ts";
import type { Stage } from "./stage.ts";
import { BrokenObjectError, checkObject, dropObject } from "./store.ts";
import { StoreError } from "./store_error.ts";
import { differing, keepUnit, reason, UnitHost, unitInputs, unitJob } from "./unit_work.ts";
import type { WorkerPool } from "./worker_pool.ts";

/** What a run works with. */
export interface RunTools extends ExecuteOptions {
  readonly artifacts: string;
  readonly now: () => number;
  readonly id: string;
  readonly layout: Layout;
  readonly session: Session;
  readonly pool: WorkerPool;
  readonly emit: OnEvent;
}

/** Milliseconds between two looks at units that another process works on. */
const ELSEWHERE = 50;
/** An object that breaks so often after it was made again is on a bad disk. */
const MAX_LOSSES = 2;

/** A run from its plan to its end. */
export class Run {
  readonly #tools: RunTools;
  readonly #schedule: Schedule;
  readonly #digester: CodeDigester;
  readonly #failures: Failures;
  readonly #working = new Set<Promise<void>>();
  readonly #hosts = new Set<UnitHost>();
  readonly #sandboxes: Sandboxes;
  readonly #losses = new Map<string, number>();
  readonly #first: Map<string, StagePlan>;
  #wake = Promise.withResolvers<void>();
  /** The store takes nothing any more. */
  #isShut = false;
  /** What runs may end, and nothing else begins. */
  #isClosing = false;
  /** Bytes that the running units declare. */
  #memory = 0;

  constructor(graph: Graph, tools: RunTools) {
    const cost = tools.cost ?? (() => 1);
    this.#tools = tools;
    this.#failures = new Failures(tools.emit);
    const { root, layout, session } = tools;
    this.#sandboxes = new Sandboxes(root, { layout, folder: `${session.scratch}/inputs` });
    this.#schedule = new Schedule(graph, cost);
    const scans = new CodeScans(tools.layout.scans);
    this.#digester = codeDigester(tools.root, scans);
    const plans = plan(graph, { ...tools, digester: this.#digester });
    saveScans(scans, tools.session);
    tools.session.claim(plans.map(claimOf));
    this.#first = new Map(plans.filter(({ inputs }) => inputs).map((plan) => [plan.stage.id, plan]));
    tools.emit({
      type: "plan",
      run: tools.id,
      ...(tools.about !== undefined && { about: tools.about }),
      stages: plans.map(({ stage, units }) => ({
        stage: stage.id,
        units: units.length,
        reuse: units.filter(({ action }) => action === "reuse").length,
        run: units.filter(({ action }) => action === "run").length,
        cost: cost(stage),
      })),
    });
  }

  /** Runs units until none is left that can run. */
  async toEnd(): Promise<void> {
    const { signal, pool } = this.#tools;
    const abort = () => {
      pool.terminate();
      this.#wake.resolve();
    };
    signal?.addEventListener("abort", abort);
    try {
      while (!signal?.aborted && !this.#isShut) {
        this.#wake = Promise.withResolvers();
        this.#plan();
        const { isElsewhere, isChanged } = this.#fill();
        if (isChanged) continue;
        if (this.#working.size === 0 && !isElsewhere) break;
        await this.#sleep(isElsewhere);
      }
    } finally {
      signal?.removeEventListener("abort", abort);
      if (signal?.aborted) pool.terminate();
      await Promise.all(this.#working);
      // What is being written when a unit ends early must not outlive the session.
      await Promise.all([...this.#hosts].map((host) => host.settled()));
    }
  }

  /** What came of it. */
  result(milliseconds: number): RunResult {
    const stages = this.#schedule.stages.map((state) =>
      stageResult(state, this.#failures.has(state.stage.id))
    );
    return {
      id: this.#tools.id,
      ok: stages.every(({ state }) => state === "done"),
      aborted: this.#tools.signal?.aborted ?? false,
      executed: sum(stages.map(({ executed }) => executed)),
      reused: sum(stages.map(({ reused }) => reused)),
      failures: this.#failures.list,
      stages,
      milliseconds,
    };
  }

  /** Plans what has become plannable, and puts finished stages together, until nothing more follows. */
  #plan(): void {
    for (;;) {
      for (const state of this.#schedule.finished()) {
        if (!this.#failures.has(state.stage.id)) this.#complete(state);
      }
      const next = this.#schedule.plannable();
      if (next === undefined) return;
      const { state, inputs } = next;
      const tools = {
        digester: this.#digester,
        layout: this.#tools.layout,
        rehash: this.#tools.rehash ?? false,
      };
      const planned = this.#first.get(state.stage.id) ?? planStage(state.stage, inputs, tools);
      this.#first.delete(state.stage.id);
      this.#schedule.adopt(state, planned);
      this.#announce(planned);
    }
  }

  #announce({ stage, units }: StagePlan): void {
    const reused = units.filter(({ action }) => action === "reuse").length;
    if (reused > 0) this.#tools.emit({ type: "reused", stage: stage.id, units: reused });
    for (const unit of units) {
      if (unit.action !== "run") continue;
      for (const { what, found } of unit.broken) {
        this.#tools.emit({ type: "broken", stage: stage.id, shard: unit.shard, what, found });
      }
    }
  }

  #complete(state: StageState): void {
    const { stage } = state;
    const clash = nameClash(state.units.flatMap((unit) => unit.record!.artifacts.map(({ name }) => name)));
    if (clash !== undefined) {
      const [a, b] = clash.map((name) => JSON.stringify(name));
      return this.#fail({ stage, shard: null }, {
        message: `its units must write different names, but wrote ${a} and ${b}`,
      });
    }
    this.#schedule.complete(state);
    this.#sandboxes.close(stage.id);
    const { plan, output, executed } = state;
    const { params } = stage;
    this.#tools.emit({
      type: "stage-done",
      stage: stage.id,
      params,
      shards: stage.shards ?? null,
      inputs: plan!.inputs!,
      code: plan!.code.digest,
      output: output!,
      executed,
      reused: state.units.length - executed,
    });
    try {
      publish(stage.id, state.artifacts!, this.#tools.layout);
    } catch (error) {
      this.#shut({ stage, shard: null }, error as Error);
    }
  }

  /** Starts units as long as there is room for them. */
  #fill(): { isElsewhere: boolean; isChanged: boolean } {
    let isElsewhere = false;
    for (const unit of this.#schedule.ready()) {
      if (this.#isShut || this.#isClosing || !this.#tools.pool.isFree) break;
      if (!this.#hasMemoryFor(unit.of.stage)) continue;
      let lock;
      try {
        lock = tryLock(this.#tools.layout.lock(unit.key));
      } catch (error) {
        this.#shut({ stage: unit.of.stage, shard: unit.shard }, error as Error);
        break;
      }
      if (lock === undefined) {
        isElsewhere = true;
        continue;
      }
      // Whoever held the lock before may have made it.
      const now = this.#lookAgain(unit);
      if (now.action === "reuse") {
        lock.release();
        this.#schedule.end(unit, now.record);
        this.#tools.emit({ type: "reused", stage: unit.of.stage.id, units: 1 });
        return { isElsewhere, isChanged: true };
      }
      const cores = this.#schedule.shareOf(this.#tools.pool.size, this.#working.size);
      this.#schedule.start(unit);
      const { memory = 0 } = unit.of.stage;
      this.#memory += memory;
      const work = this.#work(unit, lock, cores).finally(() => {
        this.#memory -= memory;
        this.#working.delete(work);
        this.#wake.resolve();
      });
      this.#working.add(work);
    }
    return { isElsewhere, isChanged: false };
  }

  /** One unit may always run: to wait for the end of none would be forever. */
  #hasMemoryFor({ memory = 0 }: Stage): boolean {
    return this.#working.size === 0 || this.#memory + memory <= (this.#tools.memory ?? Infinity);
  }

  /** Looks a unit up that holds its lock. Its broken objects go, so that whole ones take their place. */
  #lookAgain({ shard, key, plan }: UnitState): ReturnType<typeof planUnit> {
    const wasBroken = plan.action === "run" && plan.broken.length > 0;
    const now = planUnit({ shard, key }, this.#tools.layout, wasBroken);
    if (now.action === "reuse") return now;
    for (const { digest } of now.broken) if (digest !== undefined) dropObject(digest, this.#tools.layout);
    return now;
  }

  async #sleep(isElsewhere: boolean): Promise<void> {
    const timer = isElsewhere ? setTimeout(this.#wake.resolve, ELSEWHERE) : undefined;
    await this.#wake.promise;
    clearTimeout(timer);
  }

  async #work(unit: UnitState, lock: AdvisoryLock, cores: number): Promise<void> {
    const { emit, now, pool } = this.#tools;
    const { stage } = unit.of;
    const name = { stage: stage.id, shard: unit.shard };
    try {
      const begun = now();
      emit({ type: "unit-start", ...name, key: unit.key, reason: reason(unit) });
      const host = new UnitHost(unit, this.#tools);
      this.#hosts.add(host);
      const outcome = await pool.run(...this.#job(unit, { cores, host }));
      if (outcome.type === "done") this.#hosts.delete(host);
      if (outcome.type === "done") this.#keep(unit, host.artifacts, now() - begun);
      else if (outcome.type === "terminated") this.#schedule.requeue(unit);
      else if (host.storeError !== undefined) this.#failUnit(unit, host.storeError);
      else if (outcome.broken !== undefined) this.#lose(unit, outcome.broken, outcome.message);
      else this.#failUnit(unit, outcome);
    } catch (error) {
      if (error instanceof BrokenObjectError) this.#lose(unit, error.digest, error.found);
      else this.#failUnit(unit, error as Error);
    } finally {
      lock.release();
    }
  }

  #job(unit: UnitState, { cores, host }: { cores: number; host: UnitHost }): Parameters<WorkerPool["run"]> {
    const { stage, plan } = unit.of;
    const inputs = unitInputs(stage, (id) => this.#schedule.get(id).artifacts!);
    const sandbox = this.#sandboxes.open({ stage: stage.id, code: plan!.code, inputs });
    return [unitJob(unit, { inputs, inputFolder: sandbox.inputs, cores }), { sandbox, host }];
  }

  /** Keeps what a unit made: the objects are there, the record makes them count. */
  #keep(unit: UnitState, artifacts: ArtifactEntry[], milliseconds: number): void {
    if (artifacts.length === 0) {
      return this.#failUnit(unit, { message: "it must write at least one artifact, but wrote none" });
    }
    const { emit } = this.#tools;
    const record = keepUnit(unit, artifacts, { ...this.#tools, milliseconds });
    this.#schedule.end(unit, record);
    unit.of.executed++;
    const name = { stage: unit.of.stage.id, shard: unit.shard };
    const drifted = differing(unit, artifacts);
    if (drifted.length > 0) emit({ type: "drifted", ...name, names: drifted });
    emit({ type: "unit-done", ...name, key: unit.key, milliseconds });
  }

  /** An input was broken: it is made again, and then the unit too. */
  #lose(unit: UnitState, digest: string, found: string): void {
    this.#schedule.requeue(unit);
    this.#sandboxes.close(unit.of.stage.id);
    // Another reader may have said so before, and it was made again since.
    if (checkObject({ digest, size: -1 }, this.#tools.layout, true).state === "good") return;
    const losses = (this.#losses.get(digest) ?? 0) + 1;
    this.#losses.set(digest, losses);
    dropObject(digest, this.#tools.layout);
    const { stage } = unit.of;
    this.#tools.emit({ type: "broken", stage: stage.id, shard: unit.shard, what: `input ${digest}`, found });
    if (losses <= MAX_LOSSES && this.#schedule.lose(stage, digest)) return;
    this.#failUnit(unit, { message: `its input must stay whole, but broke ${losses} times: ${found}` });
  }

  #failUnit(unit: UnitState, error: { message: string; stack?: string }): void {
    const { of: { stage }, shard } = unit;
    this.#schedule.end(unit, undefined);
    if (error instanceof StoreError) this.#shut({ stage, shard }, error);
    else this.#fail({ stage, shard }, error);
  }

  #fail(place: Place, error: { message: string; stack?: string }): void {
    this.#failures.unit(place, error);
    if (this.#tools.failFast) this.#isClosing = true;
  }

  /** Ends the run: whoever writes next would fail as well. What has a checkpoint goes on from there. */
  #shut(place: Place, error: Error): void {
    if (this.#isShut) return;
    this.#isShut = true;
    this.#tools.pool.terminate();
    this.#failures.store(place, error, this.#tools.artifacts);
  }
}

function claimOf({ stage, code }: StagePlan): Claim {
  return { stage: stage.id, params: digestOf("params/1", stage.params), code: code.digest };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
