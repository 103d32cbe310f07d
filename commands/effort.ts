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
  "turing_magnified/simulate": 220,
  "turing/train": 300,
  "turing/sample": 20,
  simulate: 2,
  cache: 1,
  train: 90,
  sample: 1,
  evaluate: 8,
  repeats: 1,
  random: 20,
  nearest: 30,
  regressor: 50,
  npe: 90,
  contrastive: 100,
  compare: 2,
  render: 4,
  report: 2,
};

/** Effort of a stage: its own if it is known, as that of every repeat, else that of stages of its name. */
export function effort({ id }: Stage): number {
  const plain = id.replace(/\/repeat_\d+\//, "/");
  return SECONDS[plain] ?? SECONDS[id.slice(id.lastIndexOf("/") + 1)] ?? 1;
}
