/**
 * The training bench in tables.
 *
 * @module
 */
import { table } from "./table.ts";
import type { MatchResult, TrainingResult } from "./training.ts";

/** Ratios, and what they are made of. */
export function trainingReport(
  { machine, versions, limit, ratios, aside, medians, matches }: TrainingResult,
): string {
  const ratioRows = Object.entries(ratios).map((
    [name, ratio],
  ) => [name, ratio.toFixed(2), medians[name].toFixed(2), aside[name]?.toFixed(2) ?? ""]);
  return [
    `${machine.cpu}, ${machine.cores} cores, deno ${versions.deno}, torch ${versions.torch}`,
    `limit of products at 128 bits, unfused, one core: ${limit.toFixed(1)} gigaflops`,
    table([["their time ÷ ours", "fastest turns", "middle ones", "by hand"], ...ratioRows]),
    growthReport(matches),
  ].join("\n\n");
}

/** Milliseconds a step of every match. */
export function growthReport(matches: Readonly<Record<string, MatchResult>>): string {
  const rows = Object.entries(matches).map((
    [name, { trainers, operations, limitShare, productShare, lossDifference }],
  ) => [
    name,
    ...(["ours", "torch", "torch_by_hand", "stock"] as const).map((trainer) =>
      trainers[trainer]?.fastest.toFixed(2) ?? ""
    ),
    (operations / 1e6).toFixed(0),
    limitShare.toFixed(2),
    productShare?.toFixed(2) ?? "",
    lossDifference.toExponential(0),
  ]);
  const heading = [
    "ms a step",
    "ours",
    "torch",
    "stock tfjs",
    "Mflop",
    "of the limit",
    "products",
    "losses apart",
  ];
  return table([heading, ...rows]);
}
