/**
 * The records of a training as a file: one JSON object a line, which pandas, jq and a spreadsheet read.
 *
 * `{"step": …, "train": {"total": …, "prediction": …, "distributionU": …, "distributionV": …, "macroVariance": …},
 * "validation": {…}, "roundTrip": …}`, with a `"resemblance"` where the relation has one: the terms of
 * `macronet/loss.ts` and the round trip of `macronet/training_record.ts`. Numbers have all their digits; `null` is one
 * that was not finite.
 *
 * @module
 */
import type { LossRecord } from "../macronet/training_record.ts";

/** Name of the file among the artifacts of the train stage. */
export const TRAINING_METRICS = "metrics.jsonl";

/** Name of the file of a turn that is made when φ is learned. */
export function turnMetrics(turn: string): string {
  return `${turn}.jsonl`;
}

/** The file of some records. */
export function writeTrainingMetrics(records: readonly LossRecord[]): Uint8Array {
  return new TextEncoder().encode(records.map((record) => JSON.stringify(record) + "\n").join(""));
}

/**
 * The records of a file; what was not finite is NaN.
 *
 * @throws {SyntaxError} With the number of the line that is no record.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readTrainingMetrics, writeTrainingMetrics } from "./training_metrics.ts";
 *
 * const loss = { total: 0.1, prediction: 1 / 3, distributionU: -2, distributionV: NaN, macroVariance: 1 };
 * const records = [{ step: 0, train: loss, validation: loss, roundTrip: 3e-7 }];
 * assertEquals(readTrainingMetrics(writeTrainingMetrics(records)), records);
 * ```
 */
export function readTrainingMetrics(bytes: Uint8Array): LossRecord[] {
  const lines = new TextDecoder().decode(bytes).split("\n").filter((line) => line !== "");
  return lines.map((line, i) => {
    const record = parse(line);
    if (isLossRecord(record)) return record;
    throw new SyntaxError(
      `Cannot read ${TRAINING_METRICS}: every line must be a JSON object of a record, but line ${
        i + 1
      } is not`,
    );
  });
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line, (_, value) => value ?? NaN);
  } catch {
    return undefined;
  }
}

function isLossRecord(value: unknown): value is LossRecord {
  const terms = ["total", "prediction", "distributionU", "distributionV", "macroVariance"];
  const isLoss = (loss: unknown) => hasNumbers(loss, terms);
  return hasNumbers(value, ["step", "roundTrip"]) && isLoss(value.train) && isLoss(value.validation);
}

function hasNumbers(value: unknown, names: readonly string[]): value is Record<string, unknown> {
  return typeof value === "object" && value !== null &&
    names.every((name) =>
      Object.hasOwn(value, name) && typeof (value as Record<string, unknown>)[name] === "number"
    );
}
