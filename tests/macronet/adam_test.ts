import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { normals } from "../../kernels/philox/mod.ts";
import { type AdamOptions, startAdam, stepAdam } from "../../macronet/adam.ts";
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

Deno.test("stepAdam: is the textbook's algorithm but for the rounding of what it stores", () => {
  const start = [1, -2, 0.5, 0];
  const gradients = Array.from({ length: 300 }, (_, step) => gradientAt(step, 4));
  const adam = startAdam(Float32Array.from(start));
  for (const gradient of gradients) stepAdam(adam, gradient, options);
  const { theta, m, v } = textbook(start, gradients, options);
  assertEquals(adam.step, 300);
  assertClose(adam.parameters, theta, 2e-6);
  assertClose(adam.mean, m, 1e-6);
  assertClose(adam.square, v, 1e-6);
});

Deno.test("stepAdam: returns the norm before clipping, and steps as with the clipped gradient", () => {
  const clipped = startAdam(Float32Array.of(0, 0));
  assertEquals(stepAdam(clipped, Float32Array.of(30, 40), { ...options, clipNorm: 5 }), 50);
  const small = startAdam(Float32Array.of(0, 0));
  assertEquals(stepAdam(small, Float32Array.of(3, 4), { ...options, clipNorm: 5 }), 5);
  assertClose(clipped.mean, [0.3, 0.4], 1e-7);
  assertEquals(clipped, small);
});

Deno.test("stepAdam: clips the norm of the whole gradient, not of each number", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.double({ min: 0.01, max: 100, noNaN: true }),
      (size, clipNorm) => {
        const gradient = gradientAt(size, size);
        const adam = startAdam(new Float32Array(size));
        const norm = stepAdam(adam, gradient, { ...options, clipNorm });
        const stored = Math.hypot(...adam.mean) / (1 - options.beta1);
        assertClose([stored], [Math.min(norm, clipNorm)], 1e-6);
      },
    ),
  );
});

for (const bad of [NaN, Infinity, -Infinity]) {
  Deno.test(`stepAdam: a gradient with ${bad} changes nothing, and its norm says so`, () => {
    const adam = startAdam(Float32Array.of(1, 2));
    stepAdam(adam, Float32Array.of(0.1, -0.1), options);
    const before = structuredClone(adam);
    assert(!Number.isFinite(stepAdam(adam, Float32Array.of(1, bad), options)));
    assertEquals(adam, before);
  });
}

Deno.test("stepAdam: the largest finite gradients do not overflow", () => {
  const adam = startAdam(Float32Array.of(1, 1));
  const norm = stepAdam(adam, new Float32Array(2).fill(3.4e38), { ...options, clipNorm: 1 });
  assert(Number.isFinite(norm));
  assert([...adam.parameters, ...adam.mean, ...adam.square].every(Number.isFinite));
});

Deno.test("stepAdam: works on the given parameters in place", () => {
  const parameters = Float32Array.of(1);
  stepAdam(startAdam(parameters), Float32Array.of(1), options);
  assertClose(parameters, [0.99], 1e-6);
});
