/**
 * Orthonormal Haar wavelets over fields, flattened in row-major order `[height, width, channel]`.
 *
 * One step takes each square of four neighbours (a b; c d) to twice its mean, (a + b + c + d) / 2, and three details.
 * It is a rotation (Haar 1910; in a flow: Ardizzone et al. 2019, "Guided image generation with conditional invertible
 * neural networks", §3.3). Loops over typed arrays, in sums and halves alone: every machine gives the same bytes.
 *
 * @module
 */
import type { Bijection } from "./bijection.ts";
import { orthogonal } from "./orthogonal.ts";

/** Size of a field. */
export interface FieldShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** A field's size, and how often it is halved. */
export interface PyramidShape extends FieldShape {
  /** By default until a side is odd. */
  readonly levels?: number;
}

/** What a coefficient measures: LL the mean, LH change along a row, HL change along a column, HH both. */
export type Orientation = "LL" | "LH" | "HL" | "HH";

/** Neighbouring coefficients of one kind, in row-major order of the squares that they belong to. */
export interface Band {
  /** 1 is the finest; a coefficient of level l belongs to a square of 2^l × 2^l cells. */
  readonly level: number;
  readonly orientation: Orientation;
  readonly channel: number;
  /** Index of the first. */
  readonly start: number;
  readonly count: number;
}

/** Numbers spread evenly over an array: number i is `values[start + stride * i]`. */
interface Plane {
  readonly values: Float32Array;
  readonly start: number;
  readonly stride: number;
}

/** The four planes that a step splits one into: LL, LH, HL, HH. */
type Quarters = readonly [Plane, Plane, Plane, Plane];

/**
 * One step as a bijection: `[height, width, channels]` to `[height / 2, width / 2, 4 · channels]`, both flattened. The
 * new channels are all LL, then all LH, HL and HH: a squeeze (Dinh et al. 2017, §3.6) that tells details from means.
 *
 * @throws {RangeError} If a side is odd.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { useWasmBackend } from "./backend.ts";
 * import { haarSqueeze } from "./haar.ts";
 *
 * await useWasmBackend();
 * const { value } = haarSqueeze({ height: 2, width: 2, channels: 1 }).forward(tf.tensor2d([[1, 2, 3, 4]]), {});
 * assertEquals([...value.dataSync()], [5, -1, -2, 0]);
 * ```
 */
export function haarSqueeze(shape: FieldShape): Bijection {
  const { height, width, channels } = requireLevels({ ...shape, levels: 1 });
  const dimension = height * width * channels;
  const whole = (values: Float32Array, start: number): Plane => ({ values, start, stride: channels });
  const quarters = (values: Float32Array, start: number): Quarters => {
    const quarter = (k: number) => ({ values, start: start + k * channels, stride: 4 * channels });
    return [quarter(0), quarter(1), quarter(2), quarter(3)];
  };
  return orthogonal({
    name: "Haar squeeze",
    dimension,
    apply: (rows) =>
      eachChannel(rows, { dimension, channels }, (output, row, channel) => {
        analyse(whole(rows, row + channel), { height, width }, quarters(output, row + channel));
      }),
    adjoint: (rows) =>
      eachChannel(rows, { dimension, channels }, (output, row, channel) => {
        synthesise(whole(output, row + channel), { height, width }, quarters(rows, row + channel));
      }),
  });
}

/**
 * The multi-level transform as a bijection, with the bands of its coefficients: from coarse to fine, first the means
 * of each channel at the last level, then level by level, channel by channel, LH, HL and HH.
 *
 * @throws {RangeError} If a side cannot be halved as often as told.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { haarPyramid } from "./haar.ts";
 *
 * const { bands } = haarPyramid({ height: 64, width: 64, channels: 2 });
 * assertEquals(bands[0], { level: 6, orientation: "LL", channel: 0, start: 0, count: 1 });
 * assertEquals(bands.at(-1), { level: 1, orientation: "HH", channel: 1, start: 7168, count: 1024 });
 * ```
 */
export function haarPyramid(shape: PyramidShape): Bijection & { readonly bands: readonly Band[] } {
  const { height, width, channels, levels } = requireLevels(shape);
  const whole = { height, width, channels, levels };
  return {
    ...orthogonal({
      name: "Haar pyramid",
      dimension: height * width * channels,
      apply: (rows) => haarAnalysis(rows, whole),
      adjoint: (rows) => haarSynthesis(rows, whole),
    }),
    bands: bandsOf(whole),
  };
}

/** Fields to coefficients, outside tfjs: `[batch, height · width · channels]` flattened, to the same. */
export function haarAnalysis(fields: Float32Array, shape: PyramidShape): Float32Array<ArrayBuffer> {
  const { height, width, channels, levels } = requireLevels(shape);
  const dimension = height * width * channels;
  const means = { values: new Float32Array(height * width / 4), start: 0, stride: 1 };
  return eachChannel(fields, { dimension, channels }, (output, row, channel) => {
    let fine: Plane = { values: fields, start: row + channel, stride: channels };
    for (let level = 1; level <= levels; level++) {
      const size = { height: height >> (level - 1), width: width >> (level - 1) };
      analyse(fine, size, [means, ...detailsOf(output, row, { channel, level, shape })]);
      fine = means;
    }
    const count = (height * width) >> (2 * levels);
    output.set(means.values.subarray(0, count), row + channel * count);
  });
}

