import { deepStrictEqual, ok, throws } from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { normals } from "../../kernels/philox/mod.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import { hartley, hartleyMatrix, waveNumbers } from "../../macronet/gaussianisation/hartley.ts";
import { gaussianisation } from "../../macronet/gaussianisation/mod.ts";
import { pointwiseMove } from "../../macronet/gaussianisation/pointwise.ts";
import { radialMove, strengths } from "../../macronet/gaussianisation/radial.ts";
import { ringsOf } from "../../macronet/gaussianisation/wave_groups.ts";
import { gainsMove, whitening } from "../../macronet/gaussianisation/gains.ts";
import { startVector, unflatten } from "../../macronet/parameters.ts";
import { assertClose } from "./numerical.ts";

await useWasmBackend();

const conditioner = { width: 8, hiddenLayers: 1 };

Deno.test("waveNumbers: every one once, those of the smaller field first, in the order that it has itself", () => {
  for (const size of [4, 8, 64]) {
    const numbers = waveNumbers(size, size / 2);
    deepStrictEqual(numbers.slice(0, size / 2), waveNumbers(size / 2));
    deepStrictEqual([...numbers].sort((a, b) => a - b), waveNumbers(size).sort((a, b) => a - b));
  }
});

Deno.test("hartleyMatrix: is orthonormal, and symmetric where wave numbers are in the order of cells", () => {
  const size = 16, numbers = Array.from({ length: size }, (_, k) => k);
  const matrix = hartleyMatrix(size, numbers);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      let dot = 0;
      for (let x = 0; x < size; x++) dot += matrix[i * size + x] * matrix[j * size + x];
      ok(Math.abs(dot - (i === j ? 1 : 0)) < 1e-6);
      ok(Math.abs(matrix[i * size + j] - matrix[j * size + i]) < 1e-7);
    }
  }
});

Deno.test("hartley: synthesis undoes analysis, and the gradient is the adjoint", () => {
  tf.tidy(() => {
    const transform = hartley(8, waveNumbers(8, 4));
    const x = tf.tensor3d(normals(3 * 64, { seed: 1, purpose: "fields" }), [3, 8, 8]);
    const y = tf.tensor3d(normals(3 * 64, { seed: 2, purpose: "fields" }), [3, 8, 8]);
    assertClose(transform.synthesise(transform.analyse(x)).dataSync(), x.dataSync(), 1e-5);
    const gradient = tf.grad((x) => tf.sum(tf.mul(transform.analyse(x as tf.Tensor3D), y)))(x);
    assertClose(gradient.dataSync(), transform.synthesise(y).dataSync(), 1e-5);
  });
});

const RINGS = { count: 3, of: Int32Array.of(0, 1, 1, 2, 2, 2, 1, 2) };

Deno.test("radialMove: to the power e, however strong the waves were; their directions and the mean stay", () => {
  tf.tidy(() => {
    const move = radialMove(RINGS), n = RINGS.of.length, logExponent = 2;
    const numbers = new Float32Array(move.numbers).fill(logExponent, 0, 2 * RINGS.count);
    numbers.fill(0.5, 2 * RINGS.count);
    const x = normals(2 * n, { seed: 1, purpose: "x" });
    const told = tf.tensor2d(numbers, [1, move.numbers]);
    const moved = (scale: number) =>
      move.forward(tf.tensor3d(x.map((value) => scale * value), [1, 2, n]), told).value.dataSync();
    const [once, thrice] = [moved(1), moved(3)];
    for (let i = 0; i < 2 * n; i++) {
      const isMean = RINGS.of[i % n] === 0;
      const exponent = isMean ? 1 : Math.exp(0.2 * logExponent);
      ok(Math.abs(thrice[i] / once[i] - 3 ** exponent) < 1e-4);
      ok(isMean ? once[i] === x[i] : Math.sign(once[i]) === Math.sign(x[i]));
    }
  });
});

Deno.test("strengths: a ring as strong as it refers to stays as strong, whatever the exponent", () => {
  tf.tidy(() => {
    const move = radialMove(RINGS), n = RINGS.of.length;
    const x = normals(2 * n, { seed: 1, purpose: "x" });
    const numbers = strengths(x, RINGS).fill(1.5, 0, 2 * RINGS.count);
    const { value } = move.forward(tf.tensor3d(x, [1, 2, n]), tf.tensor2d(numbers, [1, move.numbers]));
    assertClose(value.dataSync(), x, 1e-5);
  });
});

Deno.test("gainsMove, radialMove and pointwiseMove are the identity where their numbers are 0", () => {
  tf.tidy(() => {
    const x = tf.tensor3d(normals(2 * 2 * 9, { seed: 1, purpose: "x" }), [2, 2, 9]);
    const rings = ringsOf(Array.from({ length: 9 }, (_, i) => [i % 3, Math.floor(i / 3)] as const));
    for (const move of [gainsMove(rings), radialMove(rings), pointwiseMove()]) {
      for (const direction of ["forward", "inverse"] as const) {
        const { value, logDet } = move[direction](x, tf.zeros([2, move.numbers]));
        assertClose(value.dataSync(), x.dataSync(), 1e-6);
        assertClose(logDet.dataSync(), [0, 0], 1e-5);
      }
    }
  });
});

