/**
 * Our engine as a user calls it: `engine.ts <artifacts> <stages> <shards> <milliseconds>` runs a chain of stages of one
 * unit, or one stage of so many shards. Prints one JSON object.
 *
 * @module
 */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { execute, graph, type Stage } from "../../pipeline/mod.ts";

const [artifacts, ...sizes] = Deno.args;
const [stages, shards, milliseconds] = sizes.map(Number);
const module = new URL("engine_unit.ts", import.meta.url).href;

const chain = graph(Array.from({ length: stages }, (_, i): Stage => ({
  id: `stage_${i}`,
  module,
  params: { milliseconds, isFirst: i === 0 },
  ...(i > 0 && { inputs: { before: `stage_${i - 1}` } }),
  ...(shards > 1 && { shards }),
})));
const root = dirname(fileURLToPath(new URL("../../deno.json", import.meta.url)));
const { ok, executed, reused } = await execute(chain, { root, artifacts, workers: 2 });
console.log(JSON.stringify({ ok, executed, reused }));
