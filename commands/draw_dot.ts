/**
 * DOT text to SVG, by Graphviz compiled to WebAssembly: it reads no file and no font, so the same text is the same
 * picture everywhere.
 *
 * @module
 */
import { instance } from "@viz-js/viz";

/** Text outside of boxes is legible on white and on black by its own colour; on dark pages it is lighter still. */
const STYLE = `<style>
@media (prefers-color-scheme: dark) {
  .edge text, .cluster text { fill: #c8c8c8; }
  .edge path, .edge polygon, .cluster polygon { stroke: #9a9a9a; }
  .edge polygon { fill: #9a9a9a; }
}
</style>
`;

/**
 * Draws a graph.
 *
 * @throws {Error} when the text is not DOT.
 *
 * @example
 * ```ts
 * import { drawDot } from "./draw_dot.ts";
 * import { assertMatch } from "@std/assert";
 *
 * assertMatch(await drawDot("digraph { a -> b }"), /^<svg [^]*<title>a&#45;&gt;b<\/title>/);
 * ```
 */
export async function drawDot(dot: string): Promise<string> {
  const svg = (await instance()).renderString(dot, { format: "svg" });
  const [, start, rest] = /^[^]*?(<svg [^>]*>)([^]*)$/.exec(svg)!;
  return start.replaceAll("\n", " ") + "\n" + STYLE + rest.trimStart();
}
