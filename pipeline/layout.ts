/**
 * Where things lie under `artifacts/`.
 *
 * @module
 */

/** Folders of the store itself; all others in it are those of stages. */
export const FOLDERS: readonly string[] = [
  "cache",
  "locks",
  "objects",
  "pins",
  "records",
  "runs",
  "scratch",
  "sessions",
];

/** Paths inside one artifacts folder. */
export interface Layout {
  readonly artifacts: string;
  /** Says by which rules the rest lies there. */
  readonly version: string;
  /** An object by its SHA-256. */
  object(digest: string): string;
  /** What a unit ran from and gave, by its key. */
  record(key: string): string;
  /** How long that took. Beside the record and not in it, because time is not content. */
  time(key: string): string;
  /** The files behind a code digest. */
  code(digest: string): string;
  /** Locked by the process that works on the unit. */
  lock(key: string): string;
  /** Held by who plans or reads, shared, and by who collects garbage, alone. */
  readonly guard: string;
  /** What a pin keeps, by the output digest of its stage. */
  pin(output: string): string;
  /** Restart point of a unit that was not finished. */
  checkpoint(key: string): string;
  /** Scratch folder of a session. */
  scratch(session: string): string;
  /** Log of a run. */
  run(id: string): string;
  /** Locked by a process as long as it lives. */
  session(id: string): string;
  /** What modules amount to, by the SHA-256 of their text; may be deleted at any time. */
  readonly scans: string;
  /** Where the artifacts of a stage appear under their names. */
  published(stage: string): string;
}

/**
 * The layout of an artifacts folder.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(layout("artifacts").object("abcdef"), "artifacts/objects/ab/abcdef");
 * ```
 */
export function layout(artifacts: string): Layout {
  return {
    artifacts,
    version: `${artifacts}/store.json`,
    object: (digest) => `${artifacts}/objects/${digest.slice(0, 2)}/${digest}`,
    record: (key) => `${artifacts}/records/${key}.json`,
    time: (key) => `${artifacts}/records/${key}.time.json`,
    code: (digest) => `${artifacts}/records/code/${digest}.json`,
    lock: (key) => `${artifacts}/locks/${key}`,
    guard: `${artifacts}/locks/guard`,
    pin: (output) => `${artifacts}/pins/${output}.json`,
    checkpoint: (key) => `${artifacts}/scratch/${key}/checkpoint`,
    scratch: (session) => `${artifacts}/scratch/${session}`,
    run: (id) => `${artifacts}/runs/${id}.jsonl`,
    session: (id) => `${artifacts}/sessions/${id}`,
    scans: `${artifacts}/cache/code.json`,
    published: (stage) => `${artifacts}/${stage}`,
  };
}
