import { deepStrictEqual, ok } from "node:assert/strict";
import fc from "fast-check";
import {
  channelSumFloats,
  convolutionKernels,
  filterSumFloats,
  packedFloats,
  planeFloats,
} from "../../kernels/convolution/mod.ts";
import * as reference from "../../kernels/convolution/reference.ts";
import type { Field, Filter } from "../../kernels/convolution/reference.ts";
import { normals } from "../../kernels/philox/mod.ts";

/** A memory with the kernels on it, full of NaN: what is read without having been written shows. */
function workbench() {
  const memory = new WebAssembly.Memory({ initial: 32 });
  new Float32Array(memory.buffer).fill(NaN);
  let end = 64;
  const reserve = (floats: number) => {
    const pointer = end;
    end += Math.ceil(floats / 16) * 64;
    memory.grow(Math.max(0, Math.ceil((end - memory.buffer.byteLength) / 65536)));
    return pointer;
  };
  const write = (pointer: number, values: ArrayLike<number>) =>
    new Float32Array(memory.buffer, pointer, values.length).set(values);
  const read = (pointer: number, floats: number) => new Float32Array(memory.buffer, pointer, floats).slice();
  const put = (values: ArrayLike<number>) => {
    const pointer = reserve(values.length);
    write(pointer, values);
    return pointer;
  };
  const kernels = convolutionKernels(memory);
  const planes = (shape: Omit<Field, "data">) => reserve(shape.channels * planeFloats(shape));
  const putPlanes = (field: Field, halo: "wrap" | "clearHalo") => {
    const { data, height, width, channels } = field;
    const pointer = planes(field);
    kernels.toPlanes(put(data), channels, pointer, height, width, channels);
    kernels[halo](pointer, height, width, channels);
    return pointer;
  };
  const readPlanes = (pointer: number, { height, width, channels }: Omit<Field, "data">) => {
    const pixels = reserve(height * width * channels);
    kernels.fromPlanes(pointer, pixels, channels, height, width, channels);
    return read(pixels, height * width * channels);
  };
  return { kernels, reserve, put, read, planes, putPlanes, readPlanes };
}

const draws = (count: number, purpose: string) =>
  Float32Array.from(normals(count, { seed: 1, purpose }), (value) => 2 * value);

function field(height: number, width: number, channels: number, purpose = "field"): Field {
  return { data: draws(height * width * channels, purpose), height, width, channels };
}

function filterOf(size: 1 | 3, inputs: number, outputs: number): Filter {
  return { data: draws(size * size * inputs * outputs, "filter"), size, inputs, outputs };
}

interface Shape {
  readonly height: number;
  readonly width: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly size: 1 | 3;
}

const shapes: fc.Arbitrary<Shape> = fc.record({
  height: fc.integer({ min: 1, max: 17 }),
  width: fc.integer({ min: 1, max: 37 }),
  inputs: fc.integer({ min: 1, max: 9 }),
  outputs: fc.integer({ min: 1, max: 11 }),
  size: fc.constantFrom(1, 3),
});

const RUNS = { seed: 4, numRuns: 60 };

/** The convolution of a field by the kernel, as pixels. */
function convolved(x: Field, filter: Filter, bias: Float32Array): Float32Array {
  const { kernels, reserve, put, planes, putPlanes, readPlanes } = workbench();
  const { height, width } = x, { inputs, outputs } = filter, size = filter.size as 1 | 3;
  const packed = reserve(packedFloats({ inputs, outputs, size })), result = { ...x, channels: outputs };
  const y = planes(result);
  kernels.pack(put(filter.data), put(bias), packed, inputs, outputs, size);
  kernels.convolve(putPlanes(x, "wrap"), packed, y, height, width, inputs, outputs, size, false);
  return readPlanes(y, result);
}

function assertConvolution({ height, width, inputs, outputs, size }: Shape): void {
  const x = field(height, width, inputs), filter = filterOf(size, inputs, outputs);
  const bias = draws(outputs, "bias");
  const expected = reference.convolve(x, filter, (_, output) => bias[output]);
  deepStrictEqual(convolved(x, filter, bias), expected.data);
}

Deno.test("convolve equals its reference in every bit", () => {
  fc.assert(fc.property(shapes, assertConvolution), RUNS);
});

for (const size of [1, 3] as const) {
  Deno.test(`convolve of ${size} × ${size} on 64 × 64 fields equals its reference in every bit`, () => {
    assertConvolution({ height: 64, width: 64, inputs: 16, outputs: 18, size });
  });
}

Deno.test("convolve by the turned filter, added, equals its reference in every bit", () => {
  const check = ({ height, width, inputs, outputs, size }: Shape) => {
    const { kernels, reserve, put, putPlanes, readPlanes } = workbench();
    const dy = field(height, width, outputs, "dy"), before = field(height, width, inputs, "before");
    const filter = filterOf(size, inputs, outputs);
    const packed = reserve(packedFloats({ inputs: outputs, outputs: inputs, size }));
    const dx = putPlanes(before, "clearHalo");
    kernels.packTransposed(put(filter.data), packed, inputs, outputs, size);
    kernels.convolve(putPlanes(dy, "wrap"), packed, dx, height, width, outputs, inputs, size, true);
    const expected = reference.convolve(
      dy,
      reference.transposed(filter),
      (pixel, channel) => before.data[pixel * inputs + channel],
    );
    deepStrictEqual(readPlanes(dx, before), expected.data);
  };
  fc.assert(fc.property(shapes, check), RUNS);
});

