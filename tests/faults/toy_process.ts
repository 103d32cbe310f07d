/**
 * Runs a toy graph in a process of its own, so that tests can kill it: `toy_process.ts <artifacts>`. Prints
 * one JSON line: what was executed, and the output digests.
 *
 * @module
 */
import { execute, graph } from "../../pipeline/mod.ts";
import { outputs, root, toy } from "../pipeline/toy/mod.ts";

/** Six long units with checkpoints, a middle stage and one over both. */
export const walks = graph([
  { id: "walk", module: toy("walk"), params: { steps: 12, pause: 10 }, shards: 6 },
  { id: "sum", module: toy("sum"), params: { roles: ["walks"] }, inputs: { walks: "walk" } },
  {
    id: "all",
    module: toy("sum"),
    params: { roles: ["walks", "sum"] },
    inputs: { walks: "walk", sum: "sum" },
  },
]);

if (import.meta.main) {
  const started: string[] = [];
  const result = await execute(walks, {
    root,
    artifacts: Deno.args[0],
    workers: 2,
    onEvent: (event) => event.type === "unit-done" && started.push(`${event.stage} ${event.shard}`),
  });
  console.log(JSON.stringify({ ok: result.ok, executed: started, outputs: outputs(result) }));
}
