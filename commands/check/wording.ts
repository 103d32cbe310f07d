/**
 * What came of a check, in words and columns that all formats share.
 *
 * @module
 */
import { significant } from "../../stages/figures/significant.ts";
import { count } from "../table.ts";
import { type Finding, isFailure } from "./compare.ts";

/** All that the formats tell of. */
export interface Check {
  readonly findings: readonly Finding[];
  readonly profile: string;
  /** Path of the lock file, as one would type it. */
  readonly lock: string;
  /** The call that accepts what moved, if there is one. */
  readonly update?: string;
}

/** How many of something there are, and how many of these are in a state. */
export interface Counts {
  readonly total: number;
  readonly same: number;
  readonly within: number;
  readonly new: number;
  readonly failed: number;
}

/** Headings of {@link columns}. */
export const HEADINGS: readonly string[] = ["", "locked", "now", "difference", "tolerance", "", ""];

/** Columns of {@link HEADINGS} that hold numbers. */
export const NUMERIC: readonly number[] = [1, 2, 3, 4];

/** Findings that are worth a line: all that is not as locked, to the bit; failures first. */
export function worthTelling(findings: readonly Finding[]): Finding[] {
  const told = findings.filter(({ verdict }) => verdict !== "same");
  return [...told.filter(isFailure), ...told.filter((finding) => !isFailure(finding))];
}

/** A finding as the cells of a table. */
export function columns(finding: Finding): string[] {
  const { name, verdict, difference, tolerance } = finding;
  const signed = finding.type === "metric" && difference !== undefined && difference > 0 ? "+" : "";
  return [
    name,
    lockedText(finding),
    foundText(finding),
    difference === undefined ? "" : signed + significant(difference),
    tolerance === undefined ? "" : significant(tolerance),
    verdict,
    note(finding),
  ];
}

/**
 * A finding as a sentence.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sentence } from "./wording.ts";
 *
 * const metric = { type: "metric", name: "a.r2", system: "a", verdict: "moved" } as const;
 * assertEquals(
 *   sentence({ ...metric, locked: 0.5, found: 0.75, difference: 0.25, tolerance: 0.1 }),
 *   "a.r2 is 0.75, locked as 0.5: it moved by 0.25, its tolerance is 0.1",
 * );
 * ```
 */
export function sentence(finding: Finding): string {
  const { name, verdict, difference = NaN, tolerance = NaN } = finding;
  const by = `by ${significant(Math.abs(difference))}, its tolerance is ${significant(tolerance)}`;
  switch (verdict) {
    case "missing":
      return `${name} is locked, but the run has none`;
    case "not finite":
      return `${name} must be finite, but is not`;
    case "new":
      return `${name} is not locked yet`;
    case "incomparable":
      return `${name} cannot be compared: ${finding.type === "macrostate" ? finding.reason : ""}`;
  }
  if (verdict === "same") return `${name} is as locked`;
  if (finding.type === "metric") {
    return `${name} is ${foundText(finding)}, locked as ${lockedText(finding)}: it moved ${by}`;
  }
  return `${name} is ${finding.found} of the run: on the probes it moved ${by} (${note(finding)})`;
}

/** The whole in a sentence or two. */
export function conclusion({ findings, profile, lock, update }: Check): string {
  const metrics = counts(findings, "metric");
  const macrostates = counts(findings, "macrostate");
  const is = (state: keyof Counts) => metrics[state] + macrostates[state] > 0;
  const number = (state: keyof Counts) =>
    [
      `${metrics[state]} of ${count(metrics.total, "metric")}`,
      `${macrostates[state]} of ${count(macrostates.total, "macrostate")}`,
    ]
      .join(" and ");
  const parts: string[] = [];
  if (is("failed")) {
    parts.push(`Failed: ${number("failed")} are not what ${lock} allows (profile ${profile}).`);
    if (update !== undefined) parts.push(`If that is meant, ${update} locks what is there now.`);
  } else if (is("within")) {
    parts.push(`Passed: ${number("within")} moved, within the tolerance of ${lock} (profile ${profile}).`);
  } else if (is("same")) {
    parts.push(`Nothing moved: ${number("same")} are as in ${lock} (profile ${profile}), to the last bit.`);
  }
  if (is("new")) {
    const way = update === undefined ? "" : `; ${update} locks them`;
    parts.push(`Not locked yet: ${number("new")}${way}.`);
  }
  return parts.join(" ");
}

/** A macrostate counts once, by the worst of its coordinates. */
export function counts(findings: readonly Finding[], type: Finding["type"]): Counts {
  const groups = Map.groupBy(
    findings.filter((finding) => finding.type === type),
    ({ name, system }) => type === "metric" ? name : system,
  );
  const states = [...groups.values()].map((group) => {
    if (group.some(isFailure)) return "failed";
    return (["new", "within"] as const).find((state) => group.some(({ verdict }) => verdict === state)) ??
      "same";
  });
  const number = (state: string) => states.filter((one) => one === state).length;
  return {
    total: states.length,
    same: number("same"),
    within: number("within"),
    new: number("new"),
    failed: number("failed"),
  };
}

function lockedText(finding: Finding): string {
  if (finding.type === "metric") return finding.locked === undefined ? "" : significant(finding.locked);
  return finding.found === undefined ? "" : finding.name.slice(finding.name.lastIndexOf(".") + 1);
}

function foundText(finding: Finding): string {
  if (finding.type === "macrostate") return finding.found ?? "";
  const { found } = finding;
  return found === undefined ? "" : Number.isFinite(found) ? significant(found) : String(found);
}

function note(finding: Finding): string {
  if (finding.type === "metric") return "";
  const { correlation, explained, reason } = finding;
  if (reason !== undefined) return reason;
  const parts = [["correlation", correlation] as const, ["R²", explained] as const];
  return parts.filter(([, value]) => Number.isFinite(value)).map(([name, value]) =>
    `${name} ${Number(value!.toFixed(6))}`
  )
    .join(", ");
}
