/**
 * Which stages a call is about, under which settings, in which store: the flags that most commands share.
 *
 * @module
 */
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import {
  brief,
  didYouMean,
  type Graph,
  graph,
  GraphError,
  inWords,
  printable,
  quoted,
  select,
  type Stage,
} from "../pipeline/mod.ts";
import { type Call, CallError, type Flag, oneOf } from "./call.ts";

/** Folder of deno.json. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** The flag of every command that reads the store. */
export const ARTIFACTS_FLAG: Flag = {
  name: "artifacts",
  value: "folder",
  help: "where results are kept; artifacts by default",
};

/** Flags of every command that is about stages. */
export const SELECTION_FLAGS: readonly Flag[] = [
  { name: "system", value: "name", repeats: true, help: "this system alone; all without it" },
  { name: "profile", value: "name", help: "paper (default), or smoke: the same graph at toy size" },
  {
    name: "set",
    value: "key=value",
    repeats: true,
    help: "change a setting, such as turing.train.steps=500",
  },
  ARTIFACTS_FLAG,
];

/** A flag of commands that look what is stored. */
export const REHASH_FLAG: Flag = {
  name: "rehash",
  help: "hash all that is stored again, not only what was touched since",
};

/** What {@link selectStages} gives. */
export interface Selection {
  readonly graph: Graph;
  readonly profile: "smoke" | "paper";
  /** Absolute path of the store. It need not exist. */
  readonly artifacts: string;
  /** The stages that the call names, or all. The graph has what they are made from too. */
  readonly named: ReadonlySet<string>;
  /** Everything, as by default: what a lock is about. */
  readonly defaults: Graph;
  /** Whether the graph is that. */
  readonly isWhole: boolean;
  /** Whether a stage, and all that it is made from, is as by default: the lock speaks of it. */
  isDefault(id: string): boolean;
}

/**
 * The stages that a call names, with all that they are made from.
 *
 * @throws {CallError} For names, keys or values that are not known, or are outside their domain.
 */
export async function selectStages(call: Call): Promise<Selection> {
  const profile = oneOf("profile", call.text("profile") ?? "paper", ["smoke", "paper"]);
  const artifacts = artifactsFolder(call.text("artifacts"));
  // The systems bring their networks along, which a wrong flag need not wait for.
  const { stages } = await import("../stages/graph.ts");
  const { UnknownNameError } = await import("../stages/experiment_settings.ts");
  const { parseAssignment, SettingError } = await import("../stages/settings.ts");
  try {
    const assignments = call.texts("set").map(parseAssignment);
    const all = graph(stages({ profile, systems: call.texts("system"), assignments }));
    const defaults = graph(stages({ profile }));
    const unchanged = unchangedStages(all, defaults);
    const chosen = call.names.flatMap((name) => stagesOf(all, name));
    const wanted = call.names.length === 0 ? all : select(all, chosen);
    const isDefault = (id: string) => unchanged.has(id);
    const isWhole = wanted.stages.length === defaults.stages.length &&
      wanted.stages.every(({ id }) => isDefault(id));
    const named = new Set(call.names.length === 0 ? all.stages.map(({ id }) => id) : chosen);
    return { graph: wanted, named, profile, artifacts, defaults, isWhole, isDefault };
  } catch (error) {
    const isOfTheCall = [SettingError, UnknownNameError, GraphError, RangeError].some((kind) =>
      error instanceof kind
    );
    throw isOfTheCall ? new CallError((error as Error).message, { cause: error }) : error;
  }
}

/**
 * A stage, all of a folder (`linear`), or a stage of every system (`train`).
 *
 * @throws {CallError} when a graph has none of that name.
 */
export function stagesOf(all: Graph, name: string): string[] {
  const ids = all.stages.map(({ id }) => id);
  if (ids.includes(name)) return [name];
  const inside = ids.filter((id) => id.startsWith(`${name}/`));
  if (inside.length > 0) return inside;
  const everywhere = ids.filter((id) => id.endsWith(`/${name}`));
  if (everywhere.length > 0) return everywhere;
  const known = [...ids, ...new Set(ids.flatMap((id) => id.split("/")))];
  throw new CallError(
    `Cannot choose stage ${quoted(name)}: there is none${didYouMean(name, known)}; status lists them all`,
  );
}

/** Ids of the stages that equal their defaults, up to the beginning of the graph. */
function unchangedStages({ stages }: Graph, defaults: Graph): Set<string> {
  const byId = new Map(defaults.stages.map((stage) => [stage.id, stage]));
  const unchanged = new Set<string>();
  for (const stage of stages) {
    const isAsBefore = Object.values(stage.inputs ?? {}).every((id) => unchanged.has(id));
    if (isAsBefore && isSame(stage, byId.get(stage.id))) unchanged.add(stage.id);
  }
  return unchanged;
}

/** Both come from the same code, so their keys stand in the same order. */
function isSame(stage: Stage, other: Stage | undefined): boolean {
  return JSON.stringify(stage) === JSON.stringify(other);
}

/** The flags of a call that its stages depend on, for a call that makes them. */
export function repeatedFlags(call: Call): string[] {
  const single = ["profile", "artifacts"].flatMap((name) => {
    const value = call.text(name);
    return value === undefined ? [] : [`--${name} ${value}`];
  });
  return [...single, ...call.texts("set").map((assignment) => `--set ${assignment}`)];
}

/**
 * The store that a call names.
 *
 * @throws {CallError} when it may not be read, or is no folder.
 */
export function artifactsFolder(folder: string | undefined): string {
  if (folder === undefined) return `${ROOT}/artifacts`;
  return folderOf("artifacts", folder);
}

/**
 * The folder that a flag names, as an absolute path. It need not exist. Any name that the system takes will do, if it
 * can be read where it is printed.
 *
 * @throws {CallError} For a file, a path that the system refuses, and one with characters that cannot be seen.
 */
export function folderOf(flag: string, folder: string): string {
  const refuse = (found: string, cause?: unknown): never => {
    throw new CallError(`Cannot use --${flag} ${brief(folder)}: it must be a folder, but ${found}`, {
      cause,
    });
  };
  if (printable(folder) !== folder) refuse("has characters that cannot be seen");
  const path = resolve(folder);
  requirePermission("read", path);
  try {
    if (!Deno.statSync(path).isDirectory) refuse("is a file");
  } catch (error) {
    if (error instanceof CallError) throw error;
    if (!(error instanceof Deno.errors.NotFound)) refuse(inWords(error), error);
  }
  return path;
}

/**
 * Refuses a folder that this process may not use, before anything is done with it.
 *
 * @throws {CallError} With the call that may.
 */
export function requirePermission(name: "read" | "write", path: string): void {
  if (Deno.permissions.querySync({ name, path }).state === "granted") return;
  throw new CallError(
    `Cannot ${name} ${path}: only the project and its own artifacts are allowed; to allow more, call ` +
      `deno run -P=run --allow-read --allow-write=${path} main.ts`,
  );
}

/** A path as one would type it. */
export function fromHere(path: string): string {
  const short = relative(Deno.cwd(), path);
  return short.startsWith("..") ? path : short;
}
