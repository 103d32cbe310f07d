/**
 * What is different between two runs, as one page that needs nothing from elsewhere.
 *
 * @module
 */
import { type ArtifactEntry, readArtifact } from "../pipeline/mod.ts";
import { escape } from "../stages/figures/panel.ts";
import { difference, number } from "./diff_text.ts";
import { codes, htmlPage, htmlTable, section } from "./html_page.ts";
import { commandOf } from "./past_run.ts";
import { changedFiles, type RunComparison, unknownCode, valueText } from "./run_comparison.ts";
import { extensionOf, PICTURE_TYPES, type PicturePair } from "./run_pictures.ts";
import { duration } from "./table.ts";

/**
 * The page. Pictures are in it, as far as the store still has them.
 *
 * @param folder The store of both runs.
 */
export function diffPage(comparison: RunComparison, folder: string): string {
  const { first, second, stages } = comparison;
  const isSame = stages.length === 0;
  return htmlPage("Two runs compared", [
    runs(comparison),
    isSame ? "<p>Nothing differs.</p>" : "",
    alone(comparison),
    section("Parameters", params(comparison)),
    section("Code", code(comparison)),
    section("Inputs", inputs(comparison)),
    section("Metrics", metrics(comparison)),
    section("Pictures", pictures(comparison, folder)),
    section("Artifacts", artifacts(comparison)),
  ], { description: `${first.id} and ${second.id}` });
}

function runs({ first, second }: RunComparison): string {
  const rows = ([["first", first], ["second", second]] as const).map(([name, run]) => [
    name,
    codes(run.id),
    codes(commandOf(run)),
    run.state,
    `${run.executed} ran, ${run.reused} reused, in ${duration(run.milliseconds)}`,
  ]);
  return htmlTable(["", "run", "command", "state", "units"], rows);
}

function alone({ stages }: RunComparison): string {
  const rows = stages.filter(({ finished }) => finished !== "both")
    .map(({ stage, finished }) => [codes(stage), `only in the ${finished}`]);
  return section("Stages in one run alone", rows.length === 0 ? "" : htmlTable(["stage", ""], rows));
}

function params({ stages }: RunComparison): string {
  const rows = stages.flatMap(({ stage, params }) =>
    params.map(({ name, first, second }) => [
      codes(stage),
      codes(name),
      codes(valueText(first)),
      codes(valueText(second)),
    ])
  );
  return rows.length === 0 ? "" : htmlTable(["stage", "parameter", "first", "second"], rows);
}

function code({ stages }: RunComparison): string {
  const rows = changedFiles(stages).map(({ file, change, stages }) => [
    codes(file),
    change,
    stages.map(codes).join(", "),
  ]);
  const unknown = unknownCode(stages);
  return (rows.length === 0 ? "" : htmlTable(["file", "", "runs in"], rows)) +
    (unknown.length === 0
      ? ""
      : `<p>The code of ${unknown.map(codes).join(", ")} is another; which files is not known any more.</p>`);
}

function inputs({ stages }: RunComparison): string {
  const rows = stages.flatMap(({ stage, inputs }) =>
    inputs.map(({ name, first, second }) => [codes(stage), codes(name), digest(first), digest(second)])
  );
  return rows.length === 0 ? "" : htmlTable(["stage", "input", "first", "second"], rows);
}

function digest(value: string | undefined): string {
  return value === undefined ? "–" : `<code title="${escape(value)}">${escape(value.slice(0, 12))}</code>`;
}

/** Those that stayed are the measure of those that moved: they are there, folded. */
function metrics({ metrics, goneMetrics }: RunComparison): string {
  const moved = metrics.filter(({ first, second }) => first !== second);
  const same = metrics.filter(({ first, second }) => first === second);
  return [
    moved.length === 0 ? "" : metricTable(moved),
    goneMetrics.length === 0
      ? ""
      : `<p>The metrics of ${goneMetrics.map(codes).join(", ")} are not in the store any more.</p>`,
    same.length === 0
      ? ""
      : `<details><summary>${same.length} that are the same</summary>${metricTable(same)}</details>`,
  ].join("");
}

function metricTable(metrics: RunComparison["metrics"]): string {
  const rows = metrics.map(({ metric, first, second }) => [
    codes(metric),
    number(first),
    number(second),
    first === second ? "" : difference(first, second) || "–",
  ]);
  return htmlTable(["metric", "first", "second", "difference"], rows, { numbers: [1, 2, 3] });
}

function pictures({ pictures }: RunComparison, folder: string): string {
  return pictures.map((pair) => picture(pair, folder)).join("\n");
}

function picture({ stage, name, first, second }: PicturePair, folder: string): string {
  const sides = ([["first", first], ["second", second]] as const).map(([side, entry]) =>
    `<figure>${shown(name, side, entry, folder)}<figcaption>${side}</figcaption></figure>`
  );
  return `<h3><code>${escape(`${stage}/${name}`)}</code></h3>\n<div class="pair">${sides.join("")}</div>`;
}

function shown(name: string, side: string, entry: ArtifactEntry | undefined, folder: string): string {
  if (entry === undefined) return '<p class="none">not in this run</p>';
  const bytes = readArtifact(entry, folder);
  if (bytes === undefined) return '<p class="none">not in the store any more</p>';
  const url = `data:${PICTURE_TYPES[extensionOf(name)]};base64,${bytes.toBase64()}`;
  return `<img src="${url}" alt="${escape(name)} of the ${side} run">`;
}

function artifacts({ stages }: RunComparison): string {
  const rows = stages.flatMap(({ stage, artifacts, forgotten }) => [
    ...artifacts.map(({ name, first, second }) => [
      codes(stage),
      codes(name),
      digest(first?.digest),
      digest(second?.digest),
    ]),
    ...(forgotten === 0 ? [] : [[codes(stage), `${forgotten} units no longer in the store`, "", ""]]),
  ]);
  return rows.length === 0
    ? ""
    : `<details><summary>${rows.length} that differ</summary>${
      htmlTable(["stage", "artifact", "first", "second"], rows)
    }</details>`;
}
