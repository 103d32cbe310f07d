/**
 * A run held against `macrostates.lock.json`: what moved, by how much, and whether that is too far.
 *
 * @module
 */
import type { Probe } from "../../stages/probe.ts";
import { matrix } from "../../macronet/matrix.ts";
import { align, applied, type Rows } from "../../systems/metrics/alignment.ts";
import { explainedVariance } from "../../systems/metrics/information.ts";
import { correlation } from "../../systems/metrics/statistics.ts";
import {
  bareName,
  type MacrostatesLock,
  systemOf,
  type Tolerance,
  type Tolerances,
  type Values,
} from "./lock.ts";

/**
 * `same`: to the last bit. `within`: it moved, by no more than its tolerance. `moved`: by more. `missing`: locked, but
 * the run has none. `not finite`: NaN or infinite. `incomparable`: of other probes or dimensions. `new`: not locked.
 */
export type Verdict = "same" | "within" | "moved" | "missing" | "not finite" | "incomparable" | "new";

/** A metric against its locked value. */
export interface MetricFinding {
  readonly type: "metric";
  /** `<system>.<metric>`. */
  readonly name: string;
  readonly system: string;
  readonly verdict: Verdict;
  readonly locked?: number;
  readonly found?: number;
  /** Found − locked, when both are finite. */
  readonly difference?: number;
  readonly tolerance?: number;
}

/** A coordinate of a macrostate against the locked one, or a whole macrostate that cannot be compared. */
export interface MacrostateFinding {
  readonly type: "macrostate";
  /** `<system>.α1`, or `<system>.α` for all coordinates. */
  readonly name: string;
  readonly system: string;
  readonly verdict: Verdict;
  /** The coordinate of the run that stands for it, `α2` or `−α2`. */
  readonly found?: string;
  /** |found − locked| of the probe that is nearest to its tolerance, or furthest beyond it. */
  readonly difference?: number;
  readonly tolerance?: number;
  /** Pearson's, after alignment. */
  readonly correlation?: number;
  /** Share of the locked coordinate's variance that a linear map of all those of the run explains. */
  readonly explained?: number;
  /** Why it cannot be compared. */
  readonly reason?: string;
}

/** One line of what came of a check. */
export type Finding = MetricFinding | MacrostateFinding;

/** Whether a finding fails the check. */
export function isFailure({ verdict }: Pick<Finding, "verdict">): boolean {
  return !["same", "within", "new"].includes(verdict);
}

/**
 * Compares what a run gave with what is locked, system by system: macrostates first, then metrics.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { compare } from "./compare.ts";
 *
 * const exact = { default: { atol: 0, rtol: 0 } };
 * const tolerances = { metrics: { ...exact, r2: { atol: 0.1, rtol: 0 } }, macrostates: exact };
 * const [metric] = compare(
 *   { metrics: { "linear.r2": 0.75 }, macrostates: {} },
 *   { metrics: { "linear.r2": 0.5 }, macrostates: {} },
 *   tolerances,
 * );
 * assertEquals([metric.verdict, metric.difference, metric.tolerance], ["moved", 0.25, 0.1]);
 * ```
 */
export function compare(
  found: Values,
  locked: Values,
  tolerances: MacrostatesLock["tolerances"],
): Finding[] {
  const names = union(found.metrics, locked.metrics);
  const systems = union(found.macrostates, locked.macrostates);
  return [...new Set([...systems, ...names.map(systemOf)])].flatMap((system): Finding[] => [
    ...(systems.includes(system)
      ? compareMacrostates(system, {
        found: own(found.macrostates, system),
        locked: own(locked.macrostates, system),
        tolerance: toleranceOf(tolerances.macrostates, system),
      })
      : []),
    ...names.filter((name) => systemOf(name) === system).map((name) =>
      compareMetric(name, {
        found: own(found.metrics, name),
        locked: own(locked.metrics, name),
        tolerance: toleranceOf(tolerances.metrics, name, bareName(name)),
      })
    ),
  ]);
}

