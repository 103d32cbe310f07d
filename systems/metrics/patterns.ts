/**
 * What a two-species pattern looks like, in numbers that do not depend on where it lies.
 *
 * A pattern is a periodic field `[size, size, 2]`, flattened, species a and b beside each other.
 *
 * @module
 */
import { log } from "../../kernels/elementary/mod.ts";
import { fourierTransform } from "./fourier.ts";
import { mean, variance } from "./statistics.ts";

/** Species 0 (a) or 1 (b) of a pattern, as a field of its own. */
export function species(pattern: Float32Array, which: 0 | 1): Float64Array {
  const field = new Float64Array(pattern.length / 2);
  for (let i = 0; i < field.length; i++) field[i] = pattern[2 * i + which]; // Float64Array.from takes 17 times as long
  return field;
}

/** Radially averaged spectra of a pattern. */
export interface RadialSpectra {
  /** Mean power of a per mode of the ring, `[bins]`, ring i around wave number i + 1. */
  readonly a: Float64Array;
  /** The same for b. */
  readonly b: Float64Array;
  /** Real part of the cross spectrum over √(P_a P_b), in [−1, 1]. */
  readonly coherence: Float64Array;
}

/**
 * Added to powers before a logarithm: far below any live pattern's, so that a uniform one has one too; far above that
 * of noise of 0.001 on a field of 64 × 64, so that a pattern observed without noise looks like one with it.
 */
export const POWER_FLOOR = 1e-8;

/** The ring that the wave [y, x] of a transform of `size` belongs to: its wave number, rounded. */
export function ringOf(x: number, y: number, size: number): number {
  const [kx, ky] = [x, y].map((place) => place <= size / 2 ? place : place - size);
  return Math.round(Math.sqrt(kx * kx + ky * ky));
}

/**
 * Radial power spectra of both species and how they go together, wave numbers 1 to `bins` in units of one
 * period per side; power is |F|²/n². Both species are transformed as one complex field.
 */
export function radialSpectra(pattern: Float32Array, bins: number): RadialSpectra {
  const n = pattern.length / 2;
  const size = Math.sqrt(n);
  const real = species(pattern, 0);
  const imaginary = species(pattern, 1);
  fourierTransform({ real, imaginary }, size);
  const a = new Float64Array(bins), b = new Float64Array(bins), cross = new Float64Array(bins);
  const count = new Float64Array(bins);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const bin = ringOf(x, y, size) - 1;
      if (bin < 0 || bin >= bins) continue;
      const i = y * size + x;
      const j = ((size - y) % size) * size + ((size - x) % size);
      const aRe = (real[i] + real[j]) / 2, aIm = (imaginary[i] - imaginary[j]) / 2;
      const bRe = (imaginary[i] + imaginary[j]) / 2, bIm = (real[j] - real[i]) / 2;
      a[bin] += aRe * aRe + aIm * aIm;
      b[bin] += bRe * bRe + bIm * bIm;
      cross[bin] += aRe * bRe + aIm * bIm;
      count[bin]++;
    }
  }
  const coherence = cross.map((value, i) => value / Math.sqrt((a[i] + POWER_FLOOR) * (b[i] + POWER_FLOOR)));
  const scale = (values: Float64Array) => values.map((value, i) => value / (count[i] * n * n));
  return { a: scale(a), b: scale(b), coherence };
}

/** Natural logarithm of powers, with a floor. */
export function logPower(power: Float64Array): Float64Array {
  return power.map((value) => log(value + POWER_FLOOR));
}

/** Mean, standard deviation and skewness of a field. */
export function moments(field: Float64Array): [number, number, number] {
  const centre = mean(field);
  const deviation = Math.sqrt(variance(field));
  let third = 0;
  for (const value of field) third += (value - centre) * (value - centre) * (value - centre);
  const cubed = deviation * deviation * deviation;
  return [centre, deviation, cubed > 0 ? third / field.length / cubed : 0];
}

/** Minkowski functionals of one excursion set. */
export interface Minkowski {
  /** Share of the cells above the threshold. */
  readonly area: number;
  /** Boundary edges per cell. */
  readonly perimeter: number;
  /** Components minus holes, per cell; cells that touch at a corner are connected. */
  readonly euler: number;
}

/**
 * Minkowski functionals of the cells above a threshold on the periodic square lattice (Mantz et al. 2008),
 * from the numbers of covered faces, edges and vertices: Euler number = vertices − edges + faces.
 *
 * @param options.ramp Width of the range of values over which cells come to belong to the set; an edge or a vertex
 * belongs as much as the cell at it that does most. Functionals then are continuous in the field. By default 0.
 *
 * @example
 * ```ts
 * import { minkowski } from "./patterns.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const oneCell = Float64Array.of(0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
 * assertEquals(minkowski(oneCell, 0.5), { area: 1 / 16, perimeter: 4 / 16, euler: 1 / 16 });
 * ```
 */
