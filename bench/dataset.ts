/**
 * What a dataset costs beside its simulations: the stages `simulate` and `cache` of the Turing patterns, run by the
 * engine as `macronet run turing/cache --workers 1` does, against the bare kernel on the same samples.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { execute, graph, type RunEvent, select } from "../pipeline/mod.ts";
import { parseAssignment } from "../stages/settings.ts";
import { stages } from "../stages/graph.ts";
import type { SimulateParams } from "../stages/simulate.ts";
import { readTables } from "../stages/tables.ts";
import type { Profile } from "../systems/system.ts";
import { type PAPER, type Sample, samplesOf, simulateAll } from "./samples.ts";
import { type Spread, spread } from "./statistics.ts";

/** Folder of deno.json. */
const ROOT = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

/** What to measure. */
export interface DatasetWork {
  readonly profile: Profile;
  readonly shards: number;
  readonly rounds: number;
  /** Empty, for the stores of the runs. */
  readonly folder: string;
}

/** A dataset beside the bare kernel. */
export interface DatasetResult {
  readonly samples: number;
  readonly size: number;
  readonly steps: number;
  readonly secondsOfKernel: Spread;
  readonly secondsOfDataset: Spread;
  /** Where the time of the fastest run went, in seconds. */
  readonly parts: Readonly<Record<DatasetPart, number>>;
  /** Speed of the whole ÷ speed of the bare kernel. */
  readonly ratio: number;
}

/**
 * `simulate_rest` is a worker's start, statistics, hashing and storing of shards; `cache` the whole stage that reads
 * them again, splits, hashes and stores the dataset; `engine` what is outside of all units.
 */
export type DatasetPart = "kernel" | "initial_states" | "simulate_rest" | "cache" | "engine";

/**
 * Measures both, taking turns. Every run has a store of its own, so nothing is reused.
 *
 * @throws {Error} if a run fails, or its shards do not hold what the bare kernel gives
 */
export async function measureDataset(
  { profile, shards, rounds, folder }: DatasetWork,
): Promise<DatasetResult> {
  const assignments = [parseAssignment(`turing.simulate.shards=${shards}`)];
  const wanted = select(graph(stages({ profile, systems: ["turing"], assignments })), ["turing/cache"]);
  const params = wanted.stage("turing/simulate").params as unknown as SimulateParams;
  const physics = params.physics as typeof PAPER;
  const count = shards * params.samples;

  const bare: number[] = [], whole: number[] = [];
  let initialStates = Infinity;
  let parts: DatasetResult["parts"] | undefined;
  for (let round = 0; round < rounds; round++) {
    const drawn = timed(() => samplesOf(physics, { seed: params.seed, count }));
    initialStates = Math.min(initialStates, drawn.seconds);
    const simulated = timed(() => simulateAll(drawn.value, physics));
    bare.push(simulated.seconds);

    const artifacts = `${folder}/store-${round}`;
    const clock = new UnitClock();
    const begun = performance.now();
    const run = await execute(wanted, { root: ROOT, artifacts, workers: 1, onEvent: clock.onEvent });
    const seconds = (performance.now() - begun) / 1000;
    if (!run.ok) throw new Error(`Cannot measure a dataset: ${run.failures[0]?.message}`);
    if (seconds < Math.min(...whole)) {
      const kernel = Math.min(...bare);
      const [simulate, cache] = [clock.seconds("turing/simulate"), clock.seconds("turing/cache")];
      parts = {
        kernel,
        initial_states: initialStates,
        simulate_rest: simulate - kernel - initialStates,
        cache,
        engine: seconds - simulate - cache,
      };
    }
    whole.push(seconds);
    requireSame(simulated.value, `${artifacts}/turing/simulate`);
    await Deno.remove(artifacts, { recursive: true });
  }
  const [secondsOfKernel, secondsOfDataset] = [spread(bare), spread(whole)];
  const ratio = secondsOfKernel.least / secondsOfDataset.least;
  const { size, steps } = physics;
  return { samples: count, size, steps, secondsOfKernel, secondsOfDataset, parts: parts!, ratio };
}

/** How long the units of each stage ran. With one worker they run one after the other. */
class UnitClock {
  readonly #seconds = new Map<string, number>();
  #begun = 0;

  readonly onEvent = (event: RunEvent): void => {
    if (event.type === "unit-start") this.#begun = performance.now();
    if (event.type === "unit-done") {
      const seconds = (performance.now() - this.#begun) / 1000;
      this.#seconds.set(event.stage, this.seconds(event.stage) + seconds);
    }
  };

  seconds(stage: string): number {
    return this.#seconds.get(stage) ?? 0;
  }
}

function timed<T>(work: () => T): { value: T; seconds: number } {
  const begun = performance.now();
  const value = work();
  return { value, seconds: (performance.now() - begun) / 1000 };
}

/** Holds the shards of a run against bare fields: column v is a and b of every cell. */
function requireSame(fields: readonly Pick<Sample, "a" | "b">[], folder: string): void {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  let sample = 0;
  for (const name of names) {
    const { v } = readTables(Deno.readFileSync(`${folder}/${name}`));
    for (let row = 0; row < v.rows; row++, sample++) {
      const { a, b } = fields[sample];
      const pattern = v.data.subarray(row * v.columns, (row + 1) * v.columns);
      if (a.every((value, cell) => pattern[2 * cell] === value && pattern[2 * cell + 1] === b[cell])) {
        continue;
      }
      throw new Error(
        `Cannot compare with ${name}: it must hold the bare kernel's bits, but sample ${sample} differs`,
      );
    }
  }
  if (sample === fields.length) return;
  throw new Error(
    `Cannot compare with a dataset: it must hold ${fields.length} samples, but holds ${sample}`,
  );
}
