import { deepStrictEqual, ok } from "node:assert/strict";
import fc from "fast-check";
import {
  BLOCK,
  blocksOf,
  FEATURE_BYTES,
  packedFloats,
  SLACK,
  type Span,
  trainingKernels,
} from "../../kernels/training/mod.ts";
import * as reference from "../../kernels/training/reference.ts";
import { normals } from "../../kernels/philox/mod.ts";

/** A memory with the kernels on it; every array put or reserved has a place of its own, full of NaN. */
function workbench(batch: number) {
  const memory = new WebAssembly.Memory({ initial: 64 });
  new Float32Array(memory.buffer).fill(NaN);
  const kernels = trainingKernels(memory);
  const blocks = blocksOf(batch);
  let end = 64;
  const reserve = (floats: number) => {
    const pointer = end;
    end += 64 * Math.ceil((floats + SLACK) / 16);
    return pointer;
  };
  const read = (pointer: number, floats: number) => new Float32Array(memory.buffer, pointer, floats).slice();
  const put = (values: ArrayLike<number>) => {
    const pointer = reserve(values.length);
    new Float32Array(memory.buffer, pointer, values.length).set(values);
    return pointer;
  };
  /** Blocks of so many features, with one more between every two blocks: a part of a wider event. */
  const reserveBlocks = (features: number): Span => ({
    at: reserve(BLOCK * (features + 1) * blocks),
    stride: FEATURE_BYTES * (features + 1),
  });
  const dense = (features: number): Span => ({
    at: reserve(BLOCK * features * blocks),
    stride: FEATURE_BYTES * features,
  });
  const fill = (span: Span, rows: Float32Array, repeat: boolean) => {
    const features = rows.length / batch, whole = dense(features);
    kernels.toBlocks(put(rows), whole.at, batch, features, repeat);
    kernels.copyFeatures(whole.at, whole.stride, span.at, span.stride, blocks, features);
    return span;
  };
  const putBlocks = (rows: Float32Array, missing: "repeat" | "zeros" = "repeat") =>
    fill(reserveBlocks(rows.length / batch), rows, missing === "repeat");
  const putDense = (rows: Float32Array, missing: "repeat" | "zeros" = "repeat") =>
    fill(dense(rows.length / batch), rows, missing === "repeat");
  const readBlocks = (span: Span, features: number) => {
    const whole = dense(features), rows = reserve(batch * features);
    kernels.copyFeatures(span.at, span.stride, whole.at, whole.stride, blocks, features);
    kernels.fromBlocks(whole.at, rows, batch, features);
    return read(rows, batch * features);
  };
  return { kernels, blocks, reserve, put, read, reserveBlocks, dense, putBlocks, putDense, readBlocks };
}

const draws = (count: number, purpose: string) =>
  Float32Array.from(normals(count, { seed: 1, purpose }), (value) => 2 * value);

const sizes = fc.record({
  batch: fc.integer({ min: 1, max: 40 }),
  inputs: fc.integer({ min: 1, max: 13 }),
  outputs: fc.integer({ min: 1, max: 13 }),
});

function forAllSizes(check: (size: { batch: number; inputs: number; outputs: number }) => void): void {
  fc.assert(fc.property(sizes, check), {
    examples: [[{ batch: 1, inputs: 1, outputs: 1 }], [{ batch: 512, inputs: 64, outputs: 64 }]],
  });
}

Deno.test("toBlocks and fromBlocks are inverse to each other, and missing samples are as told", () => {
  forAllSizes(({ batch, inputs }) => {
    const rows = draws(batch * inputs, "rows");
    const { putDense, readBlocks, read, blocks } = workbench(batch);
    for (const missing of ["repeat", "zeros"] as const) {
      const span = putDense(rows, missing);
      deepStrictEqual(readBlocks(span, inputs), rows);
      const last = read(span.at + (blocks - 1) * span.stride, BLOCK * inputs);
      const filled = batch - (blocks - 1) * BLOCK;
      for (let lane = filled; lane < BLOCK; lane++) {
        for (let j = 0; j < inputs; j++) {
          deepStrictEqual(last[BLOCK * j + lane], missing === "zeros" ? 0 : rows[(batch - 1) * inputs + j]);
        }
      }
    }
  });
});

Deno.test("multiply equals its reference in every bit, whatever the sizes, with factors or without", () => {
  forAllSizes(({ batch, inputs, outputs }) => {
    const { kernels, blocks, reserve, put, putBlocks, reserveBlocks, readBlocks } = workbench(batch);
    const [x, weight] = [draws(batch * inputs, "x"), draws(inputs * outputs, "weight")];
    const [bias, factors] = [draws(outputs, "bias"), draws(batch * outputs, "factors")];
    const packed = reserve(packedFloats({ inputs, outputs }));
    kernels.pack(put(weight), put(bias), packed, inputs, outputs);
    const from = putBlocks(x), y = reserveBlocks(outputs), by = putBlocks(factors);
    const work = [blocks, inputs, outputs, false] as const;
    kernels.multiply(from.at, from.stride, packed, y.at, y.stride, 0, ...work);
    const expected = reference.multiply(
      { data: x, columns: inputs },
      { data: weight, columns: outputs },
      bias,
    );
    deepStrictEqual(readBlocks(y, outputs), expected.data);
    kernels.multiply(from.at, from.stride, packed, y.at, y.stride, by.at, ...work);
    deepStrictEqual(readBlocks(y, outputs), expected.data.map((value, i) => value * factors[i]));
  });
});

