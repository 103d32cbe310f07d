/**
 * `artifacts/report/run.js`: where the results come from and how long they took, for the report to show.
 *
 * @module
 */
import { type Graph, provenance, type RunResult, toMermaid } from "../pipeline/mod.ts";
import { RUN_SCRIPT, runScript } from "../stages/figures/report_script.ts";

/** Writes it beside the report. It tells of one run and not of the results, so it is no artifact. */
export async function writeRunScript(
  result: RunResult,
  { graph, artifacts }: { graph: Graph; artifacts: string },
): Promise<void> {
  const path = `${artifacts}/report/${RUN_SCRIPT}`;
  const beside = `${path}.${result.id}.tmp`;
  const mermaid = toMermaid(graph);
  await Deno.writeTextFile(beside, runScript({ ...provenance(result, artifacts), mermaid }));
  await Deno.rename(beside, path);
}
