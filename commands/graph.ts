/**
 * `graph`: how the stages hang together.
 *
 * @module
 */
import { plan, toMermaid } from "../pipeline/mod.ts";
import { type Command, oneOf } from "./call.ts";
import { ROOT, SELECTION_FLAGS, selectStages } from "./selection.ts";

/** The command. */
export const graphCommand: Command = {
  name: "graph",
  summary: "draw which stage feeds which",
  names: "stage",
  flags: [
    { name: "format", value: "name", help: "mermaid (default), as GitHub draws it" },
    { name: "state", help: "mark what is done, stale or waiting" },
    ...SELECTION_FLAGS,
  ],
  examples: [
    ["--system turing", "the stages of one system"],
    ["--state > graph.mmd", "all of them with their states, into a file"],
  ],

  async run(call) {
    oneOf("format", call.text("format") ?? "mermaid", ["mermaid"]);
    const { graph, artifacts } = await selectStages(call);
    const states = call.has("state")
      ? Object.fromEntries(
        plan(graph, { root: ROOT, artifacts }).map(({ stage, state }) => [stage.id, state]),
      )
      : undefined;
    console.log(toMermaid(graph, states).trimEnd());
    return 0;
  },
};
