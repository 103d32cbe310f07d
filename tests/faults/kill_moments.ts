/**
 * The moment at which a process is killed: aimed at, and told afterwards from what it had said and what it left.
 *
 * @module
 */
import { jsonLines } from "../commands/cli.ts";
import { files } from "./store_state.ts";

/** What a process touches in a store when it gets to a place in its work. */
type Place = "session" | "lock" | "object" | "checkpoint" | "record" | "publish";

/** When to kill: after some time, or when the n-th file appears at a place. */
export type Aim =
  | { readonly at: "time"; readonly milliseconds: number }
  | { readonly at: Place; readonly nth: number };

/** Numbers from 0 up to 1 that look random, and are the same in every test run: a linear congruential generator. */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A random moment: every other one by the clock alone, the rest at a place that the clock seldom hits. */
export function aim(draw: () => number, latest: number): Aim {
  if (draw() < 0.5) return { at: "time", milliseconds: draw() * latest };
  const places = ["session", "lock", "object", "checkpoint", "record", "publish"] as const;
  const at = places[Math.floor(draw() * places.length)];
  const most = { session: 1, lock: 8, object: 40, checkpoint: 4, record: 16, publish: 40 }[at];
  return { at, nth: 1 + Math.floor(draw() * most) };
}

/** Kills a process when its moment has come, if that comes at all. `store` may not exist yet. */
export async function killAt(process: Deno.ChildProcess, aim: Aim, store: string): Promise<void> {
  const kill = () => {
    try {
      process.kill("SIGKILL");
    } catch {
      // It was through already.
    }
  };
  if (aim.at === "time") {
    const timer = setTimeout(kill, aim.milliseconds);
    await process.status;
    clearTimeout(timer);
    return;
  }
  await Deno.mkdir(store, { recursive: true });
  using watcher = Deno.watchFs(store);
  process.status.then(() => watcher.close(), () => {});
  let count = 0;
  for await (const { kind, paths } of watcher) {
    if (kind !== "create" && kind !== "modify") continue;
    count += paths.filter((path) => placeOf(path.slice(store.length + 1)) === aim.at).length;
    if (count >= aim.nth) return kill();
  }
}

function placeOf(path: string): Place | undefined {
  const [folder] = path.split("/");
  const isBeingWritten = path.endsWith(".tmp");
  if (folder === "objects") return isBeingWritten ? "object" : undefined;
  if (folder === "scratch") return isBeingWritten ? "checkpoint" : undefined;
  if (folder === "records") return isBeingWritten ? "record" : undefined;
  if (folder === "locks") return "lock";
  if (folder === "sessions") return "session";
  return folder === "runs" || folder === "cache" ? undefined : "publish";
}

/** Where a killed process was, by the JSON lines that it had said: `start`, `publish`, or the kinds of its units. */
export function phaseOf(out: string): string {
  const events = jsonLinesSoFar(out);
  if (events.length === 0) return "start and plan";
  if (events.at(-1).type === "stage-done") return "publish";
  const working = new Set<string>();
  for (const { type, stage } of events) {
    const kind = stage?.split("/").at(-1);
    if (type === "unit-start") working.add(kind);
    // Two units of one kind at once count as one; the last to start tells where the run was.
    if (type === "unit-done") working.delete(kind);
  }
  return [...working].at(-1) ?? "between units";
}

/** What a killed process left half done in a store. */
export function leftIn(store: string): string[] {
  const left = new Set<string>();
  for (const path of filesIfAny(store)) {
    const [folder, ...rest] = path.slice(store.length + 1).split("/");
    if (path.endsWith(".tmp")) left.add(`half a file in ${folder}`);
    else if (folder === "locks") left.add("a lock");
    else if (folder === "scratch" && rest.length > 0) left.add("a checkpoint");
  }
  return [...left];
}

/** The last line may be torn. */
function jsonLinesSoFar(out: string): ReturnType<typeof jsonLines> {
  const whole = out.slice(0, out.lastIndexOf("\n") + 1);
  return whole === "" ? [] : jsonLines(whole);
}

function filesIfAny(folder: string): string[] {
  try {
    return [...files(folder)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
