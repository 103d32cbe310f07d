/**
 * Toy graphs and a project folder to run them in.
 *
 * @module
 */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { execute, type ExecuteOptions, type Json, type RunEvent, type Stage } from "../../../pipeline/mod.ts";
import type { Graph, RunResult } from "../../../pipeline/mod.ts";

/** The root of this project: toy stages live in it. */
export const root: string = dirname(fileURLToPath(new URL("../../../deno.json", import.meta.url)));

/** URL of a toy stage's module. */
export function toy(name: string): string {
  return new URL(`./${name}.ts`, import.meta.url).href;
}

/** Three shards of numbers and their sum. */
export function counting(params: { from?: number; failAt?: number | null; shards?: number } = {}): Stage[] {
  const { from = 1, failAt = null, shards = 3 } = params;
  return [
    { id: "count", module: toy("count"), params: { from, failAt }, shards },
    { id: "sum", module: toy("sum"), params: { roles: ["numbers"] }, inputs: { numbers: "count" } },
  ];
}

/** A temporary folder that is gone after the test. */
export async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "macronet-test-" });
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Executes in this project with another artifacts folder, and keeps the events. */
export async function run(
  graph: Graph,
  options: Partial<ExecuteOptions> & { artifacts: string },
): Promise<RunResult & { events: RunEvent[] }> {
  const events: RunEvent[] = [];
  const onEvent = (event: RunEvent) => {
    events.push(event);
    options.onEvent?.(event);
  };
  return { ...await execute(graph, { root, workers: 2, ...options, onEvent }), events };
}

/** Stage → its output digest. */
export function outputs(result: RunResult): Record<string, string | undefined> {
  return Object.fromEntries(result.stages.map(({ stage, output }) => [stage.id, output]));
}

/** Events of one type. */
export function only<T extends RunEvent["type"]>(events: readonly RunEvent[], type: T) {
  return events.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);
}

/** A stage of one unit that misbehaves. */
export function misbehaving(how: string, more: Record<string, Json> = {}): Stage {
  return { id: how, module: toy("misbehave"), params: { how, ...more } };
}
