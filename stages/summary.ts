/**
 * What the root group of a data set says of it, and how that is read again.
 *
 * @module
 */
import { quoted } from "../pipeline/quoted.ts";
import { parseStrictJson } from "../pipeline/strict_json.ts";

/** Parts of a data set. */
export type Split = "train" | "validation" | "test";

/** The parts in the order that they are written. */
export const SPLITS: readonly Split[] = ["train", "validation", "test"];

/** What the root group says of a data set. */
export interface DatasetSummary {
  /** Accepted samples of each split. */
  readonly counts: Readonly<Record<Split, number>>;
  /** Samples left out, because nothing happened in them. */
  readonly rejected: number;
  /** Names of the columns. */
  readonly columns: readonly string[];
  /** Steps of all samples, the rejected too, if the system counts them: how many were computed of those asked for. */
  readonly steps?: { readonly computed: number; readonly asked: number };
  /** Mean and standard deviation of each dimension over the training split. */
  readonly normalisation: Readonly<
    Record<"u" | "v", { mean: readonly number[]; deviation: readonly number[] }>
  >;
}

/** A column is a folder of the hierarchy, and a file of an export. */
const COLUMN = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$/;

/**
 * The summary in the metadata of a root group, `zarr.json`.
 *
 * @param name Of the file, for messages.
 * @throws {TypeError} If the text is anything else.
 *
 * @example
 * ```ts
 * import { parseSummary } from "./summary.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const scales = { mean: [0], deviation: [1] };
 * const summary = {
 *   counts: { train: 8, validation: 1, test: 1 },
 *   rejected: 0,
 *   columns: ["u", "v"],
 *   normalisation: { u: scales, v: scales },
 * };
 * const text = (attributes: object) => JSON.stringify({ zarr_format: 3, node_type: "group", attributes });
 * assertEquals(parseSummary(text(summary), "zarr.json"), summary);
 * assertThrows(() => parseSummary(text({ ...summary, columns: ["../u"] }), "zarr.json"), TypeError, "columns");
 * ```
 */
export function parseSummary(text: string, name: string): DatasetSummary {
  const metadata = parseStrictJson(text, name);
  const found = isRecord(metadata) && isRecord(metadata.attributes) ? metadata.attributes : {};
  for (const [field, [isRight, requirement]] of Object.entries(FIELDS)) {
    const value = Object.hasOwn(found, field) ? found[field] : undefined;
    if (isRight(value)) continue;
    throw new TypeError(`Cannot read ${name}: ${field} must be ${requirement}, but is ${quoted(value)}`);
  }
  return found as unknown as DatasetSummary;
}

const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;

const FIELDS: Readonly<Record<string, readonly [isRight: (value: unknown) => boolean, requirement: string]>> =
  {
    counts: [
      (value) => isRecord(value) && SPLITS.every((split) => isCount(value[split])),
      "a whole number for each split",
    ],
    rejected: [isCount, "a whole number"],
    columns: [
      (value) =>
        Array.isArray(value) && new Set(value).size === value.length &&
        value.every((column) => typeof column === "string" && COLUMN.test(column)),
      "names of letters, digits, - and _, each once",
    ],
    steps: [
      (value) => value === undefined || (isRecord(value) && isCount(value.computed) && isCount(value.asked)),
      "two whole numbers, computed and asked, if it is there",
    ],
    normalisation: [
      (value) => isRecord(value) && areScales(value.u) && areScales(value.v),
      "mean and deviation of u and v, lists of numbers, one as long as the other",
    ],
  };

function areScales(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { mean, deviation } = value;
  const isList = (list: unknown) => Array.isArray(list) && list.every((one) => typeof one === "number");
  return isList(mean) && isList(deviation) &&
    (mean as unknown[]).length === (deviation as unknown[]).length && (mean as unknown[]).length > 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
