/**
 * `verify`: whether the store is what it says, and gives the same bytes again.
 *
 * @module
 */
import { ProgressBar } from "@std/cli/unstable-progress-bar";
import {
  brief,
  type Graph,
  readLock,
  type Recompute,
  StoreError,
  type Verification,
  verify,
} from "../pipeline/mod.ts";
import { type Call, CallError, type Command } from "./call.ts";
import { showOn } from "./display.ts";
import { effort } from "./effort.ts";
import {
  repeatedFlags,
  requirePermission,
  ROOT,
  type Selection,
  SELECTION_FLAGS,
  selectStages,
  stagesOf,
} from "./selection.ts";
import { stopOnSignal } from "./signals.ts";
import { count } from "./table.ts";
import { type Verified, verifiedLines, verifiedSummary, verifiedText } from "./verify_text.ts";
import { judgeVerification } from "./verify_verdict.ts";
import { WORKERS_FLAG, workersOf } from "./workers.ts";

const LOCK = "reproduce.lock.json";

/** The command. */
export const verifyCommand: Command = {
  name: "verify",
  summary: "hash what is stored again, recompute some of it, and compare with the lock",
  names: "stage",
  flags: [
    {
      name: "recompute",
      value: "k|all",
      help: "run so many units again, chosen at random, from their recorded inputs; none without it",
    },
    {
      name: "stage",
      value: "name",
      repeats: true,
      help: "recompute units of this stage alone; all of them without --recompute",
    },
    { name: "seed", value: "n", help: "choose the same units as the call that printed this seed" },
    ...SELECTION_FLAGS,
    WORKERS_FLAG,
    { name: "json", help: "print one JSON object a line, a summary last" },
  ],
  examples: [
    ["", "every object against its digest, every artifact against the lock"],
    ["--recompute 5", "and five units at random, computed again on this machine"],
    [
      "--profile smoke --stage train --stage turing/render",
      "all trainings and one stage of figures, at toy size",
    ],
  ],
  readsStore: true,

  async run(call) {
    const workers = workersOf(call.text("workers"));
    const selection = await selectStages(call);
    const recompute = recomputeOf(call, selection.graph);
    if (recompute !== undefined) requirePermission("write", selection.artifacts);
    const stop = stopOnSignal();
    try {
      const found = await verifyWithProgress(call, selection, { recompute, workers, signal: stop.signal });
      return await conclude({ call, selection, found, recompute, stopped: stop.exitCode() });
    } finally {
      stop.forget();
    }
  },
};

/** The largest seed that is drawn: short enough to be typed. */
const SEEDS = 1_000_000;

/** What to recompute, if anything. */
function recomputeOf(call: Call, graph: Graph): Recompute | undefined {
  const names = call.texts("stage");
  const number = call.text("recompute");
  const seed = wholeNumber("seed", call.text("seed"), 0) ?? drawnSeed();
  if (number === undefined && names.length === 0) {
    if (call.text("seed") === undefined) return undefined;
    throw new CallError(
      "Cannot use --seed: it must choose what --recompute computes, but there is no --recompute",
    );
  }
  const units = number === undefined || number === "all" ? "all" : wholeNumber("recompute", number, 1)!;
  return { units, seed, ...(names.length > 0 && { of: names.flatMap((name) => stagesOf(graph, name)) }) };
}

function drawnSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] % SEEDS;
}

function wholeNumber(flag: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  const or = flag === "recompute" ? ', or "all"' : "";
  throw new CallError(
    `Cannot use --${flag} ${brief(text)}: it must be a whole number from ${least} on${or}, but is not`,
  );
}

async function verifyWithProgress(
  call: Call,
  { graph, artifacts }: Selection,
  { recompute, workers, signal }: { recompute: Recompute | undefined; workers: number; signal: AbortSignal },
): Promise<Verification> {
  // Loads decoders of every format: later than what can be wrong in a call.
  const { describeArtifacts, identityOf } = await import("../stages/differences/mod.ts");
  const isJson = call.has("json");
  const display = showOn(isJson ? Deno.stdout : Deno.stderr, { isJson });
  const hashing = isJson ? undefined : hashingBar();
  try {
    return await verify(graph, {
      root: ROOT,
      artifacts,
      workers,
      signal,
      cost: effort,
      describe: describeArtifacts,
      identify: identityOf,
      ...(recompute !== undefined && { recompute }),
      ...(hashing !== undefined && { onHash: hashing.show }),
      onEvent: display.onEvent,
    });
  } catch (error) {
    if (error instanceof StoreError) {
      error.message += ". Make room there: what is recomputed lies there meanwhile";
    }
    throw error;
  } finally {
    await hashing?.stop();
    await display.close();
  }
}

/** A bar on a terminal while objects are hashed, and nothing elsewhere: it is a matter of seconds. */
function hashingBar(): { show(done: number, total: number): void; stop(): Promise<void> } | undefined {
  if (!Deno.stderr.isTerminal()) return undefined;
  let bar: ProgressBar | undefined;
  let stopped: Promise<void> | undefined;
  const stop = () => stopped ??= bar?.stop() ?? Promise.resolve();
  return {
    show(done, total) {
      bar ??= new ProgressBar({ max: total, barLength: 20, refreshMilliseconds: 100, clear: true });
      bar.value = done;
      if (done === total) stop();
    },
    stop,
  };
}

/** Says what came of it, in the words that the call asked for. Returns the exit code. */
async function conclude({ call, selection, found, recompute, stopped }: {
  call: Call;
  selection: Selection;
  found: Verification;
  recompute: Recompute | undefined;
  stopped: number;
}): Promise<number> {
  const { profiles } = await readLock(`${ROOT}/${LOCK}`);
  const verdict = judgeVerification(found, profiles[selection.profile], selection);
  const systems = call.texts("system").map((name) => `--system ${name}`);
  const command = ["deno task macronet run", ...call.names, ...systems, ...repeatedFlags(call)].join(" ");
  if (found.stages.every(({ checked, broken }) => checked === 0 && broken.length === 0)) {
    const [{ stage: { id } }, ...rest] = found.stages;
    const and = rest.length === 0 ? "" : ` and ${count(rest.length, "more stage")}`;
    throw new Error(
      `Cannot verify ${id}${and}: it must be in the store under these settings, but is not; ${command} makes it`,
    );
  }
  const isAsLocked = verdict.lock.differences.length === 0;
  const exitCode = found.aborted ? stopped : found.ok && isAsLocked ? 0 : 1;
  const verified: Verified = { found, verdict, recompute, profile: selection.profile, lock: LOCK, command };
  if (call.has("json")) {
    for (const line of verifiedLines(verified)) console.log(JSON.stringify(line));
    console.log(
      JSON.stringify({ type: "summary", ok: exitCode === 0, exitCode, ...verifiedSummary(verified) }),
    );
  } else console.log(verifiedText(verified));
  return exitCode;
}
