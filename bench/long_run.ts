/**
 * A data set of any size, made by the command line: peak memory and throughput at the beginning and at the end.
 *
 * ```sh
 * deno run -A bench/long_run.ts --samples 100000              # in earnest: as long as it takes
 * deno run -A bench/long_run.ts --samples 20000 --steps 20    # what is left when simulating costs next to nothing
 * ```
 *
 * Prints one JSON object. Linux only: the kernel counts the peak of the whole process, workers included.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { fileURLToPath } from "node:url";

/** What to make, and where. */
export interface LongRunOptions {
  /** Rounded up to whole shards of 256. */
  readonly samples: number;
  readonly workers: number;
  /** Of the simulation, and so how much of the time is spent in it. */
  readonly steps: number;
  /** The store; should be empty. */
  readonly artifacts: string;
}

/**
 * Samples per second, over all and in the first and the last tenth of them; from when the first shard is done,
 * since workers take a moment to start. NaN (in JSON: null) where a tenth is too short to be told.
 */
export interface Rates {
  readonly all: number;
  readonly firstTenth: number;
  readonly lastTenth: number;
}

/** What came of it. */
export interface LongRun {
  readonly samples: number;
  readonly workers: number;
  readonly steps: number;
  readonly seconds: number;
  /** Highest resident memory of the whole process. */
  readonly peakMegabytes: number;
  readonly simulate: Rates;
  readonly cache: Rates;
  /** Output digest of the data set. */
  readonly digest: string;
}

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SHARD = 256;

/** Runs `turing/cache` in a process of its own, at the paper's size of field. */
export async function longRun({ samples, workers, steps, artifacts }: LongRunOptions): Promise<LongRun> {
  const shards = Math.ceil(samples / SHARD);
  const settings = { "simulate.samples": SHARD, "simulate.shards": shards, "physics.steps": steps };
  const process = new Deno.Command(Deno.execPath(), {
    args: [
      ...[
        "run",
        "-q",
        "--no-prompt",
        "-P=run",
        "--allow-read",
        `--allow-write=${artifacts}`,
        `${ROOT}main.ts`,
      ],
      ...["run", "turing/cache", "--json", "--workers", `${workers}`, "--artifacts", artifacts],
      ...Object.entries(settings).flatMap(([key, value]) => ["--set", `turing.${key}=${value}`]),
    ],
    stdout: "piped",
  }).spawn();
  let peakMegabytes = 0;
  const timer = setInterval(() => peakMegabytes = Math.max(peakMegabytes, peak(process.pid)), 20);
  const begun = performance.now();
  /** When how many shards were done. */
  const done: Record<string, [milliseconds: number, shards: number][]> = { simulate: [], cache: [] };
  let digest = "";
  for await (const event of events(process.stdout)) {
    const [, stage] = event.stage?.split("/") ?? [];
    const marks = done[stage];
    if (event.type === "unit-done" && stage === "simulate") {
      marks.push([Date.parse(event.at), marks.length + 1]);
    }
    if (event.type === "progress" && stage === "cache") marks.push([Date.parse(event.at), event.done]);
    if (event.type === "stage-done") digest = event.output;
  }
  clearInterval(timer);
  const { code } = await process.status;
  if (code !== 0) throw new Error(`Cannot measure: the run must end with 0, but ended with ${code}`);
  const seconds = (performance.now() - begun) / 1000;
  const [simulate, cache] = [rates(done.simulate), rates(done.cache)];
  return { samples: shards * SHARD, workers, steps, seconds, peakMegabytes, simulate, cache, digest };
}

/** In megabytes; 0 when the process is gone. */
function peak(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

// deno-lint-ignore no-explicit-any
async function* events(stdout: ReadableStream<Uint8Array>): AsyncIterable<any> {
  let rest = "";
  for await (const chunk of stdout.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop()!;
    for (const line of lines) yield JSON.parse(line);
  }
}

function rates(marks: readonly [milliseconds: number, shards: number][]): Rates {
  const [[, none], [, all]] = [marks[0], marks.at(-1)!];
  const between = (from: number, to: number) => {
    const at = (shards: number) => marks.findLast(([, done]) => done <= shards)!;
    const [[begun, first], [ended, last]] = [at(from), at(to)];
    return 1000 * SHARD * (last - first) / (ended - begun);
  };
  const tenth = Math.ceil((all - none) / 10);
  return {
    all: between(none, all),
    firstTenth: between(none, none + tenth),
    lastTenth: between(all - tenth, all),
  };
}

if (import.meta.main) {
  const flags = parseArgs(Deno.args, { string: ["samples", "workers", "steps"] });
  const artifacts = await Deno.makeTempDir({ prefix: "macronet-long-run-" });
  try {
    const run = await longRun({
      samples: Number(flags.samples ?? 100_000),
      workers: Number(flags.workers ?? 2),
      steps: Number(flags.steps ?? 6000),
      artifacts,
    });
    console.log(JSON.stringify(run));
  } finally {
    await Deno.remove(artifacts, { recursive: true });
  }
}
