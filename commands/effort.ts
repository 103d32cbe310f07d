/**
 * How long stages take, for the order in which they run and the estimate of the time that is left.
 *
 * @module
 */
import type { Stage } from "../pipeline/mod.ts";

/** Seconds of the paper profile on one core. Only their ratios count, and they never change a result. */
const SECONDS: Readonly<Record<string, number>> = {
  "turing/simulate": 220,
  "turing/cache": 4,
  "turing/train": 90,
  "turing/sample": 20,
  simulate: 2,
  cache: 1,
  train: 90,
  sample: 1,
  evaluate: 6,
  render: 4,
  report: 2,
};

/** Effort of a stage: its own if it is known, else that of stages of its name. */
export function effort({ id }: Stage): number {
  return SECONDS[id] ?? SECONDS[id.slice(id.lastIndexOf("/") + 1)] ?? 1;
}
