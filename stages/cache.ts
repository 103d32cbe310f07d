/**
 * Cache: joins the shards into one data set, leaves trivial samples out and counts them, splits, normalises.
 *
 * Not to be mistaken for the memo store (`pipeline/store.ts`), which keeps every stage's artifacts: this is a
 * stage, and the data set it makes is an artifact like any other.
 *
 * @module
 */
import { uniforms } from "../kernels/philox/mod.ts";
import { type Matrix, rowRange } from "../macronet/matrix.ts";
import { sha256 } from "../pipeline/canonical.ts";
import type { JsonObject, StageRun } from "../pipeline/stage.ts";
import type { Settings, System } from "../systems/system.ts";
import { ColumnWriter, DATASET, type Split, SPLITS, type WriteFile, writeSummary } from "./dataset.ts";
import { CARD, datasetCard, type DatasetColumn, type DatasetFile } from "./dataset_card.ts";
import { requireAccepted } from "./guards.ts";
import { release } from "./formats/numeric.ts";
import { readTables } from "./tables.ts";

/** Parameters of the stage. */
export interface CacheParams {
  readonly physics: object;
  /** How the shards were made, for the card. */
  readonly simulate: Omit<Settings["simulate"], "shards">;
  readonly cache: Settings["cache"];
}

/** Columns of the shards that say something of a sample and are not part of it. */
const ACCEPTED = "accepted", STEPS = "steps";

/** Rows of a chunk at most; held-out splits are small. */
const rowsOfChunk = { train: 8192, validation: 512, test: 512 };

/** Writes `dataset.zarr/…` and its card. Holds one shard and one chunk a column, however many there are. */
export const run: StageRun = async (context) => {
  const { system } = await context.load<{ system: System }>("system");
  const { physics, simulate, cache } = context.params as unknown as CacheParams;
  const shards = context.input("simulate");
  const files: DatasetFile[] = [];
  const write = async (name: string, bytes: Uint8Array) => {
    files.push({ name, size: bytes.length, digest: sha256(bytes) });
    await context.write(name, bytes);
  };
  const columns = storedColumns(system, physics, cache);
  const writers = columnWriters(columns, { cache, write });
  const counts = { train: 0, validation: 0, test: 0 };
  const scales = { u: new RunningScale(), v: new RunningScale() };
  let [sample, rejected, computed] = [0, 0, 0];
  for (const [index, name] of shards.names.entries()) {
    const bytes = await shards.read(name);
    const shard = readTables(bytes);
    const accepted = shard[ACCEPTED];
    computed += shard[STEPS]?.data.reduce((sum, steps) => sum + steps, 0) ?? 0;
    for (let i = 0; i < shard.u.rows; i++, sample++) {
      if (accepted && accepted.data[i] === 0) {
        rejected++;
        continue;
      }
      const split = splitOf(sample, cache);
      counts[split]++;
      for (const { name, dataType } of columns) {
        const values = asStored(row(shard[name], i), dataType, { sample, name });
        await writers[split][name].append(values);
        if (split === "train" && (name === "u" || name === "v")) scales[name].add(values);
      }
    }
    release(bytes);
    context.progress(index + 1, shards.names.length);
  }
  checkCounts(counts, rejected);
  for (const split of SPLITS) {
    for (const { name } of columns) await writers[split][name].close();
  }
  const asked = system.steps?.(physics);
  const summary = {
    counts,
    rejected,
    columns: columns.map(({ name }) => name),
    ...(asked === undefined ? {} : { steps: { computed, asked: asked * sample } }),
    normalisation: { u: scales.u.result(), v: scales.v.result() },
  };
  await writeSummary(summary, write);
  const settings = { physics, simulate: { ...simulate, shards: shards.names.length }, cache };
  const card = datasetCard({
    name: context.stage.split("/")[0],
    title: system.title,
    settings: settings as unknown as JsonObject,
    columns,
    summary,
    files,
  });
  await context.write(CARD, new TextEncoder().encode(JSON.stringify(card, null, 2) + "\n"));
};

