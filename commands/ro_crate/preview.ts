/**
 * `ro-crate-preview.html`: the crate for people, with links to its files. It needs nothing from elsewhere.
 *
 * @module
 */
import { isPackage, type Json, leaves } from "../../pipeline/mod.ts";
import { codes, htmlPage, htmlTable, section } from "../html_page.ts";
import { commandOf } from "../past_run.ts";
import { valueText } from "../run_comparison.ts";
import { duration } from "../table.ts";
import type { DescribedCode, DescribedRun, DescribedStage } from "./described_run.ts";
import { dataFolder, uri } from "./entities.ts";
import { METADATA, WORKFLOW } from "./metadata.ts";

/** The page; the metadata is in it once more, for programs that are given a page. */
export function cratePreview(described: DescribedRun, metadata: Json): string {
  const { run, stages, code } = described;
  const json = JSON.stringify(metadata).replaceAll("<", "\\u003c");
  return htmlPage("A run and what it gave", [
    facts(described),
    section("Stages", stageTable(stages)),
    section("Parameters", parameters(stages)),
    section("Files", stages.map(files).join("\n")),
    section("Code", codeTable(code)),
  ], { description: run.id, head: `<script type="application/ld+json">${json}</script>\n` });
}

function facts({ run }: DescribedRun): string {
  const rows = [
    ["run", codes(run.id)],
    ["command", codes(commandOf(run))],
    ["state", run.state],
    ["begun", run.begun],
    ["took", duration(run.milliseconds)],
    ["units", `${run.executed} executed, ${run.reused} reused`],
    ["for programs", `${link(METADATA)}, ${link(WORKFLOW)}`],
    ...run.failures.map(({ message }) => ["failed", codes(message)]),
  ];
  return htmlTable(["", ""], rows);
}

function stageTable(stages: readonly DescribedStage[]): string {
  const rows = stages.map(({ past, artifacts, inputs }) => [
    codes(past.stage),
    Object.values(inputs).map(codes).join(", ") || "nothing",
    String(past.executed),
    String(past.reused),
    String(artifacts.length),
    String(artifacts.reduce((sum, { size }) => sum + size, 0)),
  ]);
  const heads = ["stage", "made from", "executed", "reused", "files", "bytes"];
  return htmlTable(heads, rows, { numbers: [2, 3, 4, 5] });
}

function parameters(stages: readonly DescribedStage[]): string {
  const rows = stages.flatMap(({ past }) =>
    Object.entries(leaves(past.params)).map((
      [name, value],
    ) => [codes(past.stage), codes(name), codes(valueText(value))])
  );
  return rows.length === 0 ? "" : htmlTable(["stage", "parameter", "value"], rows);
}

function files({ past: { stage }, artifacts }: DescribedStage): string {
  const rows = artifacts.map(({ name, digest, size }) => [
    link(dataFolder(stage) + name, name),
    String(size),
    codes(digest),
  ]);
  return `<details><summary>${codes(stage)}: ${artifacts.length}</summary>${
    htmlTable(["file", "bytes", "SHA-256"], rows, { numbers: [1] })
  }</details>`;
}

function codeTable(code: readonly DescribedCode[]): string {
  const rows = code.map(({ name, digest, bytes }) => [
    bytes === undefined ? codes(name) : link(`code/${name}`, name),
    bytes !== undefined ? "" : isPackage(name) ? "package" : "changed since, not in the crate",
    codes(digest),
  ]);
  return rows.length === 0
    ? ""
    : `<details><summary>${rows.length} files and packages</summary>${
      htmlTable(["file", "", "digest"], rows)
    }</details>`;
}

function link(path: string, text = path): string {
  return `<a href="${uri(path)}">${codes(text)}</a>`;
}
