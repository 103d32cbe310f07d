/**
 * `macrostates.lock.json`: the metrics and macrostates that a run must give, within tolerances that it holds as well.
 *
 * Another thing than `reproduce.lock.json`, which holds digests: that one says whether a run is the same to the bit,
 * this one how far it is off, and whether that is too far.
 *
 * @module
 */
import { didYouMean } from "../../pipeline/mod.ts";
import type { Probe } from "../../stages/probe.ts";
import { checkLockFile } from "./lock_file.ts";
import { NEW_LOCK } from "./new_lock.ts";

/** A value may be off by `atol + rtol · |locked value|`. */
export interface Tolerance {
  readonly atol: number;
  readonly rtol: number;
}

/** Tolerances by name; `default` is that of all others. */
export type Tolerances = Readonly<Record<string, Tolerance>> & { readonly default: Tolerance };

/** What a run gives. */
export interface Values {
  /** `<system>.<metric>` → value. */
  readonly metrics: Readonly<Record<string, number>>;
  /** System → macrostates of its probes. */
  readonly macrostates: Readonly<Record<string, Probe>>;
}

/** The file. */
export interface MacrostatesLock {
  /** How the tolerances were chosen, for who reads the file. */
  readonly about: string;
  readonly tolerances: {
    /** By `<system>.<metric>`, or by `<metric>` for that of every system. */
    readonly metrics: Tolerances;
    /** By system. */
    readonly macrostates: Tolerances;
  };
  readonly profiles: Readonly<Record<string, Values>>;
}

/**
 * Reads a lock file; `undefined` when there is none.
 *
 * @throws {TypeError} when the file is no such lock, with the first place that is wrong.
 */
export async function readMacrostatesLock(path: string): Promise<MacrostatesLock | undefined> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return undefined;
    throw new TypeError(`Cannot read ${path}: it must be a file, but ${(cause as Error).message}`, { cause });
  }
  return parseMacrostatesLock(text, path);
}

/**
 * A lock from its text.
 *
 * @param path What messages call it.
 * @throws {TypeError} as {@link readMacrostatesLock}.
 */
export function parseMacrostatesLock(text: string, path: string): MacrostatesLock {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refused(path, `it must be JSON, but ${(cause as Error).message}`, { cause });
  }
  const wrong = checkLockFile(value) ?? unusedTolerance(value as MacrostatesLock);
  if (wrong === undefined) return value as MacrostatesLock;
  throw refused(path, wrong);
}

function refused(path: string, wrong: string, options?: ErrorOptions): TypeError {
  return new TypeError(`Cannot read ${path}: ${wrong}; correct it, or take it from git again`, options);
}

/** The lock with what a run gave in the place of what there was of a profile, or of some systems in it. */
export function withValues(
  lock: MacrostatesLock,
  { profile, values, systems }: { profile: string; values: Values; systems?: readonly string[] },
): MacrostatesLock {
  const before = lock.profiles[profile];
  const kept = before === undefined || systems === undefined
    ? { metrics: {}, macrostates: {} }
    : withoutSystems(before, systems);
  const merged = {
    metrics: { ...kept.metrics, ...values.metrics },
    macrostates: { ...kept.macrostates, ...values.macrostates },
  };
  const profiles = { ...lock.profiles, [profile]: merged };
  return { ...lock, tolerances: usedTolerances({ ...lock, profiles }), profiles };
}

/** What a profile holds of some systems. */
export function ofSystems(values: Values, systems: readonly string[]): Values {
  return filtered(values, (system) => systems.includes(system));
}

function withoutSystems(values: Values, systems: readonly string[]): Values {
  return filtered(values, (system) => !systems.includes(system));
}

function filtered({ metrics, macrostates }: Values, isWanted: (system: string) => boolean): Values {
  const entries = <T>(record: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(record).filter(([name]) => isWanted(systemOf(name))));
  return { metrics: entries(metrics), macrostates: entries(macrostates) };
}

/** The system of a metric. */
export function systemOf(name: string): string {
  return name.split(".")[0];
}

/** A metric's name without its system. */
export function bareName(name: string): string {
  return name.slice(name.indexOf(".") + 1);
}

/** A lock as the text of its file, sorted and formatted always alike: a row of macrostates a line. */
export function lockText(lock: MacrostatesLock): string {
  return format(lock, "") + "\n";
}

function format(value: unknown, indent: string): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = indent + "  ";
  if (Array.isArray(value)) {
    if (!value.some(Array.isArray)) return `[${value.map((item) => JSON.stringify(item)).join(", ")}]`;
    return `[\n${value.map((item) => inner + format(item, inner)).join(",\n")}\n${indent}]`;
  }
  const entries = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  if (entries.length === 0) return "{}";
  const lines = entries.map(([key, item]) => `${inner}${JSON.stringify(key)}: ${format(item, inner)}`);
  return `{\n${lines.join(",\n")}\n${indent}}`;
}

/** Names that a tolerance may have: of what some profile holds, or will. */
function tolerable({ profiles }: Pick<MacrostatesLock, "profiles">, kind: Kind): Set<string> {
  const names = Object.values(profiles).flatMap((values) => Object.keys(values[kind]));
  return new Set([...Object.keys(NEW_LOCK.tolerances[kind]), ...names, ...names.map(bareName)]);
}

type Kind = "metrics" | "macrostates";

/** A mistyped name would leave a metric its default without a word. */
function unusedTolerance(lock: MacrostatesLock): string | undefined {
  for (const kind of ["metrics", "macrostates"] as const) {
    const known = tolerable(lock, kind);
    const name = Object.keys(lock.tolerances[kind]).find((name) => !known.has(name));
    if (name === undefined) continue;
    const near = didYouMean(name, known);
    return `tolerances.${kind}.${name} must name something that is locked, but nothing has that name${near}`;
  }
  return undefined;
}

/** Without those of what is locked no longer. */
function usedTolerances(lock: MacrostatesLock): MacrostatesLock["tolerances"] {
  const used = (kind: Kind) => {
    const known = tolerable(lock, kind);
    const kept = Object.entries(lock.tolerances[kind]).filter(([name]) => known.has(name));
    return Object.fromEntries(kept) as Tolerances;
  };
  return { metrics: used("metrics"), macrostates: used("macrostates") };
}
