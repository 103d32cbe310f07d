/**
 * A graph as text that Graphviz draws.
 *
 * @module
 */
import type { Graph } from "./graph.ts";
import type { Stage } from "./stage.ts";

/** A state is told by its word and its line, not by its colour alone. Okabe and Ito's colours. */
const LOOKS: Readonly<Record<string, string>> = {
  done: 'fillcolor="#b3e0d2", color="#009e73"',
  stale: 'fillcolor="#fbe3b5", color="#e69f00", penwidth=2',
  waiting: 'fillcolor="#eeeeee", color="#777777", style="filled,rounded,dashed"',
};

const PLAIN = 'fillcolor="#eeeeee", color="#777777"';

/**
 * DOT text of a graph. Stages of a folder (`linear/…`) stand in a box of its name. An edge says under which role
 * the stage at its end reads; with `states` (stage id → a word such as `done` or `stale`), each stage says its
 * state and is drawn accordingly.
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
 * const text = toDot(toy, { make: "done", use: "stale" });
 * assert.match(text, /s0 \[label="make × 4\\ndone", fillcolor="#b3e0d2"/);
 * assert.match(text, /s0 -> s1 \[label="made"\]/);
 * ```
 */
export function toDot({ stages }: Graph, states: Readonly<Record<string, string>> = {}): string {
  const node = new Map(stages.map((stage, index) => [stage.id, `s${index}`]));
  const folders = Map.groupBy(stages, ({ id }) => folderOf(id));
  const lines = [
    "digraph stages {",
    '  graph [rankdir=LR, bgcolor=transparent, fontname="Helvetica", fontsize=12, fontcolor="#777777"]',
    '  node [shape=box, margin="0.18,0.06", style="filled,rounded", fontname="Helvetica", fontsize=12, fontcolor="#000000"]',
    '  edge [color="#777777", fontname="Helvetica", fontsize=10, fontcolor="#777777", arrowsize=0.7]',
  ];
  for (const [folder, members] of folders) {
    const inner = members.map((stage) =>
      `${node.get(stage.id)} ${nodeLook(stage, folder, states[stage.id])}`
    );
    if (folder === "") lines.push(...inner.map((line) => `  ${line}`));
    else {
      lines.push(
        `  subgraph ${quoted(`cluster_${folder}`)} {`,
        `    label=${quoted(folder)}; color="#777777"`,
      );
      lines.push(...inner.map((line) => `    ${line}`), "  }");
    }
  }
  for (const { id, inputs } of stages) {
    for (const role of Object.keys(inputs ?? {}).sort()) {
      lines.push(`  ${node.get(inputs![role])} -> ${node.get(id)} [label=${quoted(role)}]`);
    }
  }
  return [...lines, "}", ""].join("\n");
}

/** `a/b` of `a/b/c`, empty for `c`. */
function folderOf(id: string): string {
  return id.slice(0, Math.max(0, id.lastIndexOf("/")));
}

function nodeLook({ id, shards }: Stage, folder: string, state: string | undefined): string {
  const name = folder === "" ? id : id.slice(folder.length + 1);
  const words = [
    name + (shards === undefined ? "" : ` × ${shards}`),
    ...(state === undefined ? [] : [state]),
  ];
  return `[label=${quoted(words.join("\n"))}, ${LOOKS[state ?? ""] ?? PLAIN}]`;
}

/** Graphviz reads `&amp;` as XML does. */
function quoted(text: string): string {
  return `"${
    text.replaceAll("&", "&amp;").replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")
  }"`;
}
