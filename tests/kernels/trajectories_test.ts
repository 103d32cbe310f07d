import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import fc from "fast-check";
import { normals, uniforms } from "../../kernels/philox/mod.ts";
import { linearTrajectories, oscillatorPairs } from "../../kernels/trajectories/mod.ts";
import * as reference from "../../kernels/trajectories/reference.ts";

const anyFloats = (length: number) => fc.float32Array({ minLength: length, maxLength: length });

Deno.test("linearTrajectories equals its reference bit for bit, overflow and NaN included", () => {
  const inputs = fc.nat(5).chain((count) =>
    fc.record({
      matrices: anyFloats(4 * count),
      starts: anyFloats(2 * count),
      steps: fc.integer({ min: 1, max: 9 }),
      timeStep: fc.double({ min: -2, max: 2, noNaN: true }),
    })
  );
  fc.assert(fc.property(inputs, (input) => {
    deepStrictEqual([...linearTrajectories(input)], [...reference.linearTrajectories(input)]); // as numbers: NaN has many bit patterns
  }));
});

Deno.test("oscillatorPairs equals its reference bit for bit, overflow and NaN included", () => {
  const inputs = fc.nat(9).chain((count) =>
    fc.record({ starts: anyFloats(2 * count), times: anyFloats(count) })
  );
  fc.assert(fc.property(inputs, (input) => {
    deepStrictEqual([...oscillatorPairs(input)], [...reference.oscillatorPairs(input)]); // as numbers: NaN has many bit patterns
  }));
});

Deno.test("linearTrajectories approaches the matrix exponential in first order of the time step", () => {
  // exp(M) of M = ((σ, −ω), (ω, σ)) is a rotation by ω times e^σ.
  const [growth, turn] = [-0.4, 1.3];
  const matrices = Float32Array.of(growth, -turn, turn, growth);
  const exact = [Math.exp(growth) * Math.cos(turn), Math.exp(growth) * Math.sin(turn)];
  const error = (steps: number) => {
    const trajectory = linearTrajectories({
      matrices,
      starts: Float32Array.of(1, 0),
      steps,
      timeStep: 1 / steps,
    });
    const [x, y] = trajectory.slice(-2);
    return Math.hypot(x - exact[0], y - exact[1]);
  };
  for (const steps of [64, 128, 256]) {
    const ratio = error(steps) / error(2 * steps);
    ok(Math.abs(ratio - 2) < 0.03, `half the step, ${ratio} times less error at ${steps} steps`);
  }
});

Deno.test("linearTrajectories of several samples are those of each alone", () => {
  const matrices = normals(40, { seed: 1, purpose: "matrices" });
  const starts = normals(20, { seed: 1, purpose: "starts" });
  const together = linearTrajectories({ matrices, starts, steps: 8, timeStep: 1 / 8 });
  strictEqual(together.length, 10 * 16);
  for (let i = 0; i < 10; i++) {
    const alone = linearTrajectories({
      matrices: matrices.slice(4 * i, 4 * i + 4),
      starts: starts.slice(2 * i, 2 * i + 2),
      steps: 8,
      timeStep: 1 / 8,
    });
    deepStrictEqual(together.slice(16 * i, 16 * i + 16), alone);
  }
});

Deno.test("oscillatorPairs conserves energy to f32 rounding", () => {
  const count = 5000;
  const starts = normals(2 * count, { seed: 1, purpose: "starts" });
  const times = uniforms(count, { seed: 1, purpose: "times" }).map((u) => 2 * Math.PI * u);
  const ends = oscillatorPairs({ starts, times });
  for (let i = 0; i < count; i++) {
    const [before, after] = [starts, ends].map((state) => state[2 * i] ** 2 + state[2 * i + 1] ** 2);
    ok(Math.abs(after - before) <= 2e-7 * before, `2H went from ${before} to ${after}`);
  }
});

Deno.test("oscillatorPairs composes: τ and then −τ is where it began", () => {
  const starts = normals(200, { seed: 2, purpose: "starts" });
  const times = uniforms(100, { seed: 2, purpose: "times" }).map((u) => 10 * u - 5);
  const back = oscillatorPairs({ starts: oscillatorPairs({ starts, times }), times: times.map((t) => -t) });
  back.forEach((value, i) => ok(Math.abs(value - starts[i]) < 1e-6));
});

Deno.test("trajectories refuse shapes that do not fit, and say what was found", () => {
  const options = { matrices: new Float32Array(4), starts: new Float32Array(2), steps: 1, timeStep: 1 };
  throws(() => linearTrajectories({ ...options, starts: new Float32Array(4) }), {
    name: "RangeError",
    message: /matrices must have shape \[n, 4\] and starts \[n, 2\], but they hold 4 and 4 numbers$/,
  });
  throws(() =>
    linearTrajectories({ ...options, matrices: new Float32Array(6), starts: new Float32Array(3) })
  );
  for (const steps of [0, -1, 1.5, NaN]) {
    throws(() => linearTrajectories({ ...options, steps }), { name: "RangeError", message: /steps/ });
  }
  throws(() => oscillatorPairs({ starts: new Float32Array(3), times: new Float32Array(1) }), RangeError);
});
