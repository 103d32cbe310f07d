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
import type { StageRun } from "../pipeline/stage.ts";
import type { Settings, System } from "../systems/system.ts";
import { ColumnWriter, DATASET, type Split, SPLITS, writeSummary } from "./dataset.ts";
import { readTables } from "./tables.ts";

/** Parameters of the stage. */
export interface CacheParams {
  readonly physics: object;
  readonly cache: Settings["cache"];
}

/** Columns of the shards that say something of a sample and are not part of it. */
const ACCEPTED = "accepted", STEPS = "steps";

/** Rows of a chunk at most; held-out splits are small. */
const rowsOfChunk = { train: 8192, validation: 512, test: 512 };

/** Writes `dataset.zarr/…`. */
export const run: StageRun = async (context) => {
  const { system } = await context.load<{ system: System }>("system");
  const { physics, cache } = context.params as unknown as CacheParams;
  const shapes = system.shapes(physics);
  const shards = context.input("simulate");
  const write = (name: string, bytes: Uint8Array) => context.write(name, bytes);
  const names = Object.keys(shapes);
  const writers = new Map<string, ColumnWriter>();
  for (const split of SPLITS) {
    for (const name of names) {
      writers.set(
        `${split}/${name}`,
        new ColumnWriter(`${DATASET}/${split}/${name}`, {
          event: shapes[name],
          dataType: storedType(name, cache),
          compression: cache.compression,
          mostRows: rowsOfChunk[split],
          write,
        }),
      );
    }
  }
  const counts = { train: 0, validation: 0, test: 0 };
  const scales = { u: new RunningScale(), v: new RunningScale() };
  let rejected = 0;
  let sample = 0;
  let computed = 0;
  for (const [index, shard] of shards.names.entries()) {
    const columns = readTables(await shards.read(shard));
    const accepted = columns[ACCEPTED];
    computed += columns[STEPS]?.data.reduce((sum, steps) => sum + steps, 0) ?? 0;
    for (let i = 0; i < columns.u.rows; i++, sample++) {
      if (accepted && accepted.data[i] === 0) {
        rejected++;
        continue;
      }
      const split = splitOf(sample, cache);
      counts[split]++;
      for (const name of names) {
        const values = asStored(row(columns[name], i), storedType(name, cache), { sample, name });
        await writers.get(`${split}/${name}`)!.append(values);
        if (split === "train" && (name === "u" || name === "v")) scales[name].add(values);
      }
    }
    context.progress(index + 1, shards.names.length);
  }
  for (const split of SPLITS) {
    if (counts[split] > 0) continue;
    throw new Error(
      `Cannot build a data set: each split needs a sample, but ${split} got none of ${sample - rejected} ` +
        `accepted (${rejected} rejected). Raise simulate.samples or simulate.shards`,
    );
  }
  for (const writer of writers.values()) await writer.close();
  const normalisation = { u: scales.u.result(), v: scales.v.result() };
  const asked = system.steps?.(physics);
  const steps = asked === undefined ? {} : { steps: { computed, asked: asked * sample } };
  await writeSummary({ counts, rejected, columns: names, ...steps, normalisation }, write);
};

/** Which split a sample belongs to: its own coin, so that a larger data set moves no sample. */
function splitOf(sample: number, { validationShare, testShare }: CacheParams["cache"]): Split {
  const [coin] = uniforms(1, { seed: 0, purpose: "cache.split", sample });
  if (coin < testShare) return "test";
  return coin < testShare + validationShare ? "validation" : "train";
}

function storedType(name: string, { dataType }: CacheParams["cache"]): "float32" | "float16" {
  return name === "v" ? dataType : "float32";
}

/**
 * A row rounded to the type that it is stored as, to nearest, ties to even.
 *
 * @throws {RangeError} For a value beyond the largest of the type.
 */
function asStored(
  row: Float32Array,
  dataType: "float32" | "float16",
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
export function cacheParams({ physics, cache }: Settings): CacheParams {
  return { physics, cache };
}
