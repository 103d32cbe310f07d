/**
 * What can be said of any relation, without knowing what it is about.
 *
 * @module
 */
import { log } from "../kernels/elementary/mod.ts";
import { normals } from "../kernels/philox/mod.ts";
import {
  decode,
  encode,
  type Encoded,
  macrostates,
  observeAll,
  type Observed,
} from "../macronet/macrostate_map.ts";
import {
  column,
  type Matrix,
  matrix,
  pickRows,
  repeatRows,
  rowIsFinite,
  rowRange,
} from "../macronet/matrix.ts";
import { type Side, sideParameters } from "../macronet/relation.ts";
import { expectedCoverage, rankPValues, ranks } from "../systems/metrics/calibration.ts";
import { abandonedDependence, dimensionsLookedAt } from "../systems/metrics/dependence.ts";
import { infoNce } from "../systems/metrics/info_nce.ts";
import { gaussianMutualInformation, normalisedMacroError } from "../systems/metrics/information.ts";
import { neighbourMutualInformation } from "../systems/metrics/nearest_neighbours.ts";
import { macrostatesGiven } from "../systems/metrics/residuals.ts";
import {
  bootstrap,
  bootstrapMean,
  mean,
  permutationNull,
  subsample,
  variance,
} from "../systems/metrics/statistics.ts";
import { rowsOf } from "../systems/rows.ts";
import type { Metric, Trial } from "../systems/system.ts";

type Metrics = Record<string, Metric>;

/** ½ log 2π */
const HALF_LOG_TAU = 0.5 * log(2 * Math.PI);

/** Held-out rows that are taken through f and back. */
const ROUND_TRIP_ROWS = 256;

/** Held-out rows that are encoded at once, which bounds the memory that fields take. */
const ROWS_AT_ONCE = 256;

/**
 * Held-out rows whose posterior is drawn from, and draws of each: so many that coverage is known to some 0.03, where the
 * bar is 0.05.
 */
const CALIBRATION_CASES = 512, CALIBRATION_DRAWS = 32;

/** Numbers in the largest u that is a list of parameters, each with a posterior to be calibrated; a larger is a field. */
const MOST_PARAMETERS = 64;

/** Macrostates of held-out pairs. */
export interface Macrostates {
  readonly macrostate_u: Matrix;
  readonly macrostate_v: Matrix;
}

/**
 * Metrics of any relation.
 *
 * @param parameterNames Names of the numbers in u whose calibration is told one by one.
 */
export function evaluateRelation(
  trial: Trial,
  parameterNames: readonly string[] = [],
): { metrics: Metrics; tables: Macrostates & Record<string, Matrix> } {
  const { test, designs, examples } = trial;
  const u = observeSide(trial, "u", test.u), v = observeSide(trial, "v", test.v);
  const alpha = u.macrostate, beta = v.macrostate;
  const resampled = (purpose: string) => ({ ...trial.bootstrap, purpose });
  const trips = [roundTrip(trial, "u", test.u), roundTrip(trial, "v", test.v)];
  const calibrated = calibration(trial, beta, parameterNames);
  const regrown = designMacroError(trial, designs.u.rows / examples.u.rows);
  return {
    metrics: {
      prediction_loss: bootstrapMean(squaredErrors(alpha, beta), resampled("prediction")),
      nll_u: bootstrapMean(u.negativeLogLikelihood, resampled("nll.u")),
      nll_v: bootstrapMean(v.negativeLogLikelihood, resampled("nll.v")),
      macro_error_normalised: bootstrap(
        alpha.rows,
        (rows) => normalisedMacroError(alpha, beta, rows),
        resampled("macro_error"),
      ),
      ...information(alpha, beta, trial.bootstrap),
      macro_variance: { value: mean([alpha, beta].flatMap((side) => columnsOf(side).map(variance))) },
      ...dependence(trial),
      round_trip_error_max: { value: Math.max(...trips.map((trip) => trip.largest)) },
      round_trip_error_mean: { value: mean(trips.map((trip) => trip.mean)) },
      nonfinite_share: { value: mean([designs.u, designs.v].map(nonFiniteShare)) },
      design_macro_error_normalised: { value: regrown },
      ...calibrated.metrics,
      test_samples: { value: alpha.rows },
    },
    tables: { macrostate_u: alpha, macrostate_v: beta, ...calibrated.tables },
  };
}

function macrostatesOf({ relation, parameters }: Trial, side: Side, x: Matrix): Matrix {
  return macrostates(relation[side], sideParameters(relation, side, parameters), relation[side].prepare(x));
}

