/**
 * The kernel and its peers on squares of one size, taking turns.
 *
 * @module
 */
import { digestOf, requireAgreement } from "./agreement.ts";
import type { Peer } from "./peers.ts";
import { type Spread, spread } from "./statistics.ts";

/** Whoever can take turns: a `PeerProcess`. */
export interface Integrator {
  readonly peer: Peer;
  /** Integrates the start of this size and returns the seconds that took. `file` takes the fields. */
  run(size: number, work: { readonly steps: number; readonly file?: string }): Promise<number>;
}

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

/** Someone who takes turns. */
interface Player {
  readonly process: Integrator;
  /** Steps of a turn. */
  readonly steps: number;
  readonly difference?: number;
  /** Seconds of each turn. */
  readonly times: number[];
}

/**
 * Measures all at one size, the kernel first among them.
 *
 * All integrate the same start by the same number of steps, and what comes out is compared. Then they take turns, a
 * round after the other, so that a machine that slows down slows all.
 *
 * @throws {Error} if what comes out is not the same work
 */
export async function measureSize(
  processes: readonly Integrator[],
  { size, folder, rounds, seconds }: Effort & { size: number; folder: string },
): Promise<SizeResult> {
  const checkedSteps = Math.max(2, Math.ceil(CHECKED_UPDATES / size ** 2));
  const file = `${folder}/fields.f32`;
  const players: Player[] = [];
  let ours: Float32Array<ArrayBuffer> | undefined;
  for (const process of processes) {
    const { name, isLimit, isExact = false } = process.peer;
    await process.run(size, { steps: checkedSteps, file });
    const theirs = new Float32Array((await Deno.readFile(file)).buffer);
    const [kernel] = players;
    const most = kernel?.steps ?? Infinity;
    const turn = { size, seconds: kernel ? PATIENCE * seconds : seconds, first: checkedSteps, most };
    players.push({
      process,
      steps: await stepsOfTurn(process, turn),
      ...(!isLimit && { difference: requireAgreement(name, { ours: ours ??= theirs, theirs, isExact }) }),
      times: [],
    });
  }
  for (let round = 0; round <= rounds; round++) {
    for (const { process, steps, times } of players) {
      const time = await process.run(size, { steps });
      if (round > 0) times.push(time);
    }
  }
  return { size, digest: digestOf(ours!), checkedSteps, ...conclude(players, size) };
}

/** Work before the comparison: enough for a difference to show, and done soon by the slowest. */
const CHECKED_UPDATES = 2 ** 21;

/**
 * How many steps take so many seconds, but not above `most`. Found by running ever longer, which warms up: of each
 * length the fastest of three counts, since an engine may still be compiling.
 */
async function stepsOfTurn(
  process: Integrator,
  { size, seconds, first, most }: { size: number; seconds: number; first: number; most: number },
): Promise<number> {
  for (let steps = Math.min(first, most);;) {
    let taken = Infinity;
    for (let run = 0; run < 3; run++) taken = Math.min(taken, await process.run(size, { steps }));
    const wanted = Math.max(1, Math.min(most, Math.ceil(steps * seconds / taken)));
    if (wanted < 2 * steps) return wanted;
    steps = Math.min(wanted, 10 * steps);
  }
}

function conclude(players: readonly Player[], size: number): Pick<SizeResult, "results" | "ratios"> {
  const results = Object.fromEntries(players.map(({ process: { peer }, steps, times, difference }) => {
    const seconds = spread(times);
    const megacells = size ** 2 * steps / seconds.least / 1e6;
    const result = { what: peer.what, steps, seconds, megacells };
    return [peer.name, difference === undefined ? result : { ...result, difference }];
  }));
  const [{ megacells }] = Object.values(results);
  const ratios = Object.entries(results).slice(1).map((
    [name, theirs],
  ) => [name, megacells / theirs.megacells]);
  return { results, ratios: Object.fromEntries(ratios) };
}
