/**
 * How fast the Gray-Scott kernel is: against programs that do the same work, against the machine's limit, over two
 * workers, and as part of making a data set, and how data sets are stored.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { fileURLToPath } from "node:url";
import { initialState, type Rule } from "../kernels/gray_scott/mod.ts";
import type { Bench } from "./bench.ts";
import { type DatasetResult, measureDataset } from "./dataset.ts";
import { report } from "./kernels_report.ts";
import { machine, ownVersions } from "./machine.ts";
import { PeerProcess } from "./peer_process.ts";
import { KERNEL, needOf, type Peer, PEERS } from "./peers.ts";
import { writeFields } from "./peers/serve.ts";
import { PAPER } from "./samples.ts";
import {
  FULL_STORAGE,
  QUICK_STORAGE,
  type StorageResults,
  storageResults,
  type StorageWork,
} from "./storage.ts";
import { type Effort, measureSize, type SizeResult } from "./speed.ts";
import { requireTools } from "./tools.ts";
import { measureWorkers, type WorkersResult } from "./workers.ts";

/** A rule that makes a pattern which never settles. */
const RULE: Rule = { Da: 0.2, Db: 0.1, F: 0.037, k: 0.06 };
const SEED = 1;
/** Side of the field that all larger ones repeat. */
const TILE = 64;

/** What is not measured against a peer. */
const WHOLES = ["workers_2", "dataset_end_to_end", "storage"];

/** What to measure, and for how long. */
interface Plan {
  readonly sizes: readonly (Effort & { readonly size: number })[];
  readonly workers: { readonly samples: number; readonly rounds: number };
  readonly dataset: { readonly profile: "paper" | "smoke"; readonly shards: number; readonly rounds: number };
  readonly storage: StorageWork;
}

const FULL: Plan = {
  sizes: [
    { size: 64, rounds: 41, seconds: 0.02 },
    { size: 128, rounds: 21, seconds: 0.02 },
    { size: 256, rounds: 21, seconds: 0.03 },
    { size: 1024, rounds: 9, seconds: 0.3 },
  ],
  workers: { samples: 16, rounds: 31 },
  dataset: { profile: "paper", shards: 8, rounds: 3 },
  storage: FULL_STORAGE,
};

/** Everything once, for the tests: its ratios mean nothing. */
const QUICK: Plan = {
  sizes: [{ size: 64, rounds: 1, seconds: 0.002 }, { size: 128, rounds: 1, seconds: 0.002 }],
  workers: { samples: 1, rounds: 1 },
  dataset: { profile: "smoke", shards: 3, rounds: 2 },
  storage: QUICK_STORAGE,
};

/** Everything that was measured. */
export interface KernelsResult {
  readonly bench: "kernels";
  readonly seed: number;
  readonly rule: Rule;
  /** SHA-256 of the kernel's fields at the first size. */
  readonly digest: string;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly versions: Readonly<Record<string, string>>;
  /** How each peer was compiled or started. */
  readonly commands: Readonly<Record<string, string>>;
  /** Ours ÷ theirs at the first size; above 1, ours is faster. */
  readonly ratios: Readonly<Record<string, number>>;
  /** The same against other forms of the peers. */
  readonly aside: Readonly<Record<string, number>>;
  readonly sizes: Readonly<Record<string, SizeResult>>;
  readonly workers?: WorkersResult;
  readonly dataset?: DatasetResult;
  readonly storage?: StorageResults;
}

/** `deno task bench kernels`. */
export const bench: Bench = {
  name: "kernels",
  summary: "Gray-Scott against C, numpy, numba, scipy, TypeScript, tfjs and the machine's limit",
  flags: [
    ["--json", "one JSON object instead of tables"],
    ["--peers <names>", `these alone, of ${[...keyed().map(({ name }) => name), ...WHOLES].join(",")}`],
    ["--quick", "everything once, to see that it works: the ratios mean nothing"],
  ],
  async run(args) {
    const flags = parseArgs([...args], { boolean: ["json", "quick"], string: ["peers"] });
    const result = await measure(flags.quick ? QUICK : FULL, chosen(flags.peers?.split(",")));
    console.log(flags.json ? JSON.stringify(result) : report(result));
  },
};

function keyed(): readonly Peer[] {
  return PEERS.filter(({ isAside }) => !isAside);
}

