/**
 * What `macrostates.lock.json` starts with: tolerances, and how they were chosen. From then on the file says.
 *
 * @module
 */
import type { MacrostatesLock } from "./lock.ts";

/** Counts do not move. */
const EXACT = { atol: 0, rtol: 0 };

/** Errors of prediction lie near 0, where an absolute tolerance would allow a multiple of them. */
const ERROR = { atol: 0.001, rtol: 0.1 };

/** Likelihoods are sums over all dimensions: thousands of nats for a pattern. */
const NATS = { atol: 0.02, rtol: 0.001 };

/** Of the order of rounding itself, and a maximum: it may double. */
const ROUNDING = { atol: 1e-5, rtol: 1 };

/** The strongest of many rank correlations. */
const DEPENDENCE = { atol: 0.1, rtol: 0 };

/** Information of held-out pairs, nats. */
const INFORMATION = { atol: 0.02, rtol: 0.03 };

/** Any p-value is as likely as another, where nothing is wrong: the bar tells more than the value. */
const P_VALUE = { atol: 0.5, rtol: 0 };

/** Shares and distances over a few dozen examples. */
const FEW = { atol: 0.03, rtol: 0 };
const IMPORTANCE = { atol: 0.05, rtol: 0 };

/** Macrostates of patterns: what they are up to is hardly told by prediction, and rounding moves them farther. */
const PATTERNS = { atol: 0.5, rtol: 0 };

/** A lock without profiles. */
export const NEW_LOCK: MacrostatesLock = {
  about:
    "A value may be off by atol + rtol * |locked value|. Tolerances are some two to ten times what rounding " +
    "alone moves, which a training amplifies: measured at paper size by train.parts=1, which adds up the same " +
    "gradient in another order. Counts are exact. Names are <system>.<metric>, or <metric> for that of every " +
    "system; macrostates have tolerances by system. check --update keeps them. See docs/checking.md.",
  tolerances: {
    metrics: {
      default: { atol: 0.01, rtol: 0.01 },
      test_samples: EXACT,
      examples_turning: EXACT,
      examples_sweeping: EXACT,
      prediction_loss: ERROR,
      macro_error_normalised: ERROR,
      design_macro_error_normalised: ERROR,
      nll_u: NATS,
      nll_v: NATS,
      mutual_information_nats: INFORMATION,
      mutual_information_ksg: INFORMATION,
      mutual_information_infonce: INFORMATION,
      round_trip_error_max: ROUNDING,
      round_trip_error_mean: ROUNDING,
      abandoned_dependence_u: DEPENDENCE,
      abandoned_dependence_v: DEPENDENCE,
      sbc: P_VALUE,
      sbc_Da: P_VALUE,
      sbc_Db: P_VALUE,
      sbc_F: P_VALUE,
      sbc_k: P_VALUE,
      tarp: FEW,
      tarp_designs: FEW,
      spectrum: FEW,
      minkowski: FEW,
      moments: FEW,
      direct_spectrum: FEW,
      direct_minkowski: FEW,
      direct_moments: FEW,
      design_spread: FEW,
      importance_Da: IMPORTANCE,
      importance_Db: IMPORTANCE,
      importance_F: IMPORTANCE,
      importance_k: IMPORTANCE,
      importance_ratio: IMPORTANCE,
    },
    macrostates: {
      default: { atol: 0.05, rtol: 0 },
      turing: PATTERNS,
      turing_d1: PATTERNS,
      turing_d2: PATTERNS,
      turing_d4: PATTERNS,
      turing_magnified: PATTERNS,
    },
  },
  profiles: {},
};
