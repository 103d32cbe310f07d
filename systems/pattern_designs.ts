/**
 * What is said of designed rules of Gray-Scott, whoever designed them.
 *
 * Distances of patterns are on one scale: 0 is what the example's own rule gives from fresh starts, 1 is what a
 * random live rule gives.
 *
 * @module
 */
import { column, type Matrix } from "../macronet/matrix.ts";
import {
  type Distances,
  type Look,
  LOOKS,
  looks,
  meanDistance,
  spreadOf,
} from "./metrics/pattern_distance.ts";
import { bootstrap, bootstrapMean, mean, variance } from "./metrics/statistics.ts";
import { rowsOf } from "./rows.ts";
import { RULE_NAMES } from "./rule_box.ts";
import type { DesignTrial, Metric } from "./system.ts";

/**
 * How much the designs' patterns look like the examples', how many of them live, which parameters an example leaves
 * free, and how far apart the designs of one example are.
 */
export function evaluateDesigns(
  { test, examples, designs, again, bootstrap: resampling }: DesignTrial,
): Record<string, Metric> {
  const cases = examples.u.rows;
  const scale = spreadOf(test.v);
  const target = looks(examples.v);
  const compared = (patterns: Matrix) => {
    const found = looks(patterns);
    const each = patterns.rows / cases;
    return Array.from(
      { length: cases },
      (_, i) => meanDistance(target[i], found.slice(i * each, (i + 1) * each), scale),
    );
  };
  const design = compared(designs["grown.v"]);
  const floor = compared(again.v);
  const ceiling = compared(othersOf(test.v, cases));
  const metrics: Record<string, Metric> = {};
  const scaled = (name: string, look: Look, found: Distances[]) =>
    bootstrap(cases, (chosen) => {
      const average = (distances: Distances[]) => mean(Array.from(chosen, (i) => distances[i][look]));
      return (average(found) - average(floor)) / (average(ceiling) - average(floor));
    }, { ...resampling, purpose: name });
  for (const look of LOOKS) metrics[look] = scaled(look, look, design);
  if (designs.v) {
    const direct = compared(designs.v);
    for (const look of LOOKS) metrics[`direct_${look}`] = scaled(`direct_${look}`, look, direct);
  }
  const alive = designs["grown.accepted"].data.map((accepted) => accepted === 1 ? 1 : 0);
  metrics.live_share = bootstrapMean(alive, { ...resampling, purpose: "live" });
  const free = Object.values(QUANTITIES).map((quantity) =>
    freedom(quantity(designs.u), quantity(test.u), cases)
  );
  for (const [j, name] of Object.keys(QUANTITIES).entries()) {
    metrics[`importance_${name}`] = { value: 1 - mean(free[j]) };
  }
  const parameters = free.slice(0, RULE_NAMES.length);
  const spread = Array.from(
    { length: cases },
    (_, i) => Math.sqrt(mean(parameters.map((shares) => shares[i]))),
  );
  metrics.design_spread = bootstrapMean(spread, { ...resampling, purpose: "design_spread" });
  return metrics;
}

/** Other live patterns compared with each example: what a random live rule gives. */
const CEILING_PATTERNS = 16;

function othersOf(patterns: Matrix, cases: number): Matrix {
  return rowsOf(cases * CEILING_PATTERNS, patterns.columns, (i) => {
    const example = Math.floor(i / CEILING_PATTERNS);
    const apart = 1 + ((i % CEILING_PATTERNS) * 7) % (patterns.rows - 1);
    const other = (example + apart) % patterns.rows;
    return patterns.data.subarray(other * patterns.columns, (other + 1) * patterns.columns);
  });
}

/** What an example may fix of rules: the parameters, and the ratio of the diffusion coefficients. */
const QUANTITIES: Readonly<Record<string, (rules: Matrix) => Float64Array>> = {
  ...Object.fromEntries(RULE_NAMES.map((name, j) => [name, (rules: Matrix) => column(rules, j)])),
  ratio: (rules) => column(rules, 1).map((Db, i) => Db / rules.data[i * RULE_NAMES.length]),
};

/**
 * Var(q | example) / Var(q) of a quantity for every example: 0 if it fixes it, 1 if it says nothing of it. The variance
 * within the few designs of an example is that of a sample, over n − 1, of those that are finite; 0 where there are not
 * two.
 */
function freedom(designs: Float64Array, all: Float64Array, cases: number): number[] {
  const draws = designs.length / cases;
  const whole = variance(all);
  return Array.from({ length: cases }, (_, i) => {
    const own = designs.subarray(i * draws, (i + 1) * draws).filter(Number.isFinite);
    return own.length > 1 ? variance(own) * own.length / (own.length - 1) / whole : 0;
  });
}
