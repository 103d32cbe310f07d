/**
 * What is trained in the bench: a network of a system in its paper profile, or in other sizes, on data of that system.
 *
 * All peers read it from a folder: `work.json`, the prepared rows `u.f32` and `v.f32`, the start values `start.f32`,
 * flat in the order of `shapes`, and the rows of every step's batch, `rows.i64`.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { below } from "../kernels/philox/mod.ts";
import { type FitOptions, startValues } from "../macronet/fit.ts";
import type { Pairs } from "../macronet/evaluation.ts";
import { gramPolynomials } from "../macronet/gram_polynomials.ts";
import { haarPyramid } from "../macronet/haar.ts";
import { type Matrix, matrix, pickRows } from "../macronet/matrix.ts";
import { type Relation, relationParameters } from "../macronet/relation.ts";
import { randomRotation } from "../macronet/rotation.ts";
import { fields } from "./field_system.ts";
import { system as linear } from "../systems/linear.ts";
import { system as oscillator } from "../systems/oscillator.ts";
import { MAGNIFICATION } from "../systems/oscillator_flow.ts";
import { limits, type RuleBox } from "../systems/rule_box.ts";
import type { System } from "../systems/system.ts";
import { SUMMARY_PARTS } from "../systems/metrics/patterns.ts";
import { system as turing } from "../systems/turing.ts";
import { NOISE_LOG_SCALE } from "../systems/turing_settings.ts";

const SYSTEMS = { oscillator, linear, turing, fields } as unknown as Readonly<Record<SystemName, System>>;

/** Systems that networks are of. */
export type SystemName = "oscillator" | "linear" | "turing" | "fields";

/** Which network, and what is other than in the paper profile. */
export interface NetworkSize {
  readonly system: SystemName;
  readonly batch?: number;
  readonly blocks?: number;
  /** Of the conditioners, on both sides. */
  readonly width?: number;
  /** Cells along a side of a field, of fields alone. */
  readonly side?: number;
}

/** Samples that a network is trained on. */
const SAMPLES = 2048;
/** Of those that take time or room: a Turing pattern 10 ms, a field of 128² cells 130 KB. */
const FEWER: Readonly<Partial<Record<SystemName, number>>> = { turing: 512, fields: 128 };
/** Of the data. */
export const SEED = 1;

/** `work.json` */
export interface Work extends NetworkSize {
  readonly options: FitOptions;
  readonly network: Readonly<Record<string, number>>;
  /** Steps at which peers say their loss. */
  readonly lossesAt: readonly number[];
  readonly columns: Readonly<Record<"u" | "v", number>>;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly rotations: Readonly<Record<string, readonly (readonly number[])[]>>;
  /** Mean and standard deviation of each dimension. */
  readonly normalisation: Readonly<Record<"u" | "v", readonly (readonly number[])[]>>;
  /** Of the oscillator alone. */
  readonly magnification?: number;
  /** Of trajectories alone: columns are orthonormal polynomials over time, for each coordinate. */
  readonly polynomials?: readonly (readonly number[])[];
  /** Of Turing patterns alone. */
  readonly box?: readonly (readonly number[])[];
  readonly bandCounts?: readonly number[];
  readonly noiseLogScale?: readonly number[];
  /** Numbers of spectra and of Minkowski functionals that designs are to share with their example. */
  readonly looks?: readonly number[];
  readonly weights?: Readonly<Record<string, number>>;
}

/** Makes the work, and leaves it in the folder. */
export async function writeWork(
  folder: string,
  size: NetworkSize,
  { steps, lossesAt }: { steps: number; lossesAt: readonly number[] },
): Promise<Work> {
  const system = SYSTEMS[size.system], settings = settingsOf(size);
  const { physics, train, network } = settings;
  const microstates = samples(system, physics, FEWER[size.system] ?? SAMPLES);
  const normalisation = { u: moments(microstates.u), v: moments(microstates.v) };
  const relation = system.relation({ physics, network, seed: train.seed }, normalisation);
  const pairs = { u: relation.u.prepare(microstates.u), v: relation.v.prepare(microstates.v) };
  const work: Work = {
    ...size,
    options: train,
    network,
    lossesAt,
    columns: { u: pairs.u.columns, v: pairs.v.columns },
    shapes: shapesOf(relation),
    rotations: rotationsOf(size.system, network.blocks!, train.seed, relation),
    normalisation: { u: rowsOf(normalisation.u), v: rowsOf(normalisation.v) },
    ...(size.system === "oscillator" && { magnification: MAGNIFICATION }),
    ...(size.system === "linear" && { polynomials: polynomialsOver(pairs.v.columns / 2) }),
    ...(size.system === "turing" && turingNumbers(relation, physics)),
  };
  const rows = new BigInt64Array(steps * train.batch);
  for (let step = 0; step < steps; step++) {
    const drawn = below(pairs.u.rows, train.batch, { seed: train.seed, purpose: "fit.batch", sample: step });
    rows.set(Array.from(drawn, BigInt), step * train.batch);
  }
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(`${folder}/work.json`, JSON.stringify(work));
  const arrays = { "u.f32": pairs.u.data, "v.f32": pairs.v.data, "rows.i64": rows };
  const start = startValues(relation, { train: pairs, seed: train.seed });
  for (
    const [name, { buffer, byteOffset, byteLength }] of Object.entries({ ...arrays, "start.f32": start })
  ) {
    await Deno.writeFile(`${folder}/${name}`, new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength));
  }
  return work;
}