export function minkowski(field: Float64Array, threshold: number, { ramp = 0 } = {}): Minkowski {
  const size = Math.sqrt(field.length);
  const inside = new Float64Array(field.length);
  for (let i = 0; i < field.length; i++) inside[i] = membership(field[i] - threshold, ramp);
  let faces = 0, boundary = 0, edges = 0, vertices = 0;
  for (let y = 0; y < size; y++) {
    const row = y * size, above = ((y + size - 1) % size) * size;
    let west = inside[row + size - 1], northWest = inside[above + size - 1];
    for (let x = 0; x < size; x++) {
      const here = inside[row + x], north = inside[above + x];
      const withWest = here > west ? here : west, withNorth = here > north ? here : north;
      const corner = north > northWest ? north : northWest;
      faces += here;
      boundary += Math.abs(here - west) + Math.abs(here - north);
      edges += withWest + withNorth;
      vertices += withWest > corner ? withWest : corner;
      [west, northWest] = [here, north];
    }
  }
  const n = field.length;
  return { area: faces / n, perimeter: boundary / n, euler: (vertices - edges + faces) / n };
}

/** How much a cell belongs to the set, from 0 to 1, by how far it is above the threshold. */
function membership(above: number, ramp: number): number {
  if (ramp === 0) return above > 0 ? 1 : 0;
  return Math.min(1, Math.max(0, above / ramp + 0.5));
}

/** Levels of b at which excursion sets are looked at: from the background to the peak of a spot. */
export const THRESHOLDS: readonly number[] = Array.from({ length: 12 }, (_, i) => 0.05 + 0.03 * i);

/** Area, perimeter and Euler number of b over {@link THRESHOLDS}, `[36]`, as {@link minkowski} takes them. */
export function minkowskiCurve(pattern: Float32Array, options?: { readonly ramp?: number }): Float64Array {
  const field = species(pattern, 1);
  const sets = THRESHOLDS.map((threshold) => minkowski(field, threshold, options));
  return Float64Array.from([
    ...sets.map((set) => set.area),
    ...sets.map((set) => set.perimeter),
    ...sets.map((set) => set.euler),
  ]);
}

/** Quantiles that {@link summary} takes of each species. */
const QUANTILES = [0.01, 0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95, 0.99];

/** Rings that {@link summary} takes of each spectrum. */
export const SUMMARY_BINS = 24;

/** Numbers in each part of a {@link summary}, in their order. */
export const SUMMARY_PARTS = {
  spectra: 2 * SUMMARY_BINS,
  minkowski: 3 * THRESHOLDS.length,
  quantiles: 2 * QUANTILES.length,
  coherence: SUMMARY_BINS,
  moments: 9 + 4,
} as const;

/** Numbers in a {@link summary}. */
export const SUMMARY_SIZE = Object.values(SUMMARY_PARTS).reduce((sum, size) => sum + size, 0);

/** The distance between {@link THRESHOLDS}: a summary jumps nowhere. */
export const SUMMARY_RAMP = 0.03;

/**
 * What a network knows about a pattern, `[SUMMARY_SIZE]`: log power spectra of both species, Minkowski functionals,
 * quantiles, the spectra's coherence, joint moments a^i b^j to order 3, skewness and kurtosis. Unchanged, but for rounding, when the pattern is
 * shifted, turned or mirrored.
 */
export function summary(pattern: Float32Array): Float32Array {
  const a = species(pattern, 0), b = species(pattern, 1);
  const n = a.length;
  const joint = new Float64Array(9);
  for (let i = 0; i < n; i++) {
    const x = a[i], y = b[i];
    joint[0] += x;
    joint[1] += y;
    joint[2] += x * x;
    joint[3] += x * y;
    joint[4] += y * y;
    joint[5] += x * x * x;
    joint[6] += x * x * y;
    joint[7] += x * y * y;
    joint[8] += y * y * y;
  }
  const bins = Math.min(SUMMARY_BINS, Math.sqrt(n) / 2);
  const spectra = radialSpectra(pattern, bins);
  const padded = (values: Float64Array) => [...values, ...new Array(SUMMARY_BINS - bins).fill(0)];
  return Float32Array.from([
    ...padded(logPower(spectra.a)),
    ...padded(logPower(spectra.b)),
    ...minkowskiCurve(pattern, { ramp: SUMMARY_RAMP }),
    ...quantiles(a),
    ...quantiles(b),
    ...padded(spectra.coherence),
    ...joint.map((sum) => sum / n),
    ...shape(a),
    ...shape(b),
  ]);
}

/** Skewness and kurtosis, of a variance kept away from 0. */
function shape(field: Float64Array): [number, number] {
  const centre = mean(field);
  let second = 0, third = 0, fourth = 0;
  for (const value of field) {
    const x = value - centre;
    second += x * x;
    third += x * x * x;
    fourth += x * x * x * x;
  }
  const spread = second / field.length + 1e-8;
  return [third / field.length / (spread * Math.sqrt(spread)), fourth / field.length / (spread * spread)];
}

function quantiles(field: Float64Array): number[] {
  const sorted = field.slice().sort();
  return QUANTILES.map((q) => sorted[Math.round(q * (sorted.length - 1))]);
}
