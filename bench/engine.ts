/**
 * What the engine costs: nothing to do against doit and Snakemake, overhead of a shard, the store.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { fileURLToPath } from "node:url";
import type { Bench } from "./bench.ts";
import { ENGINE_PEERS, idle, ours, prepare, type Timed } from "./engine_process.ts";
import { type StoreTimes, storeTimes } from "./engine_store.ts";
import { machine, ownVersions } from "./machine.ts";
import { spread } from "./statistics.ts";
import { table } from "./table.ts";
import { requireTools } from "./tools.ts";

/** How much is measured. */
interface Effort {
  readonly rounds: number;
  readonly many: number;
  readonly overhead: number;
  readonly bytes: number;
  readonly growth: readonly number[];
}

const FULL: Effort = { rounds: 11, many: 10_000, overhead: 500, bytes: 1e9, growth: [100, 1000, 10_000] };
const QUICK: Effort = { rounds: 1, many: 20, overhead: 10, bytes: 2e7, growth: [10, 20] };

const CHAIN = { stages: 20, shards: 1, milliseconds: 0 };
const WORKERS = 2;

/** Seconds with so many shards: all of 1 ms of work executed, and then nothing to do. */
export interface Growth {
  readonly shards: number;
  readonly run: number;
  readonly noop: number;
  readonly noopMegabytes: number;
}