/** Macrostates, and the likelihood of the whole network: also of what was fitted to what φ leaves. */
function observeSide(trial: Trial, side: Side, x: Matrix): Observed {
  const map = trial.relation[side];
  const parameters = sideParameters(trial.relation, side, trial.parameters);
  const observed = observeAll(map, parameters, map.prepare(x));
  return map.remainders
    ? { ...observed, negativeLogLikelihood: wholeLikelihood(encode(map, parameters, x)) }
    : observed;
}

/** −log p of microstates, in nats. */
function wholeLikelihood({ macrostate, abandoned, logDet }: Encoded): Float64Array {
  return Float64Array.from(logDet.data, (logDet, i) => {
    const z = [rowRange(macrostate, i, i + 1), rowRange(abandoned, i, i + 1)];
    return z.reduce(
      (sum, { data }) => data.reduce((sum, z) => sum + 0.5 * z * z + HALF_LOG_TAU, sum),
      -logDet,
    );
  });
}

function encodeSide({ relation, parameters }: Trial, side: Side, x: Matrix): Encoded {
  return encode(relation[side], sideParameters(relation, side, parameters), x);
}

/** |α_u − α_v|² of each pair. */
function squaredErrors(alpha: Matrix, beta: Matrix): Float64Array {
  const d = alpha.columns;
  return Float64Array.from({ length: alpha.rows }, (_, i) => {
    let sum = 0;
    for (let j = i * d; j < (i + 1) * d; j++) {
      sum += (alpha.data[j] - beta.data[j]) * (alpha.data[j] - beta.data[j]);
    }
    return sum;
  });
}

/** I(α_u; α_v) three ways, what the first finds by chance, and what the last could find at most. */
function information(alpha: Matrix, beta: Matrix, resampling: Trial["bootstrap"]): Metrics {
  const resampled = (purpose: string) => ({ ...resampling, purpose });
  const gaussian = bootstrap(
    alpha.rows,
    (rows) => gaussianMutualInformation(alpha, beta, rows),
    resampled("information"),
  );
  const chance = permutationNull(
    alpha.rows,
    (partners) => gaussianMutualInformation(alpha, pickRows(beta, partners)),
    resampled("information"),
  );
  const neighbours = subsample(
    alpha.rows,
    (rows) => neighbourMutualInformation(alpha, beta, rows),
    resampled("information.neighbours"),
  );
  const { terms, cap } = infoNce(alpha, beta);
  return {
    mutual_information_nats: gaussian,
    mutual_information_null: { value: chance },
    mutual_information_ksg: neighbours,
    mutual_information_infonce: bootstrapMean(terms, resampled("information.infonce")),
    mutual_information_infonce_cap: { value: cap },
  };
}

/** How much z still knows of α on either side, over all held-out rows. */
function dependence(trial: Trial): Metrics {
  const { seed, resamples } = trial.bootstrap;
  const [u, v] = (["u", "v"] as const).map((side) => {
    const { macrostate, abandoned } = encodeLookedAt(trial, side, trial.test[side]);
    return abandonedDependence(macrostate, abandoned, { seed, permutations: resamples });
  });
  return {
    abandoned_dependence_u: { value: u.value },
    abandoned_dependence_v: { value: v.value },
    abandoned_dependence_null: { value: Math.max(u.ofIndependent, v.ofIndependent) },
  };
}

/** α of every row, and of z the dimensions that are looked at. */
function encodeLookedAt(trial: Trial, side: Side, x: Matrix): Pick<Encoded, "macrostate" | "abandoned"> {
  const { bijection, macroDimension: d } = trial.relation[side];
  const looked = dimensionsLookedAt(bijection.dimension - d);
  const macrostate = new Float32Array(x.rows * d), abandoned = new Float32Array(x.rows * looked.length);
  for (let from = 0; from < x.rows; from += ROWS_AT_ONCE) {
    const encoded = encodeSide(trial, side, rowRange(x, from, Math.min(from + ROWS_AT_ONCE, x.rows)));
    macrostate.set(encoded.macrostate.data, from * d);
    const { rows, columns, data } = encoded.abandoned;
    for (let i = 0; i < rows; i++) {
      abandoned.set(looked.map((j) => data[i * columns + j]), (from + i) * looked.length);
    }
  }
  return {
    macrostate: matrix(macrostate, d),
    abandoned: { rows: x.rows, columns: looked.length, data: abandoned },
  };
}

