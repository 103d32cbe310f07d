/**
 * A stage's surroundings in memory: what it reads and writes are maps.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { StageContext, StageInput, StageRun, WriteOptions } from "../../pipeline/stage.ts";

/** Bytes by name. */
export type Artifacts = ReadonlyMap<string, Uint8Array>;

/** What one unit of a stage is given. */
export interface Surroundings {
  readonly params: object;
  /** Id of the stage. */
  readonly stage?: string;
  readonly shard?: number;
  readonly inputs?: Readonly<Record<string, Artifacts>>;
  /** Modules by role. */
  readonly uses?: Readonly<Record<string, unknown>>;
  /** Keeps the unit's checkpoint under the name `checkpoint`, for another call to go on from. */
  readonly checkpoints?: Map<string, Uint8Array>;
}

/** What one unit of a stage did. */
export interface Ran {
  readonly artifacts: Artifacts;
  readonly identities: Artifacts;
  /** Calls of progress: done and total. */
  readonly progress: readonly (readonly [done: number, total: number])[];
}

/** Runs one unit. Buffers that it hands over are taken from it, as posting them to another thread would. */
export async function runUnit(
  run: StageRun,
  { params, stage = "test", shard, inputs = {}, uses = {}, checkpoints = new Map() }: Surroundings,
): Promise<Ran> {
  const artifacts = new Map<string, Uint8Array>();
  const identities = new Map<string, Uint8Array>();
  const progress: [number, number][] = [];
  const context: StageContext = {
    stage,
    params: JSON.parse(JSON.stringify(params)),
    shard,
    get scratch(): never {
      throw new Error("this stage has no use for a scratch folder");
    },
    input: (role) => inputOf(lookUp(inputs, role)),
    cores: 1,
    thread() {
      throw new Error("Cannot start a thread: there is one core");
    },
    load: <T>(role: string) => Promise.resolve(lookUp(uses, role) as T),
    async write(name: string, bytes: Uint8Array, options?: WriteOptions) {
      if (artifacts.has(name)) {
        throw new Error(`Cannot write "${name}": it must be new, but it was written before`);
      }
      if (options?.identity) identities.set(name, options.identity.slice());
      artifacts.set(name, taken(bytes));
      await Promise.resolve();
    },
    progress: (done, total) => void progress.push([done, total]),
    checkpoint: {
      load: () => Promise.resolve(checkpoints.get("checkpoint")?.slice()),
      save: (bytes) => Promise.resolve(void checkpoints.set("checkpoint", taken(bytes))),
    },
  };
  await run(context);
  return { artifacts, identities, progress };
}

/** An artifact or artifacts parsed. */
export function json<T>(artifacts: Artifacts, name: string): T {
  return JSON.parse(new TextDecoder().decode(artifacts.get(name)));
}

/** Fails with the names of the artifacts that differ, and not with their megabytes. */
export function assertSameArtifacts(actual: Artifacts, expected: Artifacts): void {
  const names = [...new Set([...actual.keys(), ...expected.keys()])];
  const same = (name: string) => {
    const [a, b] = [actual.get(name), expected.get(name)];
    return a !== undefined && b !== undefined && a.length === b.length && a.every((byte, i) => byte === b[i]);
  };
  assertEquals(names.filter((name) => !same(name)), []);
}

/** The artifacts of several units together. */
export function together(...units: readonly Ran[]): Artifacts {
  return new Map(units.flatMap(({ artifacts }) => [...artifacts]));
}

/** Artifacts as a stage reads them. */
export function inputOf(artifacts: Artifacts): StageInput {
  return {
    names: [...artifacts.keys()].sort(),
    read(name) {
      const bytes = artifacts.get(name);
      if (!bytes) return Promise.reject(new RangeError(`Cannot read "${name}": there is none`));
      return Promise.resolve(bytes.slice());
    },
  };
}

function lookUp<T>(record: Readonly<Record<string, T>>, role: string): T {
  if (!Object.hasOwn(record, role)) throw new RangeError(`Cannot find role "${role}": it was not given`);
  return record[role];
}

function taken(bytes: Uint8Array): Uint8Array {
  return structuredClone(bytes, { transfer: [bytes.buffer as ArrayBuffer] });
}
