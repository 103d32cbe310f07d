/**
 * The answers of `explain` in words.
 *
 * @module
 */
import { type Explanation, type Json, quoted, type Reason } from "../pipeline/mod.ts";
import { count } from "./table.ts";

/** More than this of a kind is said in numbers. */
const MOST_NAMES = 3;

/**
 * One reason, one line; the way to changed code follows on a second.
 *
 * @example
 * ```ts
 * import { reasonText } from "./reason_text.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const reason = { kind: "param", path: "train.steps", before: 5000, after: 8000 } as const;
 * assertEquals(reasonText(reason), "param train.steps: 5000 → 8000");
 * ```
 */
export function reasonText(reason: Reason): string {
  switch (reason.kind) {
    case "new":
      return reason.stored > 0
        ? `no run has finished it yet; ${count(reason.stored, "unit")} stored`
        : "no run has finished it yet";
    case "param":
      return `param ${reason.path}: ${value(reason.before)} → ${value(reason.after)}`;
    case "shards":
      return `shards: ${reason.before ?? "none"} → ${reason.after ?? "none"}`;
    case "code":
      return `code ${reason.ingredient} ${reason.change}${declared(reason.declarations)}${way(reason.path)}`;
    case "package":
      return `package ${reason.before} → ${reason.after}${way(reason.path)}`;
    case "use":
      return `code used as ${reason.role}: ${reason.before ?? "none"} → ${reason.after ?? "none"}`;
    case "code unknown":
      return "code changed; the files of the run before were not kept";
    case "input": {
      const of = reason.stage === undefined ? "" : ` (${reason.stage})`;
      return `input ${reason.role}${of} changed${reason.artifacts ? `: ${few(reason.artifacts)}` : ""}`;
    }
    case "waits":
      return `waits for ${reason.stage}, which is stale`;
    case "broken":
      return `${reason.what}${shard(reason.shard)} is broken: ${reason.found}`;
    case "failed":
      return `failed in the run: ${reason.message}`;
    case "lost":
      return `made before from the same, but no longer in the store${shardList(reason.shards)}`;
  }
}

/** The reasons of a stage, with many of one kind summarised. */
export function reasonLines(reasons: readonly Reason[]): string[] {
  const broken = reasons.filter((reason) => reason.kind === "broken");
  if (broken.length <= MOST_NAMES) return reasons.map(reasonText);
  const first = broken.slice(0, MOST_NAMES).map(({ what, shard }) =>
    shard === null ? what : `shard ${shard}`
  );
  return [
    ...reasons.filter(({ kind }) => kind !== "broken").map(reasonText),
    `broken in the store: ${first.join(", ")} and ${broken.length - MOST_NAMES} more`,
  ];
}

/** All that there is to say about a stage: a line, and its reasons indented. */
export function explanationText({ stage, state, against, reasons }: Explanation): string {
  const run = against === undefined ? "" : `${against.about.command ?? "a run"}, ${against.id}`;
  if (state === "done") return `${stage} is fresh${run === "" ? "" : `, by: ${run}`}`;
  const isUnchanged = state === "waiting" && reasons.every(({ kind }) => kind === "waits");
  const lines = [
    ...reasonLines(reasons),
    ...(isUnchanged
      ? ["nothing of its own changed: when its inputs come out as before, what is stored is reused"]
      : []),
  ];
  const head = `${stage} ${
    state === "executed" ? "was executed" : state === "failed" ? "failed" : `is ${state}`
  }`;
  const compared = run === "" ? "" : `, compared with: ${run}`;
  return [`${head}${compared}`, ...lines.map((line) => indent(line, "  "))].join("\n");
}

/** Every line of a text moved to the right. */
export function indent(text: string, by: string): string {
  return text.replaceAll(/^/gm, by);
}

function value(json: Json | undefined): string {
  return json === undefined ? "none" : quoted(json);
}

function declared(names: readonly string[] | undefined): string {
  if (names === undefined) return "";
  return names.length === 0 ? ": the order of its statements" : `: ${few(names)}`;
}

function way(path: (Reason & { kind: "code" })["path"]): string {
  if (path.length < 2) return "";
  const steps = path.map(({ ingredient, names }) =>
    names.length === 0 ? ingredient : `${ingredient} ${names.join(" › ")}`
  );
  return `\n  ${steps.join(" → ")}`;
}

function few(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function shard(number: number | null): string {
  return number === null ? "" : ` of shard ${number}`;
}

function shardList(shards: readonly (number | null)[]): string {
  const numbers = shards.filter((shard) => shard !== null).map(String);
  return numbers.length === 0 ? "" : `: ${numbers.length === 1 ? "shard" : "shards"} ${few(numbers)}`;
}