Deno.test("multiply by the transpose, added, equals its reference in every bit", () => {
  forAllSizes(({ batch, inputs, outputs }) => {
    const { kernels, blocks, reserve, put, putBlocks, readBlocks } = workbench(batch);
    const [x, weight] = [draws(batch * inputs, "x"), draws(inputs * outputs, "weight")];
    const dy = draws(batch * outputs, "dy");
    const packed = reserve(packedFloats({ inputs: outputs, outputs: inputs }));
    kernels.packTransposed(put(weight), packed, inputs, outputs);
    const from = putBlocks(dy), dx = putBlocks(x);
    kernels.multiply(from.at, from.stride, packed, dx.at, dx.stride, 0, blocks, outputs, inputs, true);
    const transposed = Float32Array.from(
      { length: weight.length },
      (_, k) => weight[(k % inputs) * outputs + Math.floor(k / inputs)],
    );
    const expected = Array.from({ length: batch }, (_, row) =>
      reference.multiply(
        { data: dy.slice(row * outputs, (row + 1) * outputs), columns: outputs },
        { data: transposed, columns: inputs },
        x.slice(row * inputs, (row + 1) * inputs),
      ).data);
    deepStrictEqual([...readBlocks(dx, inputs)], expected.flatMap((row) => [...row]));
  });
});

Deno.test("parameterGradients equal their reference in every bit", () => {
  forAllSizes(({ batch, inputs, outputs }) => {
    const { kernels, blocks, reserve, read, putBlocks } = workbench(batch);
    const [x, dy] = [draws(batch * inputs, "x"), draws(batch * outputs, "dy")];
    const dWeight = reserve(inputs * outputs), dBias = reserve(outputs);
    const from = putBlocks(x), by = putBlocks(dy, "zeros");
    const size = [blocks, inputs, outputs] as const;
    kernels.parameterGradients(from.at, from.stride, by.at, by.stride, dWeight, dBias, ...size);
    const expected = reference.parameterGradients(
      { data: x, columns: inputs },
      { data: dy, columns: outputs },
    );
    deepStrictEqual(read(dWeight, inputs * outputs), expected.weight);
    deepStrictEqual(read(dBias, outputs), expected.bias);
  });
});

for (const [layer, activation] of [["siluLayer", "silu"], ["leakyReluLayer", "leakyRelu"]] as const) {
  Deno.test(`${layer} and its slopes equal their reference in every bit`, () => {
    const x = Float32Array.of(0, -0, 1e-30, 5, -5, 90, -90, 1e30, -1e30, NaN, ...draws(54, activation));
    const { kernels, blocks, reserve, put, putBlocks, dense, readBlocks } = workbench(x.length);
    const packed = reserve(packedFloats({ inputs: 1, outputs: 2 }));
    kernels.pack(put([1, -0.5]), put([0, 0]), packed, 1, 2); // two units: x and −x / 2
    const from = putBlocks(x), y = dense(2), slopes = dense(2);
    kernels[layer](from.at, from.stride, packed, y.at, slopes.at, blocks, 1, 2);
    const expected = Array.from(x, (x) => [x, -0.5 * x].map((x) => reference[activation](x + 0))).flat();
    deepStrictEqual([...readBlocks(y, 2)], expected.map(({ value }) => value));
    deepStrictEqual([...readBlocks(slopes, 2)], expected.map(({ slope }) => slope));
  });
}

