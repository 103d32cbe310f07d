/**
 * How alike two patterns look, by measures that owe nothing to a trained network.
 *
 * @module
 */
import { type Matrix, matrix, rowRange } from "../../macronet/matrix.ts";
import { logPower, minkowskiCurve, moments, radialSpectra, species } from "./patterns.ts";
import { mean, type Values, variance } from "./statistics.ts";

/** Rings of the spectra that patterns are compared by. */
const SPECTRUM_BINS = 24;

/** Ways to look at a pattern that owe nothing to φ_v. */
export const LOOKS = ["spectrum", "minkowski", "moments"] as const;
/** One of {@link LOOKS}. */
export type Look = typeof LOOKS[number];
/** What each look sees of one pattern. */
export type Looks = Readonly<Record<Look, Values>>;
/** How far two patterns are apart, by each look. */
export type Distances = Readonly<Record<Look, number>>;

/** Looks at every row of patterns `[rows, size · size · 2]`. */
export function looks(patterns: Matrix): Looks[] {
  return Array.from({ length: patterns.rows }, (_, i) => {
    const pattern = rowRange(patterns, i, i + 1).data;
    return {
      spectrum: spectrumOf(pattern),
      minkowski: minkowskiCurve(pattern),
      moments: [...moments(species(pattern, 0)), ...moments(species(pattern, 1))],
    };
  });
}

/** What the look at the spectrum sees of patterns: log power of a and of b, ring by ring, `[rows, 2 · rings]`. */
export function spectraOf(patterns: Matrix): Matrix {
  const columns = 2 * ringsOf(patterns.columns);
  const spectra = new Float32Array(patterns.rows * columns);
  for (let i = 0; i < patterns.rows; i++) {
    spectra.set(spectrumOf(rowRange(patterns, i, i + 1).data), i * columns);
  }
  return matrix(spectra, columns);
}

function spectrumOf(pattern: Float32Array): number[] {
  const spectra = radialSpectra(pattern, ringsOf(pattern.length));
  return [...logPower(spectra.a), ...logPower(spectra.b)];
}

/** Rings in the spectrum of a pattern of so many values. */
function ringsOf(values: number): number {
  return Math.min(SPECTRUM_BINS, Math.sqrt(values / 2) / 2);
}

/** Standard deviation of every number of every look over the held-out patterns: the unit of distance. */
export function spreadOf(patterns: Matrix): Looks {
  const all = looks(patterns);
  const spread = (look: Look) =>
    Array.from(all[0][look], (_, j) => Math.sqrt(variance(all.map((one) => one[look][j]))) || 1);
  return { spectrum: spread("spectrum"), minkowski: spread("minkowski"), moments: spread("moments") };
}

/** Root mean square difference in units of `scale`, averaged over the found patterns that are finite. */
export function meanDistance(target: Looks, found: readonly Looks[], scale: Looks): Distances {
  const finite = found.filter((one) => Number.isFinite(one.moments[0]));
  const distance = (look: Look) =>
    mean(finite.map((one) => {
      const terms = Array.from(scale[look], (unit, j) => (one[look][j] - target[look][j]) / unit);
      return Math.sqrt(mean(terms.map((term) => term * term)));
    }));
  return { spectrum: distance("spectrum"), minkowski: distance("minkowski"), moments: distance("moments") };
}
