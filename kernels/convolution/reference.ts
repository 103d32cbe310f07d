/**
 * The kernels of `mod.ts` number by number, on pixels `[height, width, channels]`, each operation rounded to f32: the
 * oracle that they equal bit for bit.
 *
 * @module
 */
import { boundedExponential, logistic } from "../vector_math/reference.ts";

const f32 = Math.fround;

/** Pixels `[height, width, channels]`, row-major. */
export interface Field {
  readonly data: Float32Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Weights `[size, size, inputs, outputs]`, row-major. */
export interface Filter {
  readonly data: Float32Array;
  readonly size: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** Index of a cell's channel; cells beyond a side are those of the opposite one. */
function indexIn({ height, width, channels }: Field, y: number, x: number, channel: number): number {
  return (((y + height) % height) * width + (x + width) % width) * channels + channel;
}

function weightIndex({ inputs, outputs }: Filter, neighbour: number, input: number, output: number): number {
  return (neighbour * inputs + input) * outputs + output;
}

/** How far neighbour number k lies from the middle of the filter. */
function offsetOf(k: number, size: number): { dy: number; dx: number } {
  const reach = (size - 1) / 2;
  return { dy: Math.floor(k / size) - reach, dx: k % size - reach };
}

/**
 * Σ over channels, then rows, then columns of the filter, begun with `starts` at every pixel and output: the bias, or
 * what is there.
 */
export function convolve(x: Field, filter: Filter, starts: (pixel: number, output: number) => number): Field {
  const { height, width } = x, { size, inputs, outputs } = filter;
  const y: Field = { data: new Float32Array(height * width * outputs), height, width, channels: outputs };
  for (let pixel = 0; pixel < height * width; pixel++) {
    for (let output = 0; output < outputs; output++) {
      let sum = starts(pixel, output);
      for (let input = 0; input < inputs; input++) {
        for (let k = 0; k < size * size; k++) {
          const { dy, dx } = offsetOf(k, size);
          const value = x.data[indexIn(x, Math.floor(pixel / width) + dy, pixel % width + dx, input)];
          sum = f32(sum + f32(value * filter.data[weightIndex(filter, k, input, output)]));
        }
      }
      y.data[pixel * outputs + output] = sum;
    }
  }
  return y;
}

/** The filter turned about and transposed: a convolution of dy with it is the gradient in x. */
export function transposed(filter: Filter): Filter {
  const { size, inputs, outputs } = filter;
  const turned: Filter = {
    data: new Float32Array(filter.data.length),
    size,
    inputs: outputs,
    outputs: inputs,
  };
  for (let k = 0; k < size * size; k++) {
    for (let input = 0; input < inputs; input++) {
      for (let output = 0; output < outputs; output++) {
        const from = weightIndex(filter, size * size - 1 - k, input, output);
        turned.data[weightIndex(turned, k, output, input)] = filter.data[from];
      }
    }
  }
  return turned;
}

/** Four sums over cells and fields, as assembly.ts orders them, and at the end their sum. */
class CellSum {
  readonly #lanes = new Float32Array(4);

  add(value: number, pixel: number, width: number): void {
    const index = Math.floor(pixel / width) * (width + 2) + pixel % width;
    this.#lanes[index % 4] += value;
  }

  total(): number {
    const [a, b, c, d] = this.#lanes;
    return f32(f32(a + b) + f32(c + d));
  }
}

/** The filter's gradient Σ x · dy over the cells of all fields, and the bias's Σ dy. */
export function parameterGradients(
  pairs: readonly { readonly x: Field; readonly dy: Field }[],
  { size, inputs, outputs }: Omit<Filter, "data">,
): { filter: Float32Array; bias: Float32Array } {
  const filter = new Float32Array(size * size * inputs * outputs), bias = new Float32Array(outputs);
  for (let output = 0; output < outputs; output++) {
    bias[output] = channelSum(pairs.map(({ dy }) => dy), output);
    for (let input = 0; input < inputs; input++) {
      for (let k = 0; k < size * size; k++) {
        const offset = offsetOf(k, size), sum = new CellSum();
        for (const { x, dy } of pairs) {
          for (let pixel = 0; pixel < x.height * x.width; pixel++) {
            const [row, column] = [Math.floor(pixel / x.width) + offset.dy, pixel % x.width + offset.dx];
            const product = f32(x.data[indexIn(x, row, column, input)] * dy.data[pixel * outputs + output]);
            sum.add(product, pixel, x.width);
          }
        }
        filter[(k * inputs + input) * outputs + output] = sum.total();
      }
    }
  }
  return { filter, bias };
}

/** Σ of a channel over the cells of all fields. */
export function channelSum(fields: readonly Field[], channel: number): number {
  const sum = new CellSum();
  for (const { data, height, width, channels } of fields) {
    for (let pixel = 0; pixel < height * width; pixel++) {
      sum.add(data[pixel * channels + channel], pixel, width);
    }
  }
  return sum.total();
}

/** Σ of everything in a field, channel by channel. */
export function fieldSum(field: Field): number {
  let total = 0;
  for (let channel = 0; channel < field.channels; channel++) {
    total = f32(total + channelSum([field], channel));
  }
  return total;
}

/** x σ(x) and its slope. */
export function silu(x: number): { value: number; slope: number } {
  const sigmoid = logistic(x), value = f32(x * sigmoid);
  return { value, slope: f32(sigmoid + f32(value * f32(1 - sigmoid))) };
}

/** z = x eˢ + shift with s = bound · tanh(raw / bound), and what its gradient needs, of one number. */
export function affineMove(
  { x, raw, shift, bound }: { x: number; raw: number; shift: number; bound: number },
) {
  const b = f32(bound);
  const sigmoid = logistic(f32(raw * f32(2 / b)));
  const logScale = f32(f32(sigmoid * f32(2 * b)) - b);
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

/** The four neighbours of each square, channel by channel, and what is made of them: `[height / 2, width / 2, …]`. */
function eachSquare(
  field: Field,
  made: (corners: readonly [number, number, number, number]) => readonly number[],
): Field {
  const { data, height, width, channels } = field;
  const outputs = made([0, 0, 0, 0]).length * channels;
  const result: Field = {
    data: new Float32Array(height * width * outputs / 4),
    height: height / 2,
    width: width / 2,
    channels: outputs,
  };
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      for (let channel = 0; channel < channels; channel++) {
        const at = (row: number, column: number) => data[indexIn(field, y + row, x + column, channel)];
        for (const [k, value] of made([at(0, 0), at(0, 1), at(1, 0), at(1, 1)]).entries()) {
          result.data[indexIn(result, y / 2, x / 2, k * channels + channel)] = value;
        }
      }
    }
  }
  return result;
}

/** Haar's wavelets, `[height / 2, width / 2, 4 · channels]`. */
export function squeeze(field: Field): Field {
  return eachSquare(field, ([a, b, c, d]) => [
    0.5 * (a + b + c + d),
    0.5 * (a - b + c - d),
    0.5 * (a + b - c - d),
    0.5 * (a - b - c + d),
  ]);
}

/** Means of squares, `[height / 2, width / 2, channels]`. */
export function averagePool(field: Field): Field {
  return eachSquare(field, ([a, b, c, d]) => [f32(0.25 * f32(f32(a + b) + f32(c + d)))]);
}
