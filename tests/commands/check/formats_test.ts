/** What CI systems are told, also of names that were made to trick them. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Finding } from "../../../commands/check/compare.ts";
import { annotations, jobSummary } from "../../../commands/check/github.ts";
import { junit } from "../../../commands/check/junit.ts";
import type { Check } from "../../../commands/check/wording.ts";
import { isWithoutTerminal, PYTHON } from "../terminal.ts";

const metric = (name: string, rest: Partial<Finding>): Finding =>
  ({ type: "metric", name, system: name.split(".")[0], verdict: "same", ...rest }) as Finding;

const moved = { verdict: "moved", locked: 0.5, found: 0.75, difference: 0.25, tolerance: 0.1 } as const;
const findings: readonly Finding[] = [
  metric("toy.same", { verdict: "same", locked: 1, found: 1, difference: 0, tolerance: 0 }),
  metric("toy.within", { ...moved, verdict: "within" }),
  metric("toy.moved", moved),
  metric("toy.gone", { verdict: "missing", locked: 1 }),
  metric("toy.nan", { verdict: "not finite", found: NaN, locked: 1 }),
  metric("toy.new", { verdict: "new", found: 1 }),
  {
    type: "macrostate",
    name: "toy.α1",
    system: "toy",
    verdict: "moved",
    found: "−α2",
    difference: 0.5,
    tolerance: 0.1,
    correlation: 0.75,
    explained: 0.99,
  },
];
const check: Check = { findings, profile: "smoke", lock: "macrostates.lock.json", update: "check --update" };

/** Names that no lock can hold, and that must do no harm if one did. */
const HOSTILE = "a\"b<c>&'%0A::error::x,y:z\r\n::set-output name=x::y|`*_]]>\u0000\u0007\ud800\u2028<!--";
const hostile: Check = {
  ...check,
  lock: HOSTILE,
  profile: HOSTILE,
  findings: [metric(HOSTILE, moved), metric("toy.new", { verdict: "new", found: 1 })],
};

Deno.test("annotations(): an error for each failure, a notice of the whole", () => {
  const file = "file=macrostates.lock.json";
  assertEquals(annotations(check), [
    `::error ${file},title=toy.moved moved::toy.moved is 0.75, locked as 0.5: it moved by 0.25, its tolerance is 0.1`,
    `::error ${file},title=toy.gone missing::toy.gone is locked, but the run has none`,
    `::error ${file},title=toy.nan not finite::toy.nan must be finite, but is not`,
    `::error ${file},title=toy.α1 moved::toy.α1 is −α2 of the run: on the probes it moved by 0.5, its tolerance is 0.1 (correlation 0.75, R² 0.99)`,
    "::notice title=check::Failed: 3 of 6 metrics and 1 of 1 macrostate are not what macrostates.lock.json allows " +
    "(profile smoke). If that is meant, check --update locks what is there now. Not locked yet: 1 of 6 metrics and " +
    "0 of 1 macrostate; check --update locks them.",
  ]);
});

Deno.test("annotations(): as many errors as GitHub shows, the last of which counts the rest", () => {
  const many = Array.from({ length: 25 }, (_, i) => metric(`toy.m${i}`, moved));
  const lines = annotations({ ...check, findings: many });
  assertEquals(lines.length, 11);
  assertMatch(lines[9], /^::error .*::16 more failed; the job summary lists them$/);
  assertEquals(annotations({ ...check, findings: many.slice(0, 10) }).length, 11);
});

Deno.test("annotations(): no name breaks out of its line or its property", () => {
  const lines = annotations(hostile);
  assertEquals(lines.length, 2);
  for (const line of lines) assert(!/[\r\n]/.test(line), line);
  const [, properties] = /^::error ([^]*?)::/.exec(lines[0])!;
  assertEquals(properties.split(",").map((property) => property.split("=")[0]), ["file", "title"]);
  // As the runner takes it apart.
  const file = properties.split(",")[0].slice("file=".length).replaceAll("%2C", ",").replaceAll("%3A", ":")
    .replaceAll("%0A", "\n").replaceAll("%0D", "\r").replaceAll("%25", "%");
  assertEquals(file, HOSTILE);
});

