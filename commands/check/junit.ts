/**
 * A check as JUnit XML, which most CI systems read: a test case for each metric and each coordinate.
 *
 * @module
 */
import { type Finding, isFailure } from "./compare.ts";
import { type Check, sentence } from "./wording.ts";

/**
 * The whole as one XML document.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { junit } from "./junit.ts";
 *
 * const finding = { type: "metric", name: "a.b&c", system: "a", verdict: "missing", locked: 1 } as const;
 * const xml = junit({ findings: [finding], profile: "smoke", lock: "" });
 * assertEquals(xml.split("\n")[3].trim(), '<testcase classname="a" name="a.b&amp;c">');
 * ```
 */
export function junit({ findings, profile }: Check): string {
  const failures = findings.filter(isFailure).length;
  const skipped = findings.filter(({ verdict }) => verdict === "new").length;
  const counts = `tests="${findings.length}" failures="${failures}" errors="0"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="check" ${counts}>`,
    `  <testsuite name="check ${escape(profile)}" ${counts} skipped="${skipped}">`,
    ...findings.map(testCase),
    "  </testsuite>",
    "</testsuites>",
  ].join("\n");
}

function testCase(finding: Finding): string {
  const open = `    <testcase classname="${escape(finding.system)}" name="${escape(finding.name)}"`;
  const message = `message="${escape(sentence(finding))}"`;
  if (isFailure(finding)) {
    return `${open}>\n      <failure type="${finding.verdict}" ${message}/>\n    </testcase>`;
  }
  return finding.verdict === "new" ? `${open}>\n      <skipped ${message}/>\n    </testcase>` : `${open}/>`;
}

/** Markup escaped, and what no XML document may hold replaced. */
function escape(text: string): string {
  const named: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&apos;",
  };
  return text.toWellFormed()
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replaceAll(/[&<>"']/g, (sign) => named[sign]);
}
