/**
 * Figures of one experiment: what they are drawn from, and what drawing gives.
 *
 * A system without a gallery of its own gets the general one.
 *
 * @module
 */
import type { LossRecord } from "../../macronet/training_record.ts";
import { column } from "../../macronet/matrix.ts";
import type { Columns, Metric } from "../../systems/system.ts";
import { calibrationPlots } from "./calibration.ts";
import { lossCurves, type LossTerm } from "./loss_curves.ts";
import { macrostateAgreement } from "./macrostate_agreement.ts";

/** What figures are drawn from. */
export interface GalleryData {
  readonly title: string;
  readonly physics: object;
  /** Held-out samples. */
  readonly test: Columns;
  /** Tables of the sample stage: `example.…`, `design.…`, `again.…`. */
  readonly samples: Columns;
  /** Tables of the evaluate stage. */
  readonly tables: Columns;
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly history: readonly LossRecord[];
}

/** One figure. */
export interface Exhibit {
  /** File name without ending, e.g. `4b`. */
  readonly name: string;
  readonly caption: string;
  /** Takes a whole row of the report: small multiples side by side. */
  readonly wide?: boolean;
  readonly svg: string;
}

/** Draws figures. Exported by a gallery module under the name `draw`. */
export type Draw = (data: GalleryData) => Exhibit[];

/** Figures that every system has. */
export const drawGeneral: Draw = ({ title, tables, metrics, history }) => [
  {
    name: "macrostates",
    caption: "Macrostates of held-out pairs: α of u against α of v, one panel for each macro dimension. " +
      "On the diagonal the two predict each other perfectly.",
    svg: macrostateAgreement({
      title,
      dimension: tables.macrostate_u.columns,
      alphaU: tables.macrostate_u.data,
      alphaV: tables.macrostate_v.data,
    }),
  },
  ...calibrationOf(title, tables, metrics),
  {
    name: "loss",
    wide: true,
    caption:
      "The training: loss and its terms on the batch and on held-out pairs; the variance of α, which would " +
      "fall to 0 if macrostates collapsed; and the largest |f⁻¹(f(x)) − x| relative to max(1, |x|) of held-out " +
      "microstates.",
    svg: lossCurves({ title, terms: lossTerms(history) }),
  },
];

/** Of systems whose u is a list of parameters. */
function calibrationOf(title: string, tables: Columns, metrics: GalleryData["metrics"]): Exhibit[] {
  const { calibration_ranks: ranks, calibration_coverage: coverage } = tables;
  if (ranks === undefined) return [];
  const names = Object.keys(metrics).filter((name) => name.startsWith("sbc_")).map((name) => name.slice(4));
  return [{
    name: "calibration",
    wide: true,
    caption:
      "Whether f_u⁻¹(β, z) is the posterior of u: the distribution of where the true u of held-out pairs lies " +
      "among its draws, less the uniform one (simulation-based calibration, a panel for each parameter; the last, TARP, " +
      "is of all at once). Exact posteriors stay in the grey band nineteen times of twenty; an S that begins above 0 " +
      "means too narrow.",
    svg: calibrationPlots({
      title,
      ranks: Array.from({ length: ranks.columns }, (_, j) => ({
        name: names[j] ?? `u_{${j + 1}}`,
        shares: values(tables, "calibration_ranks", j),
      })),
      coverage: coverage.data,
      cases: ranks.rows,
    }),
  }];
}

function lossTerms(history: readonly LossRecord[]): LossTerm[] {
  const steps = history.map(({ step }) => step);
  const both = (key: keyof LossRecord["train"]) => ({
    train: { steps, values: history.map(({ train }) => train[key] ?? NaN) },
    validation: { steps, values: history.map(({ validation }) => validation[key] ?? NaN) },
  });
  const hasResemblance = history[0].train.resemblance !== undefined;
  return [
    { name: "loss L", ...both("total") },
    { name: "prediction L_{P}", ...both("prediction") },
    { name: "variance of α", ...both("macroVariance"), axis: "fromZero", zero: "0: collapse" },
    { name: "distribution L_{D} of u", ...both("distributionU") },
    { name: "distribution L_{D} of v", ...both("distributionV") },
    ...(hasResemblance ? [{ name: "resemblance L_{R}", ...both("resemblance") }] : []),
    {
      name: "largest round-trip error",
      validation: { steps, values: history.map(({ roundTrip }) => roundTrip) },
      axis: "log",
    },
  ];
}

/** Values `[rows]` of one column of a table, as 32-bit numbers. */
export function values(tables: Columns, name: string, index = 0): Float32Array {
  return Float32Array.from(column(tables[name], index));
}
