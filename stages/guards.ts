/**
 * What is too poor to go on with: a stage that finds it fails with the figure and what to change, and publishes nothing.
 *
 * @module
 */
import { column, type Matrix } from "../macronet/matrix.ts";
import type { LossRecord } from "../macronet/training_record.ts";
import { mean, variance } from "../systems/metrics/statistics.ts";

/** Least share of the samples that must not be trivial. Of the published box of Gray-Scott rules it is 0.57. */
const LEAST_ACCEPTED_SHARE = 0.05;

/**
 * Refuses a data set of hardly any sample that is not trivial.
 *
 * @throws {Error} With the share and what to change.
 *
 * @example
 * ```ts
 * import { requireAccepted } from "./guards.ts";
 * import { assertThrows } from "@std/assert";
 *
 * requireAccepted({ accepted: 50, rejected: 50 });
 * assertThrows(() => requireAccepted({ accepted: 1, rejected: 99 }), Error, "but 1 of 100 was");
 * ```
 */
export function requireAccepted({ accepted, rejected }: { accepted: number; rejected: number }): void {
  const all = accepted + rejected;
  if (accepted >= LEAST_ACCEPTED_SHARE * all) return;
  throw new Error(
    `Cannot build a data set: of every 100 samples, ${
      100 * LEAST_ACCEPTED_SHARE
    } at least must be accepted, but ` +
      `${accepted} of ${all} ${accepted === 1 ? "was" : "were"}; the others were rejected as trivial. ` +
      "Change what is simulated, under physics",
  );
}

/**
 * Refuses to train on fewer samples than a batch has rows: what is learned is those few.
 *
 * @throws {Error} With the numbers and what to change.
 *
 * @example
 * ```ts
 * import { requireBatch } from "./guards.ts";
 * import { assertThrows } from "@std/assert";
 *
 * requireBatch(32, { batch: 32 });
 * assertThrows(() => requireBatch(20, { batch: 32 }), Error, "but there are 20");
 * ```
 */
export function requireBatch(rows: number, { batch }: { batch: number }): void {
  if (rows >= batch) return;
  throw new Error(
    `Cannot train: there must be as many training samples as a batch has rows, ${batch}, but there are ${rows}. ` +
      "Raise simulate.shards or simulate.samples, or lower train.batch",
  );
}

/** How far the loss may end above its best: half of what was gained, or this where that is more. */
const LEAST_RISE = 1;

/**
 * Refuses a training whose loss on held-out pairs is finite, and yet ended far above its best: at half of what it had
 * gained or more. A rise by less than 1, one nat a dimension at γ = 1, may be that of few steps or few samples.
 *
 * @throws {Error} With the losses and what to change.
 *
 * @example
 * ```ts
 * import { requireDescent } from "./guards.ts";
 * import { assertThrows } from "@std/assert";
 *
 * const terms = { prediction: 1, distributionU: 1, distributionV: 1, macroVariance: 1 };
 * const record = (step: number, total: number) =>
 *   ({ step, train: { total, ...terms }, validation: { total, ...terms }, roundTrip: 0 });
 * requireDescent([record(0, 5), record(50, 2), record(99, 2.5)]);
 * const diverged = [record(0, 5), record(50, 2), record(99, 800)];
 * assertThrows(() => requireDescent(diverged), Error, "at 3.5 at most, but it ended at 800");
 * ```
 */
export function requireDescent(history: readonly LossRecord[]): void {
  const losses = history.map(({ validation }) => validation.total);
  const last = losses.at(-1)!, best = Math.min(...losses.filter(Number.isFinite));
  const most = best + Math.max(LEAST_RISE, (losses[0] - best) / 2);
  if (last <= most) return;
  throw new Error(
    `Cannot store a training: its loss on held-out pairs, ${digits(losses[0])} at first and ${
      digits(best)
    } at best, ` +
      `must end at ${digits(most)} at most, but it ended at ${digits(last)}: it diverged. ` +
      "Lower train.learningRate or train.clipNorm",
  );
}

