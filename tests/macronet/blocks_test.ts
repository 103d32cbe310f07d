import { deepStrictEqual, ok } from "node:assert/strict";
import fc from "fast-check";
import * as tf from "@tensorflow/tfjs";
import { normals } from "../../kernels/philox/mod.ts";
import { actnorm } from "../../macronet/actnorm.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import type { Bijection } from "../../macronet/bijection.ts";
import { chain } from "../../macronet/chain.ts";
import { affineCoupling } from "../../macronet/coupling.ts";
import { linear } from "../../macronet/linear.ts";
import { randomPermutation } from "../../macronet/permutation.ts";
import { split } from "../../macronet/split.ts";
import { standardise } from "../../macronet/standardise.ts";
import { everythingOf, someParameters, withStockOperations } from "./both_forms.ts";
import { assertClose } from "./numerical.ts";

await useWasmBackend();

/** A flow of every layer that the kernels know, in an order that the seed decides. */
function flowOf(
  { dimension, width, hiddenLayers, seed, activations }: {
    dimension: number;
    width: number;
    hiddenLayers: number;
    seed: number;
    activations: "kept" | "rebuilt";
  },
): Bijection {
  // Smooth: at the kink of leakyRelu, rounding decides which of two gradients is right.
  const conditioner = { width, hiddenLayers, activation: "silu" as const };
  const coupling = (transforms: "first" | "second", size = dimension) =>
    affineCoupling({
      dimension: size,
      split: 1 + seed % (size - 1),
      transforms,
      conditioner,
      logScaleBound: 1,
    });
  const draw = (purpose: string) => ({ seed, purpose });
  const inner = chain([linear({ dimension: dimension - 1, ...draw("inner") })], { activations });
  const numbers = normals(2 * dimension, { seed, purpose: "standardise" });
  const layers = [
    standardise({
      mean: numbers.subarray(0, dimension),
      deviation: numbers.subarray(dimension).map((n) => 0.5 + Math.abs(n)),
    }),
    actnorm({ dimension }),
    linear({ dimension, ...draw("linear") }),
    coupling("second"),
    randomPermutation({ dimension, ...draw("permutation") }),
    split({ dimension, inner }),
    coupling("first"),
    actnorm({ dimension }),
  ];
  return chain(layers, { activations });
}

const sizes = fc.record({
  dimension: fc.integer({ min: 3, max: 19 }),
  width: fc.integer({ min: 1, max: 24 }),
  hiddenLayers: fc.integer({ min: 1, max: 3 }),
  seed: fc.integer({ min: 1, max: 1000 }),
  batch: fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 40 }), fc.constant(131)),
});

/** Inverses amplify rounding by as much as the flow is ill-conditioned. */
const TOLERANCE = { kept: 2e-4, rebuilt: 2e-2 };

for (const activations of ["kept", "rebuilt"] as const) {
  Deno.test(`flows with activations ${activations} and their gradients are those of stock operations, whatever the sizes`, () => {
    fc.assert(
      fc.property(sizes, ({ batch, ...size }) => {
        tf.tidy(() => {
          const flow = flowOf({ ...size, activations });
          const parameters = someParameters(flow);
          const x = tf.tensor2d(normals(batch * size.dimension, { seed: size.seed, purpose: "x" }), [
            batch,
            size.dimension,
          ]);
          const native = everythingOf(flow, x, parameters);
          const stock = withStockOperations(() => everythingOf(flow, x, parameters));
          for (const name of Object.keys(native)) {
            assertAlike(native[name], stock[name], { what: name, tolerance: TOLERANCE[activations] });
          }
        });
      }),
      { numRuns: 60 },
    );
  });
}

/** Within a share of the largest number of the array: sums of many terms cancel in some places. */
function assertAlike(
  actual: Float32Array,
  expected: Float32Array,
  { what, tolerance }: { what: string; tolerance: number },
): void {
  const size = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  assertClose(actual.map((value) => value / size), expected.map((value) => value / size), tolerance, what);
}

Deno.test("rebuilt activations give the forward pass of kept ones, bit for bit", () => {
  tf.tidy(() => {
    const size = { dimension: 5, width: 8, hiddenLayers: 2, seed: 7 };
    const [kept, rebuilt] = (["kept", "rebuilt"] as const).map((activations) =>
      flowOf({ ...size, activations })
    );
    const parameters = someParameters(kept);
    const x = tf.tensor2d(normals(50, { seed: 1, purpose: "x" }), [10, 5]);
    const [a, b] = [kept, rebuilt].map((flow) => flow.forward(x, parameters));
    deepStrictEqual(b.value.dataSync(), a.value.dataSync());
    deepStrictEqual(b.logDet.dataSync(), a.logDet.dataSync());
  });
});

Deno.test("a flow gives the same row bits whatever the batch around it, forwards and back", () => {
  tf.tidy(() => {
    const flow = flowOf({ dimension: 6, width: 8, hiddenLayers: 2, seed: 3, activations: "kept" });
    const parameters = someParameters(flow);
    const x = tf.tensor2d(normals(6 * 37, { seed: 1, purpose: "x" }), [37, 6]);
    for (const direction of ["forward", "inverse"] as const) {
      const all = flow[direction](x, parameters);
      for (const row of [0, 15, 16, 36]) {
        const one = flow[direction](tf.slice(x, [row, 0], [1, 6]), parameters);
        deepStrictEqual(one.value.dataSync(), tf.slice(all.value, [row, 0], [1, 6]).dataSync());
        deepStrictEqual(one.logDet.dataSync(), tf.slice(all.logDet, [row], [1]).dataSync());
      }
    }
  });
});

Deno.test("NaN in a row stays in its row, and makes all gradients of the parameters NaN that it reaches", () => {
  tf.tidy(() => {
    const flow = flowOf({ dimension: 4, width: 8, hiddenLayers: 1, seed: 4, activations: "kept" });
    const parameters = someParameters(flow);
    const rows = normals(4 * 21, { seed: 1, purpose: "x" });
    rows[4 * 20 + 2] = NaN; // the last row: what the last block lacks repeats it
    const x = tf.tensor2d(rows, [21, 4]);
    const { value, logDet } = flow.forward(x, parameters);
    ok(value.dataSync().subarray(0, 80).every(Number.isFinite));
    ok(logDet.dataSync().subarray(0, 20).every(Number.isFinite));
    ok(value.dataSync().subarray(80).some(Number.isNaN));
    const { x: dx, ...gradients } = everythingOf(flow, x, parameters);
    ok(dx.subarray(0, 80).every(Number.isFinite));
    ok(Object.values(gradients).some((gradient) => gradient.some(Number.isNaN)));
  });
});
