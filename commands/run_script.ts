/**
 * `artifacts/report/run.js`: where the results come from and how long they took, for the report to show.
 *
 * @module
 */
import { type Graph, provenance, type RunResult, StoreError, toMermaid } from "../pipeline/mod.ts";
import { RUN_SCRIPT, runScript } from "../stages/figures/report_script.ts";

/**
 * Writes it beside the report. It tells of one run and not of the results, so it is no artifact.
 *
 * @throws {StoreError} when it cannot be written; nothing is left behind then.
 */
export async function writeRunScript(
  result: RunResult,
  { graph, artifacts }: { graph: Graph; artifacts: string },
): Promise<void> {
  const path = `${artifacts}/report/${RUN_SCRIPT}`;
  const beside = `${path}.${result.id}.tmp`;
  const mermaid = toMermaid(graph);
  try {
    await Deno.writeTextFile(beside, runScript({ ...provenance(result, artifacts), mermaid }));
    await Deno.rename(beside, path);
  } catch (cause) {
    await Deno.remove(beside).catch(() => {});
    throw new StoreError(path, cause);
  }
}
