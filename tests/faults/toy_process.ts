/**
 * Runs a toy graph in a process of its own, so that tests can kill it: `toy_process.ts <artifacts> <pause>
 * <workers>`. Prints one JSON line: whether all went well, and the output digests.
 *
 * @module
 */
import { execute, type Graph, graph } from "../../pipeline/mod.ts";
import { outputs, root, toy } from "../pipeline/toy/mod.ts";

/**
 * Six units of twelve steps, each with a checkpoint, a middle stage and one over both.
 *
 * @param pause Milliseconds that a step takes.
 */
export function walks(pause: number): Graph {
  return graph([
    { id: "walk", module: toy("walk"), params: { steps: 12, pause }, shards: 6 },
    { id: "sum", module: toy("sum"), params: { roles: ["walks"] }, inputs: { walks: "walk" } },
    {
      id: "all",
      module: toy("sum"),
      params: { roles: ["walks", "sum"] },
      inputs: { walks: "walk", sum: "sum" },
    },
  ]);
}

/** Stages and shards of it, as `<stage> <shard>`. */
export const UNITS: readonly string[] = [
  "all null",
  "sum null",
  ...[0, 1, 2, 3, 4, 5].map((shard) => `walk ${shard}`),
];

if (import.meta.main) {
  const [artifacts, pause, workers] = Deno.args;
  const result = await execute(walks(Number(pause)), { root, artifacts, workers: Number(workers) });
  console.log(JSON.stringify({ ok: result.ok, outputs: outputs(result) }));
}
