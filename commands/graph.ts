/**
 * `graph`: how the stages hang together.
 *
 * @module
 */
import { plan, toDot, toMermaid } from "../pipeline/mod.ts";
import { type Command, oneOf } from "./call.ts";
import { ROOT, SELECTION_FLAGS, selectStages } from "./selection.ts";

/** The command. */
export const graphCommand: Command = {
  name: "graph",
  summary: "draw which stage feeds which",
  names: "stage",
  flags: [
    {
      name: "format",
      value: "name",
      help: "mermaid (default, as GitHub draws it), dot (for Graphviz) or svg (drawn)",
    },
    { name: "state", help: "mark what is done, stale or waiting" },
    ...SELECTION_FLAGS,
  ],
  examples: [
    ["--system turing", "the stages of one system"],
    ["--state --format svg > graph.svg", "all of them with their states, as a picture"],
  ],

  async run(call) {
    const format = oneOf("format", call.text("format") ?? "mermaid", ["mermaid", "dot", "svg"]);
    const { graph, artifacts } = await selectStages(call);
    const states = call.has("state")
      ? Object.fromEntries(
        plan(graph, { root: ROOT, artifacts }).map(({ stage, state }) => [stage.id, state]),
      )
      : undefined;
    const text = format === "mermaid" ? toMermaid(graph, states) : toDot(graph, states);
    console.log((format === "svg" ? await draw(text) : text).trimEnd());
    return 0;
  },
};

/** Graphviz is loaded when there is something to draw. */
async function draw(dot: string): Promise<string> {
  const { drawDot } = await import("./draw_dot.ts");
  return drawDot(dot);
}