/** What {@link writeWork} left: the network and its data. */
export function readWork(folder: string): { work: Work; relation: Relation; pairs: Pairs } {
  const work = JSON.parse(Deno.readTextFileSync(`${folder}/work.json`)) as Work;
  const { physics, network, train } = settingsOf(work);
  const normalisation = { u: matrixOf(work.normalisation.u), v: matrixOf(work.normalisation.v) };
  const relation = SYSTEMS[work.system].relation({ physics, network, seed: train.seed }, normalisation);
  const read = (side: "u" | "v") =>
    matrix(new Float32Array(Deno.readFileSync(`${folder}/${side}.f32`).buffer), work.columns[side]);
  return { work, relation, pairs: { u: read("u"), v: read("v") } };
}

function settingsOf({ system, batch, blocks, width, side }: NetworkSize) {
  const { physics, network, train } = SYSTEMS[system].profiles.paper;
  const known = network as unknown as Record<string, number>;
  const widths = Object.keys(known).filter((name) => name.startsWith("width"));
  return {
    physics: side === undefined ? physics : { ...physics, side },
    network: {
      ...network,
      ...known,
      // The first turn of a training alone: that of the macrostates, without the classifier of rules, whose draws are
      // ours alone.
      ...(system === "turing" && { patternLayers: 0, weightLive: 0 }),
      // Prediction alone: what a resemblance costs is measured on patterns.
      ...(system === "linear" && { weightTurn: 0 }),
      ...(blocks !== undefined && { blocks }),
      ...(width !== undefined && Object.fromEntries(widths.map((name) => [name, width]))),
    },
    train: { ...train, ...(batch !== undefined && { batch }) },
  };
}

/** Samples of the prior that belong to a data set. */
function samples(system: System, physics: object, count: number): Pairs {
  const randomness = { seed: SEED, purpose: "bench", from: 0 };
  const u = system.prior(physics, count, randomness);
  const { v, accepted } = system.grow(physics, u, randomness);
  if (accepted === undefined) return { u, v };
  const rows = Array.from(accepted.data.keys()).filter((i) => accepted.data[i] === 1);
  return { u: pickRows(u, rows), v: pickRows(v, rows) };
}

/** Mean and standard deviation of each column, `[2, columns]`. */
function moments({ rows, columns, data }: Matrix): Matrix {
  const mean = new Float64Array(columns), square = new Float64Array(columns);
  for (let i = 0; i < data.length; i++) mean[i % columns] += data[i] / rows;
  for (let i = 0; i < data.length; i++) {
    const centred = data[i] - mean[i % columns];
    square[i % columns] += centred * centred / rows;
  }
  return matrix(Float32Array.from([...mean, ...square.map(Math.sqrt)]), columns);
}

function shapesOf(relation: Relation): Record<string, readonly number[]> {
  return Object.fromEntries(
    Object.entries(relationParameters(relation)).map(([name, { shape }]) => [name, shape]),
  );
}

/** The fixed rotations by what they are drawn for. */
function rotationsOf(system: SystemName, blocks: number, seed: number, relation: Relation) {
  const rotations: Record<string, number[][]> = {};
  const add = (purpose: string, n: number) => {
    const values = Float32Array.from(randomRotation(n, { seed, purpose }));
    rotations[purpose] = rowsOf(matrix(values, n));
  };
  for (let block = 0; block < blocks; block++) {
    if (system === "oscillator") { for (const half of [0, 1]) add(`rotation.${block}.${half}`, 2); }
    else if (system === "fields") add(`rotation.0.${block}`, 8);
    else add(`rotation.u.${block}`, relation.u.bijection.dimension);
    if (system === "linear") {
      add(`rotation.v.${block}`, relationParameters(relation)["v.4.inner.1.lowerUpper"].shape[0]);
    }
  }
  return rotations;
}

/** The matrix that takes a trajectory, as a row, to its coefficients. */
function polynomialsOver(points: number): number[][] {
  const map = gramPolynomials({ points, channels: 2 });
  return tf.tidy(() => map.forward(tf.eye(2 * points), {}).value.arraySync());
}

/** What the pattern map is made from. */
function turingNumbers(relation: Relation, physics: object) {
  const { lower, upper } = limits((physics as { box: RuleBox }).box);
  const { size } = physics as { size: number };
  const bandCounts = haarPyramid({ height: size, width: size, channels: 2 }).bands.map(({ count }) => count);
  const { spectra, minkowski } = SUMMARY_PARTS;
  return {
    box: [lower, upper],
    bandCounts,
    noiseLogScale: NOISE_LOG_SCALE,
    looks: [spectra, minkowski],
    weights: relation.v.weights,
  };
}

function rowsOf({ rows, columns, data }: Matrix): number[][] {
  return Array.from({ length: rows }, (_, i) => Array.from(data.subarray(i * columns, (i + 1) * columns)));
}

function matrixOf(rows: readonly (readonly number[])[]): Matrix {
  return matrix(Float32Array.from(rows.flat()), rows[0].length);
}
