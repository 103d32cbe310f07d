import { assert, assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { normals } from "../../../kernels/philox/mod.ts";
import { compare, type Finding, isFailure, type MacrostateFinding } from "../../../commands/check/compare.ts";
import type { Values } from "../../../commands/check/lock.ts";
import { conclusion } from "../../../commands/check/wording.ts";
import type { Rows } from "../../../stages/probe.ts";

const exact = { default: { atol: 0, rtol: 0 } };
const tolerances = {
  metrics: { default: { atol: 0.1, rtol: 0.1 }, loss: { atol: 1, rtol: 0 }, "b.loss": { atol: 2, rtol: 0 } },
  macrostates: { default: { atol: 0.01, rtol: 0 } },
};

const metrics = (metrics: Record<string, number>): Values => ({ metrics, macrostates: {} });
const summary = (findings: readonly Finding[]) => findings.map(({ name, verdict }) => [name, verdict]);

const draw = (purpose: string): number[][] => {
  const values = normals(64, { seed: 1, purpose });
  return Array.from({ length: 32 }, (_, i) => [values[2 * i], values[2 * i + 1]]);
};
const [u, v] = [draw("u"), draw("v")];
const probes = `sha256:${"0".repeat(64)}`;
const macrostate = (u: Rows, v: Rows, digest = probes): Values => ({
  metrics: {},
  macrostates: { toy: { probes: digest, u, v } },
});
const mapped = (change: (row: number[]) => number[]) => macrostate(u.map(change), v.map(change));
const against = (found: Values) =>
  compare(found, macrostate(u, v), tolerances) as readonly MacrostateFinding[];

Deno.test("compare(): a metric may be off by atol + rtol · |locked|, by its own tolerance or its kind's", () => {
  const locked = metrics({ "a.r2": -1, "a.loss": 1, "b.loss": 1 });
  const verdicts = (...[r2, a, b]: number[]) =>
    compare(metrics({ "a.r2": r2, "a.loss": a, "b.loss": b }), locked, tolerances).map(({ verdict }) =>
      verdict
    );
  assertEquals(verdicts(-1, 1, 1), ["same", "same", "same"]);
  assertEquals(verdicts(-1.19, 1.9, 2.9), ["within", "within", "within"]);
  assertEquals(verdicts(-1.21, 2.1, 3.1), ["moved", "moved", "moved"]);
  assertEquals(verdicts(-0.79, -0.1, -1.1), ["moved", "moved", "moved"]);
});

Deno.test("compare(): what is missing or not finite fails, what is new is told of", () => {
  const findings = compare(
    metrics({ "a.nan": NaN, "a.infinite": Infinity, "a.new": 1, "new.nan": NaN }),
    metrics({ "a.gone": 1, "a.nan": 1, "a.infinite": 1 }),
    tolerances,
  );
  assertEquals(summary(findings), [
    ["a.nan", "not finite"],
    ["a.infinite", "not finite"],
    ["a.new", "new"],
    ["a.gone", "missing"],
    ["new.nan", "not finite"],
  ]);
  assertEquals(findings.map(isFailure), [true, true, false, true, true]);
});

Deno.test("compare(): names that every object has are names like any other", () => {
  const found = metrics({ "constructor.toString": 1 });
  assertEquals(summary(compare(found, metrics({}), { ...tolerances, metrics: exact })), [
    ["constructor.toString", "new"],
  ]);
});

Deno.test("compare(): signs and order of coordinates are no move, and are told", () => {
  const findings = against(mapped(([x, y]) => [-y, x]));
  assertEquals(findings.map(({ name, found, verdict }) => [name, found, verdict]), [
    ["toy.α1", "α2", "same"],
    ["toy.α2", "−α1", "same"],
  ]);
  for (const { correlation, explained } of findings) {
    assertAlmostEquals(correlation!, 1, 1e-12);
    assertAlmostEquals(explained!, 1, 1e-6);
  }
});

Deno.test("compare(): both sides share their coordinates, so a sign on one alone is a move", () => {
  const findings = against(macrostate(u.map(([x, y]) => [-x, y]), v));
  assertEquals(findings.map(({ verdict }) => verdict), ["moved", "same"]);
});

Deno.test("compare(): a rotation is a move, and R² tells that it is one", () => {
  const findings = against(mapped(([x, y]) => [0.8 * x - 0.6 * y, 0.6 * x + 0.8 * y]));
  for (const { verdict, correlation, explained } of findings) {
    assertEquals(verdict, "moved");
    assert(correlation! < 0.9, String(correlation));
    assertAlmostEquals(explained!, 1, 1e-6);
  }
});

Deno.test("compare(): one probe beyond the tolerance is a move; within it, none", () => {
  const nudged = (by: number) => macrostate(u.with(3, [u[3][0] + by, u[3][1]]), v);
  assertEquals(against(nudged(0.009)).map(({ verdict }) => verdict), ["within", "same"]);
  const [moved, other] = against(nudged(0.011));
  assertEquals([moved.verdict, other.verdict], ["moved", "same"]);
  assertAlmostEquals(moved.difference!, 0.011, 1e-12);
});

Deno.test("compare(): macrostates that cannot be compared fail, with the reason", () => {
  const cases: [Values, string, RegExp | undefined][] = [
    [metrics({}), "missing", undefined],
    [macrostate(u, v.with(0, [NaN, 0])), "not finite", undefined],
    [macrostate(u, v, `sha256:${"1".repeat(64)}`), "incomparable", /of the locked probes/],
    [mapped(([x]) => [x]), "incomparable", /must have 2 coordinates, as locked, but has 1/],
    [macrostate(u.slice(1), v.slice(1)), "incomparable", /of 32 probes, as locked, but is of 31/],
    [macrostate([], []), "incomparable", /of 32 probes, as locked, but is of 0/],
  ];
  for (const [found, verdict, reason] of cases) {
    const findings = against(found);
    assertEquals(summary(findings), [["toy.α", verdict]]);
    assert(isFailure(findings[0]));
    if (reason) assertMatch(findings[0].reason!, reason);
  }
  assertEquals(summary(compare(macrostate(u, v), metrics({}), tolerances)), [["toy.α", "new"]]);
});

Deno.test("conclusion(): a macrostate counts once, and metrics by themselves", () => {
  const words = { profile: "smoke", lock: "a.lock", update: "check --update" };
  const locked: Values = { ...macrostate(u, v), metrics: { "toy.a": 1, "toy.b": 1 } };
  const say = (found: Values) => conclusion({ ...words, findings: compare(found, locked, tolerances) });
  assertEquals(
    say(locked),
    "Nothing moved: 2 of 2 metrics and 1 of 1 macrostate are as in a.lock (profile smoke), to the last bit.",
  );
  assertEquals(
    say({ ...locked, metrics: { "toy.a": 1.1, "toy.b": 1 } }),
    "Passed: 1 of 2 metrics and 0 of 1 macrostate moved, within the tolerance of a.lock (profile smoke).",
  );
  assertEquals(
    say({ ...mapped(([x, y]) => [x + 1, y]), metrics: { "toy.a": 1, "toy.c": 1 } }),
    "Failed: 1 of 3 metrics and 1 of 1 macrostate are not what a.lock allows (profile smoke). " +
      "If that is meant, check --update locks what is there now. " +
      "Not locked yet: 1 of 3 metrics and 0 of 1 macrostate; check --update locks them.",
  );
});
