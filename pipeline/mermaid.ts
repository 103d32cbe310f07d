/**
 * A graph as a picture that GitHub draws.
 *
 * @module
 */
import type { Graph } from "./graph.ts";

/**
 * Mermaid flowchart of a graph. With `states` (stage id → a word such as `done` or `stale`), each stage says
 * its state and is coloured by it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { graph } from "./graph.ts";
 *
 * const module = "file:///toy.ts";
 * const toy = graph([
 *   { id: "make", module, params: {}, shards: 4 },
 *   { id: "use", module, params: {}, inputs: { made: "make" } },
 * ]);
 * assert.equal(toMermaid(toy), 'flowchart TD\n  s0["make × 4"]\n  s1["use"]\n  s0 -- made --> s1\n');
 * ```
 */
export function toMermaid({ stages }: Graph, states?: Readonly<Record<string, string>>): string {
  const node = new Map(stages.map((stage, index) => [stage.id, `s${index}`]));
  const lines = ["flowchart TD"];
  for (const { id, shards } of stages) {
    const state = states?.[id];
    const label = id + (shards === undefined ? "" : ` × ${shards}`) + (state ? `<br>${state}` : "");
    lines.push(`  ${node.get(id)}["${label}"]${state ? `:::${state}` : ""}`);
  }
  for (const { id, inputs } of stages) {
    for (const role of Object.keys(inputs ?? {}).sort()) {
      lines.push(`  ${node.get(inputs![role])} -- ${role} --> ${node.get(id)}`);
    }
  }
  // Okabe and Ito's colours, told apart by colour-blind readers too.
  if (states !== undefined) {
    lines.push("  classDef done fill:#b3e0d2,stroke:#009e73,color:#000");
    lines.push("  classDef stale fill:#fbe3b5,stroke:#e69f00,color:#000");
    lines.push("  classDef waiting fill:#eeeeee,stroke:#777777,color:#000");
  }
  return lines.join("\n") + "\n";
}
