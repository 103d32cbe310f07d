import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import { log } from "../../kernels/elementary/mod.ts";
import { POINTWISE_NUMBERS, pointwiseKernels, reference } from "../../kernels/pointwise/mod.ts";

const real = fc.float({ min: -4, max: 4, noNaN: true });
/** A number of some size from 10⁻⁶ to 10⁶, of either sign. */
const sized = fc.tuple(fc.float({ min: -1, max: 1, noNaN: true }), fc.integer({ min: -6, max: 6 }))
  .map(([value, power]) => value * 10 ** power);
const positive = fc.float({ min: -10, max: 5, noNaN: true }).map(Math.exp);
const numbers = fc.tuple(
  fc.array(real, { minLength: 2, maxLength: 2 }),
  fc.array(positive, { minLength: 2, maxLength: 2 }),
  fc.array(fc.float({ min: Math.fround(-0.95), max: Math.fround(0.95), noNaN: true }), {
    minLength: 2,
    maxLength: 2,
  }),
  fc.array(positive, { minLength: 4, maxLength: 4 }),
  fc.array(real, { minLength: 4, maxLength: 4 }),
).map((parts) => Float32Array.from(parts.flat()));
const drawn = fc.integer({ min: 1, max: 9 }).chain((n) =>
  fc.record({
    x: fc.array(sized, { minLength: 2 * n, maxLength: 2 * n }).map((values) => Float32Array.from(values)),
    dz: fc.array(real, { minLength: 2 * n, maxLength: 2 * n }).map((values) => Float32Array.from(values)),
    dLogDet: real,
    numbers,
  })
);

const memory = new WebAssembly.Memory({ initial: 1 });
const kernels = pointwiseKernels(memory);
const [X, NUMBERS, DZ, TO, FOUND, ROOM] = [0, 1, 2, 3, 4, 5].map((place) => 1024 * place + 4 * (place % 2));

function put(at: number, values: Float32Array): void {
  new Float32Array(memory.buffer, at, values.length).set(values);
}

for (const direction of ["forward", "inverse"] as const) {
  Deno.test(`${direction} equals its reference in every bit`, () => {
    fc.assert(
      fc.property(drawn, ({ x, numbers }) => {
        const n = x.length / 2, expected = new Float32Array(2 * n);
        put(X, x), put(NUMBERS, numbers);
        kernels[direction](X, NUMBERS, n, TO, FOUND);
        const logDet = reference[direction]({ x, numbers }, expected);
        deepStrictEqual(new Float32Array(memory.buffer, TO, 2 * n), expected);
        const slopes = new Float64Array(memory.buffer, FOUND, n);
        const sum = slopes.reduce((sum, slope) => sum + log(slope), 0);
        deepStrictEqual(direction === "forward" ? sum : 0 - sum, logDet);
      }),
      { numRuns: 500 },
    );
  });

  Deno.test(`the gradient of ${direction} equals its reference in every bit`, () => {
    fc.assert(
      fc.property(drawn, ({ x, numbers, dz, dLogDet }) => {
        const n = x.length / 2, dx = new Float32Array(2 * n), dNumbers = new Float64Array(POINTWISE_NUMBERS);
        put(X, x), put(NUMBERS, numbers), put(DZ, dz);
        kernels[`${direction}Gradient`](X, NUMBERS, n, DZ, dLogDet, TO, FOUND, ROOM);
        reference[`${direction}Gradient`]({ x, numbers }, { dz, dLogDet }, { dx, dNumbers });
        deepStrictEqual(new Float32Array(memory.buffer, TO, 2 * n), dx);
        deepStrictEqual(new Float64Array(memory.buffer, FOUND, POINTWISE_NUMBERS), dNumbers);
      }),
      { numRuns: 500 },
    );
  });
}
