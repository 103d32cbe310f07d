import { deepStrictEqual, ok, throws } from "node:assert/strict";
import fc from "fast-check";
import * as tf from "@tensorflow/tfjs";
import { normals } from "../../kernels/philox/mod.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import { fieldCoupling } from "../../macronet/fields/coupling.ts";
import { fieldFlow } from "../../macronet/fields/flow.ts";
import { fieldSqueeze } from "../../macronet/fields/squeeze.ts";
import { haarSqueeze } from "../../macronet/haar.ts";
import { tensorMemory } from "../../kernels/tfjs_wasm/mod.ts";
import { everythingOf, someParameters, withStockOperations } from "./both_forms.ts";
import { assertClose } from "./numerical.ts";

await useWasmBackend();

function draw(shape: [number, number], purpose: string): tf.Tensor2D {
  return tf.tensor2d(normals(shape[0] * shape[1], { seed: 1, purpose }), shape);
}

const sizes = fc.record({
  height: fc.integer({ min: 1, max: 9 }),
  width: fc.integer({ min: 1, max: 9 }),
  channels: fc.integer({ min: 2, max: 7 }),
  hidden: fc.integer({ min: 1, max: 9 }),
  hiddenLayers: fc.integer({ min: 1, max: 3 }),
  batch: fc.integer({ min: 1, max: 5 }),
  transforms: fc.constantFrom("first" as const, "second" as const),
});

for (const activations of ["kept", "recomputed"] as const) {
  Deno.test(`field couplings with activations ${activations} and their gradients are those of stock operations, whatever the sizes`, () => {
    fc.assert(
      fc.property(sizes, ({ batch, hidden, hiddenLayers, transforms, ...shape }) => {
        tf.tidy(() => {
          const conditioner = { width: hidden, hiddenLayers };
          const layer = fieldCoupling({ shape, conditioner, transforms, activations, logScaleBound: 1 });
          const parameters = someParameters(layer);
          const x = draw([batch, layer.dimension], "x");
          const native = everythingOf(layer, x, parameters);
          const stock = withStockOperations(() => everythingOf(layer, x, parameters));
          for (const name of Object.keys(native)) {
            const size = stock[name].reduce((most, value) => Math.max(most, Math.abs(value)), 1);
            const scaled = [native, stock].map((found) => found[name].map((value) => value / size));
            assertClose(scaled[0], scaled[1], 1e-4, name);
          }
        });
      }),
      { numRuns: 60 },
    );
  });
}

const shape = { height: 6, width: 5, channels: 3 };
const conditioner = { width: 4, hiddenLayers: 2 };

Deno.test("fieldSqueeze and its gradients have the bits of haarSqueeze, forwards and back", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 3 }),
      (h, w, channels) => {
        tf.tidy(() => {
          const shape = { height: 2 * h, width: 2 * w, channels };
          const [ours, plain] = [fieldSqueeze(shape), haarSqueeze(shape)];
          const x = draw([3, ours.dimension], "x"), weights = draw([3, ours.dimension], "weights");
          for (const direction of ["forward", "inverse"] as const) {
            const [a, b] = [ours, plain].map((map) =>
              [
                map[direction](x, {}).value,
                tf.grad((x) => tf.sum(tf.mul(weights, map[direction](x as tf.Tensor2D, {}).value)))(x),
              ].map((tensor) => tensor.dataSync())
            );
            deepStrictEqual(a, b);
          }
        });
      },
    ),
  );
});

Deno.test("kept and recomputed activations give the same bits", () => {
  tf.tidy(() => {
    const [kept, recomputed] = (["kept", "recomputed"] as const).map((activations) =>
      fieldCoupling({ shape, conditioner, activations })
    );
    const parameters = someParameters(kept), x = draw([3, kept.dimension], "x");
    deepStrictEqual(everythingOf(recomputed, x, parameters), everythingOf(kept, x, parameters));
  });
});

Deno.test("a field coupling commutes with translations, bit for bit", () => {
  tf.tidy(() => {
    const layer = fieldCoupling({ shape, conditioner });
    const parameters = someParameters(layer);
    const { height, width, channels } = shape;
    const x = normals(layer.dimension, { seed: 1, purpose: "x" });
    const moved = (values: ArrayLike<number>, dy: number, dx: number) =>
      Float32Array.from({ length: values.length }, (_, i) => {
        const channel = i % channels, cell = Math.floor(i / channels);
        const [row, column] = [(Math.floor(cell / width) + dy) % height, (cell % width + dx) % width];
        return values[(row * width + column) * channels + channel];
      });
    const apply = (values: Float32Array) =>
      layer.forward(tf.tensor2d(values, [1, values.length]), parameters).value.dataSync();
    for (const [dy, dx] of [[1, 0], [0, 2], [4, 3]]) {
      deepStrictEqual(apply(moved(x, dy, dx)), moved(apply(x), dy, dx));
    }
  });
});

Deno.test("NaN in a field stays in that field", () => {
  tf.tidy(() => {
    const layer = fieldCoupling({ shape, conditioner });
    const parameters = someParameters(layer), n = layer.dimension;
    const values = normals(3 * n, { seed: 1, purpose: "x" });
    values[n + 7] = NaN;
    const { value, logDet } = layer.forward(tf.tensor2d(values, [3, n]), parameters);
    const found = value.dataSync();
    ok([0, 2].every((row) => found.subarray(row * n, (row + 1) * n).every(Number.isFinite)));
    ok(found.subarray(n, 2 * n).some(Number.isNaN));
    deepStrictEqual(Array.from(logDet.dataSync(), Number.isFinite).filter((_, row) => row !== 1), [
      true,
      true,
    ]);
  });
});

Deno.test("two thousand gradients of a field flow leave neither tensors nor memory behind", () => {
  const flow = fieldFlow({
    shape: { height: 4, width: 4, channels: 1 },
    levels: 1,
    blocks: 1,
    conditioner: { width: 2, hiddenLayers: 1 },
    seed: 1,
    purpose: "test",
  });
  const parameters = someParameters(flow), x = draw([2, flow.dimension], "x");
  const { memory } = tensorMemory(tf.backend());
  const step = () =>
    tf.tidy(() => {
      tf.grad((x) => tf.sum(tf.square(flow.forward(x as tf.Tensor2D, parameters).value)))(x);
    });
  for (let i = 0; i < 20; i++) step();
  const before = { ...tf.memory(), bytes: memory.buffer.byteLength };
  for (let i = 0; i < 2000; i++) step();
  deepStrictEqual({ ...tf.memory(), bytes: memory.buffer.byteLength }, before);
  tf.dispose([x, ...Object.values(parameters)]);
});

Deno.test("fieldCoupling and fieldFlow refuse sizes that they cannot have, with what they must be", () => {
  const one = { height: 4, width: 4, channels: 1 };
  throws(() => fieldCoupling({ shape: one, conditioner }), {
    name: "RangeError",
    message: "Cannot build a field coupling: channels must be a whole number of at least 2, but it is 1",
  });
  const odd = {
    shape: { height: 6, width: 6, channels: 2 },
    blocks: 1,
    conditioner,
    seed: 1,
    purpose: "test",
  };
  throws(() => fieldFlow({ ...odd, levels: 2 }), RangeError);
  throws(() => fieldFlow({ ...odd, levels: 0 }), /levels must be a whole number of at least 1, but it is 0/);
});
