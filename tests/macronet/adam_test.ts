import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { normals } from "../../kernels/philox/mod.ts";
import { type Adam, type AdamOptions, startAdam, stepAdam } from "../../macronet/adam.ts";
import { assertClose } from "./numerical.ts";

const options: AdamOptions = {
  learningRate: 0.01,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  clipNorm: Infinity,
};
const gradientAt = (step: number, size: number) =>
  normals(size, { seed: 1, purpose: "gradient", sample: step });

/** A step by a gradient in one part. */
function stepBy(adam: Adam, gradient: Float32Array, options: AdamOptions): number {
  adam.state.gradients[0].set(gradient);
  return stepAdam(adam, [1], options);
}

/** What a step changes. */
function contents({ step, state: { parameters, mean, square } }: Adam) {
  return { step, parameters: [...parameters], mean: [...mean], square: [...square] };
}

/** Kingma & Ba 2015, Algorithm 1, line for line, in 64 bits. */
function textbook(start: readonly number[], gradients: readonly ArrayLike<number>[], options: AdamOptions) {
  const { learningRate: alpha, beta1, beta2, epsilon } = options;
  const theta = [...start];
  const m = start.map(() => 0);
  const v = start.map(() => 0);
  gradients.forEach((g, index) => {
    const t = index + 1;
    for (let i = 0; i < theta.length; i++) {
      m[i] = beta1 * m[i] + (1 - beta1) * g[i];
      v[i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2;
      const mHat = m[i] / (1 - beta1 ** t);
      const vHat = v[i] / (1 - beta2 ** t);
      theta[i] -= alpha * mHat / (Math.sqrt(vHat) + epsilon);
    }
  });
  return { theta, m, v };
}

Deno.test("stepAdam: is the textbook's algorithm but for rounding to 32 bits", () => {
  const start = [1, -2, 0.5, 0];
  const gradients = Array.from({ length: 300 }, (_, step) => gradientAt(step, 4));
  const adam = startAdam(Float32Array.from(start));
  for (const gradient of gradients) stepBy(adam, gradient, options);
  const { theta, m, v } = textbook(start, gradients, options);
  assertEquals(adam.step, 300);
  assertClose(adam.state.parameters, theta, 2e-6);
  assertClose(adam.state.mean, m, 1e-6);
  assertClose(adam.state.square, v, 3e-6); // β₂ in 32 bits, over the memory of 1 / (1 − β₂) steps
});

Deno.test("stepAdam: returns the norm before clipping, and steps as with the clipped gradient", () => {
  const clipped = startAdam(Float32Array.of(0, 0));
  assertEquals(stepBy(clipped, Float32Array.of(30, 40), { ...options, clipNorm: 5 }), 50);
  const small = startAdam(Float32Array.of(0, 0));
  assertEquals(stepBy(small, Float32Array.of(3, 4), { ...options, clipNorm: 5 }), 5);
  assertClose(clipped.state.mean, [0.3, 0.4], 1e-7);
  assertEquals(contents(clipped), contents(small));
});

Deno.test("stepAdam: clips the norm of the whole gradient, not of each number", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.double({ min: 0.01, max: 100, noNaN: true }),
      (size, clipNorm) => {
        const gradient = gradientAt(size, size);
        const adam = startAdam(new Float32Array(size));
        const norm = stepBy(adam, gradient, { ...options, clipNorm });
        const stored = Math.hypot(...adam.state.mean) / (1 - options.beta1);
        assertClose([stored], [Math.min(norm, clipNorm)], 1e-6);
      },
    ),
  );
});

for (const bad of [NaN, Infinity, -Infinity]) {
  Deno.test(`stepAdam: a gradient with ${bad} changes nothing, and its norm says so`, () => {
    const adam = startAdam(Float32Array.of(1, 2));
    stepBy(adam, Float32Array.of(0.1, -0.1), options);
    const before = contents(adam);
    assert(!Number.isFinite(stepBy(adam, Float32Array.of(1, bad), options)));
    assertEquals(contents(adam), before);
  });
}

Deno.test("stepAdam: the largest finite gradients do not overflow", () => {
  const adam = startAdam(Float32Array.of(1, 1));
  const norm = stepBy(adam, new Float32Array(2).fill(3.4e38), { ...options, clipNorm: 1 });
  assert(Number.isFinite(norm));
  const { parameters, mean, square } = adam.state;
  assert([...parameters, ...mean, ...square].every(Number.isFinite));
});

Deno.test("startAdam: leaves the given parameters alone", () => {
  const parameters = Float32Array.of(1);
  const adam = startAdam(parameters);
  stepBy(adam, Float32Array.of(1), options);
  assertClose(adam.state.parameters, [0.99], 1e-6);
  assertEquals(parameters, Float32Array.of(1));
});

Deno.test("stepAdam: parts of a gradient count by their shares of the batch", () => {
  const whole = startAdam(Float32Array.of(1, 2)), parted = startAdam(Float32Array.of(1, 2), 2);
  stepBy(whole, Float32Array.of(2.5, -1), options);
  parted.state.gradients[0].set([2, 0]);
  parted.state.gradients[1].set([4, -4]);
  stepAdam(parted, [0.75, 0.25], options);
  assertEquals(contents(parted), contents(whole));
});
