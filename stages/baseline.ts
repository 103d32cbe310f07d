/**
 * Baseline: designs by a method without macrostates, on the examples of the sample stage, measured as its designs are.
 *
 * The method is a file of `baselines/`. It learns from the training split alone and is not told more of an example
 * than the observation.
 *
 * @module
 */
import { useWasmBackend } from "../macronet/backend.ts";
import { prefixed, unprefixed } from "../macronet/names.ts";
import { pickRows } from "../macronet/matrix.ts";
import type { StageRun } from "../pipeline/stage.ts";
import type { Settings, System } from "../systems/system.ts";
import type { Learning, Method } from "./baselines/method.ts";
import { mapColumn, readSplit } from "./dataset.ts";
import { METRICS } from "./evaluate.ts";
import { growAll } from "./grow.ts";
import { metricsFile } from "./metrics_file.ts";
import { requireKernels } from "./require_kernels.ts";
import { SAMPLES } from "./sample.ts";
import { readTables, writeTables } from "./tables.ts";

/** Parameters of the stage. */
export interface BaselineParams {
  readonly physics: object;
  /** Seed of what is drawn for the examples and of what the designs grow from. */
  readonly seed: number;
  readonly evaluate: Settings["evaluate"];
  readonly learning: Learning;
}

/** Name of the artifact: the designs, and of each example what the first of them grows into. */
export const DESIGNS = "designs.safetensors";

/** Writes `metrics.json` and `designs.safetensors`. */
export const run: StageRun = async (context) => {
  await useWasmBackend();
  requireKernels();
  const { system } = await context.load<{ system: System }>("system");
  const { method } = await context.load<{ method: Method }>("method");
  const { physics, seed, evaluate, learning } = context.params as unknown as BaselineParams;
  const samples = readTables(await context.input("sample").read(SAMPLES));
  const examples = unprefixed("example", samples), again = unprefixed("again", samples);
  const draws = samples["design.u"].rows / examples.u.rows;
  const dataset = context.input("cache");
  const { u, metrics } = await method.propose({
    inversion: system.inversion!(physics),
    examples: examples.v,
    draws,
    seed,
    resampling: evaluate,
    learning,
    read: (split, name, map) => mapColumn(dataset, { split, name }, map),
    progress: (step, what) => context.progress(step, learning.train.steps, what),
  });
  const grown = growAll(system, physics, u, {
    randomness: { seed, purpose: "baseline.grow", from: 0 },
    onRows: (rows) => context.progress(rows, u.rows, "growing designs"),
  });
  const found = system.evaluateDesigns!({
    physics,
    test: await readSplit(dataset, "test"),
    examples,
    designs: { u, ...prefixed("grown", grown) },
    again,
    bootstrap: evaluate,
  });
  await context.write(METRICS, metricsFile({ ...found, ...metrics }));
  const first = Array.from({ length: examples.u.rows }, (_, i) => i * draws);
  await context.write(DESIGNS, writeTables({ u, v: pickRows(grown.v, first) }));
};
