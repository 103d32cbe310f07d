/**
 * Every bijection, in the shapes that matter: the table that `bijection_laws_test.ts` goes through.
 *
 * @module
 */
import { actnorm } from "../../macronet/actnorm.ts";
import type { Bijection } from "../../macronet/bijection.ts";
import { logitBox } from "../../macronet/box.ts";
import { chain } from "../../macronet/chain.ts";
import { additiveCoupling, affineCoupling } from "../../macronet/coupling.ts";
import { besideContext } from "../../macronet/conditional.ts";
import { fieldCoupling } from "../../macronet/fields/coupling.ts";
import { fieldFlow } from "../../macronet/fields/flow.ts";
import { gramPolynomials } from "../../macronet/gram_polynomials.ts";
import { gaussianisation } from "../../macronet/gaussianisation/mod.ts";
import { haarPyramid, haarSqueeze } from "../../macronet/haar.ts";
import { linear } from "../../macronet/linear.ts";
import { permutation, randomPermutation, reversal } from "../../macronet/permutation.ts";
import { radialCompression } from "../../macronet/radial_compression.ts";
import { split } from "../../macronet/split.ts";
import { standardise } from "../../macronet/standardise.ts";

/** A bijection and what to expect of it. */
export interface Case {
  /** Of its numerical Jacobian: large where 32 bits of a long chain leave few to take differences of. */
  readonly step?: number;
  readonly title: string;
  readonly bijection: Bijection;
  /** The log-determinant is 0 everywhere. By default it must be told from 0. */
  readonly keepsVolume?: boolean;
  /** Data live in (0, 1) instead of everywhere, and far-away latents saturate. */
  readonly unitBox?: boolean;
}

const conditioner = { width: 8, hiddenLayers: 2 };
const rotation = { seed: 7, purpose: "law test" };
const unitBox = (dimension: number) =>
  logitBox({ lower: Array(dimension).fill(0), upper: Array(dimension).fill(1) });

const everything = chain([
  standardise({ mean: [0, 1, 0, 1, 0, 1, 0, 1], deviation: [1, 2, 1, 2, 1, 2, 1, 2] }),
  actnorm({ dimension: 8 }),
  linear({ dimension: 8, ...rotation }),
  affineCoupling({ dimension: 8, conditioner }),
  haarSqueeze({ height: 2, width: 2, channels: 2 }),
  split({ dimension: 8, inner: affineCoupling({ dimension: 3, conditioner, transforms: "first" }) }),
  reversal(8),
  additiveCoupling({ dimension: 8, conditioner, split: 3 }),
  chain([actnorm({ dimension: 8 }), haarPyramid({ height: 4, width: 2, channels: 1 })]),
]);

/** The table. */
export const cases: readonly Case[] = [
  { title: "affine coupling of 2", bijection: affineCoupling({ dimension: 2, conditioner }) },
  {
    title: "affine coupling of 3, first part moved",
    bijection: affineCoupling({ dimension: 3, conditioner, transforms: "first" }),
  },
  {
    title: "affine coupling of 5, split at 1, tightly bounded",
    bijection: affineCoupling({ dimension: 5, conditioner, split: 1, logScaleBound: 0.5 }),
  },
  {
    title: "affine coupling of 4, one hidden layer",
    bijection: affineCoupling({ dimension: 4, conditioner: { width: 8, hiddenLayers: 1 } }),
  },
  {
    title: "affine coupling of 66, wider than the products that route columns",
    bijection: affineCoupling({ dimension: 66, conditioner }),
  },
  {
    title: "additive coupling of 3",
    bijection: additiveCoupling({ dimension: 3, conditioner }),
    keepsVolume: true,
  },
  { title: "linear of 1", bijection: linear({ dimension: 1, ...rotation }) },
  { title: "linear of 5", bijection: linear({ dimension: 5, ...rotation }) },
  { title: "actnorm of 3", bijection: actnorm({ dimension: 3 }) },
  { title: "permutation", bijection: permutation([2, 0, 3, 1]), keepsVolume: true },
  { title: "reversal", bijection: reversal(3), keepsVolume: true },
  {
    title: "random permutation",
    bijection: randomPermutation({ dimension: 9, ...rotation }),
    keepsVolume: true,
  },
  {
    title: "Haar squeeze",
    bijection: haarSqueeze({ height: 2, width: 4, channels: 3 }),
    keepsVolume: true,
  },
  {
    title: "Haar pyramid",
    bijection: haarPyramid({ height: 4, width: 8, channels: 2 }),
    keepsVolume: true,
  },
  {
    title: "split",
    bijection: split({ dimension: 5, inner: affineCoupling({ dimension: 2, conditioner }) }),
  },
  {
    title: "standardise",
    bijection: standardise({ mean: [10, -3], deviation: [0.5, 4] }),
  },
  {
    title: "Gram polynomials",
    bijection: gramPolynomials({ points: 5, channels: 2 }),
    keepsVolume: true,
  },
  { title: "radial compression of 1", bijection: radialCompression({ dimension: 3, group: 1 }) },
  { title: "radial compression of 2", bijection: radialCompression({ dimension: 6, group: 2 }) },
  { title: "radial compression of a whole", bijection: radialCompression({ dimension: 5, group: 5 }) },
  { title: "logit box", bijection: unitBox(3), unitBox: true },
  {
    title: "chain from a box",
    bijection: chain([unitBox(2), actnorm({ dimension: 2 }), affineCoupling({ dimension: 2, conditioner })]),
    unitBox: true,
  },
  {
    title: "field coupling",
    bijection: fieldCoupling({
      shape: { height: 3, width: 4, channels: 2 },
      conditioner: { width: 3, hiddenLayers: 2 },
    }),
    step: 2 ** -4,
  },
  {
    title: "field flow",
    bijection: fieldFlow({
      shape: { height: 4, width: 4, channels: 1 },
      levels: 1,
      blocks: 1,
      conditioner: { width: 3, hiddenLayers: 1 },
      logScaleBound: 0.5,
      seed: 7,
      purpose: "law test",
    }),
  },
  {
    title: "Gaussianisation beside its context",
    bijection: besideContext(gaussianisation({ size: 4, context: 2, layers: 1, conditioner, bound: 0.2 })),
  },
  { title: "chain of everything", bijection: everything, step: 2 ** -4 },
];
