/**
 * Which experiments a call is about, and under which settings.
 *
 * @module
 */
import { didYouMean } from "../pipeline/nearest.ts";
import { quoted } from "../pipeline/quoted.ts";
import type { Profile, Settings } from "../systems/system.ts";
import { type Experiment, EXPERIMENTS } from "./experiments.ts";
import { assign, type Assignment, SettingError } from "./settings.ts";

/** Thrown when a name on the command line is not known: the call is wrong. */
export class UnknownNameError extends Error {
  override readonly name = "UnknownNameError";
}

/**
 * The experiments of these names; all when there is no name.
 *
 * @throws {UnknownNameError} For an experiment that there is not, with the nearest one.
 */
export function choose(names: readonly string[]): Experiment[] {
  const known = EXPERIMENTS.map(({ name }) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    throw new UnknownNameError(
      `Cannot choose system ${quoted(name)}: it must be one of ${known.join(", ")}${didYouMean(name, known)}`,
    );
  }
  return EXPERIMENTS.filter(({ name }) => names.length === 0 || names.includes(name));
}

/** Name of the experiment whose data set an experiment works on. */
export function dataOf({ name, of }: Experiment): string {
  return of ?? name;
}

/**
 * Settings of the chosen experiments and of those that they are variations of, by name: what a variation varies, then
 * its own changes, then the caller's.
 *
 * @throws {SettingError} For an assignment that does not fit, or that would give a variation a data set of its own.
 */
export function settingsOf(
  chosen: readonly Experiment[],
  { profile, assignments }: { profile: Profile; assignments: readonly Assignment[] },
): Record<string, Settings> {
  const settings: Record<string, Settings> = {};
  const misses = assignments.map((): SettingError[] => []);
  const hits = assignments.map(() => 0);
  const needed = EXPERIMENTS.filter((one) =>
    chosen.some((other) => one === other || dataOf(other) === one.name)
  );
  for (const { name, of, system, changes = [] } of needed) {
    settings[name] = changes.reduce(assign, of === undefined ? system.profiles[profile] : settings[of]);
    for (const [i, assignment] of assignments.entries()) {
      const [head, ...path] = assignment.path;
      if (isExperiment(head) && head !== name) continue;
      const changed = attempt(settings[name], isExperiment(head) ? { ...assignment, path } : assignment);
      if (changed instanceof SettingError) misses[i].push(changed);
      else {
        hits[i]++;
        settings[name] = changed;
      }
    }
    if (of !== undefined) requireSameData(name, of, settings);
  }
  for (const [i, { path: [head], text }] of assignments.entries()) {
    if (hits[i] > 0) continue;
    if (misses[i].length > 0) throw nearestMiss(misses[i]);
    throw new SettingError(`Cannot set ${quoted(text)}: ${head} is not among the chosen systems`);
  }
  return settings;
}

function isExperiment(word: string): boolean {
  return EXPERIMENTS.some(({ name }) => name === word);
}

/** @throws {SettingError} if a variation was given data of its own */
function requireSameData(name: string, of: string, settings: Readonly<Record<string, Settings>>): void {
  for (const part of ["physics", "simulate", "cache"] as const) {
    if (JSON.stringify(settings[name][part]) === JSON.stringify(settings[of][part])) continue;
    throw new SettingError(
      `Cannot set ${part} of ${name}: it must share the data set of ${of}, but differs; set ${of}.${part} instead`,
    );
  }
}

function attempt(settings: Settings, assignment: Assignment): Settings | SettingError {
  try {
    return assign(settings, assignment);
  } catch (error) {
    if (error instanceof SettingError) return error;
    throw error;
  }
}

/** The failure that found most of the path: of a system that has the setting, if there is one. */
function nearestMiss(failures: readonly SettingError[]): SettingError {
  return failures.reduce((best, failure) => failure.matched > best.matched ? failure : best);
}
