/**
 * Evaluate: how well macrostates predict each other, and what each system knows beyond that.
 *
 * All on held-out data. Metrics are named as in the docs; where one is an average it has a bootstrap interval.
 *
 * @module
 */
import { useWasmBackend } from "../macronet/backend.ts";
import { decode, encode, macrostates, observeAll, type Observed } from "../macronet/macrostate_map.ts";
import { column, type Matrix, pickRows, rowIsFinite, rowRange } from "../macronet/matrix.ts";
import { unprefixed } from "../macronet/names.ts";
import { type Side, sideParameters } from "../macronet/relation.ts";
import type { StageRun } from "../pipeline/stage.ts";
import {
  abandonedDependence,
  gaussianMutualInformation,
  normalisedMacroError,
} from "../systems/metrics/information.ts";
import { bootstrap, bootstrapMean, mean, variance } from "../systems/metrics/statistics.ts";
import type { Columns, Metric, Settings, System, Trial } from "../systems/system.ts";
import { readSplit } from "./dataset.ts";
import { MODEL, readModel } from "./model.ts";
import { drawProbes, PROBE, probeFile } from "./probe.ts";
import { SAMPLES } from "./sample.ts";
import { readTables, writeTables } from "./tables.ts";

/** Parameters of the stage. */
export interface EvaluateParams {
  readonly evaluate: Settings["evaluate"];
}

/** Names of the artifacts. */
export const METRICS = "metrics.json";
export const TABLES = "tables.safetensors";

/** Held-out rows that are taken through f, and of those the ones that are taken back. */
const ENCODED_ROWS = 2048;
const ROUND_TRIP_ROWS = 256;

/** Writes `metrics.json`, `tables.safetensors` and `probe.json`. */
export const run: StageRun = async (context) => {
  await useWasmBackend();
  const { system } = await context.load<{ system: System }>("system");
  const { evaluate } = context.params as unknown as EvaluateParams;
  const { relation, parameters, architecture } = readModel(await context.input("train").read(MODEL), system);
  const samples = readTables(await context.input("sample").read(SAMPLES));
  const trial: Trial = {
    physics: architecture.physics,
    relation,
    parameters,
    test: await readSplit(context.input("cache"), "test"),
    examples: unprefixed("example", samples),
    designs: unprefixed("design", samples),
    again: unprefixed("again", samples),
    bootstrap: evaluate,
  };
  const general = evaluateRelation(trial);
  context.progress(1, 3);
  const special = system.evaluate(trial);
  context.progress(2, 3);
  const probe = probeFile(trial, drawProbes(system, architecture.physics));
  context.progress(3, 3);
  const metrics = { ...general.metrics, ...special.metrics };
  for (const [name, { value }] of Object.entries(metrics)) {
    if (!Number.isFinite(value)) {
      throw new Error(`Cannot store metrics: ${name} must be finite, but is ${value}`);
    }
  }
  await context.write(METRICS, new TextEncoder().encode(JSON.stringify(metrics, null, 2) + "\n"));
  await context.write(TABLES, writeTables({ ...general.tables, ...special.tables }));
  await context.write(PROBE, probe);
};

/** What can be said of any relation, without knowing what it is about. */
function evaluateRelation(trial: Trial): { metrics: Record<string, Metric>; tables: Columns } {
  const { relation, test, designs, examples, bootstrap: { seed, resamples } } = trial;
  const resampled = (purpose: string) => ({ seed, resamples, purpose });
  const u = observeSide(trial, "u", test.u);
  const v = observeSide(trial, "v", test.v);
  const alpha = u.macrostate, beta = v.macrostate;
  const d = relation.u.macroDimension;
  const squares = Array.from({ length: alpha.rows }, (_, i) => {
    let sum = 0;
    for (let j = i * d; j < (i + 1) * d; j++) {
      sum += (alpha.data[j] - beta.data[j]) * (alpha.data[j] - beta.data[j]);
    }
    return sum;
  });
  const trips = [roundTrip(trial, "u", test.u), roundTrip(trial, "v", test.v)];
  const draws = designs.u.rows / examples.u.rows;
  const regrown = designMacroError(trial, draws);
  return {
    metrics: {
      prediction_loss: bootstrapMean(squares, resampled("prediction")),
      nll_u: bootstrapMean(u.negativeLogLikelihood, resampled("nll.u")),
      nll_v: bootstrapMean(v.negativeLogLikelihood, resampled("nll.v")),
      macro_error_normalised: bootstrap(
        alpha.rows,
        (rows) => normalisedMacroError(alpha, beta, rows),
        resampled("macro_error"),
      ),
      mutual_information_nats: bootstrap(
        alpha.rows,
        (rows) => gaussianMutualInformation(alpha, beta, rows),
        resampled("information"),
      ),
      macro_variance: { value: mean([alpha, beta].flatMap((side) => columnsOf(side).map(variance))) },
      abandoned_dependence_u: { value: trips[0].dependence },
      abandoned_dependence_v: { value: trips[1].dependence },
      round_trip_error_max: { value: Math.max(...trips.map((trip) => trip.largest)) },
      round_trip_error_mean: { value: mean(trips.map((trip) => trip.mean)) },
      nonfinite_share: { value: mean([designs.u, designs.v].map(nonFiniteShare)) },
      design_macro_error_normalised: { value: regrown },
      test_samples: { value: alpha.rows },
    },
    tables: { macrostate_u: alpha, macrostate_v: beta },
  };
}

function observeSide(trial: Trial, side: Side, x: Matrix): Observed {
  const map = trial.relation[side];
  return observeAll(map, sideParameters(trial.relation, side, trial.parameters), map.prepare(x));
}

/** |f⁻¹(f(x)) − x| over all values, and how much z still knows of α. */
function roundTrip(
  trial: Trial,
  side: Side,
  x: Matrix,
): { largest: number; mean: number; dependence: number } {
  const map = trial.relation[side];
  const parameters = sideParameters(trial.relation, side, trial.parameters);
  const encoded = encode(map, parameters, rowRange(x, 0, Math.min(ENCODED_ROWS, x.rows)));
  const rows = rowRange(x, 0, Math.min(ROUND_TRIP_ROWS, x.rows));
  const back = decode(map, parameters, {
    macrostate: rowRange(encoded.macrostate, 0, rows.rows),
    abandoned: rowRange(encoded.abandoned, 0, rows.rows),
  });
  let largest = 0, sum = 0;
  for (let i = 0; i < rows.data.length; i++) {
    const error = Math.abs(back.data[i] - rows.data[i]);
    largest = Math.max(largest, error);
    sum += error;
  }
  const dependence = abandonedDependence(encoded.macrostate, encoded.abandoned);
  return { largest, mean: sum / rows.data.length, dependence };
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

function columnsOf(source: Matrix): Float64Array[] {
  return Array.from({ length: source.columns }, (_, i) => column(source, i));
}

function nonFiniteShare(source: Matrix): number {
  let count = 0;
  for (let i = 0; i < source.rows; i++) if (!rowIsFinite(source, i)) count++;
  return count / source.rows;
}

/** What of a system's settings the stage depends on. */
export function evaluateParams({ evaluate }: Settings): EvaluateParams {
  return { evaluate };
}
