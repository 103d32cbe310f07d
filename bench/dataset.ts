/**
 * What a dataset costs beside its simulations: the stages `simulate` and `cache` of the Turing patterns, run by the
 * engine as `macronet run turing/cache --workers 1 --set turing.cache.compression=zstd` does, against the bare kernel
 * on the same samples.
 *
 * Both are cut into pieces of 16 samples, and the rest at the engine's events; of each piece the fastest round counts.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Fields } from "../kernels/gray_scott/mod.ts";
import { matrix } from "../macronet/matrix.ts";
import { execute, graph, select, type UnitName } from "../pipeline/mod.ts";
import { zarrFiles } from "../stages/formats/zarr.ts";
import { parseAssignment } from "../stages/settings.ts";
import { stages } from "../stages/graph.ts";
import type { SimulateParams } from "../stages/simulate.ts";
import { readTables } from "../stages/tables.ts";
import { type Observation, observe } from "../systems/observation.ts";
import type { Profile } from "../systems/system.ts";
import { Laps } from "./laps.ts";
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

/** A dataset beside the bare kernel. Seconds are sums of pieces, of which each is the fastest of all rounds. */
export interface DatasetResult {
  readonly samples: number;
  readonly size: number;
  readonly steps: number;
  readonly secondsOfKernel: number;
  readonly secondsOfDataset: number;
  /** Of whole rounds: how much the machine was disturbed. */
  readonly rounds: Readonly<Record<"kernel" | "dataset", Spread>>;
  /** Where the time of the dataset went. */
  readonly parts: DatasetParts;
  /** Speed of the whole ÷ speed of the bare kernel. */
  readonly ratio: number;
}

/** Seconds, each measured by itself but `rest`, which is what is left. */
export interface DatasetParts {
  readonly kernel: number;
  readonly initial_states: number;
  /** Until the first unit of each stage is at work: a worker, and the modules that it loads. */
  readonly worker_starts: number;
  /** SHA-256 of what is written, and once more where a stage reads it or lists it in its card. */
  readonly hashing: number;
  /** Byte-shuffled zstd. */
  readonly compressing: number;
  /** Writing, and waiting for the disk. */
  readonly storing: number;
  readonly rest: number;
}

/**
 * Measures both, taking turns. Every run has a store of its own, so nothing is reused.
 *
 * @throws {Error} if a run fails, or its shards do not hold what the bare kernel gives
 */
export async function measureDataset(
  { profile, shards, rounds, folder }: DatasetWork,
): Promise<DatasetResult> {
  const assignments = [`turing.simulate.shards=${shards}`, "turing.cache.compression=zstd"].map(
    parseAssignment,
  );
  const wanted = select(graph(stages({ profile, systems: ["turing"], assignments })), ["turing/cache"]);
  const params = wanted.stage("turing/simulate").params as unknown as SimulateParams;
  const physics = params.physics as typeof PAPER;
  const count = shards * params.samples;
  const artifacts = `${folder}/store`;

  const bare = new Laps(), whole = new Laps();
  const times: Record<"kernel" | "dataset" | "drawing" | "compressing", number[]> = {
    kernel: [],
    dataset: [],
    drawing: [],
    compressing: [],
  };
  let stored: Pick<DatasetParts, "hashing" | "storing"> | undefined;
  for (let round = 0; round < rounds; round++) {
    const drawn = timed(() => samplesOf(physics, { seed: params.seed, count }));
    times.drawing.push(drawn.seconds);

    bare.begin();
    const simulated = timed(() => simulateInPieces(drawn.value, physics, bare));
    times.kernel.push(simulated.seconds);

    whole.begin();
    const begun = performance.now();
    const run = await execute(wanted, {
      root: ROOT,
      artifacts,
      workers: 1,
      onEvent: (event) => {
        if (MARKS.includes(event.type)) whole.mark(`${event.type} ${(event as UnitName).stage}`);
      },
    });
    whole.mark("end");
    times.dataset.push((performance.now() - begun) / 1000);
    if (!run.ok) throw new Error(`Cannot measure a dataset: ${run.failures[0]?.message}`);

    requireSame(simulated.value, `${artifacts}/turing/simulate`, params);
    times.compressing.push(await compress(simulated.value, physics.size));
    const again = storeAgain(artifacts, `${folder}/copy`);
    stored = stored === undefined ? again : {
      hashing: Math.min(stored.hashing, again.hashing),
      storing: Math.min(stored.storing, again.storing),
    };
    await Deno.remove(artifacts, { recursive: true });
  }
  const known = {
    kernel: bare.seconds,
    initial_states: Math.min(...times.drawing),
    worker_starts: secondsOfStarts(whole),
    ...stored!,
    compressing: Math.min(...times.compressing),
  };
  const rest = Object.values(known).reduce((left, seconds) => left - seconds, whole.seconds);
  return {
    samples: count,
    size: physics.size,
    steps: physics.steps,
    secondsOfKernel: bare.seconds,
    secondsOfDataset: whole.seconds,
    rounds: { kernel: spread(times.kernel), dataset: spread(times.dataset) },
    parts: { ...known, rest },
    ratio: bare.seconds / whole.seconds,
  };
}

