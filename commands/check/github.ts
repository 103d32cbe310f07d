/**
 * A check for GitHub Actions: annotations, and a job summary in Markdown.
 *
 * @module
 */
import { isFailure } from "./compare.ts";
import { type Check, columns, conclusion, HEADINGS, NUMERIC, sentence, worthTelling } from "./wording.ts";

/** GitHub shows as many errors of a step. */
const MOST_ERRORS = 10;

/**
 * Workflow commands, one a line: an error for each failure and a notice of the whole.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { annotations } from "./github.ts";
 *
 * const finding = { type: "metric", name: "a.100%", system: "a", verdict: "missing", locked: 1 } as const;
 * const check = { findings: [finding], profile: "smoke", lock: "a:b.json" };
 * assertEquals(
 *   annotations(check)[0],
 *   "::error file=a%3Ab.json,title=a.100%25 missing::a.100%25 is locked, but the run has none",
 * );
 * ```
 */
export function annotations(check: Check): string[] {
  const failures = check.findings.filter(isFailure);
  const shown = failures.length > MOST_ERRORS ? failures.slice(0, MOST_ERRORS - 1) : failures;
  const errors = shown.map((finding) =>
    command("error", { file: check.lock, title: `${finding.name} ${finding.verdict}` }, sentence(finding))
  );
  if (shown.length < failures.length) {
    const rest = `${failures.length - shown.length} more failed; the job summary lists them`;
    errors.push(command("error", { file: check.lock, title: "check" }, rest));
  }
  return [...errors, command("notice", { title: "check" }, conclusion(check))];
}

/** The whole as Markdown. */
export function jobSummary(check: Check): string {
  const told = worthTelling(check.findings);
  const heading = `### Metrics and macrostates: ${told.some(isFailure) ? "failed" : "passed"}`;
  const parts = [heading, escapeMarkdown(conclusion(check))];
  if (told.length > 0) {
    const rule = HEADINGS.map((_, i) => NUMERIC.includes(i) ? "--:" : "---");
    parts.push(
      [HEADINGS, rule, ...told.map((finding) => columns(finding).map(escapeMarkdown))].map(row).join("\n"),
    );
  }
  return parts.join("\n\n") + "\n\n";
}

function command(name: string, properties: Readonly<Record<string, string>>, message: string): string {
  const list = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(value)}`);
  return `::${name} ${list.join(",")}::${escapeData(message)}`;
}

/** As `@actions/core` does. */
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()<>#|~&]/g, (sign) => `\\${sign}`).replaceAll(/\s+/g, " ");
}