/** Names of what is to be measured; everything by default. */
function chosen(names: readonly string[] | undefined): ReadonlySet<string> {
  const known = [...PEERS.map(({ name }) => name), ...WHOLES];
  for (const name of names ?? []) {
    if (known.includes(name)) continue;
    throw new Error(`Cannot measure against "${name}": it must be one of ${known.join(", ")}`);
  }
  return new Set(names ?? known);
}

async function measure(plan: Plan, names: ReadonlySet<string>): Promise<KernelsResult> {
  const peers = PEERS.filter(({ name }) => names.has(name));
  const tools = await requireTools(peers.map(needOf).filter((need) => need !== undefined), {
    otherwise: ", or choose those that need nothing: --peers " +
      "typescript,tfjs_conv,workers_2,dataset_end_to_end,storage",
  });
  const artifacts = fileURLToPath(new URL("../artifacts", import.meta.url));
  const folder = await Deno.makeTempDir({ dir: artifacts, prefix: "bench-" });
  const stop = () => {
    Deno.removeSync(folder, { recursive: true });
    Deno.exit(130);
  };
  Deno.addSignalListener("SIGINT", stop);
  try {
    writeStarts(folder, plan);
    const { sizes, commands } = await measureSizes(plan, { peers, folder });
    const [first] = Object.values(sizes);
    const ratios: Record<string, number> = {}, aside: Record<string, number> = {};
    for (const { name, isAside } of peers) (isAside ? aside : ratios)[name] = first.ratios[name];
    const workers = names.has("workers_2")
      ? await measureWorkers({ physics: PAPER, ...say("workers", plan.workers) })
      : undefined;
    if (workers) ratios.workers_2 = workers.ratio;
    const dataset = names.has("dataset_end_to_end")
      ? await measureDataset({ folder, ...say("dataset", plan.dataset) })
      : undefined;
    if (dataset) ratios.dataset_end_to_end = dataset.ratio;
    const storage = names.has("storage") ? await storageResults(say("storage", plan.storage)) : undefined;
    return {
      bench: "kernels",
      seed: SEED,
      rule: RULE,
      digest: first.digest,
      machine: machine(),
      versions: { ...ownVersions(), ...tools },
      commands,
      ratios,
      aside,
      sizes,
      ...(workers && { workers }),
      ...(dataset && { dataset }),
      ...(storage && { storage }),
    };
  } finally {
    Deno.removeSignalListener("SIGINT", stop);
    await Deno.remove(folder, { recursive: true });
  }
}

async function measureSizes(
  plan: Plan,
  { peers, folder }: { peers: readonly Peer[]; folder: string },
): Promise<{ sizes: Record<string, SizeResult>; commands: Record<string, string> }> {
  const processes: PeerProcess[] = [];
  try {
    for (const peer of [KERNEL, ...peers]) {
      processes.push(await PeerProcess.start(peer, { folder, rule: RULE }));
    }
    const sizes: Record<string, SizeResult> = {};
    for (const [i, { size, ...effort }] of plan.sizes.entries()) {
      const takePart = i === 0 ? processes : processes.filter(({ peer }) => !peer.isAside);
      sizes[size] = await measureSize(takePart, { folder, ...say(`${size} × ${size}`, { size, ...effort }) });
    }
    return {
      sizes,
      commands: Object.fromEntries(processes.map(({ peer, command }) => [peer.name, command])),
    };
  } finally {
    for (const process of processes) await process.close();
  }
}

/**
 * The start of every size: the smallest one's, side by side, so that no region is far from a disc. There b would sink
 * to numbers so small that some processors take a detour for them, and peers that round them to 0 do not.
 */
function writeStarts(folder: string, { sizes }: Plan): void {
  const tile = initialState({ width: TILE, height: TILE, draw: { seed: SEED, purpose: "bench" } });
  for (const { size } of sizes) {
    const repeated = (field: Float32Array) =>
      Float32Array.from({ length: size * size }, (_, i) => {
        const [y, x] = [Math.floor(i / size) % TILE, i % size % TILE];
        return field[y * TILE + x];
      });
    writeFields(`${folder}/start-${size}.f32`, { a: repeated(tile.a), b: repeated(tile.b) });
  }
}

/** Tells those who wait what is next, and hands it on. */
function say<T>(what: string, next: T): T {
  console.error(`measuring: ${what}`);
  return next;
}
