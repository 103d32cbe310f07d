/**
 * The box of Gray-Scott rules that the prior is uniform in: what lies in it, and which time step is stable for all of it.
 *
 * @module
 */
import { type Rule, stableTimeStep } from "../kernels/gray_scott/mod.ts";

type Interval = readonly [lower: number, upper: number];

/** Names of the numbers of a rule, in order. */
export const RULE_NAMES: readonly string[] = ["Da", "Db", "F", "k"];

/** Bounds of each parameter. */
export interface RuleBox {
  readonly Da: Interval;
  /** Db / Da */
  readonly ratio: Interval;
  readonly F: Interval;
  readonly k: Interval;
}

/** The bounds in order: Da, Db / Da, F, k. */
export function limits(box: RuleBox): { lower: number[]; upper: number[] } {
  const sides = [box.Da, box.ratio, box.F, box.k];
  return { lower: sides.map(([lower]) => lower), upper: sides.map(([, upper]) => upper) };
}

/** Share of the box left free at each side: on the very edge a logit is infinite. */
const EDGE = 1e-4;

/** The rule (Da, Db, F, k) at the given shares of the way through the box, one for each bound. */
export function ruleAt(shares: Float32Array, box: RuleBox): number[] {
  const { lower, upper } = limits(box);
  const [Da, ratio, F, k] = Array.from(shares, (share, j) => {
    const inside = EDGE + (1 - 2 * EDGE) * share;
    return lower[j] + inside * (upper[j] - lower[j]);
  });
  return [Da, Da * ratio, F, k];
}

/** @throws {RangeError} if the bounds of a parameter are no positive interval */
export function checkBox(box: RuleBox): void {
  for (const [name, [lower, upper]] of Object.entries(box)) {
    if (Number.isFinite(lower) && Number.isFinite(upper) && lower > 0 && lower < upper) continue;
    throw new RangeError(
      `Cannot use physics.box.${name}: a box needs 0 < lower < upper, but it is [${lower}, ${upper}]`,
    );
  }
}

/** @throws {RangeError} if explicit Euler is unstable somewhere in the box, with the limit and the rule */
export function checkTimeStep(timeStep: number, box: RuleBox): void {
  const { Da, Db, F, k } = leastStable(box);
  const limit = stableTimeStep({ Da, Db, F, k });
  if (timeStep > 0 && timeStep < limit) return;
  throw new RangeError(
    `Cannot use physics.timeStep: explicit Euler is stable from 0 to ${limit.toFixed(3)} at the box's rule ` +
      `Da = ${Da}, Db = ${Db}, F = ${F}, k = ${k}, but it is ${timeStep}. Lower it, or the upper end of Da`,
  );
}

/** Values of F that {@link leastStable} looks at. */
const FEEDS_LOOKED_AT = 65;

/**
 * The rule of the box with the least stable time step. Diffusion counts most at its largest; the stationary b falls
 * with k, but rises with F until it vanishes, so that the worst F may lie inside.
 */
function leastStable({ Da, ratio, F: [lower, upper], k }: RuleBox): Rule {
  const feeds = Array.from(
    { length: FEEDS_LOOKED_AT },
    (_, i) => lower + (upper - lower) * i / (FEEDS_LOOKED_AT - 1),
  );
  const rules = feeds.flatMap((F) => k.map((k) => ({ Da: Da[1], Db: Da[1] * ratio[1], F, k })));
  return rules.reduce((worst, rule) => stableTimeStep(rule) < stableTimeStep(worst) ? rule : worst);
}
