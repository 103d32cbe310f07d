/**
 * Figures of one experiment: what they are drawn from, and what drawing gives.
 *
 * A system without a gallery of its own gets the general one.
 *
 * @module
 */
import type { LossRecord } from "../../macronet/fit.ts";
import { column } from "../../macronet/matrix.ts";
import type { Columns, Metric } from "../../systems/system.ts";
import { type Curve, lossCurves, type LossTerm } from "./loss_curves.ts";
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
export const drawGeneral: Draw = ({ title, tables, history }) => [
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
  {
    name: "loss",
    wide: true,
    caption: "Loss terms during training, on the batch and on held-out pairs.",
    svg: lossCurves({ title, terms: lossTerms(history) }),
  },
];

function lossTerms(history: readonly LossRecord[]): LossTerm[] {
  const steps = history.map(({ step }) => step);
  const curve = (values: number[]): Curve => ({ steps, values });
  const names = {
    prediction: "prediction L_{P}",
    distributionU: "distribution L_{D} of u",
    distributionV: "distribution L_{D} of v",
    macroVariance: "variance of α",
  } as const;
  return (Object.keys(names) as (keyof typeof names)[]).map((key) => ({
    name: names[key],
    train: curve(history.map(({ train }) => train[key])),
    validation: curve(history.map(({ validation }) => validation[key])),
  }));
}

/** Values `[rows]` of one column of a table, as 32-bit numbers. */
export function values(tables: Columns, name: string, index = 0): Float32Array {
  return Float32Array.from(column(tables[name], index));
}
