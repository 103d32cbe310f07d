/**
 * Stages, checked and put in order.
 *
 * @module
 */
import { isDeviceName } from "./artifact_name.ts";
import { canonical } from "./canonical.ts";
import { FOLDERS } from "./layout.ts";
import { didYouMean } from "./nearest.ts";
import { quoted } from "./quoted.ts";
import type { Stage } from "./stage.ts";

/** Stages that hang together, in an order in which each comes after its inputs. */
export interface Graph {
  /** Topological; stages that do not depend on each other stand as they were declared. */
  readonly stages: readonly Stage[];
  /** The stage with this id. Throws {@link GraphError} with the nearest id when there is none. */
  stage(id: string): Stage;
  /** Ids of the stages that read this one's artifacts, in topological order. */
  dependents(id: string): readonly string[];
}

/** The declaration of a graph, or a selection from it, is wrong. The caller's mistake, not a stage's. */
export class GraphError extends Error {
  /** To tell it from other errors. */
  override readonly name = "GraphError";
}

const ID = /^[a-z0-9][a-z0-9_-]*(\/[a-z0-9][a-z0-9_-]*)*$/;
const ROLE = /^[A-Za-z0-9][A-Za-z0-9_./-]{0,199}$/;

/** Most shards of a stage: each is a record, and all are planned at once. */
export const MOST_SHARDS = 10_000_000;

/**
 * Checks the stages and sorts them topologically.
 *
 * @throws {GraphError} on a cycle (named stage by stage), an input or a role that does not exist, two stages
 * of one id or one inside the other's folder, an id that is no safe folder name, a shard count that is no
 * positive integer, params that are not JSON.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const module = "file:///toy.ts";
 * const { stages } = graph([
 *   { id: "train", module, params: {}, inputs: { data: "simulate" } },
 *   { id: "simulate", module, params: { seed: 1 }, shards: 4 },
 * ]);
 * assert.deepEqual(stages.map((stage) => stage.id), ["simulate", "train"]);
 * ```
 */
export function graph(declared: readonly Stage[]): Graph {
  const byId = new Map<string, Stage>();
  for (const stage of declared) {
    checkStage(stage);
    if (byId.has(stage.id)) {
      throw new GraphError(`Cannot build the graph: ids must be unique, but "${stage.id}" is declared twice`);
    }
    byId.set(stage.id, stage);
  }
  for (const stage of declared) checkSurroundings(stage, byId);

  const stages = sort(declared, byId);
  const dependents = new Map<string, string[]>(stages.map((stage) => [stage.id, []]));
  for (const stage of stages) {
    for (const input of new Set(Object.values(stage.inputs ?? {}))) dependents.get(input)!.push(stage.id);
  }
  const find = (id: string): Stage => {
    const stage = byId.get(id);
    if (stage === undefined) {
      throw new GraphError(
        `Cannot find stage ${quoted(id)}: the graph has none${didYouMean(id, byId.keys())}`,
      );
    }
    return stage;
  };
  return { stages, stage: find, dependents: (id) => dependents.get(find(id).id)! };
}

/**
 * The part of a graph that some stages need: they and all their ancestors. A name selects the stage of that
 * id or, when there is none, all stages in the folder of that name (`linear` → `linear/train`, …).
 *
 * @throws {GraphError} when a name selects nothing; suggests the nearest.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const module = "file:///toy.ts";
 * const whole = graph([
 *   { id: "a/make", module, params: {} },
 *   { id: "a/use", module, params: {}, inputs: { made: "a/make" } },
 *   { id: "b/make", module, params: {} },
 * ]);
 * assert.deepEqual(select(whole, ["a/use"]).stages.map((stage) => stage.id), ["a/make", "a/use"]);
 * assert.deepEqual(select(whole, ["b"]).stages.map((stage) => stage.id), ["b/make"]);
 * assert.throws(() => select(whole, ["a/mak"]), /did you mean "a\/make"/);
 * ```
 */
export function select(whole: Graph, names: readonly string[]): Graph {
  const wanted = new Set<string>();
  const add = (id: string): void => {
    if (wanted.has(id)) return;
    wanted.add(id);
    for (const input of Object.values(whole.stage(id).inputs ?? {})) add(input);
  };
  for (const name of names) for (const id of named(whole, name)) add(id);
  return graph(whole.stages.filter((stage) => wanted.has(stage.id)));
}

function named(whole: Graph, name: string): string[] {
  const ids = whole.stages.map((stage) => stage.id);
  if (ids.includes(name)) return [name];
  const inside = ids.filter((id) => id.startsWith(`${name}/`));
  if (inside.length > 0) return inside;
  const folders = ids.flatMap((id) => id.split("/").slice(0, -1));
  throw new GraphError(
    `Cannot select stage ${quoted(name)}: the graph has none${
      didYouMean(name, [...ids, ...new Set(folders)])
    }`,
  );
}