Deno.test("jobSummary(): a table of what is not as locked, failures first; none when all is", () => {
  const lines = jobSummary(check).trimEnd().split("\n");
  assertEquals(lines[0], "### Metrics and macrostates: failed");
  assertEquals(lines.slice(4), [
    "|  | locked | now | difference | tolerance |  |  |",
    "| --- | --: | --: | --: | --: | --- | --- |",
    "| toy.moved | 0.5 | 0.75 | +0.25 | 0.1 | moved |  |",
    "| toy.gone | 1 |  |  |  | missing |  |",
    "| toy.nan | 1 | NaN |  |  | not finite |  |",
    "| toy.α1 | α1 | −α2 | 0.5 | 0.1 | moved | correlation 0.75, R² 0.99 |",
    "| toy.within | 0.5 | 0.75 | +0.25 | 0.1 | within |  |",
    "| toy.new |  | 1 |  |  | new |  |",
  ]);
  assertEquals(
    jobSummary({ ...check, findings: findings.slice(0, 1) }),
    "### Metrics and macrostates: passed\n\nNothing moved: 1 of 1 metric and 0 of 0 macrostates are as in " +
      "macrostates.lock.json \\(profile smoke\\), to the last bit.\n\n",
  );
});

Deno.test("jobSummary(): no name breaks out of its cell", () => {
  const lines = jobSummary(hostile).trimEnd().split("\n");
  assertEquals(lines.length, 8);
  const cells = lines[6].slice(1, -1).split(/(?<!\\)\|/);
  assertEquals(cells.length, 7);
  assert(!/(?<!\\)[<>`*_[\]|]/.test(cells[0]), cells[0]);
});

/** Reads XML by Python's expat, which is strict, and says what it found. */
async function parsed(
  xml: string,
): Promise<{ counts: string[]; cases: [string, string, string | null, string][] }> {
  const script = `
import json, sys, xml.etree.ElementTree as tree
root = tree.parse(sys.stdin.buffer).getroot()
suite, = root
counts = [suite.get(key) for key in ("tests", "failures", "errors", "skipped")]
one = lambda case: next(iter(case), None)
cases = [[case.get("classname"), case.get("name"), getattr(one(case), "tag", None),
  "" if one(case) is None else one(case).get("message")] for case in suite]
print(json.dumps({"counts": counts, "cases": cases, "root": root.tag}))`;
  const python = new Deno.Command(PYTHON, {
    args: ["-c", script],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  })
    .spawn();
  const writer = python.stdin.getWriter();
  await writer.write(new TextEncoder().encode(xml));
  await writer.close();
  const { success, stdout, stderr } = await python.output();
  assert(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

const ignore = await isWithoutTerminal();

Deno.test({
  name: "junit(): XML with a case a finding, those that fail and those that are new marked",
  ignore,
  fn: async () => {
    const { counts, cases } = await parsed(junit(check));
    assertEquals(counts, ["7", "4", "0", "1"]);
    assertEquals(cases.map(([system, name, tag]) => [system, name, tag]), [
      ["toy", "toy.same", null],
      ["toy", "toy.within", null],
      ["toy", "toy.moved", "failure"],
      ["toy", "toy.gone", "failure"],
      ["toy", "toy.nan", "failure"],
      ["toy", "toy.new", "skipped"],
      ["toy", "toy.α1", "failure"],
    ]);
    assertEquals(cases[2][3], "toy.moved is 0.75, locked as 0.5: it moved by 0.25, its tolerance is 0.1");
  },
});

Deno.test({
  name: "junit(): XML whatever the names are, and no more cases than there are",
  ignore,
  fn: async () => {
    const { counts, cases } = await parsed(junit(hostile));
    assertEquals(counts, ["2", "1", "0", "1"]);
    const legal = HOSTILE.toWellFormed().replaceAll("\u0000", "\ufffd").replaceAll("\u0007", "\ufffd");
    // An attribute's white space is normalised by every parser.
    assertEquals(cases[0][1], legal.replaceAll(/\r\n|[\r\n\t]/g, " "));
  },
});
