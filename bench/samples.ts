/**
 * The samples that the turing simulate stage computes, as bare work for the kernel.
 *
 * @module
 */
import { type Fields, initialState, type Rule, simulate } from "../kernels/gray_scott/mod.ts";
import { rowRange } from "../macronet/matrix.ts";
import { system } from "../systems/turing.ts";

/** A rule and where it starts. */
export type Sample = Rule & Fields;

/** What all samples share. */
export interface Series {
  readonly size: number;
  readonly steps: number;
  readonly timeStep: number;
}

/** The physics of the published dataset. */
export const PAPER = system.profiles.paper.physics;

/** The first samples of a dataset. */
export function samplesOf(physics: typeof PAPER, { seed, count }: { seed: number; count: number }): Sample[] {
  const { size: width, size: height } = physics;
  const rules = system.prior(physics, count, { seed, purpose: "simulate", from: 0 });
  return Array.from({ length: count }, (_, sample) => {
    const [Da, Db, F, k] = rowRange(rules, sample, sample + 1).data;
    const draw = { seed, purpose: "simulate.start", sample };
    return { Da, Db, F, k, ...initialState({ width, height, draw }) };
  });
}

/** What becomes of each, in order. */
export function simulateAll(samples: readonly Sample[], { size, steps, timeStep }: Series): Fields[] {
  return samples.map((sample) => simulate({ ...sample, width: size, height: size, steps, timeStep }));
}