function checkStage({ id, params, shards, memory, inputs, uses }: Stage): void {
  if (!isStageId(id)) {
    throw new GraphError(
      `Cannot build the graph: a stage id must be lower-case letters, digits, "-", "_" and single "/" ` +
        `between, at most 100 in all, and name no device of Windows, but found ${quoted(id)}`,
    );
  }
  if (FOLDERS.includes(id.split("/")[0])) {
    throw new GraphError(
      `Cannot build the graph: "${id}" would publish into a folder of the store; rename the stage`,
    );
  }
  if (shards !== undefined && !(Number.isSafeInteger(shards) && shards >= 1 && shards <= MOST_SHARDS)) {
    throw new GraphError(
      `Cannot build the graph: the shards of "${id}" must be a positive integer of at most ${MOST_SHARDS}, but ` +
        `found ${quoted(shards)}`,
    );
  }
  for (const role of [...Object.keys(inputs ?? {}), ...Object.keys(uses ?? {})]) {
    if (ROLE.test(role)) continue;
    throw new GraphError(
      `Cannot build the graph: a role of "${id}" must be ASCII letters, digits, "-", "_", "." and "/" after a ` +
        `letter or digit, at most 200 in all, but found ${quoted(role)}`,
    );
  }
  if (memory !== undefined && !(Number.isFinite(memory) && memory >= 0)) {
    throw new GraphError(
      `Cannot build the graph: the memory of "${id}" must be a number of bytes, but found ${quoted(memory)}`,
    );
  }
  try {
    canonical(params);
  } catch (cause) {
    const reason = (cause as Error).message.replace(/^.*but /, "");
    throw new GraphError(`Cannot build the graph: the params of "${id}" must be finite JSON, but ${reason}`);
  }
}

/** Whether a text may be the id of a stage, which is a folder on every machine. */
export function isStageId(id: unknown): id is string {
  return typeof id === "string" && id.length <= 100 && ID.test(id) && !id.split("/").some(isDeviceName);
}

function checkSurroundings({ id, inputs }: Stage, byId: ReadonlyMap<string, Stage>): void {
  for (const [role, input] of Object.entries(inputs ?? {})) {
    if (byId.has(input)) continue;
    throw new GraphError(
      `Cannot build the graph: input "${role}" of "${id}" must be a stage, but there is no ` +
        `${quoted(input)}${typeof input === "string" ? didYouMean(input, byId.keys()) : ""}`,
    );
  }
  for (let slash = id.indexOf("/"); slash !== -1; slash = id.indexOf("/", slash + 1)) {
    const parent = id.slice(0, slash);
    if (!byId.has(parent)) continue;
    throw new GraphError(
      `Cannot build the graph: each stage must have a folder of its own, but "${id}" is inside "${parent}"`,
    );
  }
}

/**
 * Depth first in the order of declaration: a stage is placed as soon as all of its inputs are. Without recursion:
 * a chain may be longer than the stack is deep.
 */
function sort(declared: readonly Stage[], byId: ReadonlyMap<string, Stage>): Stage[] {
  const sorted: Stage[] = [];
  const placed = new Set<string>();
  /** The stages from the declared one to that which is looked at, each with the inputs it still waits for. */
  const path = new Map<string, string[]>();
  const enter = (id: string): void => {
    const { inputs = {} } = byId.get(id)!;
    path.set(id, Object.keys(inputs).sort().reverse().map((role) => inputs[role]));
  };
  for (const stage of declared) {
    const stack = placed.has(stage.id) ? [] : [stage.id];
    if (stack.length > 0) enter(stage.id);
    while (stack.length > 0) {
      const id = stack.at(-1)!;
      const next = path.get(id)!.pop();
      if (next === undefined) {
        stack.pop();
        path.delete(id);
        placed.add(id);
        sorted.push(byId.get(id)!);
      } else if (path.has(next)) {
        const cycle = [...stack.slice(stack.indexOf(next)), next];
        throw new GraphError(
          `Cannot build the graph: no stage may need itself, but found the cycle ${shown(cycle)}`,
        );
      } else if (!placed.has(next)) {
        stack.push(next);
        enter(next);
      }
    }
  }
  return sorted;
}

/** A cycle, whose middle is left out when it is long. */
function shown(cycle: readonly string[]): string {
  const short = cycle.length <= 12 ? cycle : [...cycle.slice(0, 6), "…", ...cycle.slice(-5)];
  return short.join(" → ");
}
