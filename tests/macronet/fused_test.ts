import { deepStrictEqual } from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { normals } from "../../kernels/philox/mod.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import { fused, type RowMove } from "../../macronet/gaussianisation/fused.ts";
import { pointwiseInverseRow, pointwiseRow } from "../../macronet/gaussianisation/pointwise_rows.ts";
import { radialRow } from "../../macronet/gaussianisation/radial_row.ts";
import { gainsRow } from "../../macronet/gaussianisation/gains_row.ts";
import { withStockOperations } from "./both_forms.ts";
import { assertClose } from "./numerical.ts";

await useWasmBackend();

const RINGS = { count: 3, of: Int32Array.of(0, 1, 1, 2, 2, 2, 1, 2) };

/** Numbers that are positive where a move is told an exponential, and below 1 where it is told a skew. */
function toldOf(count: number, { positive, sample }: { positive: readonly number[]; sample: number }) {
  const draws = normals(count, { seed: 1, purpose: "told", sample });
  return Float32Array.from(
    draws,
    (draw, i) => positive.includes(i) ? Math.exp(0.3 * draw) : 0.4 * Math.tanh(draw),
  );
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

const ROW_MOVES: Readonly<Record<string, { row: RowMove; count: number; positive: readonly number[] }>> = {
  pointwiseRow: { row: pointwiseRow, count: 14, positive: [2, 3, ...range(6, 10)] },
  pointwiseInverseRow: { row: pointwiseInverseRow, count: 14, positive: [2, 3, ...range(6, 10)] },
  "gainsRow, forward": { row: gainsRow(RINGS, "forward"), count: 14, positive: range(0, 6) },
  "gainsRow, inverse": { row: gainsRow(RINGS, "inverse"), count: 14, positive: range(0, 6) },
  radialRow: { row: radialRow(RINGS), count: 12, positive: range(0, 6) },
};

for (const [name, { row, count, positive }] of Object.entries(ROW_MOVES)) {
  Deno.test(`${name}: its gradient is that of small differences, of values and log-determinant together`, () => {
    const width = 2 * RINGS.of.length, step = 2 ** -7;
    for (let sample = 0; sample < 20; sample++) {
      const numbers = toldOf(count, { positive, sample });
      const x = normals(width, { seed: 1, purpose: "x", sample });
      const weights = normals(width + 1, { seed: 1, purpose: "weights", sample });
      const total = (x: Float32Array, numbers: Float32Array) => {
        const z = new Float32Array(width), logDet = row.forward({ x, numbers }, z);
        return z.reduce((sum, value, i) => sum + value * weights[i], weights[width] * logDet);
      };
      const found = { dx: new Float32Array(width), dNumbers: new Float64Array(count) };
      row.backward({ x, numbers }, { dz: weights.subarray(0, width), dLogDet: weights[width] }, found);
      const slope = (values: Float32Array, at: number, of: (values: Float32Array) => number) => {
        const [less, more] = [-step, step].map((change) =>
          values.map((value, i) => i === at ? value + change : value)
        );
        return (of(more) - of(less)) / (more[at] - less[at]);
      };
      const numerical = [
        ...range(0, width).map((i) => slope(x, i, (x) => total(x, numbers))),
        ...range(0, count).map((i) => slope(numbers, i, (numbers) => total(x, numbers))),
      ];
      const largest = Math.max(...numerical.map(Math.abs));
      assertClose([...found.dx, ...found.dNumbers], numerical, 2e-3 * largest);
    }
  });
}

for (const [name, { row, count, positive }] of Object.entries(ROW_MOVES)) {
  Deno.test(`${name}: fused, its values and gradients are those of its loops in every bit, by kernels and without`, () => {
    const rows = 3, width = 2 * RINGS.of.length;
    const draws = (purpose: string, size: number) => normals(size, { seed: 1, purpose });
    const x = draws("x", rows * width), dz = draws("dz", rows * width), dLogDet = draws("dLogDet", rows);
    const numbers = Float32Array.from(
      range(0, rows).flatMap((sample) => [...toldOf(count, { positive, sample })]),
    );
    const expected = { z: x.slice(), logDet: dLogDet.slice(), dx: x.slice(), dNumbers: numbers.slice() };
    for (let i = 0; i < rows; i++) {
      const part = (of: Float32Array, size: number) => of.subarray(i * size, (i + 1) * size);
      const told = { x: part(x, width), numbers: part(numbers, count) }, dNumbers = new Float64Array(count);
      expected.logDet[i] = row.forward(told, part(expected.z, width));
      const given = { dz: part(dz, width), dLogDet: dLogDet[i] };
      row.backward(told, given, { dx: part(expected.dx, width), dNumbers });
      expected.dNumbers.set(dNumbers, i * count);
    }
    const check = () =>
      tf.tidy(() => {
        const shape = [rows, 2, width / 2] as [number, number, number];
        const inputs = [tf.tensor3d(x, shape), tf.tensor2d(numbers, [rows, count])] as const;
        const moved = fused(row, ...inputs);
        const [dx, dNumbers] = tf.grads((x, numbers) => {
          const { value, logDet } = fused(row, x as tf.Tensor3D, numbers as tf.Tensor2D);
          return tf.add(
            tf.sum(tf.mul(value, tf.tensor3d(dz, shape))),
            tf.sum(tf.mul(logDet, tf.tensor1d(dLogDet))),
          );
        })([...inputs]);
        const found = { z: moved.value, logDet: moved.logDet, dx, dNumbers };
        for (const [name, tensor] of Object.entries(found)) {
          deepStrictEqual(tensor.dataSync(), expected[name as keyof typeof found], name);
        }
      });
    check();
    withStockOperations(check);
  });
}
