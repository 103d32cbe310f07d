/**
 * The script of the report: shows the provenance that `run.js`, beside the page, describes.
 *
 * Times belong to a run and not to its results. So the page does not hold them, and is the same bytes after
 * every run; the browser puts the two together.
 *
 * @module
 */
import type { JsonObject } from "../../pipeline/stage.ts";

/** Name of the side file. */
export const RUN_SCRIPT = "run.js";

/**
 * The bytes of `run.js`: what `provenance()` of the pipeline gives and, if wanted, the graph as Mermaid text.
 *
 * @example
 * ```ts
 * import { runScript } from "./report_script.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * assertStringIncludes(runScript({ run: "a", stages: [] }), "window.macronetRun = ");
 * ```
 */
export function runScript(provenance: JsonObject): string {
  return `window.macronetRun = ${JSON.stringify(provenance, null, 1).replaceAll("<", "\\u003c")};\n`;
}

/** Fills `#provenance` from `window.macronetRun`, if there is one. Runs in the reader's browser. */
export const REPORT_SCRIPT = String.raw`
(() => {
  const run = window.macronetRun;
  const place = document.getElementById("provenance");
  if (!run || !place) return;
  const make = (tag, content, attributes = {}) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...[content].flat().filter((part) => part !== undefined && part !== null));
    return element;
  };
  const duration = (ms) => ms === null || ms === undefined ? "not known"
    : ms < 1000 ? Math.round(ms) + " ms" : ms < 60000 ? (ms / 1000).toFixed(1) + " s"
    : Math.floor(ms / 60000) + " min " + Math.round(ms % 60000 / 1000) + " s";
  const size = (bytes) => bytes < 1e3 ? bytes + " B" : bytes < 1e6 ? (bytes / 1e3).toFixed(1) + " kB"
    : (bytes / 1e6).toFixed(1) + " MB";
  const digest = (hash) => hash ? make("code", hash.slice(0, 12), { title: hash }) : "none";
  const number = (text) => make("td", text, { class: "number" });

  const stages = run.stages || [];
  const longest = Math.max(1, ...stages.map((stage) => stage.milliseconds || 0));
  const total = stages.reduce((sum, stage) => sum + (stage.milliseconds || 0), 0);
  const versions = Object.entries(run.versions || {}).map(([name, version]) => name + " " + version).join(", ");

  const lanes = new Map();
  for (const { id } of stages) {
    const at = id.lastIndexOf("/");
    const lane = at < 0 ? "all systems" : id.slice(0, at);
    lanes.set(lane, [...(lanes.get(lane) || []), id.slice(at + 1)]);
  }
  const graph = make("div", [...lanes].map(([lane, names]) => make("div", [make("b", lane),
    ...names.flatMap((name, i) => [i ? "→" : null, make("span", name, { class: "chip" })])], { class: "lane" })),
    { class: "graph" });

  const rows = stages.map((stage) => make("tr", [
    make("th", stage.id, { scope: "row" }),
    make("td", Object.values(stage.inputs || {}).join(", ") || "nothing"),
    make("td", stage.keys.length === 1 ? digest(stage.keys[0])
      : make("details", [make("summary", stage.keys.length + " units"),
        ...stage.keys.map((key) => make("div", digest(key)))])),
    make("td", digest(stage.code)),
    make("td", digest(stage.output)),
    number(stage.artifacts + ", " + size(stage.bytes)),
    number([duration(stage.milliseconds), make("br"), make("span", "", { class: "bar",
      style: "width:" + (5 * (stage.milliseconds || 0) / longest).toFixed(2) + "rem" })]),
  ]));
  const heads = ["stage", "made from", "key", "code", "output", "artifacts", "time to make"];
  place.replaceChildren(
    make("p", ["Run ", make("code", String(run.run)), versions ? " on " + versions : "",
      ". Making everything took " + duration(total) + " of work in all, in this run or an earlier one."]),
    graph,
    make("div", make("table", [make("caption", "Digests are SHA-256; hover over one to see it whole."),
      make("thead", make("tr", heads.map((head) => make("th", head, { scope: "col" })))),
      make("tbody", rows)]), { class: "scroll" }),
    ...(run.mermaid ? [make("details", [make("summary", "The graph as Mermaid text"), make("pre", run.mermaid)])] : []),
  );
})();
`;
