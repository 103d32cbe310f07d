/**
 * What each metric means, and the bars that a `paper` run is measured against.
 *
 * @module
 */

/** A limit that a metric is measured against. */
export type Bar = { readonly atLeast: number } | { readonly atMost: number };

/** Description of every metric, by its name without the experiment's. */
export const DESCRIPTIONS: Readonly<Record<string, string>> = {
  // any system
  prediction_loss: "L_P = E |α_u − α_v|² on held-out pairs",
  nll_u: "−log p(u), nats",
  nll_v: "−log p(v), nats",
  macro_error_normalised: "E |α_u − α_v|² over that of shuffled pairs: 0 is perfect, 1 is chance",
  mutual_information_nats: "I(α_u; α_v) under a Gaussian copula, nats",
  mutual_information_null: "what that reaches by chance: its 95 % quantile over permuted pairs",
  mutual_information_ksg: "I(α_u; α_v) by nearest neighbours (KSG, k = 3); too low where much is shared",
  mutual_information_infonce: "InfoNCE, a lower bound of I(α_u; α_v), nats",
  mutual_information_infonce_cap: "the most that InfoNCE can reach: log of its batch",
  macro_variance: "mean variance of a macro dimension: 0 is a collapse",
  abandoned_dependence_u:
    "strongest Spearman correlation of z or |z| with α on the u side, found on one half, measured on the other",
  abandoned_dependence_v: "the same on the v side",
  abandoned_dependence_null: "what that reaches by chance: its 95 % quantile over permuted rows, larger side",
  round_trip_error_max:
    "largest |f⁻¹(f(x)) − x| over the larger of |x| and its deviation, held-out values of both sides",
  round_trip_error_mean: "the same, mean",
  nonfinite_share: "share of designs and sampled observations with a value that is not finite",
  design_macro_error_normalised:
    "macro error of what designs grow into; graded by φ_v itself, so no headline",
  sbc:
    "least p-value, over the numbers in u, of its ranks among posterior draws being uniform: small if miscalibrated",
  tarp: "largest |expected coverage − credibility| of posterior draws, all of u at once: 0 if calibrated",
  tarp_null: "what that reaches by chance: its 95 % quantile were the draws exact",
  tarp_designs:
    "the same as tarp of designs, which have α_v exactly and so leave out the error of prediction",
  test_samples: "held-out pairs",
  // linear
  rotation_agreement_parameters: "sampled M turn a fresh start the example's way; examples sweep > 1 rad",
  rotation_agreement_parameters_all_complex: "the same over all examples with complex eigenvalues",
  rotation_sense_agreement:
    "c − b of sampled M has the sign of the example's, over all with complex eigenvalues; unlike a trajectory, " +
    "it does not depend on the start where a sampled M has real ones",
  rotation_agreement_trajectories: "directly sampled trajectories turn the example's way",
  rotation_agreement_trajectories_all_complex: "the same over all examples with complex eigenvalues",
  rotation_r2: "R² of α on c − b, which way and how fast M turns",
  trace_r2: "R² of α on a + d, the trace",
  shear_r2: "R² of α on the size of the symmetric traceless part of M",
  exploding_share: "share of sampled trajectories beyond 100 × the largest held-out |T|, or not finite",
  examples_turning: "examples with complex eigenvalues",
  examples_sweeping: "of those, sweeping more than 1 rad",
  // oscillator
  spearman_energy_single: "|Spearman(φ, H)|, one draw of the noise coordinate",
  spearman_energy_mean: "|Spearman(φ, H)|, φ averaged over the noise coordinate",
  oracle_correlation: "|correlation| of φ with the oracle Φ⁻¹(1 − e^(−H))",
  oracle_distance: "root mean square of the oracle less the best affine map of φ; the oracle's variance is 1",
  ring_radius_bias_max: "largest |mean radius / √(2H) − 1|, rings at √(2H) from 0.5 to 2.5",
  ring_radius_sd_max: "standard deviation of radius / √(2H), largest over the rings",
  ring_radius_robust_max: "the same from the quartiles, largest over the rings",
  ring_outside_share: "share of samples more than a fifth off √(2H)",
  // turing
  spectrum: "distance of radial power spectra: 0 is the example's own rule regrown, 1 a random live rule",
  minkowski: "distance of area, perimeter and Euler number over thresholds, on the same scale",
  moments: "distance of mean, spread and skewness of a and b, on the same scale",
  direct_spectrum:
    "distance of spectra of patterns sampled from the macrostate itself, f_v⁻¹(β, z), same scale",
  direct_minkowski: "the same of area, perimeter and Euler number",
  direct_moments: "the same of mean, spread and skewness",
  live_share: "share of sampled rules that make a live pattern",
  importance_Da: "1 − Var(Da | β) / Var(Da): 1 if the macrostate fixes it, 0 if it is free",
  importance_Db: "the same for Db",
  importance_F: "the same for F",
  importance_k: "the same for k",
  nll_u_given_v: "−log p(u | v) in the coordinates that flows over u see, nats",
  regression_r2: "R² of the regressed coordinates of u, their mean",
  design_spread: "how far apart the rules of one example are: 0 if they are one, 1 if they are any",
  sbc_Da: "p-value of the ranks of Da among posterior draws f_u⁻¹(α, z), α given α_v, being uniform",
  sbc_Db: "the same for Db",
  sbc_F: "the same for F",
  sbc_k: "the same for k",
  importance_ratio: "the same for Db/Da",
};

