/**
 * Where the artifacts of a run come from, for a report to show.
 *
 * @module
 */
import { layout } from "./layout.ts";
import { readTime } from "./record.ts";
import type { RunResult } from "./result.ts";
import type { JsonObject } from "./stage.ts";

/** One stage in a {@link Provenance}. */
export interface StageProvenance extends JsonObject {
  /** Id of the stage. */
  readonly id: string;
  /** As declared. */
  readonly params: JsonObject;
  /** Role → stage. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Keys of its units. */
  readonly keys: readonly string[];
  /** Digest of its code. */
  readonly code: string | null;
  /** Output digest. */
  readonly output: string | null;
  /** How many it gave. */
  readonly artifacts: number;
  /** What they take together. */
  readonly bytes: number;
  /** What its units took when they were executed, now or in an earlier run, together. */
  readonly milliseconds: number | null;
}

/** Plain JSON. Times are in it, so it is shown beside a stage's artifacts and never is one. */
export interface Provenance extends JsonObject {
  /** Id of the run. */
  readonly run: string;
  /** Of the runtime. */
  readonly versions: { readonly deno: string; readonly v8: string; readonly typescript: string };
  /** In topological order. */
  readonly stages: readonly StageProvenance[];
}

/**
 * The provenance of a run: graph, keys, digests, versions, and the time of each stage.
 *
 * @param artifacts The store of the run.
 */
export function provenance({ id, stages }: RunResult, artifacts: string): Provenance {
  const places = layout(artifacts);
  const { deno, v8, typescript } = Deno.version;
  return {
    run: id,
    versions: { deno, v8, typescript },
    stages: stages.map(({ stage, keys, code, output, artifacts }) => ({
      id: stage.id,
      params: stage.params,
      inputs: { ...stage.inputs },
      keys,
      code: code ?? null,
      output: output ?? null,
      artifacts: artifacts.length,
      bytes: artifacts.reduce((sum, { size }) => sum + size, 0),
      milliseconds: total(keys.map((key) => readTime(key, places))),
    })),
  };
}

function total(times: readonly (number | undefined)[]): number | null {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? null : known.reduce((sum, time) => sum + time, 0);
}
