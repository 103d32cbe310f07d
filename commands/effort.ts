/**
 * How long stages take, for the order in which they run and the estimate of the time that is left.
 *
 * @module
 */
import type { Stage } from "../pipeline/mod.ts";

/** Seconds of the paper profile on one core. Only their ratios count, and they never change a result. */
const SECONDS: Readonly<Record<string, number>> = {
  "turing/simulate": 170,
  "turing/train": 300,
  simulate: 10,
  cache: 5,
  train: 90,
  sample: 10,
  evaluate: 10,
  render: 10,
  report: 2,
};

/** Effort of a stage: its own if it is known, else that of stages of its name. */
export function effort({ id }: Stage): number {
  return SECONDS[id] ?? SECONDS[id.slice(id.lastIndexOf("/") + 1)] ?? 1;
}
