/**
 * The numbers that runs came to, side by side.
 *
 * @module
 */
import { pastArtifacts, type PastRun, type PastStage, readArtifact } from "../pipeline/mod.ts";

/** The stages of each system that have them, the first training alone and all together, and the artifact. */
const STAGE = /^([^/]+)\/(?:evaluate|repeats)$/;
const METRICS = "metrics.json";

/** Metrics of a run, as far as the store still has them. */
export interface RunMetrics {
  /** `<system>.<metric>` → value. */
  readonly values: ReadonlyMap<string, number>;
  /** Stages whose metrics are gone. */
  readonly gone: readonly string[];
}

/** A metric in both runs; `undefined` in the one that has it not. */
export interface MetricPair {
  readonly metric: string;
  readonly first: number | undefined;
  readonly second: number | undefined;
}

/** Reads the metrics of a run from the store: means over repeats where the run came to them. */
export function readMetrics({ stages }: PastRun, artifacts: string): RunMetrics {
  const values = new Map<string, number>();
  const gone: string[] = [];
  const togetherLast = stages.toSorted((a, b) => Number(isTogether(a)) - Number(isTogether(b)));
  for (const stage of togetherLast) {
    const [, system] = STAGE.exec(stage.stage) ?? [];
    if (system === undefined) continue;
    const metrics = metricsOf(stage, artifacts);
    if (metrics === undefined) gone.push(stage.stage);
    for (const [name, metric] of Object.entries(metrics ?? {})) {
      if (typeof metric?.value === "number") values.set(`${system}.${name}`, metric.value);
    }
  }
  return { values, gone };
}

function isTogether({ stage }: PastStage): boolean {
  return stage.endsWith("/repeats");
}

function metricsOf(
  stage: PastStage,
  artifacts: string,
): Record<string, { value?: unknown } | null> | undefined {
  const entry = pastArtifacts(stage, artifacts).artifacts.find(({ name }) => name === METRICS);
  const bytes = entry && readArtifact(entry, artifacts);
  return bytes && JSON.parse(new TextDecoder().decode(bytes));
}

/**
 * All metrics of two runs.
 *
 * @example
 * ```ts
 * import { pairMetrics } from "./run_metrics.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const [first, second] = [new Map([["a.x", 1]]), new Map([["a.x", 2], ["b.x", 3]])];
 * assertEquals(pairMetrics({ values: first, gone: [] }, { values: second, gone: [] }), [
 *   { metric: "a.x", first: 1, second: 2 },
 *   { metric: "b.x", first: undefined, second: 3 },
 * ]);
 * ```
 */
export function pairMetrics({ values: first }: RunMetrics, { values: second }: RunMetrics): MetricPair[] {
  return [...new Set([...first.keys(), ...second.keys()])]
    .map((metric) => ({ metric, first: first.get(metric), second: second.get(metric) }));
}
