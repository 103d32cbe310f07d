/**
 * All that an RO-Crate says of a run, gathered from the store.
 *
 * @module
 */
import {
  type ArtifactEntry,
  isPackage,
  pastArtifacts,
  pastCode,
  type PastRun,
  type PastStage,
  unchangedFile,
} from "../../pipeline/mod.ts";

/** A stage that the run finished. */
export interface DescribedStage {
  readonly past: PastStage;
  /** Sorted by name. */
  readonly artifacts: readonly ArtifactEntry[];
  /** Role → the stage of this run that was read under it. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Files and packages → digests; empty when they were not kept. */
  readonly code: Readonly<Record<string, string>>;
  /** When its units were executed in this run, ISO 8601; absent when all were reused. */
  readonly time?: { readonly begun: string; readonly ended: string };
}

/** A file or package of the code. */
export interface DescribedCode {
  readonly name: string;
  /** Digest of its tokens, of a package its integrity. */
  readonly digest: string;
  /** The file itself, if it still is what was run. */
  readonly bytes?: Uint8Array;
  /** SHA-256 of these bytes. */
  readonly sha256?: string;
}

/** A run and what it was made of. */
export interface DescribedRun {
  readonly run: PastRun;
  readonly stages: readonly DescribedStage[];
  /** Sorted by name. */
  readonly code: readonly DescribedCode[];
}

/**
 * Gathers what is known of a run.
 *
 * @throws {Error} when it is not over, finished nothing, or the store has forgotten a part of it.
 */
export function describeRun(
  run: PastRun,
  { artifacts: folder, root }: { artifacts: string; root: string },
): DescribedRun {
  if (run.state === "running") {
    throw new Error(`Cannot export run ${run.id}: it must be over, but is running`);
  }
  if (run.stages.length === 0) {
    throw new Error(`Cannot export run ${run.id}: it must have finished a stage, but ${run.state} before`);
  }
  const stages = inTopologicalOrder(run).map((past) => {
    const { artifacts, forgotten } = pastArtifacts(past, folder);
    if (forgotten > 0) throw goneError(run, past.stage);
    const time = timeOf(run, past.stage);
    return {
      past,
      artifacts,
      inputs: inputsOf(past, run),
      code: pastCode(past, folder) ?? {},
      ...(time !== undefined && { time }),
    };
  });
  return { run, stages, code: allCode(stages, root) };
}

/** Not in the order in which they were finished, which is another each time. */
function inTopologicalOrder({ planned, stages }: PastRun): PastStage[] {
  const place = new Map(planned.map(({ stage }, i) => [stage, i]));
  return stages.toSorted((a, b) => (place.get(a.stage) ?? 0) - (place.get(b.stage) ?? 0));
}

/** The store has forgotten what a run gave. */
export function goneError({ id }: PastRun, stage: string): Error {
  return new Error(
    `Cannot export run ${id}: all that it gave must be in the store, but a part of ${stage} is gone or broken; ` +
      "run the same again, or choose another --run",
  );
}

/** From the first start to the last end of the units of a stage. */
function timeOf({ units }: PastRun, stage: string): DescribedStage["time"] {
  const own = units.filter((unit) => unit.stage === stage);
  if (own.length === 0) return undefined;
  const ends = own.map(({ at }) => Date.parse(at));
  const begins = own.map(({ milliseconds }, i) => ends[i] - milliseconds);
  const iso = (time: number) => new Date(time).toISOString();
  return {
    begun: iso(begins.reduce((a, b) => Math.min(a, b))),
    ended: iso(ends.reduce((a, b) => Math.max(a, b))),
  };
}

/** By content: the log tells which bytes were read. Of stages that gave the same, the one nearest by name. */
function inputsOf({ stage, inputs }: PastStage, { stages }: PastRun): Record<string, string> {
  const folder = stage.slice(0, stage.lastIndexOf("/") + 1);
  const found = Object.entries(inputs).flatMap(([role, output]) => {
    const ids = stages.filter((other) => other.output === output).map((other) => other.stage);
    const id = [role, folder + role].find((id) => ids.includes(id)) ??
      ids.find((id) => id.startsWith(folder)) ?? ids[0];
    return id === undefined ? [] : [[role, id]];
  });
  return Object.fromEntries(found);
}

function allCode(stages: readonly DescribedStage[], root: string): DescribedCode[] {
  const digests = new Map(stages.flatMap(({ code }) => Object.entries(code)));
  return [...digests].sort(([a], [b]) => a < b ? -1 : 1).map(([name, digest]) => {
    return { name, digest, ...(isPackage(name) ? {} : unchangedFile(name, digest, root)) };
  });
}
