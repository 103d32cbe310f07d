/**
 * Orthonormal polynomials over a sequence: mean, trend, bend, … in place of the values themselves.
 *
 * A sequence that is smooth but for noise has all of its signal in the first few coefficients, and white noise, which
 * an orthogonal map leaves white, in all of them.
 *
 * @module
 */
import type { Bijection } from "./bijection.ts";
import { orthogonal, type RowMap } from "./orthogonal.ts";

/**
 * The coefficients of a sequence in the orthonormal polynomials over its points, from degree 0 on (Gram 1883; also
 * called discrete Chebyshev): `[points, channels]` to `[points, channels]`, both flattened in row-major order,
 * coefficient k being row k. A rotation or reflection: log |det| = 0. No parameters.
 *
 * @throws {RangeError} If a size is not a whole number of at least 1.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertAlmostEquals } from "@std/assert";
 * import { useWasmBackend } from "./backend.ts";
 * import { gramPolynomials } from "./gram_polynomials.ts";
 *
 * await useWasmBackend();
 * const map = gramPolynomials({ points: 3, channels: 1 });
 * const [level, trend, bend] = map.forward(tf.tensor2d([[4, 5, 6]]), {}).value.dataSync();
 * assertAlmostEquals(level, 5 * Math.sqrt(3), 1e-6);
 * assertAlmostEquals(trend, Math.SQRT2, 1e-6);
 * assertAlmostEquals(bend, 0, 1e-6);
 * ```
 */
export function gramPolynomials(
  { points, channels }: { readonly points: number; readonly channels: number },
): Bijection {
  for (const [field, size] of Object.entries({ points, channels })) {
    if (Number.isInteger(size) && size >= 1) continue;
    throw new RangeError(
      `Cannot build polynomials: ${field} must be a whole number of at least 1, but it is ${size}`,
    );
  }
  const basis = orthonormalPolynomials(points);
  const transposed = basis.map((_, t) => Float64Array.from(basis, (polynomial) => polynomial[t]));
  return orthogonal({
    name: "Gram polynomials",
    dimension: points * channels,
    apply: products(basis, channels),
    adjoint: products(transposed, channels),
  });
}

/** The matrix times every row, a row being `[matrix.length, channels]`. */
function products(matrix: readonly Float64Array[], channels: number): RowMap {
  return (rows) => {
    const result = new Float32Array(rows.length);
    const size = matrix.length * channels;
    for (let row = 0; row < rows.length; row += size) {
      for (let i = 0; i < size; i++) {
        const weights = matrix[Math.floor(i / channels)];
        let sum = 0;
        for (let t = 0, j = row + i % channels; t < weights.length; t++, j += channels) {
          sum += weights[t] * rows[j];
        }
        result[row + i] = sum;
      }
    }
    return result;
  };
}

/**
 * Values of the polynomials of degree 0 … n − 1 at the n points: each is the one before times the centred point,
 * orthogonalised twice against all before (Giraud et al. 2005: twice is enough).
 */
function orthonormalPolynomials(n: number): Float64Array[] {
  const found: Float64Array[] = [];
  for (let degree = 0; degree < n; degree++) {
    const before = found.at(-1);
    const next = Float64Array.from({ length: n }, (_, t) => before ? before[t] * (t - (n - 1) / 2) : 1);
    for (let pass = 0; pass < 2; pass++) {
      for (const unit of found) {
        const component = dot(next, unit);
        for (let t = 0; t < n; t++) next[t] -= component * unit[t];
      }
    }
    const norm = Math.sqrt(dot(next, next));
    found.push(next.map((value) => value / norm));
  }
  return found;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let t = 0; t < a.length; t++) sum += a[t] * b[t];
  return sum;
}