/** Of every system. */
const SOUND: Readonly<Record<string, Bar>> = {
  round_trip_error_max: { atMost: 1e-4 },
  nonfinite_share: { atMost: 0 },
  abandoned_dependence_u: { atMost: 0.1 },
  abandoned_dependence_v: { atMost: 0.1 },
};

const OF: Readonly<Record<string, Readonly<Record<string, Bar>>>> = {
  linear: {
    rotation_agreement_parameters: { atLeast: 0.99 },
    rotation_agreement_parameters_all_complex: { atLeast: 0.97 },
    rotation_agreement_trajectories: { atLeast: 0.97 },
    rotation_agreement_trajectories_all_complex: { atLeast: 0.93 },
    macro_error_normalised: { atMost: 0.08 },
    exploding_share: { atMost: 0.001 },
    ...SOUND,
  },
  oscillator: {
    spearman_energy_single: { atLeast: 0.9995 },
    spearman_energy_mean: { atLeast: 0.9999 },
    ring_radius_bias_max: { atMost: 0.005 },
    ring_radius_sd_max: { atMost: 0.05 },
    ring_radius_robust_max: { atMost: 0.02 },
    oracle_distance: { atMost: 0.05 },
    ...SOUND,
  },
  turing: {
    spectrum: { atMost: 0.08 },
    minkowski: { atMost: 0.05 },
    live_share: { atLeast: 0.97 },
    direct_spectrum: { atMost: 0.3 },
    direct_minkowski: { atMost: 0.3 },
    sbc: { atLeast: 0.01 },
    tarp: { atMost: 0.05 },
    ...SOUND,
  },
  turing_d2: { spectrum: { atMost: 0.3 }, minkowski: { atMost: 0.2 } },
};

/** Bars by full name, `<experiment>.<metric>`. */
export const BARS: Readonly<Record<string, Bar>> = Object.fromEntries(
  Object.entries(OF).flatMap(([name, bars]) =>
    Object.entries(bars).map(([metric, bar]) => [`${name}.${metric}`, bar])
  ),
);

/** Metrics that a table of results starts with, by name without the experiment's. */
export const HEADLINES: readonly string[] = [
  "macro_error_normalised",
  "mutual_information_nats",
  "rotation_agreement_parameters",
  "rotation_agreement_trajectories",
  "spearman_energy_mean",
  "ring_radius_bias_max",
  "spectrum",
  "minkowski",
  "live_share",
];