Deno.test("pointwiseMove: of each species alone it is monotone, also far away", () => {
  tf.tidy(() => {
    const move = pointwiseMove(), n = 201;
    const line = Float32Array.from({ length: 2 * n }, (_, i) => 5 * (i % n - 100));
    for (let sample = 0; sample < 20; sample++) {
      const numbers = normals(14, { seed: 1, purpose: "numbers", sample }).fill(0, 10);
      const { value } = move.forward(tf.tensor3d(line, [1, 2, n]), tf.tensor2d(numbers, [1, 14]));
      const values = value.dataSync();
      for (let i = 1; i < 2 * n; i++) if (i !== n) ok(values[i] > values[i - 1], `${i}`);
    }
  });
});

Deno.test("whitening: leaves two species uncorrelated, each of mean square 1, in every group", () => {
  tf.tidy(() => {
    const rings = ringsOf(Array.from({ length: 16 }, (_, i) => [i % 4, Math.floor(i / 4)] as const));
    const rows = 300;
    const draws = normals(rows * 32, { seed: 1, purpose: "coefficients" });
    const data = draws.map((value, i) => {
      const cell = i % 16, isB = i % 32 >= 16;
      return (isB ? 0.3 * value - 0.8 * draws[i - 16] : value) * (1 + cell);
    });
    const move = gainsMove(rings);
    const numbers = tf.tile(tf.tensor2d(whitening(data, rings), [1, move.numbers]), [rows, 1]);
    const { value } = move.forward(tf.tensor3d(data, [rows, 2, 16]), numbers as tf.Tensor2D);
    const again = whitening(value.dataSync<"float32">(), rings);
    assertClose(again, new Float32Array(again.length), 1e-3);
  });
});

/** Fields whose waves are longer than `size` / 2. */
function smoothField(size: number): Float32Array {
  const field = new Float32Array(2 * size * size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const phase = 2 * Math.PI / size;
      field[2 * (y * size + x)] = Math.cos(phase * x) + 0.5 * Math.sin(phase * (x + y) + 1);
      field[2 * (y * size + x) + 1] = Math.sin(phase * y) - 0.3 * Math.cos(phase * (x - y));
    }
  }
  return field;
}

Deno.test("gaussianisation: the likelihood of a pattern is that of the same pattern elsewhere, turned or mirrored", () => {
  tf.tidy(() => {
    const size = 16;
    const flow = gaussianisation({ size, context: 2, layers: 1, conditioner, bound: 0.3 });
    const start = startVector(flow.parameters, { seed: 1, purpose: "start" });
    const noise = normals(start.length, { seed: 1, purpose: "noise" });
    const parameters = unflatten(start.map((value, i) => value + 0.1 * noise[i]), flow.parameters);
    const field = smoothField(size);
    const variants = [
      (x: number, y: number) => [x, y],
      (x: number, y: number) => [(x + 4) % size, (y + 6) % size],
      (x: number, y: number) => [y, x],
      (x: number, y: number) => [(size - x) % size, y],
    ].map((from) =>
      Float32Array.from(field, (_, i) => {
        const cell = i >> 1, [x, y] = from(cell % size, Math.floor(cell / size));
        return field[2 * (y * size + x) + i % 2];
      })
    );
    const x = tf.tensor2d(Float32Array.of(...variants.flatMap((v) => [...v])), [4, 2 * size * size]);
    const context = tf.tile(tf.tensor2d([[0.4, -1]]), [4, 1]) as tf.Tensor2D;
    const { value, logDet } = flow.forward(x, context, parameters);
    const squares = tf.sum(tf.square(value), 1).dataSync(), logDets = logDet.dataSync();
    for (let i = 1; i < 4; i++) {
      assertClose([squares[i], logDets[i]], [squares[0], logDets[0]], 2e-3 * Math.abs(squares[0]));
    }
  });
});

Deno.test("gaussianisation: starts as the map that whitens the first rows, whatever their context", () => {
  tf.tidy(() => {
    const size = 8, rows = 200, n = 2 * size * size;
    const flow = gaussianisation({ size, context: 2, layers: 2, conditioner });
    const start = unflatten(startVector(flow.parameters, { seed: 1, purpose: "start" }), flow.parameters);
    const draws = normals(rows * n, { seed: 1, purpose: "fields" });
    const x = tf.tensor2d(
      draws.map((v, i) => (i % 2 ? 0.2 : 0.6) + 0.05 * v - (i % 2 ? 0.03 * draws[i - 1] : 0)),
      [rows, n],
    );
    const context = tf.tensor2d(normals(2 * rows, { seed: 1, purpose: "context" }), [rows, 2]);
    const parameters = { ...start, ...flow.initialise!(x, context, start) };
    const { mean, variance } = tf.moments(flow.forward(x, context, parameters).value);
    assertClose([mean.dataSync()[0], variance.dataSync()[0]], [0, 1], 1e-2);
  });
});

Deno.test("gaussianisation: refuses sizes that have no half, and no layers", () => {
  const options = { size: 8, context: 2, layers: 1, conditioner };
  throws(
    () => gaussianisation({ ...options, size: 7 }),
    /size must be an even number of at least 4, but it is 7/,
  );
  throws(
    () => gaussianisation({ ...options, layers: 0 }),
    /layers must be a whole number of at least 1, but it is 0/,
  );
});
