/**
 * Two runs side by side: all that text, page and JSON of `diff` are made from.
 *
 * @module
 */
import { diffRuns, type PastRun, type StageDiff } from "../pipeline/mod.ts";
import { type MetricPair, pairMetrics, readMetrics } from "./run_metrics.ts";
import { pairPictures, type PicturePair } from "./run_pictures.ts";

/** What is different between two runs. */
export interface RunComparison {
  readonly first: PastRun;
  readonly second: PastRun;
  readonly stages: readonly StageDiff[];
  /** All, also those that are equal. */
  readonly metrics: readonly MetricPair[];
  /** Stages whose metrics are gone from the store, in either run. */
  readonly goneMetrics: readonly string[];
  readonly pictures: readonly PicturePair[];
}

/** Compares two runs of a store. */
export function compareRuns(first: PastRun, second: PastRun, artifacts: string): RunComparison {
  const stages = diffRuns(first, second, artifacts);
  const [before, after] = [first, second].map((run) => readMetrics(run, artifacts));
  return {
    first,
    second,
    stages,
    metrics: pairMetrics(before, after),
    goneMetrics: [...new Set([...before.gone, ...after.gone])],
    pictures: pairPictures(stages),
  };
}

/** A file of the code, and the stages that run something else because of it. */
export interface ChangedFile {
  readonly file: string;
  readonly change: "changed" | "added" | "removed";
  readonly stages: readonly string[];
}

/** The files behind stages that run other code, each once. */
export function changedFiles(stages: readonly StageDiff[]): ChangedFile[] {
  const files = new Map<string, { file: string; change: ChangedFile["change"]; stages: string[] }>();
  for (const { stage, code } of stages) {
    for (const { name: file, first, second } of code ?? []) {
      const change = first === undefined ? "added" : second === undefined ? "removed" : "changed";
      const known = files.get(`${change} ${file}`) ?? { file, change, stages: [] };
      known.stages.push(stage);
      files.set(`${change} ${file}`, known);
    }
  }
  return [...files.values()];
}

/** Stages whose code is another, and of which the files are not known any more. */
export function unknownCode(stages: readonly StageDiff[]): string[] {
  return stages.filter(({ code }) => code === undefined).map(({ stage }) => stage);
}

/** A value of a setting as one would type it; `–` where there is none. */
export function valueText(value: unknown): string {
  return value === undefined ? "–" : typeof value === "string" ? value : JSON.stringify(value);
}