Deno.test("the gradient in x is the transpose of the convolution", () => {
  const check = ({ height, width, inputs, outputs, size }: Shape) => {
    const x = field(height, width, inputs), dy = field(height, width, outputs, "dy");
    const filter = filterOf(size, inputs, outputs);
    const y = convolved(x, filter, new Float32Array(outputs));
    const dx = convolved(dy, reference.transposed(filter), new Float32Array(inputs));
    const [there, back] = [dot(y, dy.data), dot(dx, x.data)];
    ok(Math.abs(there - back) < 1e-4 * norm(y) * norm(dy.data), `${there} is not ${back}`);
  };
  fc.assert(fc.property(shapes, check), RUNS);
});

Deno.test("gradients in filter and bias over several fields equal their reference in every bit", () => {
  const check = ({ height, width, inputs, outputs, size }: Shape, batch: number) => {
    const { kernels, reserve, put, read, putPlanes } = workbench();
    const sumFloats = filterSumFloats({ inputs, outputs, size });
    const sums = put(new Float32Array(sumFloats)),
      biasSums = put(new Float32Array(channelSumFloats(outputs)));
    const pairs = Array.from({ length: batch }, (_, i) => ({
      x: field(height, width, inputs, `x ${i}`),
      dy: field(height, width, outputs, `dy ${i}`),
    }));
    for (const { x, dy } of pairs) {
      const dyPlanes = putPlanes(dy, "clearHalo");
      kernels.filterSums(putPlanes(x, "wrap"), dyPlanes, sums, height, width, inputs, outputs, size);
      kernels.channelSums(dyPlanes, biasSums, height, width, outputs);
    }
    const count = size * size * inputs * outputs;
    const filter = reserve(count), bias = reserve(outputs);
    kernels.finishFilter(sums, filter, inputs, outputs, size);
    kernels.finishChannels(biasSums, bias, outputs, false);
    const expected = reference.parameterGradients(pairs, { size, inputs, outputs });
    deepStrictEqual(read(filter, count), expected.filter);
    deepStrictEqual(read(bias, outputs), expected.bias);
  };
  fc.assert(fc.property(shapes, fc.integer({ min: 1, max: 3 }), check), RUNS);
});

Deno.test("the sum of a whole field equals its reference in every bit", () => {
  const check = ({ height, width, inputs }: Shape) => {
    const { kernels, reserve, put, read, putPlanes } = workbench();
    const x = field(height, width, inputs), sums = put(new Float32Array(channelSumFloats(inputs)));
    const total = reserve(1);
    kernels.channelSums(putPlanes(x, "clearHalo"), sums, height, width, inputs);
    kernels.finishChannels(sums, total, inputs, true);
    deepStrictEqual([...read(total, 1)], [reference.fieldSum(x)]);
  };
  fc.assert(fc.property(shapes, check), RUNS);
});

Deno.test("convolve of a moved field is the moved convolution, bit for bit", () => {
  const move = (x: Field, down: number, right: number): Field => {
    const data = new Float32Array(x.data.length);
    for (let row = 0; row < x.height; row++) {
      for (let column = 0; column < x.width; column++) {
        const to = ((row + down) % x.height) * x.width + (column + right) % x.width;
        const from = (row * x.width + column) * x.channels;
        data.set(x.data.subarray(from, from + x.channels), to * x.channels);
      }
    }
    return { ...x, data };
  };
  const check = ({ height, width, inputs, outputs, size }: Shape, down: number, right: number) => {
    const x = field(height, width, inputs), filter = filterOf(size, inputs, outputs);
    const bias = draws(outputs, "bias");
    const y: Field = { data: convolved(x, filter, bias), height, width, channels: outputs };
    deepStrictEqual(convolved(move(x, down, right), filter, bias), move(y, down, right).data);
  };
  const distances = fc.integer({ min: 0, max: 40 });
  fc.assert(fc.property(shapes, distances, distances, check), RUNS);
});

Deno.test("NaN in a cell reaches its neighbours and no other cell", () => {
  const x = field(8, 9, 2), filter = filterOf(3, 2, 3);
  x.data[(4 * 9 + 8) * 2] = NaN; // row 4, last column
  const y = convolved(x, filter, draws(3, "bias"));
  for (let cell = 0; cell < 72; cell++) {
    const isNear = Math.abs(Math.floor(cell / 9) - 4) <= 1 && [7, 8, 0].includes(cell % 9);
    for (const value of y.subarray(3 * cell, 3 * cell + 3)) {
      deepStrictEqual(Number.isNaN(value), isNear, `cell ${cell}`);
    }
  }
});