/**
 * Refuses to evaluate on so few pairs that the covariance of 2 d macro dimensions has no full rank, or that halves and
 * quarters of them say nothing.
 *
 * @throws {Error} With the numbers and what to change.
 *
 * @example
 * ```ts
 * import { requireTestRows } from "./guards.ts";
 * import { assertThrows } from "@std/assert";
 *
 * requireTestRows(10, 3);
 * assertThrows(() => requireTestRows(7, 1), Error, "at least 8 held-out pairs, but there are 7");
 * ```
 */
export function requireTestRows(rows: number, macroDimension: number): void {
  const least = Math.max(8, 2 * macroDimension + 2);
  if (rows >= least) return;
  throw new Error(
    `Cannot evaluate: there must be at least ${least} held-out pairs, but there are ${rows}. ` +
      "Raise simulate.shards, simulate.samples or cache.testShare",
  );
}

/**
 * Least mean variance of a macro dimension. A standard normal one has 1. L_P leaves of those that tell much a tenth at
 * γ = 0.1, and of one that tells nothing about half its weight in L_D: a single such dimension is no collapse.
 */
const LEAST_VARIANCE = 1e-3;

/**
 * Refuses macrostates that hardly vary over the held-out pairs: two constants predict each other.
 *
 * @throws {Error} With the side, its variance and what to change.
 *
 * @example
 * ```ts
 * import { matrix } from "../macronet/matrix.ts";
 * import { requireVariedMacrostates } from "./guards.ts";
 * import { assertThrows } from "@std/assert";
 *
 * const varied = matrix(Float32Array.of(1, 5, -1, -5), 2), flat = matrix(Float32Array.of(1, 5, 1, 5), 2);
 * requireVariedMacrostates({ macrostate_u: varied, macrostate_v: varied });
 * const collapsed = { macrostate_u: varied, macrostate_v: flat };
 * assertThrows(() => requireVariedMacrostates(collapsed), Error, "that of α_v is 0");
 * ```
 */
export function requireVariedMacrostates(
  { macrostate_u, macrostate_v }: { macrostate_u: Matrix; macrostate_v: Matrix },
): void {
  for (const [side, macrostate] of Object.entries({ u: macrostate_u, v: macrostate_v })) {
    const found = mean(Array.from({ length: macrostate.columns }, (_, j) => variance(column(macrostate, j))));
    if (!(found < LEAST_VARIANCE)) continue;
    throw new Error(
      `Cannot store metrics: a macro dimension must have a variance of at least ${LEAST_VARIANCE} on average, but ` +
        `that of α_${side} is ${
          digits(found)
        }: it collapsed. Raise train.gamma, or lower network.macroDimension`,
    );
  }
}

/** Least share of designs that grow into what the data set would accept. */
const LEAST_LIVE_SHARE = 0.5;

/**
 * Refuses designs most of which grow into what the data set would reject, of systems that reject anything: a share below
 * a half by more than two standard errors, as a few may be so by chance.
 *
 * @param accepted 1 for each design that grew into something, `[designs, 1]`.
 * @throws {Error} With the share and what to change.
 *
 * @example
 * ```ts
 * import { matrix } from "../macronet/matrix.ts";
 * import { requireLiveDesigns } from "./guards.ts";
 * import { assertThrows } from "@std/assert";
 *
 * requireLiveDesigns(matrix(Float32Array.of(1, 1, 0, 0), 1));
 * const dead = matrix(new Float32Array(100), 1);
 * assertThrows(() => requireLiveDesigns(dead), Error, "but 0 of 100 do");
 * ```
 */
export function requireLiveDesigns(accepted: Matrix | undefined): void {
  if (accepted === undefined) return;
  const alive = accepted.data.filter((value) => value === 1).length;
  if (alive / accepted.rows >= LEAST_LIVE_SHARE - 1 / Math.sqrt(accepted.rows)) return;
  throw new Error(
    `Cannot store metrics: half of the designs at least must grow into what the data set would accept, but ${alive} of ` +
      `${accepted.rows} ${
        alive === 1 ? "does" : "do"
      }: the posterior is mostly dead. Raise train.steps, or ` +
      "simulate.shards for more to learn from",
  );
}

/** A number in as many digits as one reads. */
function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}
