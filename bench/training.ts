/**
 * How fast networks are trained: against PyTorch and against tensorflow.js as it comes, one thread and two, and how the
 * time grows with the sizes.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { fileURLToPath } from "node:url";
import { useWasmBackend } from "../macronet/backend.ts";
import type { Bench } from "./bench.ts";
import { LineProcess } from "./line_process.ts";
import { machine, ownVersions } from "./machine.ts";
import { PYTHON } from "./peers.ts";
import { productMilliseconds } from "./products.ts";
import { spread } from "./statistics.ts";
import { requireTools } from "./tools.ts";
import { growthReport, trainingReport } from "./training_report.ts";
import { type NetworkSize, SEED, type SystemName, type Work, writeWork } from "./training_work.ts";

/** Who trains. */
export type Trainer = "ours" | "torch" | "torch_by_hand" | "stock";

/** A network with so many threads for each trainer. */
interface Match {
  readonly size: NetworkSize;
  readonly threads: number;
  readonly trainers: readonly Trainer[];
}

/** For how long. */
interface Effort {
  /** Steps between two looks at the clock, each trainer taking its turn. */
  readonly turn: number;
  /** Rounds of turns; the first two warm up. */
  readonly rounds: number;
  /** The step at which losses must agree; within the rounds. */
  readonly lossAt: number;
}

const FULL: Effort = { turn: 5, rounds: 48, lossAt: 200 };
const QUICK: Effort = { turn: 2, rounds: 4, lossAt: 4 };
const GROWTH: Effort = { turn: 2, rounds: 26, lossAt: 20 };

/** Rounds that do not count. */
const WARM_UP = 2;

/** How far losses may be apart at the first step, and later. */
const TOLERANCE = { first: 1e-5, later: 1e-3 };

/** Its training amplifies rounding, until every trainer goes its own way: losses are held a quarter of the way only. */
const SENSITIVE: SystemName = "turing";

const SYSTEMS: readonly SystemName[] = ["oscillator", "linear", "turing"];

/** The ratios, in the order of the report. */
const KEYS = [...[1, 2].flatMap((threads) => SYSTEMS.map((system) => `${system}_${threads}t`)), "stock_tfjs"];

/** What one trainer did. */
export interface TrainerResult {
  /** Milliseconds a step, in the fastest turn and in the middle one. */
  readonly fastest: number;
  readonly median: number;
  /** The loss at the first step, and at a quarter of the way to the last that all look at, and at that. */
  readonly losses: readonly number[];
}

/** What a match came to. */
export interface MatchResult {
  readonly size: NetworkSize;
  readonly threads: number;
  readonly batch: number;
  /** Products of a step, in floating-point operations, and what share of the limit they are done at. */
  readonly operations: number;
  readonly limitShare: number;
  /** What share of our time the products take when nothing lies between them; not of fields. */
  readonly productShare?: number;
  readonly trainers: Readonly<Partial<Record<Trainer, TrainerResult>>>;
  /** Relative to the larger one, at the last step that all look at. */
  readonly lossDifference: number;
}

/** Everything that was measured. */
export interface TrainingResult {
  readonly bench: "training";
  readonly seed: number;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly versions: Readonly<Record<string, string>>;
  /** How each trainer is started. */
  readonly commands: Readonly<Record<Trainer, string>>;
  /** Multiplications and additions in a second that 128 bits allow, unfused, on one core: gigaflops. */
  readonly limit: number;
  /** Theirs ÷ ours by the fastest turns; above 1, ours is faster. */
  readonly ratios: Readonly<Record<string, number>>;
  /** The same with PyTorch by hand: one vector of parameters, all small matrices at once. */
  readonly aside: Readonly<Record<string, number>>;
  readonly medians: Readonly<Record<string, number>>;
  readonly matches: Readonly<Record<string, MatchResult>>;
}

