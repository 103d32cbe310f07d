/**
 * The kernel and its peers on squares of one size, taking turns.
 *
 * @module
 */
import { digestOf, requireAgreement } from "./agreement.ts";
import type { PeerProcess } from "./peer_process.ts";
import { type Spread, spread } from "./statistics.ts";

/** How long to measure. */
export interface Effort {
  /** Rounds that count; one more warms up. */
  readonly rounds: number;
  /** What a turn should take. */
  readonly seconds: number;
}

/** What one peer did. */
export interface PeerResult {
  readonly what: string;
  /** Steps in a turn: those of the kernel, or fewer where they would take too long. */
  readonly steps: number;
  /** Of a turn. */
  readonly seconds: Spread;
  /** Millions of cells updated in a second, in the fastest turn. */
  readonly megacells: number;
  /** Largest difference from the kernel's fields after the same steps; 0 is every bit. */
  readonly difference?: number;
}

/** What all did at one size. */
export interface SizeResult {
  readonly size: number;
  /** SHA-256 of the kernel's fields after `checkedSteps`. */
  readonly digest: string;
  readonly checkedSteps: number;
  readonly results: Readonly<Record<string, PeerResult>>;
  /** Ours ÷ theirs, by their name. */
  readonly ratios: Readonly<Record<string, number>>;
}

/** How much longer than the kernel's a turn may take before it gets fewer steps. */
const PATIENCE = 3;

/**
 * Measures all at one size, the kernel first among them.
 *
 * All integrate the same start by the same number of steps, and what comes out is compared. Then they take turns, a
 * round after the other, so that a machine that slows down slows all.
 *
 * @throws {Error} if what comes out is not the same work
 */
export async function measureSize(
  processes: readonly PeerProcess[],
  { size, folder, rounds, seconds }: Effort & { size: number; folder: string },
): Promise<SizeResult> {
  const cells = size * size;
  const checkedSteps = Math.max(2, Math.ceil(2 ** 21 / cells));
  const [kernel] = processes;
  let ours: Float32Array<ArrayBuffer> | undefined;
  const turns = [];
  for (const process of processes) {
    const { peer } = process;
    const file = `${folder}/fields.f32`;
    const first = await process.run(size, { steps: checkedSteps, ...(peer.isLimit ? {} : { file }) });
    const theirs = peer.isLimit ? undefined : new Float32Array((await Deno.readFile(file)).buffer);
    ours ??= theirs!;
    const difference = theirs &&
      requireAgreement(peer.name, { ours, theirs, isExact: peer.isExact ?? false });
    const rough = Math.ceil(checkedSteps * Math.min(10, seconds / first));
    const warm = await process.run(size, { steps: rough }); // counts for nothing but the number of steps
    turns.push({ process, stepsASecond: rough / warm, difference, times: [] as number[] });
  }
  const most = Math.ceil(turns[0].stepsASecond * seconds);
  const stepsOf = ({ stepsASecond }: { stepsASecond: number }) =>
    Math.max(1, Math.min(most, Math.ceil(stepsASecond * seconds * PATIENCE)));
  const steps = turns.map(stepsOf);
  for (let round = 0; round <= rounds; round++) {
    for (const [i, { process, times }] of turns.entries()) {
      const time = await process.run(size, { steps: steps[i] });
      if (round > 0) times.push(time);
    }
  }
  const results = Object.fromEntries(turns.map(({ process: { peer }, times, difference }, i) => {
    const taken = spread(times);
    return [peer.name, {
      what: peer.what,
      steps: steps[i],
      seconds: taken,
      megacells: cells * steps[i] / taken.least / 1e6,
      ...(difference === undefined ? {} : { difference }),
    }];
  }));
  const { megacells } = results[kernel.peer.name];
  const ratios = Object.fromEntries(
    turns.slice(1).map(({ process: { peer } }) => [peer.name, megacells / results[peer.name].megacells]),
  );
  return { size, digest: digestOf(ours!), checkedSteps, results, ratios };
}
