/**
 * The kernels of `mod.ts` number by number, on row-major arrays, each operation rounded to f32: the oracle that they
 * equal bit for bit.
 *
 * @module
 */
import { boundedExponential, hyperbolicTangent, logistic } from "../vector_math/reference.ts";

const f32 = Math.fround;

/** Row-major, `[rows, columns]`. */
export interface Rows {
  readonly data: Float32Array;
  readonly columns: number;
}

/** x · W + bias, each sum begun with the bias. */
export function multiply(x: Rows, weight: Rows, bias: Float32Array): Rows {
  const rows = x.data.length / x.columns, outputs = weight.columns;
  const data = new Float32Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < outputs; j++) {
      let sum = bias[j];
      for (let i = 0; i < x.columns; i++) {
        sum = f32(sum + f32(x.data[row * x.columns + i] * weight.data[i * outputs + j]));
      }
      data[row * outputs + j] = sum;
    }
  }
  return { data, columns: outputs };
}

/** weight = xᵀ · dy and bias = the column sums of dy, in four sums over every fourth row each. */
export function parameterGradients(x: Rows, dy: Rows): { weight: Float32Array; bias: Float32Array } {
  const rows = x.data.length / x.columns, inputs = x.columns, outputs = dy.columns;
  return {
    weight: Float32Array.from({ length: inputs * outputs }, (_, at) => {
      const i = Math.floor(at / outputs), j = at % outputs;
      return sumOverBatch(rows, (row) => f32(x.data[row * inputs + i] * dy.data[row * outputs + j]));
    }),
    bias: Float32Array.from(
      { length: outputs },
      (_, j) => sumOverBatch(rows, (row) => dy.data[row * outputs + j]),
    ),
  };
}

/** Σ of a number of each row: four sums, of every fourth row each, added as (0 + 1) + (2 + 3). */
export function sumOverBatch(rows: number, term: (row: number) => number): number {
  const sums = new Float32Array(4);
  for (let row = 0; row < rows; row++) sums[row % 4] += term(row);
  return f32(f32(sums[0] + sums[1]) + f32(sums[2] + sums[3]));
}

/** x σ(x) and its slope. */
export function silu(x: number): { value: number; slope: number } {
  const sigmoid = logistic(x), value = f32(x * sigmoid);
  return { value, slope: f32(sigmoid + f32(value * f32(1 - sigmoid))) };
}

/** max(x, x / 100) and its slope. */
export function leakyRelu(x: number): { value: number; slope: number } {
  return { value: Math.max(x, f32(x * f32(0.01))), slope: x > 0 ? 1 : f32(0.01) };
}

/** z = x eˢ + shift with s = bound · tanh(raw / bound), and what its gradient needs, of one number. */
export function affineMove(
  { x, raw, shift, bound }: { x: number; raw: number; shift: number; bound: number },
) {
  const b = f32(bound);
  const logScale = f32(b * hyperbolicTangent(f32(raw * f32(1 / b))));
  const scale = boundedExponential(logScale), scaled = f32(x * scale);
  return { z: f32(scaled + shift), logScale, scale, scaled };
}

/** dx and draw of that move. */
export function affineMoveGradient(
  { dz, dLogDet, logScale, scaled, scale, bound }: {
    dz: number;
    dLogDet: number;
    logScale: number;
    scaled: number;
    scale: number;
    bound: number;
  },
): { dx: number; draw: number } {
  const ratio = f32(logScale / f32(bound));
  const slope = f32(1 - f32(ratio * ratio));
  return { dx: f32(dz * scale), draw: f32(f32(dLogDet + f32(dz * scaled)) * slope) };
}

/** x of the move, from y = z: the inverse, and what it leaves. */
export function affineMoveInverse(
  { y, raw, shift, bound }: { y: number; raw: number; shift: number; bound: number },
) {
  const { logScale, scale } = affineMove({ x: 0, raw, shift, bound });
  const scaled = f32(y - shift);
  return { x: f32(scaled / scale), logScale, scale, scaled };
}

/** Σ s of one row, in the order of its features. */
export function sumLogScales(logScales: ArrayLike<number>): number {
  return Array.from(logScales).reduce((sum, logScale) => f32(sum + logScale), 0);
}
