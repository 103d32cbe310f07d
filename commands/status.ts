/**
 * `status`: what is in the store, and what a run would do.
 *
 * @module
 */
import { plan } from "../pipeline/mod.ts";
import type { Command } from "./call.ts";
import { planLine, planLines, planSummary } from "./plan_table.ts";
import { REHASH_FLAG, ROOT, SELECTION_FLAGS, selectStages } from "./selection.ts";

/** The command. */
export const statusCommand: Command = {
  name: "status",
  summary: "say which stages are done, stale or waiting",
  names: "stage",
  flags: [...SELECTION_FLAGS, REHASH_FLAG, {
    name: "json",
    help: "print one JSON object a line, a summary last",
  }],
  examples: [
    ["", "the state of everything"],
    ["turing --set turing.train.steps=500", "of one system, under other settings"],
  ],

  async run(call) {
    const { graph, artifacts } = await selectStages(call);
    const plans = plan(graph, { root: ROOT, artifacts, rehash: call.has("rehash") });
    if (call.has("json")) {
      for (const stage of plans) console.log(JSON.stringify(planLine(stage)));
      console.log(JSON.stringify({ type: "summary", ...planSummary(plans) }));
    } else {
      console.log(planLines(plans));
    }
    return 0;
  },
};
