import { deepStrictEqual, notDeepStrictEqual, ok, throws } from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { useWasmBackend } from "../../macronet/backend.ts";
import { sample } from "../../macronet/base_distribution.ts";
import type { Bijection, Parameters } from "../../macronet/bijection.ts";
import { additiveCoupling, affineCoupling } from "../../macronet/coupling.ts";
import { startParameters } from "../../macronet/parameters.ts";

await useWasmBackend();

const conditioner = { width: 8, hiddenLayers: 2 };
const draw = { seed: 1, purpose: "coupling test" };
const kinds = { affineCoupling, additiveCoupling };

/** Start values plus 1. */
function moved(bijection: Bijection): Parameters {
  const start = startParameters(bijection.parameters, draw);
  return Object.fromEntries(Object.entries(start).map(([name, tensor]) => [name, tf.add(tensor, 1)]));
}

for (const [kind, coupling] of Object.entries(kinds)) {
  for (const dimension of [5, 70]) {
    for (const transforms of ["first", "second"] as const) {
      Deno.test(`${kind} of ${dimension} moves every number of the ${transforms} part and no bit of the other`, () => {
        tf.tidy(() => {
          const layer = coupling({ dimension, transforms, split: 2, conditioner });
          const x = sample([6, dimension], draw);
          for (const direction of ["forward", "inverse"] as const) {
            const { value } = layer[direction](x, moved(layer));
            const [before, after] = [x.arraySync(), value.arraySync()];
            for (const [i, row] of before.entries()) {
              for (const [j, number] of row.entries()) {
                const isMoved = (j < 2) === (transforms === "first");
                deepStrictEqual(after[i][j] !== number, isMoved, `${direction}, row ${i}, dimension ${j}`);
              }
            }
          }
        });
      });
    }
  }

  Deno.test(`${kind} starts as the identity`, () => {
    tf.tidy(() => {
      const layer = coupling({ dimension: 4, conditioner });
      const x = sample([6, 4], draw);
      const { value, logDet } = layer.forward(x, startParameters(layer.parameters, draw));
      deepStrictEqual(value.dataSync(), x.dataSync());
      ok(logDet.dataSync().every((value) => value === 0));
    });
  });

  Deno.test(`${kind} refuses what cannot be split`, () => {
    throws(() => coupling({ dimension: 1, conditioner }), /dimension must be .* at least 2, but it is 1/);
    throws(
      () => coupling({ dimension: 4, split: 4, conditioner }),
      /split must be .* from 1 to 3, but it is 4/,
    );
    throws(() => coupling({ dimension: 4, split: 0, conditioner }), RangeError);
  });
}

Deno.test("affineCoupling scales by no more than its bound, whatever its conditioner says", () => {
  tf.tidy(() => {
    const layer = affineCoupling({ dimension: 2, conditioner, logScaleBound: 0.7 });
    const far = tf.mul(sample([50, 2], draw), 1e6) as tf.Tensor2D;
    const logDet = layer.forward(far, moved(layer)).logDet.dataSync();
    ok(logDet.every((value) => Math.abs(value) <= 0.7000001), `${logDet}`);
    ok(logDet.some((value) => Math.abs(value) > 0.69), "the bound is reached");
  });
});

Deno.test("affineCoupling has a bound of 2 unless told", () => {
  tf.tidy(() => {
    const options = { dimension: 2, conditioner };
    const logDet = (layer: Bijection) => layer.forward(sample([5, 2], draw), moved(layer)).logDet.dataSync();
    deepStrictEqual(
      logDet(affineCoupling(options)),
      logDet(affineCoupling({ ...options, logScaleBound: 2 })),
    );
    notDeepStrictEqual(
      logDet(affineCoupling(options)),
      logDet(affineCoupling({ ...options, logScaleBound: 3 })),
    );
  });
});

for (const logScaleBound of [0, -1, Infinity, NaN]) {
  Deno.test(`affineCoupling refuses a bound of ${logScaleBound}`, () => {
    throws(() => affineCoupling({ dimension: 2, conditioner, logScaleBound }), { name: "RangeError" });
  });
}