function storedColumns(
  system: System,
  physics: object,
  { dataType }: CacheParams["cache"],
): StoredColumn[] {
  const { descriptions = {} } = system;
  return Object.entries(system.shapes(physics)).map(([name, shape]) => ({
    name,
    shape,
    dataType: name === "v" ? dataType : "float32",
    ...(descriptions[name] !== undefined && { description: descriptions[name] }),
  }));
}

interface StoredColumn extends DatasetColumn {
  readonly dataType: "float32" | "float16";
}

/** A writer for each column of each split. */
function columnWriters(
  columns: readonly StoredColumn[],
  { cache: { compression }, write }: { cache: CacheParams["cache"]; write: WriteFile },
): Record<Split, Record<string, ColumnWriter>> {
  const writersOf = (split: Split) =>
    Object.fromEntries(columns.map(({ name, shape, dataType }) => {
      const options = { event: shape, dataType, compression, mostRows: rowsOfChunk[split], write };
      return [name, new ColumnWriter(`${DATASET}/${split}/${name}`, options)];
    }));
  return { train: writersOf("train"), validation: writersOf("validation"), test: writersOf("test") };
}

function checkCounts(counts: Readonly<Record<Split, number>>, rejected: number): void {
  const accepted = SPLITS.reduce((sum, split) => sum + counts[split], 0);
  requireAccepted({ accepted, rejected });
  for (const split of SPLITS) {
    if (counts[split] > 0) continue;
    throw new Error(
      `Cannot build a data set: each split needs a sample, but ${split} got none of ${accepted} ` +
        `accepted (${rejected} rejected). Raise simulate.samples or simulate.shards`,
    );
  }
}

/** Which split a sample belongs to: its own coin, so that a larger data set moves no sample. */
function splitOf(sample: number, { validationShare, testShare }: CacheParams["cache"]): Split {
  const [coin] = uniforms(1, { seed: 0, purpose: "cache.split", sample });
  if (coin < testShare) return "test";
  return coin < testShare + validationShare ? "validation" : "train";
}

/**
 * A row rounded to the type that it is stored as, to nearest, ties to even.
 *
 * @throws {RangeError} For a value beyond the largest of the type.
 */
function asStored(
  row: Float32Array,
  dataType: StoredColumn["dataType"],
  { sample, name }: { sample: number; name: string },
): Float32Array | Float16Array {
  if (dataType === "float32") return row;
  const rounded = new Float16Array(row);
  const at = rounded.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return rounded;
  throw new RangeError(
    `Cannot store sample ${sample} as float16: its values must lie within ±65504, but its column ${name} ` +
      `has ${row[at]}. Set cache.dataType to float32`,
  );
}

function row(source: Matrix, index: number): Float32Array {
  return rowRange(source, index, index + 1).data;
}

/** Mean and standard deviation per dimension, by Welford's method in 64 bits. */
class RunningScale {
  #count = 0;
  #mean: Float64Array | undefined;
  #square: Float64Array | undefined;

  add(values: Float32Array | Float16Array): void {
    const mean = this.#mean ??= new Float64Array(values.length);
    const square = this.#square ??= new Float64Array(values.length);
    this.#count++;
    for (let i = 0; i < values.length; i++) {
      const difference = values[i] - mean[i];
      mean[i] += difference / this.#count;
      square[i] += difference * (values[i] - mean[i]);
    }
  }

  /** A dimension that never changes has a standard deviation of 1. */
  result(): { mean: number[]; deviation: number[] } {
    const deviation = Array.from(this.#square ?? [], (sum) => Math.sqrt(sum / this.#count) || 1);
    return { mean: Array.from(this.#mean ?? []), deviation };
  }
}

/** What of a system's settings the stage depends on. */
export function cacheParams({ physics, simulate: { seed, samples }, cache }: Settings): CacheParams {
  return { physics, simulate: { seed, samples }, cache };
}