Deno.test("affineMove, its inverse and its gradient equal their reference in every bit", () => {
  fc.assert(fc.property(sizes, fc.double({ min: 0.1, max: 20, noNaN: true }), ({ batch, inputs }, bound) => {
    const features = inputs, count = batch * features;
    const bench = workbench(batch);
    const { kernels, blocks, read, putBlocks, putDense, reserveBlocks, dense, readBlocks } = bench;
    const [x, raw, shift, dy] = ["x", "raw", "shift", "dy"].map((name) => draws(count, name));
    const [start, dLogDet] = [draws(batch, "logDet"), draws(batch, "dLogDet")];
    const output = putDense(sideBySide(raw, shift, features)), scales = dense(features);
    const [from, y, logDet] = [putBlocks(x), reserveBlocks(features), putDense(start)];
    const size = [bound, blocks, features] as const;
    kernels.affineMove(
      from.at,
      from.stride,
      output.at,
      scales.at,
      y.at,
      y.stride,
      logDet.at,
      ...size,
    );
    const moved = Array.from(x, (x, i) => reference.affineMove({ x, raw: raw[i], shift: shift[i], bound }));
    const kept = readBlocks(output, 2 * features), s = part(kept, features, 0);
    deepStrictEqual(readBlocks(y, features), Float32Array.from(moved, ({ z }) => z));
    deepStrictEqual(s, Float32Array.from(moved, ({ logScale }) => logScale));
    deepStrictEqual(part(kept, features, 1), Float32Array.from(moved, ({ scaled }) => scaled));
    deepStrictEqual(readBlocks(scales, features), Float32Array.from(moved, ({ scale }) => scale));
    const added = (row: number) => [start[row], ...s.subarray(row * features, (row + 1) * features)];
    const sums = Float32Array.from({ length: batch }, (_, row) => reference.sumLogScales(added(row)));
    deepStrictEqual(readBlocks(logDet, 1), sums);

    const [gradient, dx, ofLogDet] = [putBlocks(dy, "zeros"), reserveBlocks(features), putDense(dLogDet)];
    const places = [output.at, scales.at, dx.at, dx.stride] as const;
    kernels.affineMoveGradient(gradient.at, gradient.stride, ofLogDet.at, ...places, ...size);
    const expected = moved.map((move, i) =>
      reference.affineMoveGradient({
        ...move,
        dz: dy[i],
        dLogDet: dLogDet[Math.floor(i / features)],
        bound: Math.fround(bound),
      })
    );
    const ofOutput = readBlocks(output, 2 * features);
    deepStrictEqual(readBlocks(dx, features), Float32Array.from(expected, ({ dx }) => dx));
    deepStrictEqual(part(ofOutput, features, 0), Float32Array.from(expected, ({ draw }) => draw));
    deepStrictEqual(part(ofOutput, features, 1), dy);

    const again = putDense(sideBySide(raw, shift, features)), back = reserveBlocks(features);
    kernels.affineMoveInverse(
      y.at,
      y.stride,
      again.at,
      scales.at,
      back.at,
      back.stride,
      logDet.at,
      ...size,
    );
    const undone = moved.map(({ z }, i) =>
      reference.affineMoveInverse({ y: z, raw: raw[i], shift: shift[i], bound })
    );
    deepStrictEqual(readBlocks(back, features), Float32Array.from(undone, ({ x }) => x));
    const left = readBlocks(again, 2 * features);
    deepStrictEqual(part(left, features, 0), Float32Array.from(undone, ({ logScale }) => logScale));
    deepStrictEqual(part(left, features, 1), Float32Array.from(undone, ({ scaled }) => scaled));
    ok(read(scales.at, 1)[0] > 0);
  }));
});

/** Rows of two matrices beside each other. */
function sideBySide(a: Float32Array, b: Float32Array, columns: number): Float32Array {
  return Float32Array.from({ length: a.length + b.length }, (_, i) => {
    const row = Math.floor(i / (2 * columns)), column = i % (2 * columns);
    return column < columns ? a[row * columns + column] : b[row * columns + column - columns];
  });
}

/** The first or the second half of the columns. */
function part(both: Float32Array, columns: number, half: 0 | 1): Float32Array {
  return both.filter((_, i) => Math.floor(i % (2 * columns) / columns) === half);
}

Deno.test("scaleAndShift, its inverse and its gradient are what they say, rounded one by one", () => {
  forAllSizes(({ batch, inputs: features }) => {
    const { kernels, blocks, put, read, reserve, putBlocks, reserveBlocks, readBlocks } = workbench(batch);
    const x = draws(batch * features, "x"), dy = draws(batch * features, "dy");
    const scale = draws(features, "scale"), bias = draws(features, "bias");
    const [from, y, back, dx] = [putBlocks(x), ...[1, 2, 3].map(() => reserveBlocks(features))];
    const [scales, biases, size] = [put(scale), put(bias), [blocks, features] as const];
    kernels.scaleAndShift(from.at, from.stride, scales, biases, y.at, y.stride, ...size);
    const f32 = Math.fround, of = (i: number) => i % features;
    const expected = x.map((value, i) => bias[of(i)] + f32(value * scale[of(i)]));
    deepStrictEqual(readBlocks(y, features), expected);
    kernels.scaleAndShiftInverse(y.at, y.stride, scales, biases, back.at, back.stride, ...size);
    deepStrictEqual(readBlocks(back, features), expected.map((y, i) => f32(y - bias[of(i)]) / scale[of(i)]));

    const gradient = putBlocks(dy, "zeros"), dLogScale = reserve(features), dBias = reserve(features);
    const to = [dx.at, dx.stride, dLogScale, dBias] as const;
    kernels.scaleAndShiftGradient(from.at, from.stride, gradient.at, gradient.stride, scales, ...to, ...size);
    const scaled = dy.map((value, i) => value * scale[of(i)]);
    deepStrictEqual(readBlocks(dx, features), scaled);
    const sum = (term: (at: number) => number) =>
      Float32Array.from(
        { length: features },
        (_, j) => reference.sumOverBatch(batch, (row) => term(row * features + j)),
      );
    deepStrictEqual(read(dLogScale, features), sum((at) => f32(scaled[at] * x[at])));
    deepStrictEqual(read(dBias, features), sum((at) => dy[at]));
  });
});
