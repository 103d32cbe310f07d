/**
 * What is different between two runs, for terminals: what is equal is left out.
 *
 * @module
 */
import { significant } from "../stages/figures/significant.ts";
import { changedFiles, type RunComparison, unknownCode, valueText } from "./run_comparison.ts";
import { count, table } from "./table.ts";

/** The differences, a paragraph of each kind; empty when there are none. */
export function diffText(comparison: RunComparison): string {
  return sections(comparison).filter(([, text]) => text !== "").map(([head, text]) =>
    `${head}\n${text.replaceAll(/^/gm, "  ")}`
  ).join("\n\n");
}

function sections({ stages, metrics, goneMetrics, pictures }: RunComparison): (readonly [string, string])[] {
  const params = stages.flatMap(({ stage, params }) =>
    params.map(({ name, first, second }) => [stage, name, `${valueText(first)} → ${valueText(second)}`])
  );
  const inputs = stages.flatMap(({ stage, inputs }) =>
    inputs.map(({ name, first, second }) => [stage, name, `${short(first)} → ${short(second)}`])
  );
  const moved = metrics.filter(({ first, second }) => first !== second).map(({ metric, first, second }) => [
    metric,
    number(first),
    number(second),
    difference(first, second),
  ]);
  const heads = ["metric", "first", "second", "difference"];
  return [
    ["Stages in one run alone", table(alone(stages))],
    ["Parameters", table(params)],
    [
      "Code",
      [codeText(stages), unknown(unknownCode(stages), "the code", "which files is not known any more")]
        .filter(Boolean).join("\n"),
    ],
    ["Inputs", table(inputs)],
    [
      "Metrics",
      [
        moved.length === 0 ? "" : table([heads, ...moved], { right: [1, 2, 3] }),
        unknown(goneMetrics, "metrics", "they are not in the store any more"),
      ].filter(Boolean).join("\n"),
    ],
    ["Artifacts", table(stages.flatMap(artifactRow))],
    [
      "Pictures",
      table(pictures.map(({ stage, name, first, second }) => [
        stage,
        name,
        first === undefined ? "new" : second === undefined ? "gone" : "other pixels",
      ])),
    ],
  ];
}

function alone(stages: RunComparison["stages"]): string[][] {
  return stages.filter(({ finished }) => finished !== "both")
    .map(({ stage, finished }) => [stage, `only in the ${finished}`]);
}

function codeText(stages: RunComparison["stages"]): string {
  return table(changedFiles(stages).map(({ file, change, stages }) => [file, change, stages.join(", ")]));
}

function unknown(stages: readonly string[], what: string, why: string): string {
  return stages.length === 0 ? "" : `${what} of ${stages.join(", ")}: ${why}`;
}

function artifactRow({ stage, artifacts, forgotten }: RunComparison["stages"][number]): string[][] {
  if (artifacts.length + forgotten === 0) return [];
  const names = artifacts.slice(0, 3).map(({ name }) => name).join(", ") +
    (artifacts.length > 3 ? ", …" : "");
  const gone = forgotten === 0 ? "" : `${count(forgotten, "unit")} no longer in the store`;
  const text = artifacts.length === 0 ? "" : `${artifacts.length} differ: ${names}`;
  return [[stage, [text, gone].filter(Boolean).join("; ")]];
}

/** As long as the store needs to tell digests apart, and people to compare them. */
function short(digest: string | undefined): string {
  return digest?.slice(0, 12) ?? "–";
}

/** A number as tables show it. */
export function number(value: number | undefined): string {
  return value === undefined ? "–" : significant(value);
}

/** With its sign; empty when one of them is missing. */
export function difference(first: number | undefined, second: number | undefined): string {
  if (first === undefined || second === undefined) return "";
  return `${second > first ? "+" : ""}${significant(second - first)}`;
}
