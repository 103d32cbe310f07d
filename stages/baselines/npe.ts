/**
 * Baseline: neural posterior estimation, a flow p(u | features of v) by maximum likelihood (Papamakarios & Murray
 * 2016). It knows all of the features, where MacroNet knows d numbers: it is the answer to another question, "which u
 * made this v", and a bound to how close patterns can come.
 *
 * @module
 */
import { bootstrapMean } from "../../systems/metrics/statistics.ts";
import { fitConditionalFlow } from "./conditional_flow.ts";
import { lessonsOf, type Method } from "./method.ts";
import { posteriorDraws, sizeOf } from "./posterior.ts";

/** Samples of the fitted posterior. */
export const method: Method = {
  async propose(problem) {
    const { train, validation, test, examples, toU } = await lessonsOf(problem);
    const flow = fitConditionalFlow({
      size: sizeOf(problem.learning.sizes),
      train,
      validation,
      options: problem.learning.train,
      purpose: "baseline.npe",
      onStep: (step) => problem.progress(step, "posterior"),
    });
    const surprise = flow.negativeLogLikelihood(test);
    return {
      u: toU(posteriorDraws(flow, examples, { ...problem, dimension: train.u.columns })),
      metrics: {
        nll_u_given_v: bootstrapMean(surprise, { ...problem.resampling, purpose: "nll.posterior" }),
      },
    };
  },
};