function compareMetric(
  name: string,
  { found, locked, tolerance: allowed }: {
    found: number | undefined;
    locked: number | undefined;
    tolerance: Tolerance;
  },
): MetricFinding {
  const finding = {
    type: "metric" as const,
    name,
    system: systemOf(name),
    ...(locked !== undefined && { locked }),
    ...(found !== undefined && { found }),
  };
  if (found === undefined) return { ...finding, verdict: "missing" };
  if (!Number.isFinite(found)) return { ...finding, verdict: "not finite" };
  if (locked === undefined) return { ...finding, verdict: "new" };
  const difference = found - locked;
  const tolerance = limit(allowed, locked);
  const verdict = found === locked ? "same" : Math.abs(difference) <= tolerance ? "within" : "moved";
  return { ...finding, verdict, difference, tolerance };
}

/** One signed permutation for both sides: they share their coordinates. */
function compareMacrostates(
  system: string,
  { found, locked, tolerance }: {
    found: Probe | undefined;
    locked: Probe | undefined;
    tolerance: Tolerance;
  },
): MacrostateFinding[] {
  const whole = { type: "macrostate" as const, name: `${system}.α`, system };
  if (found === undefined) return [{ ...whole, verdict: "missing" }];
  const now = [...found.u, ...found.v];
  if (!now.every((row) => row.every(Number.isFinite))) return [{ ...whole, verdict: "not finite" }];
  if (locked === undefined) return [{ ...whole, verdict: "new" }];
  const reason = incomparable(found, locked);
  if (reason !== undefined) return [{ ...whole, verdict: "incomparable", reason }];
  const before = [...locked.u, ...locked.v];
  const alignment = align(now, before);
  const aligned = applied(alignment, now);
  return alignment.order.map((from, i): MacrostateFinding => {
    const [x, y] = [column(aligned, i), column(before, i)];
    const { difference, tolerance: allowed } = worst(x, y, tolerance);
    const verdict = x.every((value, row) => value === y[row])
      ? "same"
      : difference <= allowed
      ? "within"
      : "moved";
    return {
      ...whole,
      name: `${system}.α${i + 1}`,
      verdict,
      found: `${alignment.signs[i] < 0 ? "−" : ""}α${from + 1}`,
      difference,
      tolerance: allowed,
      correlation: correlation(x, y),
      explained: explainedVariance(matrix(Float32Array.from(aligned.flat()), alignment.order.length), y),
    };
  });
}

/** Why macrostates cannot be compared. */
function incomparable(found: Probe, locked: Probe): string | undefined {
  if (found.probes !== locked.probes) {
    return "it must be of the locked probes, but they are others: what the system's prior or simulation makes has " +
      "changed";
  }
  if (found.u.length !== locked.u.length || found.v.length !== locked.v.length) {
    return `it must be of ${locked.u.length} probes, as locked, but is of ${found.u.length}`;
  }
  const [now, before] = [found.u[0].length, locked.u[0].length];
  if (now !== before) return `it must have ${before} coordinates, as locked, but has ${now}`;
  return undefined;
}

/** The value that exhausts its tolerance most. */
function worst(
  found: readonly number[],
  locked: readonly number[],
  tolerance: Tolerance,
): { difference: number; tolerance: number } {
  const each = found.map((value, i) => ({
    difference: Math.abs(value - locked[i]),
    tolerance: limit(tolerance, locked[i]),
  }));
  return each.reduce((worst, one) =>
    one.difference - one.tolerance > worst.difference - worst.tolerance ? one : worst
  );
}

function limit({ atol, rtol }: Tolerance, locked: number): number {
  return atol + rtol * Math.abs(locked);
}

function toleranceOf(tolerances: Tolerances, ...names: readonly string[]): Tolerance {
  const name = names.find((name) => Object.hasOwn(tolerances, name));
  return name === undefined ? tolerances.default : tolerances[name];
}

function column(rows: Rows, index: number): number[] {
  return rows.map((row) => row[index]);
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function union(...records: readonly object[]): string[] {
  return [...new Set(records.flatMap(Object.keys))];
}
