import { deepStrictEqual } from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { normals } from "../../kernels/philox/mod.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import { fused, type RowMove } from "../../macronet/gaussianisation/fused.ts";
import { pointwiseRow } from "../../macronet/gaussianisation/pointwise_row.ts";
import { ringRow } from "../../macronet/gaussianisation/ring_row.ts";
import { withStockOperations } from "./both_forms.ts";

await useWasmBackend();

const RINGS = { count: 3, of: Int32Array.of(0, 1, 1, 2, 2, 2, 1, 2) };
const ROWS = 3, WIDTH = 2 * RINGS.of.length, COUNT = 14;

const ROW_MOVES: Readonly<Record<string, RowMove>> = {
  pointwiseRow,
  "ringRow, forward": ringRow(RINGS, "forward"),
  "ringRow, inverse": ringRow(RINGS, "inverse"),
};

for (const [name, row] of Object.entries(ROW_MOVES)) {
  Deno.test(`fused ${name}: values and gradients are those of its loops in every bit, in tfjs's memory and without`, () => {
    const draws = (purpose: string, size: number) => Float32Array.from(normals(size, { seed: 1, purpose }));
    const x = draws("x", ROWS * WIDTH), dz = draws("dz", ROWS * WIDTH), dLogDet = draws("dLogDet", ROWS);
    // Between 0.5 and 0.9: a scale, a skew and a stretch alike.
    const numbers = draws("numbers", ROWS * COUNT).map((draw) => 0.7 + 0.2 * Math.tanh(draw));
    const expected = { z: x.slice(), logDet: dLogDet.slice(), dx: x.slice(), dNumbers: numbers.slice() };
    for (let i = 0; i < ROWS; i++) {
      const part = (of: Float32Array, size: number) => of.subarray(i * size, (i + 1) * size);
      const told = { x: part(x, WIDTH), numbers: part(numbers, COUNT) }, sums = new Float64Array(COUNT);
      expected.logDet[i] = row.forward(told, part(expected.z, WIDTH));
      const given = { dz: part(dz, WIDTH), dLogDet: dLogDet[i] };
      row.backward(told, given, { dx: part(expected.dx, WIDTH), dNumbers: sums });
      expected.dNumbers.set(sums, i * COUNT);
    }
    const check = () =>
      tf.tidy(() => {
        const shape = [ROWS, 2, WIDTH / 2] as [number, number, number];
        const inputs = [tf.tensor3d(x, shape), tf.tensor2d(numbers, [ROWS, COUNT])];
        const moved = fused(row, inputs[0] as tf.Tensor3D, inputs[1] as tf.Tensor2D);
        const [dx, dNumbers] = tf.grads((x, numbers) => {
          const { value, logDet } = fused(row, x as tf.Tensor3D, numbers as tf.Tensor2D);
          const ofValue = tf.sum(tf.mul(value, tf.tensor3d(dz, shape)));
          return tf.add(ofValue, tf.sum(tf.mul(logDet, tf.tensor1d(dLogDet))));
        })(inputs);
        const found = { z: moved.value, logDet: moved.logDet, dx, dNumbers };
        for (const [name, tensor] of Object.entries(found)) {
          deepStrictEqual(tensor.dataSync(), expected[name as keyof typeof found], name);
        }
      });
    check();
    withStockOperations(check);
  });
}