/** |f⁻¹(f(x)) − x| of all values, each over the larger of |x| and the deviation of its dimension. */
function roundTrip(trial: Trial, side: Side, x: Matrix): { largest: number; mean: number } {
  const rows = rowRange(x, 0, Math.min(ROUND_TRIP_ROWS, x.rows));
  const parameters = sideParameters(trial.relation, side, trial.parameters);
  const back = decode(trial.relation[side], parameters, encodeSide(trial, side, rows));
  const deviations = columnsOf(rows).map((values) => Math.sqrt(variance(values)));
  let largest = 0, sum = 0;
  for (let i = 0; i < rows.data.length; i++) {
    const size = Math.max(Math.abs(rows.data[i]), deviations[i % rows.columns]);
    const error = Math.abs(back.data[i] - rows.data[i]) / (size || 1);
    largest = Math.max(largest, error);
    sum += error;
  }
  return { largest, mean: sum / rows.data.length };
}

/**
 * Macro error of what designs grow into, against their example's macrostate, over that of shuffled examples;
 * over designs whose growth would have been accepted into the data set, as φ_v has seen no other.
 * Self-referential (φ_v grades itself), so never a headline.
 */
function designMacroError(trial: Trial, draws: number): number {
  const { designs, examples } = trial;
  const grown = designs["grown.v"];
  const accepted = designs["grown.accepted"];
  const rows = Array.from({ length: grown.rows }, (_, i) => i)
    .filter((i) => rowIsFinite(grown, i) && (!accepted || accepted.data[i] === 1));
  const map = trial.relation.v;
  const parameters = sideParameters(trial.relation, "v", trial.parameters);
  const found = macrostates(map, parameters, map.prepare(pickRows(grown, rows)));
  return normalisedMacroError(found, pickRows(examples.macrostate, rows.map((i) => Math.floor(i / draws))));
}

/**
 * Whether what is sampled is the posterior of u given v, by held-out pairs as they come: the u of each is one exact draw
 * of it. No growing is needed, so there can be more of them than examples.
 *
 * A posterior is drawn as f_u⁻¹(α, z) with α by what is known of α_u where α_v is. Designs have α = α_v exactly, so they
 * are narrower, by the error of prediction, however good z is: theirs is a figure of its own.
 */
function calibration(
  trial: Trial,
  beta: Matrix,
  names: readonly string[],
): { metrics: Metrics; tables: Record<string, Matrix> } {
  const { relation, parameters, test, validation, bootstrap: { seed } } = trial;
  if (test.u.columns > MOST_PARAMETERS) return { metrics: {}, tables: {} };
  const cases = Math.min(CALIBRATION_CASES, test.u.rows);
  const truth = rowRange(test.u, 0, cases), given = rowRange(beta, 0, cases);
  const width = relation.u.bijection.dimension - relation.u.macroDimension;
  const abandoned = rowsOf(
    cases * CALIBRATION_DRAWS,
    width,
    (sample) => normals(width, { seed, purpose: "calibration.abandoned", sample }),
  );
  const drawn = (macrostate: Matrix) =>
    decode(relation.u, sideParameters(relation, "u", parameters), { macrostate, abandoned });
  const [alpha, partner] = (["u", "v"] as const).map((side) => macrostatesOf(trial, side, validation[side]));
  const draws = drawn(macrostatesGiven(given, { alpha, beta: partner }, { draws: CALIBRATION_DRAWS, seed }));
  const designs = drawn(repeatRows(given, CALIBRATION_DRAWS));
  const pValues = rankPValues({ truth, draws }, { seed });
  const { deviation, deviationOfExact, shares } = expectedCoverage({ truth, draws }, { seed });
  const shareRanks = ranks({ truth, draws }, { seed });
  return {
    metrics: {
      ...Object.fromEntries(names.map((name, j) => [`sbc_${name}`, { value: pValues[j] }])),
      sbc: { value: Math.min(...pValues) },
      tarp: { value: deviation },
      tarp_null: { value: deviationOfExact },
      tarp_designs: { value: expectedCoverage({ truth, draws: designs }, { seed }).deviation },
    },
    tables: {
      calibration_ranks: rowsOf(truth.rows, truth.columns, (i) => shareRanks.map((list) => list[i])),
      calibration_coverage: rowsOf(shares.length, 1, (i) => [shares[i]]),
    },
  };
}

function columnsOf(source: Matrix): Float64Array[] {
  return Array.from({ length: source.columns }, (_, i) => column(source, i));
}

function nonFiniteShare(source: Matrix): number {
  let count = 0;
  for (let i = 0; i < source.rows; i++) if (!rowIsFinite(source, i)) count++;
  return count / source.rows;
}
