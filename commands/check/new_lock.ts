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

/** Of the order of rounding itself, and a maximum: it may double. */
const ROUNDING = { atol: 1e-5, rtol: 1 };

/** A lock without profiles. */
export const NEW_LOCK: MacrostatesLock = {
  about:
    "A value may be off by atol + rtol * |locked value|. Tolerances are some three times what rounding alone " +
    "moves, which a training amplifies: measured by train.parts=1, which adds up the same gradient in another " +
    "order. Counts are exact. Names are <system>.<metric>, or <metric> for that of every system; macrostates have " +
    "tolerances by system. They are kept when the values are updated. See docs/checking.md.",
  tolerances: {
    metrics: {
      default: { atol: 0.01, rtol: 0.01 },
      test_samples: EXACT,
      examples_turning: EXACT,
      examples_sweeping: EXACT,
      prediction_loss: ERROR,
      macro_error_normalised: ERROR,
      design_macro_error_normalised: ERROR,
      round_trip_error_max: ROUNDING,
      round_trip_error_mean: ROUNDING,
      abandoned_dependence_u: { atol: 0.1, rtol: 0 },
      abandoned_dependence_v: { atol: 0.1, rtol: 0 },
    },
    macrostates: { default: { atol: 0.05, rtol: 0 } },
  },
  profiles: {},
};
