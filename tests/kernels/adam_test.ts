import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import { adamState } from "../../kernels/adam/mod.ts";
import * as reference from "../../kernels/adam/reference.ts";
import { normals } from "../../kernels/philox/mod.ts";

const draws = (count: number, purpose: string) => normals(count, { seed: 1, purpose });

Deno.test("gather equals its reference in every bit, whatever the count and the parts", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 5 }), (count, parts) => {
      const state = adamState({ count, parts });
      const shares = Array.from({ length: parts }, (_, part) => (part + 1) / 7);
      const values = state.gradients.map((gradient, part) =>
        draws(count, `part ${part}`).slice(0, gradient.length)
      );
      values.forEach((part, i) => state.gradients[i].set(part));
      const { gradient, squares } = reference.gather(values, shares);
      deepStrictEqual(state.gather(shares), squares);
      // A step of Adam at β₁ = 0 leaves the gradient in the mean.
      state.step({ scale: 1, rate: 0, squareScale: 1, beta1: 0, beta2: 0.5, epsilon: 1 });
      deepStrictEqual([...state.mean], [...gradient]);
    }),
  );
});

Deno.test("step equals its reference in every bit over many steps", () => {
  const count = 37;
  const state = adamState({ count, parts: 1 });
  state.parameters.set(draws(count, "parameters"));
  const expected = Array.from(state.parameters, (parameter) => ({ parameter, mean: 0, square: 0 }));
  for (let step = 0; step < 50; step++) {
    const gradient = draws(count, `gradient ${step}`);
    const coefficients = {
      scale: 1 / (1 + step),
      rate: 0.01,
      squareScale: 1.5,
      beta1: 0.9,
      beta2: 0.99,
      epsilon: 1e-8,
    };
    state.gradients[0].set(gradient);
    state.gather([1]);
    state.step(coefficients);
    expected.forEach((before, i) =>
      Object.assign(before, reference.step({ ...before, gradient: gradient[i] }, coefficients))
    );
  }
  deepStrictEqual([...state.parameters], expected.map(({ parameter }) => parameter));
  deepStrictEqual([...state.mean], expected.map(({ mean }) => mean));
  deepStrictEqual([...state.square], expected.map(({ square }) => square));
});

Deno.test("NaN in one number stays in that number, and in the sum of the squares", () => {
  const state = adamState({ count: 5, parts: 1 });
  state.gradients[0].set([1, NaN, 1, 1, 1]);
  deepStrictEqual(state.gather([1]), NaN);
  state.step({ scale: 1, rate: 0.1, squareScale: 1, beta1: 0.9, beta2: 0.9, epsilon: 1e-8 });
  deepStrictEqual([...state.parameters].map(Number.isNaN), [false, true, false, false, false]);
});
