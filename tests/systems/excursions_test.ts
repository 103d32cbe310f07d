import { deepStrictEqual } from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor3D } from "@tensorflow/tfjs";
import fc from "fast-check";
import { addGradient, functionals } from "../../kernels/excursions/mod.ts";
import { normals } from "../../kernels/philox/mod.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import { withStockOperations } from "../macronet/both_forms.ts";
import { excursions } from "../../systems/excursions.ts";

await useWasmBackend();

Deno.test("excursions: every field's functionals and slopes are its reference's, bit for bit, by kernels and without", () => {
  const upTo = (max: number) => fc.integer({ min: 1, max });
  fc.assert(
    fc.property(upTo(3), upTo(12), upTo(13), upTo(2 ** 30), (batch, size, count, seed) => {
      const cells = size * size, sets = { thresholds: sequence(count), ramp: 0.25 };
      const draws = normals(batch * cells + batch * 3 * count, { seed, purpose: "fields and slopes" });
      const values = Float32Array.from(draws.subarray(0, batch * cells));
      const dy = Float32Array.from(draws.subarray(batch * cells));
      const expected = new Float32Array(batch * 3 * count), slopes = new Float32Array(batch * cells);
      for (let row = 0; row < batch; row++) {
        const field = values.subarray(row * cells, (row + 1) * cells), at = row * 3 * count;
        expected.set(functionals(field, sets), at);
        const perCell = Float64Array.from(dy.subarray(at, at + 3 * count), (slope) => slope / cells);
        addGradient(field, sets, perCell, slopes.subarray(row * cells, (row + 1) * cells));
      }
      const check = () =>
        tf.tidy(() => {
          const fields = tf.tensor3d(values, [batch, size, size]),
            of = (x: Tensor) => excursions(x as Tensor3D, sets);
          deepStrictEqual([...of(fields).dataSync()], [...expected]);
          deepStrictEqual([...tf.grad(of)(fields, tf.tensor2d(dy, [batch, 3 * count])).dataSync()], [
            ...slopes,
          ]);
        });
      check();
      withStockOperations(check);
    }),
  );
});

/** Thresholds on both sides of 0. */
function sequence(count: number): number[] {
  return Array.from({ length: count }, (_, t) => (t - count / 2) / 4);
}
