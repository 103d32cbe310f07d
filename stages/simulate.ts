/**
 * Simulate: draws u from the prior and observes what it gives, one shard at a time.
 *
 * Shard i is a function of (seed, i, physics, samples per shard) alone: more shards extend a data set and
 * leave the ones there are as they were.
 *
 * @module
 */
import { type Matrix, rowRange } from "../macronet/matrix.ts";
import type { StageRun } from "../pipeline/stage.ts";
import type { Columns, Randomness, Settings, System } from "../systems/system.ts";
import { ColumnCollector } from "./tables.ts";

/** Parameters of the stage. */
export interface SimulateParams {
  readonly physics: object;
  readonly seed: number;
  /** Samples in a shard. */
  readonly samples: number;
}

/** Samples simulated between two reports of progress. */
const SAMPLES_AT_ONCE = 16;

/** Writes `shard-<index>.safetensors` with the columns u, v and whatever else the system observes. */
export const run: StageRun = async (context) => {
  const { system } = await context.load<{ system: System }>("system");
  const { physics, seed, samples } = context.params as unknown as SimulateParams;
  const shard = context.shard!;
  const columns = new ColumnCollector(samples);
  for (let done = 0; done < samples; done += SAMPLES_AT_ONCE) {
    const count = Math.min(SAMPLES_AT_ONCE, samples - done);
    const randomness = { seed, purpose: "simulate", from: shard * samples + done };
    const u = system.prior(physics, count, randomness);
    const part = { u, ...grow(system, u, { physics, randomness }) };
    for (const [name, values] of Object.entries(part)) {
      checkFinite(name, values, { u, first: randomness.from });
    }
    columns.put(done, part);
    context.progress(done + count, samples);
  }
  const name = `shard-${String(shard).padStart(5, "0")}.safetensors`;
  await context.write(name, columns.intoFile());
};

/** Grows all rows at once. Where that fails it grows them one by one, to say which sample it is. */
function grow(
  system: System,
  u: Matrix,
  { physics, randomness }: { physics: object; randomness: Randomness },
): Columns {
  try {
    return system.grow(physics, u, randomness);
  } catch (error) {
    for (let row = 0; row < u.rows; row++) {
      const from = randomness.from + row;
      try {
        system.grow(physics, rowRange(u, row, row + 1), { ...randomness, from });
      } catch (cause) {
        throw new Error(`Cannot simulate ${sampleOf(u, row, from)}: ${(cause as Error).message}`, { cause });
      }
    }
    throw error;
  }
}

function checkFinite(
  name: string,
  { columns, data }: Matrix,
  { u, first }: { u: Matrix; first: number },
): void {
  let at = 0;
  while (at < data.length && Number.isFinite(data[at])) at++;
  if (at === data.length) return;
  const row = Math.floor(at / columns);
  throw new Error(
    `Cannot store a simulation: every value must be finite, but ${sampleOf(u, row, first + row)}, ` +
      `has ${data[at]} in its column ${name}`,
  );
}

function sampleOf(u: Matrix, row: number, sample: number): string {
  return `sample ${sample}, u = [${rowRange(u, row, row + 1).data.join(", ")}]`;
}

/** What of a system's settings the stage depends on. */
export function simulateParams({ physics, simulate }: Settings): SimulateParams {
  return { physics, seed: simulate.seed, samples: simulate.samples };
}