/** `deno task bench engine`. */
export const bench: Bench = {
  name: "engine",
  summary: "the engine against doit and Snakemake, its overhead, its store",
  flags: [
    ["--json", "one JSON object instead of a table"],
    ["--growth", "how the time grows with the number of shards instead"],
    ["--quick", "everything small and once, to see that it works: the ratios mean nothing"],
  ],
  async run(args) {
    const flags = parseArgs([...args], { boolean: ["json", "growth", "quick"] });
    const effort = flags.quick ? QUICK : FULL;
    const versions = { ...ownVersions(), ...await requireTools(["doit", "snakemake"], { otherwise: "" }) };
    const about = { bench: "engine", machine: machine(), versions };
    const artifacts = fileURLToPath(new URL("../artifacts", import.meta.url));
    const folder = await Deno.makeTempDir({ dir: artifacts, prefix: "bench-" });
    try {
      const result = flags.growth
        ? { ...about, growth: await growth(folder, effort.growth) }
        : { ...about, ...await measure(folder, effort) };
      console.log(flags.json ? JSON.stringify(result) : report(result));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
};

async function measure(folder: string, effort: Effort) {
  console.error("measuring: nothing to do, 20 stages");
  const chain = await noop(folder, effort.rounds);
  console.error(`measuring: nothing to do, ${effort.many} shards`);
  const many = { stages: 1, shards: effort.many, milliseconds: 0 };
  await fresh(`${folder}/many`, many);
  const idles: Timed[] = [];
  for (let round = 0; round < effort.rounds; round++) idles.push(await ours(`${folder}/many`, many, 0));
  console.error(`measuring: ${effort.overhead} shards of 1 ms`);
  const overheads: number[] = [];
  for (let round = 0; round < Math.min(3, effort.rounds); round++) {
    const work = { stages: 1, shards: effort.overhead, milliseconds: 1 };
    const { seconds } = await fresh(`${folder}/overhead-${round}`, work);
    overheads.push(1000 * seconds / work.shards - work.milliseconds / WORKERS);
  }
  console.error(`measuring: put and get of ${effort.bytes / 1e6} MB`);
  const store = await storeTimes(folder, { bytes: effort.bytes, rounds: Math.min(5, effort.rounds) });
  const seconds = { ...chain, noop_10000: spread(idles.map(({ seconds }) => seconds)), ...store };
  return {
    ratios: {
      noop_vs_doit: chain.ours.least / chain.doit.least,
      noop_vs_snakemake: chain.ours.least / chain.snakemake.least,
      noop_10000_s: seconds.noop_10000.least,
      overhead_per_shard_ms: spread(overheads).least,
      ...storeShares(store, (disk, hash) => disk + hash),
    },
    aside: {
      noop_10000_mb: spread(idles.map(({ megabytes }) => megabytes)).most,
      ...Object.fromEntries(
        Object.entries(storeShares(store, Math.max)).map(([key, share]) => [`${key}_overlapped`, share]),
      ),
    },
    medians: {
      noop_vs_doit: chain.ours.median / chain.doit.median,
      noop_vs_snakemake: chain.ours.median / chain.snakemake.median,
      noop_10000_s: seconds.noop_10000.median,
      overhead_per_shard_ms: spread(overheads).median,
    },
    seconds,
  };
}

/** What hashing and the disk would take, over what putting and getting take. */
function storeShares(
  { hash, write, read, put, get }: StoreTimes,
  together: (disk: number, hash: number) => number,
) {
  return {
    store_put_share: together(write.least, hash.least) / put.least,
    store_get_share: together(read.least, hash.least) / get.least,
  };
}

/** All three make the chain, must have made the same, and then find nothing to do, in turns. */
async function noop(folder: string, rounds: number) {
  const { doit, snakemake } = ENGINE_PEERS;
  await fresh(`${folder}/ours`, CHAIN);
  await prepare(`${folder}/doit`, doit);
  await prepare(`${folder}/snakemake`, snakemake);
  const made = await Promise.all(
    ["ours/store/stage_19/out-0.txt", "doit/stage_19.txt", "snakemake/stage_19.txt"].map((path) =>
      Deno.readTextFile(`${folder}/${path}`)
    ),
  );
  if (made.some((text) => text !== made[0])) {
    throw new Error("Cannot compare: all must make the same 20 lines, but they differ");
  }
  const seconds = { ours: [] as number[], doit: [] as number[], snakemake: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    seconds.ours.push((await ours(`${folder}/ours`, CHAIN, 0)).seconds);
    seconds.doit.push((await idle(`${folder}/doit`, doit)).seconds);
    seconds.snakemake.push((await idle(`${folder}/snakemake`, snakemake)).seconds);
  }
  return { ours: spread(seconds.ours), doit: spread(seconds.doit), snakemake: spread(seconds.snakemake) };
}

/** Runs all of it in an empty store. */
async function fresh(folder: string, work: Parameters<typeof ours>[1]): Promise<Timed> {
  await Deno.mkdir(folder);
  return ours(folder, work, work.stages * work.shards);
}

async function growth(folder: string, sizes: readonly number[]): Promise<Growth[]> {
  const results: Growth[] = [];
  for (const shards of sizes) {
    console.error(`measuring: ${shards} shards`);
    const work = { stages: 1, shards, milliseconds: 1 };
    const run = await fresh(`${folder}/${shards}`, work);
    const idles: Timed[] = [];
    for (let round = 0; round < 5; round++) idles.push(await ours(`${folder}/${shards}`, work, 0));
    const noop = spread(idles.map(({ seconds }) => seconds)).least;
    const noopMegabytes = spread(idles.map(({ megabytes }) => megabytes)).most;
    results.push({ shards, run: run.seconds, noop, noopMegabytes });
  }
  return results;
}

function report(
  { machine, versions, ...result }:
    & { machine: Record<string, string | number>; versions: Record<string, string> }
    & Record<string, unknown>,
): string {
  const rows = "growth" in result
    ? (result.growth as Growth[]).map(({ shards, run, noop, noopMegabytes }) => [
      `${shards} shards`,
      `run ${run.toFixed(2)} s`,
      `nothing to do ${noop.toFixed(2)} s`,
      `${noopMegabytes.toFixed(0)} MB`,
    ])
    : Object.entries({ ...result.ratios as object, ...result.aside as object })
      .map(([key, value]) => [key, (value as number).toFixed(2)]);
  return `${machine.cpu}, ${machine.cores} cores, deno ${versions.deno}\n\n${table(rows)}`;
}
