/**
 * The kernels of `mod.ts` number by number, on row-major arrays, each operation rounded to f32: the oracle that they
 * equal bit for bit.
 *
 * @module
 */
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

/** weight = xᵀ · dy and bias = the column sums of dy, summed over rows in their order. */
export function parameterGradients(x: Rows, dy: Rows): { weight: Float32Array; bias: Float32Array } {
  const rows = x.data.length / x.columns;
  const weight = new Float32Array(x.columns * dy.columns), bias = new Float32Array(dy.columns);
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < dy.columns; j++) {
      const d = dy.data[row * dy.columns + j];
      bias[j] += d;
      for (let i = 0; i < x.columns; i++) {
        weight[i * dy.columns + j] += f32(x.data[row * x.columns + i] * d);
      }
    }
  }
  return { weight, bias };
}

/** eˣ by Cephes' expf: x = n ln 2 + r, eˣ = 2ⁿ eʳ. Constant beyond ±87. */
export function exponential(x: number): number {
  x = x < -87 ? -87 : x > 87 ? 87 : x;
  const shift = 12582912; // 3 · 2²²: what is added to it is rounded to a whole number
  const n = f32(f32(shift + f32(x * f32(1.44269504))) - shift);
  let r = f32(x - f32(n * f32(0.693359375)));
  r = f32(r - f32(n * f32(-2.12194440e-4)));
  let p = f32(1.9875691500e-4);
  for (const c of [1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1]) {
    p = f32(f32(c) + f32(p * r));
  }
  p = f32(f32(r + f32(p * f32(r * r))) + 1);
  const power = new Float32Array(Int32Array.of((n + 127) << 23).buffer)[0];
  return f32(p * power);
}

function logistic(x: number): number {
  return f32(1 / f32(1 + exponential(-x)));
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
  const sigmoid = logistic(f32(raw * f32(2 / b)));
  const logScale = f32(f32(sigmoid * f32(2 * b)) - b);
  const scale = exponential(logScale), scaled = f32(x * scale);
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

/** Σ s of one row, in the order of the kernel: by lane over panels of eight, then lanes in pairs. */
export function sumLogScales(logScales: ArrayLike<number>): number {
  const sums = new Float32Array(8);
  for (let j = 0; j < logScales.length; j++) sums[j % 8] += logScales[j];
  const [a, b, c, d] = [0, 1, 2, 3].map((lane) => f32(sums[lane] + sums[lane + 4]));
  return f32(f32(a + b) + f32(c + d));
}
