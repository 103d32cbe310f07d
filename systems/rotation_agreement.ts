/**
 * Which way linear systems turn, and how often designs turn the way that their examples do.
 *
 * @module
 */
import { atan2 } from "../kernels/elementary/mod.ts";
import { linearTrajectories } from "../kernels/trajectories/mod.ts";
import { type Matrix, matrix } from "../macronet/matrix.ts";
import { bootstrap } from "./metrics/statistics.ts";
import { indicesOf } from "./rows.ts";
import type { Columns, Metric, Settings } from "./system.ts";

/** A trajectory that sweeps less than this, in radians, hardly turns. */
const CLEAR_SWEEP = 1;

/** Examples by how they turn. */
export interface Turning {
  /** The angle that each example sweeps, signed, in radians. */
  readonly sweep: Float64Array;
  /** Those with complex eigenvalues. */
  readonly all: readonly number[];
  /** Those of them that clearly turn. */
  readonly clear: readonly number[];
}

/**
 * How examples turn, from where they start.
 *
 * @throws {Error} If none clearly does.
 */
export function turningOf(examples: Columns, steps: number): Turning {
  const sweep = sweeps(trajectories(examples.u, examples.start, steps));
  const all = indicesOf(examples.u.rows, (i) => isComplex(examples.u, i));
  const clear = all.filter((i) => Math.abs(sweep[i]) > CLEAR_SWEEP);
  if (clear.length > 0) return { sweep, all, clear };
  throw new Error(
    `Cannot evaluate rotation: some examples must have complex eigenvalues and sweep more than ` +
      `${CLEAR_SWEEP} rad, but none of ${examples.u.rows} does. Raise sample.examples`,
  );
}

/**
 * The share of samples that turn the way of their example: over the examples that clearly turn, and over all with
 * complex eigenvalues. Chance is a half.
 *
 * @param samples The angles that samples sweep, as many of each example.
 */
export function agreements(
  { sweep, all, clear }: Turning,
  samples: Float64Array,
  resampling: { readonly bootstrap: Settings["evaluate"]; readonly purpose: string },
): { readonly agreement: Metric; readonly agreementOfAllComplex: Metric } {
  const draws = samples.length / sweep.length;
  const over = (cases: readonly number[], purpose: string): Metric =>
    bootstrap(cases.length, (chosen) => {
      let agreeing = 0;
      for (let c = 0; c < chosen.length; c++) {
        const example = cases[chosen[c]];
        for (let k = 0; k < draws; k++) {
          if (Math.sign(samples[example * draws + k]) === Math.sign(sweep[example])) agreeing++;
        }
      }
      return agreeing / (chosen.length * draws);
    }, { ...resampling.bootstrap, purpose });
  return {
    agreement: over(clear, resampling.purpose),
    agreementOfAllComplex: over(all, `${resampling.purpose}.all`),
  };
}

/** The trajectories x₁ … x of matrices `[rows, 4]` from starts `[rows, 2]` over a time of 1, `[rows, 2 · steps]`. */
export function trajectories(matrices: Matrix, starts: Matrix, steps: number): Matrix {
  const data = linearTrajectories({
    matrices: matrices.data,
    starts: starts.data,
    steps,
    timeStep: 1 / steps,
  });
  return matrix(data, 2 * steps);
}

/** The angle that each trajectory sweeps about the origin from its first point to its last, signed, in radians. */
export function sweeps(paths: Matrix): Float64Array {
  return Float64Array.from({ length: paths.rows }, (_, i) => {
    const path = paths.data.subarray(i * paths.columns, (i + 1) * paths.columns);
    let angle = 0;
    for (let j = 2; j < path.length; j += 2) {
      const cross = path[j - 2] * path[j + 1] - path[j - 1] * path[j];
      const dot = path[j - 2] * path[j] + path[j - 1] * path[j + 1];
      angle += atan2(cross, dot);
    }
    return angle;
  });
}

/** Whether matrix i has complex eigenvalues: (a − d)² + 4 b c < 0. */
function isComplex(matrices: Matrix, i: number): boolean {
  const [a, b, c, d] = matrices.data.subarray(4 * i, 4 * i + 4);
  return (a - d) * (a - d) + 4 * b * c < 0;
}