/** `deno task bench training`. */
export const bench: Bench = {
  name: "training",
  summary: "training against PyTorch and stock tensorflow.js",
  flags: [
    ["--json", "one JSON object instead of tables"],
    ["--only <names>", `these alone, of ${KEYS.join(",")}`],
    ["--growth", "how the time grows with batch, width and depth instead"],
    ["--quick", "everything once, to see that it works: the ratios mean nothing"],
  ],
  async run(args) {
    const flags = parseArgs([...args], { boolean: ["json", "growth", "quick"], string: ["only"] });
    const names = chosen(flags.only?.split(","));
    const versions = {
      ...ownVersions(),
      ...await requireTools(["torch", "gcc"], { otherwise: "" }),
    };
    await useWasmBackend();
    const artifacts = fileURLToPath(new URL("../artifacts", import.meta.url));
    const folder = await Deno.makeTempDir({ dir: artifacts, prefix: "bench-" });
    try {
      const limit = await productLimit(folder);
      const about = {
        bench: "training" as const,
        seed: SEED,
        machine: machine(),
        versions,
        commands: COMMANDS,
        limit,
      };
      const effort = flags.quick ? QUICK : flags.growth ? GROWTH : FULL;
      const matches: Record<string, MatchResult> = {};
      for (const [name, match] of Object.entries(flags.growth ? growth(flags.quick) : versus(names))) {
        console.error(`measuring: ${name}`);
        matches[name] = await measure(match, { folder, limit, effort });
      }
      if (flags.growth) {
        console.log(flags.json ? JSON.stringify({ ...about, matches }) : growthReport(matches));
        return;
      }
      const result = { ...about, ...ratiosOf(matches, names), matches };
      console.log(flags.json ? JSON.stringify(result) : trainingReport(result));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
};

const COMMANDS: Readonly<Record<Trainer, string>> = {
  ours: "deno run --allow-read peers/training.ts <folder> <steps a turn> <threads>",
  torch: "OMP_NUM_THREADS=<threads> python3 peers/torch_training.py <folder> <steps a turn> <threads>",
  torch_by_hand:
    "OMP_NUM_THREADS=<threads> python3 peers/torch_training.py <folder> <steps a turn> <threads> by_hand",
  stock: "deno run --allow-read peers/tfjs_training.ts <folder> <steps a turn>",
};

function chosen(names: readonly string[] = KEYS): readonly string[] {
  for (const name of names) {
    if (KEYS.includes(name)) continue;
    throw new Error(`Cannot measure "${name}": it must be one of ${KEYS.join(", ")}`);
  }
  return names;
}

/** The paper's networks. */
function versus(names: readonly string[]): Record<string, Match> {
  const matches: Record<string, Match> = {};
  for (const threads of [1, 2]) {
    for (const system of SYSTEMS) {
      const name = `${system}_${threads}t`;
      const isStock = name === "oscillator_1t" && names.includes("stock_tfjs");
      if (!names.includes(name) && !isStock) continue;
      matches[name] = {
        size: { system },
        threads,
        trainers: ["ours", "torch", "torch_by_hand", ...(isStock ? ["stock" as const] : [])],
      };
    }
  }
  return matches;
}

/** The linear system's networks, one size changed at a time; and a flow over fields of growing size. */
function growth(quick: boolean): Record<string, Match> {
  const sizes: Readonly<Record<"batch" | "width" | "blocks", readonly number[]>> = quick
    ? { batch: [64], width: [16], blocks: [2] }
    : { batch: [64, 256, 1024, 4096], width: [16, 64, 128, 256], blocks: [2, 4, 8, 16] };
  const sides = quick ? [8] : [16, 32, 64, 128];
  const ofFields = sides.map((side): [string, Match] => [
    `side ${side}`,
    { size: { system: "fields", side }, threads: 1, trainers: ["ours", "torch"] },
  ]);
  return Object.fromEntries<Match>([
    ...ofFields,
    ...Object.entries(sizes).flatMap(([what, values]) =>
      values.map((value) =>
        [
          `${what} ${value}`,
          {
            size: { system: "linear", [what]: value },
            threads: 1,
            trainers: ["ours", "torch"],
          },
        ] as [string, Match]
      )
    ),
  ]);
}

async function measure(
  { size, threads, trainers }: Match,
  { folder, limit, effort: { turn, rounds, lossAt } }: { folder: string; limit: number; effort: Effort },
): Promise<MatchResult> {
  const own = `${folder}/${Object.values(size).join("-")}`;
  const lossesAt = [0, Math.ceil(lossAt / 4), lossAt];
  const work = await writeWork(own, size, { steps: turn * rounds, lossesAt });
  const players = trainers.map((name) => ({ name, process: start(name, own, { turn, threads }) }));
  const seconds: Partial<Record<Trainer, number[]>> = {};
  const losses: Partial<Record<Trainer, readonly number[]>> = {};
  try {
    for (let round = 0; round < rounds; round++) {
      for (const { name, process } of players) {
        const answer = JSON.parse(await process.ask("train"));
        if (round >= WARM_UP) (seconds[name] ??= []).push(answer.seconds);
        losses[name] = lossesAt.map((step) => answer.losses[step]);
      }
    }
  } finally {
    for (const { process } of players) await process.close();
  }
  const results = Object.fromEntries(trainers.map((name): [Trainer, TrainerResult] => {
    const { least, median } = spread(seconds[name]!);
    return [name, {
      fastest: 1000 * least / turn,
      median: 1000 * median / turn,
      losses: losses[name]!,
    }];
  })) as MatchResult["trainers"];
  const operations = operationsOf(work);
  return {
    size,
    threads,
    batch: work.options.batch,
    operations,
    limitShare: operations / (results.ours!.fastest / 1000) / (1e9 * limit * threads),
    ...(size.system !== "fields" &&
      { productShare: productMilliseconds(work) / threads / results.ours!.fastest }),
    trainers: results,
    lossDifference: agreement(size, Object.values(losses)),
  };
}

function start(
  name: Trainer,
  folder: string,
  { turn, threads }: { turn: number; threads: number },
): LineProcess {
  const file = (path: string) => fileURLToPath(new URL(`peers/${path}`, import.meta.url));
  const work = [folder, `${turn}`, `${threads}`];
  if (name === "torch" || name === "torch_by_hand") {
    const form = name === "torch" ? [] : ["by_hand"];
    const env = {
      OMP_NUM_THREADS: `${threads}`,
      OPENBLAS_NUM_THREADS: `${threads}`,
      PYTHONDONTWRITEBYTECODE: "1",
    };
    return new LineProcess(name, PYTHON, {
      args: [file("torch_training.py"), ...work, ...form],
      env,
      without: TUNING,
    });
  }
  const program = name === "ours" ? "training.ts" : "tfjs_training.ts";
  const permissions = ["--no-prompt", "--allow-read"];
  return new LineProcess(name, Deno.execPath(), {
    args: ["run", "-q", ...permissions, file(program), ...work],
  });
}

/** Variables that make OpenBLAS take another machine for this one. */
const TUNING = ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"];

/**
 * How far the losses are apart at the last step that they are held at.
 *
 * @throws {Error} If that is too far for the same work.
 */
function agreement(size: NetworkSize, losses: readonly (readonly number[])[]): number {
  const difference = (at: number) => {
    const values = losses.map((found) => found[at]);
    return (Math.max(...values) - Math.min(...values)) / Math.max(...values.map(Math.abs));
  };
  const [first, ...later] = (size.system === SENSITIVE ? [0, 1] : [0, 1, 2]).map(difference);
  if (first <= TOLERANCE.first && Math.max(...later) <= TOLERANCE.later) return later.at(-1)!;
  throw new Error(
    `Cannot compare on ${JSON.stringify(size)}: losses must agree, but are ${JSON.stringify(losses)}`,
  );
}

/** Floating-point operations in the products of a step: each weight is in one product forwards, and in two backwards. */
function operationsOf({ shapes, options, system, columns }: Work): number {
  const isShared = system === "oscillator" || system === "fields"; // one network for both sides
  const cells = system === "fields" ? columns.u / 8 : 1; // eight channels, once the field is squeezed
  const rows = (isShared ? 2 : 1) * options.batch * cells;
  return Object.values(shapes).filter((shape) => shape.length > 1)
    .reduce((sum, shape) => sum + 3 * 2 * rows * shape.reduce((product, side) => product * side, 1), 0);
}

/** Millions of products that the limit is measured at, and how often. */
const PRODUCTS = 20;
const LIMIT_ROUNDS = 40;

async function productLimit(folder: string): Promise<number> {
  const source = fileURLToPath(new URL("peers/products.c", import.meta.url));
  const program = `${folder}/products`;
  const { success } = await new Deno.Command("gcc", {
    args: ["-O3", "-ffp-contract=off", "-o", program, source],
    stderr: "inherit",
  }).output();
  if (!success) throw new Error("Cannot compile peers/products.c: gcc says why above");
  const process = new LineProcess("products", program, { args: [] });
  let fastest = Infinity;
  for (let round = 0; round < LIMIT_ROUNDS; round++) {
    fastest = Math.min(fastest, Number(await process.ask(`${PRODUCTS}`)));
  }
  await process.close();
  return 2 * PRODUCTS * 1e6 / fastest / 1e9;
}

function ratiosOf(
  matches: Readonly<Record<string, MatchResult>>,
  names: readonly string[],
): Pick<TrainingResult, "ratios" | "aside" | "medians"> {
  const ratios: Record<string, number> = {},
    medians: Record<string, number> = {},
    aside: Record<string, number> = {};
  for (const name of names) {
    const isStock = name === "stock_tfjs";
    const { trainers } = matches[isStock ? "oscillator_1t" : name];
    const [theirs, ours] = [trainers[isStock ? "stock" : "torch"]!, trainers.ours!];
    ratios[name] = theirs.fastest / ours.fastest;
    medians[name] = theirs.median / ours.median;
    if (!isStock) aside[name] = trainers.torch_by_hand!.fastest / ours.fastest;
  }
  return { ratios, aside, medians };
}