Deno.test("toPlanes reads some channels of each pixel, fromPlanes writes no others", () => {
  const check = ({ height, width, inputs }: Shape, before: number, after: number) => {
    const { kernels, put, read, planes } = workbench();
    const stride = before + inputs + after, whole = field(height, width, stride);
    const pixels = put(whole.data), copy = put(new Float32Array(whole.data.length));
    const some = planes({ height, width, channels: inputs });
    kernels.toPlanes(pixels + 4 * before, stride, some, height, width, inputs);
    kernels.fromPlanes(some, copy + 4 * before, stride, height, width, inputs);
    const isPart = (i: number) => i % stride >= before && i % stride < before + inputs;
    deepStrictEqual(read(copy, whole.data.length), whole.data.map((value, i) => isPart(i) ? value : 0));
  };
  const more = fc.integer({ min: 0, max: 5 });
  fc.assert(fc.property(shapes, more, more, check), RUNS);
});

Deno.test("silu and its slope equal their reference in every bit", () => {
  const { kernels, put, read } = workbench();
  const x = Float32Array.of(0, -0, 1e-30, 5, -5, 90, -90, 1e30, -1e30, NaN, ...draws(54, "silu"));
  const values = put(x), slopes = put(x);
  kernels.silu(values, slopes, x.length);
  const expected = Array.from(x, reference.silu);
  deepStrictEqual([...read(values, x.length)], expected.map(({ value }) => value));
  deepStrictEqual([...read(slopes, x.length)], expected.map(({ slope }) => slope));
  kernels.scale(values, slopes, x.length);
  deepStrictEqual(
    [...read(values, x.length)],
    expected.map(({ value, slope }) => Math.fround(value * slope)),
  );
});

for (const bound of [0.7, 2, 10]) {
  Deno.test(`affineMove, bounded by ${bound}, and its gradient equal their reference in every bit`, () => {
    const { kernels, put, read } = workbench();
    const count = 64, dLogDet = Math.fround(-1.3);
    const [x, raw, shift, dz] = ["x", "raw", "shift", "dz"].map((name) => draws(count, name));
    const [value, logScales, scaled, scales] = [x, raw, shift, new Float32Array(count)].map(put);
    kernels.affineMove(value, logScales, scaled, scales, bound, count);
    const moved = Array.from(x, (x, i) => reference.affineMove({ x, raw: raw[i], shift: shift[i], bound }));
    deepStrictEqual([...read(value, count)], moved.map(({ z }) => z));
    deepStrictEqual([...read(logScales, count)], moved.map(({ logScale }) => logScale));
    deepStrictEqual([...read(scales, count)], moved.map(({ scale }) => scale));
    kernels.affineMoveGradient(put(dz), put([dLogDet]), logScales, scaled, scales, bound, count);
    const expected = moved.map((move, i) =>
      reference.affineMoveGradient({ ...move, dz: dz[i], dLogDet, bound })
    );
    deepStrictEqual([...read(scales, count)], expected.map(({ dx }) => dx));
    deepStrictEqual([...read(logScales, count)], expected.map(({ draw }) => draw));
  });
}

const evenFields = fc.tuple(
  fc.integer({ min: 1, max: 6 }),
  fc.integer({ min: 1, max: 9 }),
  fc.integer({ min: 1, max: 5 }),
).map(([rows, columns, channels]) => field(2 * rows, 2 * columns, channels));

Deno.test("squeeze equals its reference in every bit, and unsqueeze undoes it", () => {
  const check = (x: Field) => {
    const { kernels, reserve, put, read } = workbench();
    const { data, height, width, channels } = x;
    const squeezed = reserve(data.length), back = reserve(data.length);
    kernels.squeeze(put(data), squeezed, height, width, channels);
    kernels.unsqueeze(squeezed, back, height, width, channels);
    deepStrictEqual(read(squeezed, data.length), reference.squeeze(x).data);
    const error = read(back, data.length).map((value, i) => Math.abs(value - data[i]));
    ok(error.every((value) => value < 2e-6), `${Math.max(...error)}`);
  };
  fc.assert(fc.property(evenFields, check), RUNS);
});

Deno.test("averagePool equals its reference in every bit, and its gradient is its transpose", () => {
  const check = (x: Field) => {
    const { kernels, reserve, put, read } = workbench();
    const { data, height, width, channels } = x;
    const dy = draws(data.length / 4, "dy"), y = reserve(dy.length), dx = reserve(data.length);
    kernels.averagePool(put(data), y, height, width, channels);
    kernels.averagePoolGradient(put(dy), dx, height, width, channels);
    const pooled = read(y, dy.length), gradient = read(dx, data.length);
    deepStrictEqual(pooled, reference.averagePool(x).data);
    const [there, back] = [dot(pooled, dy), dot(gradient, data)];
    ok(Math.abs(there - back) < 1e-5 * norm(dy) * norm(pooled), `${there} is not ${back}`);
  };
  fc.assert(fc.property(evenFields, check), RUNS);
});

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

function norm(a: Float32Array): number {
  return Math.max(1, Math.sqrt(dot(a, a)));
}
