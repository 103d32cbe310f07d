/**
 * The box from which the rules of Gray-Scott are drawn.
 *
 * @module
 */
import { type Rule, stableTimeStep } from "../kernels/gray_scott/mod.ts";

type Interval = readonly [lower: number, upper: number];

/** Bounds of a rule, in cells² and rates per unit time. */
export interface RuleBox {
  readonly Da: Interval;
  /** Db / Da */
  readonly ratio: Interval;
  readonly F: Interval;
  readonly k: Interval;
}

/** The bounds of (Da, Db / Da, F, k). */
export function limits(box: RuleBox): { lower: number[]; upper: number[] } {
  const sides = [box.Da, box.ratio, box.F, box.k];
  return { lower: sides.map(([lower]) => lower), upper: sides.map(([, upper]) => upper) };
}

/** Values of F that {@link leastStable} looks at. */
const FEEDS_LOOKED_AT = 65;

/**
 * The rule of the box with the least stable time step. Diffusion counts most at its largest; the stationary b falls
 * with k, but rises with F until it vanishes, so that the worst F may lie inside.
 */
export function leastStable({ Da, ratio, F: [lower, upper], k }: RuleBox): Rule {
  const feeds = Array.from(
    { length: FEEDS_LOOKED_AT },
    (_, i) => lower + (upper - lower) * i / (FEEDS_LOOKED_AT - 1),
  );
  const rules = feeds.flatMap((F) => k.map((k) => ({ Da: Da[1], Db: Da[1] * ratio[1], F, k })));
  return rules.reduce((worst, rule) => stableTimeStep(rule) < stableTimeStep(worst) ? rule : worst);
}