/** Coefficients to fields, outside tfjs: the inverse of {@linkcode haarAnalysis}. */
export function haarSynthesis(coefficients: Float32Array, shape: PyramidShape): Float32Array<ArrayBuffer> {
  const { height, width, channels, levels } = requireLevels(shape);
  const dimension = height * width * channels;
  const means = { values: new Float32Array(height * width / 4), start: 0, stride: 1 };
  return eachChannel(coefficients, { dimension, channels }, (output, row, channel) => {
    const count = (height * width) >> (2 * levels);
    const start = row + channel * count;
    means.values.set(coefficients.subarray(start, start + count));
    for (let level = levels; level >= 1; level--) {
      const fine = level > 1 ? means : { values: output, start: row + channel, stride: channels };
      const size = { height: height >> (level - 1), width: width >> (level - 1) };
      synthesise(fine, size, [means, ...detailsOf(coefficients, row, { channel, level, shape })]);
    }
  });
}

/** Splits a plane into quarters. LL may lie over the plane itself: no number is replaced before it was read. */
function analyse(
  fine: Plane,
  { height, width }: { height: number; width: number },
  quarters: Quarters,
): void {
  const { values, start, stride } = fine;
  const [LL, LH, HL, HH] = quarters;
  const below = stride * width;
  for (let y = 0, i = 0; y < height; y += 2) {
    for (let x = 0, at = start + y * below; x < width; x += 2, at += 2 * stride, i++) {
      const a = values[at], b = values[at + stride];
      const c = values[at + below], d = values[at + below + stride];
      LL.values[LL.start + LL.stride * i] = 0.5 * (a + b + c + d);
      LH.values[LH.start + LH.stride * i] = 0.5 * (a - b + c - d);
      HL.values[HL.start + HL.stride * i] = 0.5 * (a + b - c - d);
      HH.values[HH.start + HH.stride * i] = 0.5 * (a - b - c + d);
    }
  }
}

/** Joins quarters to a plane, from the end, so that LL may lie over the plane itself. */
function synthesise(
  fine: Plane,
  { height, width }: { height: number; width: number },
  quarters: Quarters,
): void {
  const { values, start, stride } = fine;
  const [LL, LH, HL, HH] = quarters;
  const below = stride * width;
  for (let y = height - 2, i = height * width / 4 - 1; y >= 0; y -= 2) {
    for (let x = width - 2, at = start + y * below + stride * x; x >= 0; x -= 2, at -= 2 * stride, i--) {
      const mean = LL.values[LL.start + LL.stride * i], alongRow = LH.values[LH.start + LH.stride * i];
      const alongColumn = HL.values[HL.start + HL.stride * i], both = HH.values[HH.start + HH.stride * i];
      values[at] = 0.5 * (mean + alongRow + alongColumn + both);
      values[at + stride] = 0.5 * (mean - alongRow + alongColumn - both);
      values[at + below] = 0.5 * (mean + alongRow - alongColumn - both);
      values[at + below + stride] = 0.5 * (mean - alongRow - alongColumn + both);
    }
  }
}

/** Makes the result of a map of rows, channel by channel. */
function eachChannel(
  rows: Float32Array,
  { dimension, channels }: { dimension: number; channels: number },
  map: (output: Float32Array, row: number, channel: number) => void,
): Float32Array<ArrayBuffer> {
  const output = new Float32Array(rows.length);
  for (let row = 0; row < rows.length; row += dimension) {
    for (let channel = 0; channel < channels; channel++) map(output, row, channel);
  }
  return output;
}

/** The detail planes of a channel and level, among the coefficients of a row. */
function detailsOf(
  values: Float32Array,
  row: number,
  { channel, level, shape }: { channel: number; level: number; shape: FieldShape },
): [Plane, Plane, Plane] {
  const count = (shape.height * shape.width) >> (2 * level);
  const start = row + (shape.channels + 3 * channel) * count;
  return [
    { values, start, stride: 1 },
    { values, start: start + count, stride: 1 },
    { values, start: start + 2 * count, stride: 1 },
  ];
}

function bandsOf({ height, width, channels, levels }: Required<PyramidShape>): Band[] {
  const bands: Band[] = [];
  const add = (level: number, orientation: Orientation, channel: number) => {
    const start = bands.length === 0 ? 0 : bands[bands.length - 1].start + bands[bands.length - 1].count;
    bands.push({ level, orientation, channel, start, count: (height * width) >> (2 * level) });
  };
  for (let channel = 0; channel < channels; channel++) add(levels, "LL", channel);
  for (let level = levels; level >= 1; level--) {
    for (let channel = 0; channel < channels; channel++) {
      for (const orientation of ["LH", "HL", "HH"] as const) add(level, orientation, channel);
    }
  }
  return bands;
}

function requireLevels(shape: PyramidShape): Required<PyramidShape> {
  for (
    const [side, size] of Object.entries({
      height: shape.height,
      width: shape.width,
      channels: shape.channels,
    })
  ) {
    if (Number.isInteger(size) && size >= 1) continue;
    throw new RangeError(
      `Cannot transform a field: its ${side} must be a whole number of at least 1, but it is ${size}`,
    );
  }
  const halvings = Math.min(timesEven(shape.height), timesEven(shape.width));
  const { levels = halvings } = shape;
  if (Number.isInteger(levels) && levels >= 1 && levels <= halvings) return { ...shape, levels };
  throw new RangeError(
    `Cannot transform a field: its sides must be even for each of at least 1 level, ` +
      `but ${shape.height} × ${shape.width} can be halved ${halvings} times, for ${levels} levels`,
  );
}

function timesEven(size: number): number {
  let times = 0;
  for (; size % 2 === 0; size /= 2) times++;
  return times;
}