/** Events that come one after the other where there is one worker. */
const MARKS = ["unit-start", "progress", "unit-done"];

/** Samples of a piece, as many as the stage simulates between two words of progress. */
const PIECE = 16;

function simulateInPieces(samples: readonly Sample[], physics: typeof PAPER, laps: Laps): Fields[] {
  const fields: Fields[] = [];
  for (let from = 0; from < samples.length; from += PIECE) {
    fields.push(...simulateAll(samples.slice(from, from + PIECE), physics));
    laps.mark("samples");
  }
  return fields;
}

/**
 * How long it takes until the first unit of each stage is at work: the time to its first word of progress, less the
 * time to the second, which is the same work without the start.
 */
function secondsOfStarts({ pieces }: Laps): number {
  return ["turing/simulate", "turing/cache"].reduce((sum, stage) => {
    const first = pieces.findIndex(({ name }) => name === `progress ${stage}`);
    return sum + Math.max(0, pieces[first].seconds - (pieces[first + 1]?.seconds ?? 0));
  }, 0);
}

/** Hashes and writes what a run made once more. */
function storeAgain(artifacts: string, copy: string): Pick<DatasetParts, "hashing" | "storing"> {
  let hashing = 0, storing = 0;
  for (const path of ["turing/simulate", "turing/cache"].flatMap((stage) => files(`${artifacts}/${stage}`))) {
    const bytes = Deno.readFileSync(path);
    hashing += 2 * timed(() => createHash("sha256").update(bytes).digest()).seconds;
    storing += timed(() => {
      using file = Deno.openSync(copy, { write: true, create: true, truncate: true });
      for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
      file.syncSync();
    }).seconds;
  }
  return { hashing, storing };
}

/** Seconds to compress fields as the cache stage does. */
async function compress(fields: readonly Fields[], size: number): Promise<number> {
  const values = new Float32Array(fields.length * 2 * size * size);
  for (const [i, { a, b }] of fields.entries()) {
    const pattern = values.subarray(i * 2 * size * size);
    for (let cell = 0; cell < a.length; cell++) {
      [pattern[2 * cell], pattern[2 * cell + 1]] = [a[cell], b[cell]];
    }
  }
  const shape = [fields.length, size, size, 2];
  const options = { path: "v", shape, chunkShape: [256, size, size, 2], dataType: "float32" } as const;
  const begun = performance.now();
  await Array.fromAsync(zarrFiles({ ...options, compression: "zstd" }, values));
  return (performance.now() - begun) / 1000;
}

function files(folder: string): string[] {
  return [...Deno.readDirSync(folder)].sort((one, other) => one.name < other.name ? -1 : 1).flatMap((
    { name, isDirectory },
  ) => isDirectory ? files(`${folder}/${name}`) : [`${folder}/${name}`]);
}

function timed<T>(work: () => T): { value: T; seconds: number } {
  const begun = performance.now();
  const value = work();
  return { value, seconds: (performance.now() - begun) / 1000 };
}

/** Holds the shards of a run against bare fields, seen as the system sees them: column v is a and b of every cell. */
function requireSame(fields: readonly Fields[], folder: string, { physics, seed }: SimulateParams): void {
  const { observation } = physics as { observation: Observation };
  let sample = 0;
  for (const path of files(folder)) {
    const { v } = readTables(Deno.readFileSync(path));
    for (let row = 0; row < v.rows; row++, sample++) {
      const { a, b } = fields[sample];
      const expected = matrix(
        Float32Array.from({ length: v.columns }, (_, i) => (i % 2 ? b : a)[i >> 1]),
        v.columns,
      );
      observe(expected, {
        observation,
        transformations: {},
        randomness: { seed, purpose: "simulate", from: sample },
      });
      const pattern = v.data.subarray(row * v.columns, (row + 1) * v.columns);
      if (expected.data.every((value, i) => pattern[i] === value)) continue;
      throw new Error(
        `Cannot compare with ${path}: it must hold the bare kernel's bits and their noise, but sample ${sample} differs`,
      );
    }
  }
}
