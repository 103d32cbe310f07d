/**
 * Does what was planned.
 *
 * @module
 */
import { waitForLock } from "./advisory_lock.ts";
import type { OnEvent, RunEvent } from "./events.ts";
import type { Graph } from "./graph.ts";
import { listRuns } from "./history.ts";
import { type Layout, layout } from "./layout.ts";
import type { PlanOptions } from "./plan.ts";
import type { RunResult } from "./result.ts";
import { openRunLog, runId } from "./run_log.ts";
import { Run } from "./run_units.ts";
import { openSession } from "./session.ts";
import type { JsonObject, Stage } from "./stage.ts";
import { WorkerPool } from "./worker_pool.ts";

/** How to run. */
export interface ExecuteOptions extends PlanOptions {
  /** Units at the same time. Default: the processors. Never changes a byte of what is made. */
  readonly workers?: number;
  /** Bytes of memory that the units at work may declare together; one alone always runs. Default: no limit. */
  readonly memory?: number;
  /** After a failure nothing new begins. Default: all goes on that does not depend on what failed. */
  readonly failFast?: boolean;
  /** Ends the run at once; what is finished is kept. */
  readonly signal?: AbortSignal;
  /** Told of everything that happens. */
  readonly onEvent?: OnEvent;
  /** Relative effort of a stage. Decides the order and the estimate of the remaining time. Default: 1. */
  readonly cost?: (stage: Stage) => number;
  /** What is to be remembered of this run in its log, such as the command line. */
  readonly about?: JsonObject;
  /** Milliseconds since 1970, for the log and the measured times. */
  readonly now?: () => number;
}

/**
 * Runs every unit of the graph whose result is not in the store, and publishes the artifacts of each finished
 * stage under `artifacts/<stage>/`.
 *
 * A failing unit stops what depends on its stage; all other units run and are kept. When the store takes nothing
 * any more, because the disk is full, the run ends at once with that as its one failure. Failures are in the
 * result and not thrown. Several processes may run on one store: they share the work.
 *
 * @throws {TypeError} when the code of a stage names what cannot be found.
 * @throws {Error} when the store cannot be written.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pathToFileURL } from "node:url";
 * import { graph } from "./graph.ts";
 *
 * const root = await Deno.makeTempDir();
 * await Deno.writeTextFile(
 *   `${root}/square.ts`,
 *   `export async function run(context) {
 *     await context.write("square", new Uint8Array([context.params.n ** 2]));
 *   }`,
 * );
 * const module = pathToFileURL(`${root}/square.ts`).href;
 * const squares = graph([{ id: "square", module, params: { n: 7 } }]);
 *
 * assert.equal((await execute(squares, { root })).executed, 1);
 * assert.equal((await execute(squares, { root })).reused, 1);
 * assert.deepEqual(await Deno.readFile(`${root}/artifacts/square/square`), new Uint8Array([49]));
 * ```
 */
export async function execute(graph: Graph, options: ExecuteOptions): Promise<RunResult> {
  const { root, artifacts = `${root}/artifacts`, now = Date.now } = options;
  const places = layout(artifacts);
  const session = openSession(places);
  const begun = now();
  const id = runId(begun, session.id, listRuns(artifacts)[0]);
  const log = openRunLog(id, { layout: places, now });
  const emit = (event: RunEvent) => {
    log.add(event);
    options.onEvent?.(event);
  };
  const pool = new WorkerPool(options.workers ?? navigator.hardwareConcurrency, session.scratch);
  try {
    const tools = { ...options, artifacts, now, id, layout: places, session, pool, emit };
    // What it finds in the store now is claimed before anybody can collect it.
    const run = await guarded(places, () => new Run(graph, tools));
    await run.toEnd();
    const result = run.result(now() - begun);
    const { executed, reused, failures, aborted, milliseconds } = result;
    emit({ type: "run-done", executed, reused, failed: failures.length, aborted, milliseconds });
    return result;
  } finally {
    pool.terminate();
    log.close();
    session.close();
  }
}

/** Does something while nobody collects garbage; gives the guard back however that ends. */
async function guarded<T>({ guard }: Layout, work: () => T): Promise<T> {
  const held = await waitForLock(guard, { isShared: true });
  try {
    return work();
  } finally {
    held.release();
  }
}
