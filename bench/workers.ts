/**
 * What a second worker brings.
 *
 * @module
 */
import type { WorkerRequest } from "./sample_worker.ts";
import { type PAPER, samplesOf } from "./samples.ts";
import { type Spread, spread } from "./statistics.ts";

/** Two workers beside one, each with the same samples to simulate. */
export interface WorkersResult {
  readonly samples: number;
  readonly steps: number;
  readonly secondsOfOne: Spread;
  readonly secondsOfTwo: Spread;
  /** SHA-256 of the fields that each gave. */
  readonly digest: string;
  /** Throughput of two ÷ throughput of one. */
  readonly ratio: number;
}

/**
 * Measures both, taking turns. The workers stay; each has the kernel for itself, imported as the pipeline's are.
 *
 * @throws {Error} if the workers' fields differ
 */
export async function measureWorkers(
  { physics, samples: count, rounds }: { physics: typeof PAPER; samples: number; rounds: number },
): Promise<WorkersResult> {
  const samples = samplesOf(physics, { seed: 1, count });
  const workers = [start(), start()];
  try {
    await Promise.all(workers.map((worker) => ask(worker, { samples, series: seriesOf(physics) })));
    const times: Record<1 | 2, number[]> = { 1: [], 2: [] };
    const digests = new Set<string>();
    for (let round = 0; round <= rounds; round++) {
      for (const size of [1, 2] as const) {
        const begun = performance.now();
        const done = await Promise.all(workers.slice(0, size).map((worker) => ask(worker, "go")));
        if (round > 0) times[size].push((performance.now() - begun) / 1000);
        for (const digest of done) digests.add(digest);
      }
    }
    const [digest, other] = digests;
    if (other !== undefined) {
      throw new Error(
        `Cannot compare workers: they must give the same bits, but one gave ${digest}, one ${other}`,
      );
    }
    const [secondsOfOne, secondsOfTwo] = [spread(times[1]), spread(times[2])];
    const ratio = 2 * secondsOfOne.least / secondsOfTwo.least;
    return { samples: count, steps: physics.steps, secondsOfOne, secondsOfTwo, digest, ratio };
  } finally {
    for (const worker of workers) worker.terminate();
  }
}

function seriesOf({ size, steps, timeStep }: typeof PAPER) {
  return { size, steps, timeStep };
}

function start(): Worker {
  return new Worker(new URL("./sample_worker.ts", import.meta.url), { type: "module" });
}

function ask(worker: Worker, request: WorkerRequest): Promise<string> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<string>) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(request);
  });
}
