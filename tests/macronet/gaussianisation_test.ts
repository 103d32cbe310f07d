import { deepStrictEqual, ok, throws } from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { normals } from "../../kernels/philox/mod.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import { hartley, hartleyMatrix, waveNumbers } from "../../macronet/gaussianisation/hartley.ts";
import { gaussianisation } from "../../macronet/gaussianisation/mod.ts";
import { fused, type RowMove } from "../../macronet/gaussianisation/fused.ts";
import { pointwiseMove } from "../../macronet/gaussianisation/pointwise.ts";
import { pointwiseInverseRow, pointwiseRow } from "../../macronet/gaussianisation/pointwise_rows.ts";
import { radialMove, strengths } from "../../macronet/gaussianisation/radial.ts";
import { radialRow } from "../../macronet/gaussianisation/radial_row.ts";
import { ringRow } from "../../macronet/gaussianisation/ring_row.ts";
import { ringMove, ringsOf, whitening } from "../../macronet/gaussianisation/rings.ts";
import { contextTraces } from "../../macronet/gaussianisation/traces.ts";
import { matrix } from "../../macronet/matrix.ts";
import { minimise } from "../../macronet/minimise.ts";
import { startVector, unflatten } from "../../macronet/parameters.ts";
import { withStockOperations } from "./both_forms.ts";
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

/** Numbers that are positive where a move is told an exponential, and below 1 where it is told a skew. */
function toldOf(count: number, { positive, sample }: { positive: readonly number[]; sample: number }) {
  const draws = normals(count, { seed: 1, purpose: "told", sample });
  return Float32Array.from(
    draws,
    (draw, i) => positive.includes(i) ? Math.exp(0.3 * draw) : 0.4 * Math.tanh(draw),
  );
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

const ROW_MOVES: Readonly<Record<string, { row: RowMove; count: number; positive: readonly number[] }>> = {
  pointwiseRow: { row: pointwiseRow, count: 14, positive: [2, 3, ...range(6, 10)] },
  pointwiseInverseRow: { row: pointwiseInverseRow, count: 14, positive: [2, 3, ...range(6, 10)] },
  "ringRow, forward": { row: ringRow(RINGS, "forward"), count: 14, positive: range(0, 6) },
  "ringRow, inverse": { row: ringRow(RINGS, "inverse"), count: 14, positive: range(0, 6) },
  radialRow: { row: radialRow(RINGS), count: 12, positive: range(0, 6) },
};

for (const [name, { row, count, positive }] of Object.entries(ROW_MOVES)) {
  Deno.test(`${name}: its gradient is that of small differences, of values and log-determinant together`, () => {
    const width = 2 * RINGS.of.length, step = 2 ** -7;
    for (let sample = 0; sample < 20; sample++) {
      const numbers = toldOf(count, { positive, sample });
      const x = normals(width, { seed: 1, purpose: "x", sample });
      const weights = normals(width + 1, { seed: 1, purpose: "weights", sample });
      const total = (x: Float32Array, numbers: Float32Array) => {
        const z = new Float32Array(width), logDet = row.forward({ x, numbers }, z);
        return z.reduce((sum, value, i) => sum + value * weights[i], weights[width] * logDet);
      };
      const found = { dx: new Float32Array(width), dNumbers: new Float64Array(count) };
      row.backward({ x, numbers }, { dz: weights.subarray(0, width), dLogDet: weights[width] }, found);
      const slope = (values: Float32Array, at: number, of: (values: Float32Array) => number) => {
        const [less, more] = [-step, step].map((change) =>
          values.map((value, i) => i === at ? value + change : value)
        );
        return (of(more) - of(less)) / (more[at] - less[at]);
      };
      const numerical = [
        ...range(0, width).map((i) => slope(x, i, (x) => total(x, numbers))),
        ...range(0, count).map((i) => slope(numbers, i, (numbers) => total(x, numbers))),
      ];
      const largest = Math.max(...numerical.map(Math.abs));
      assertClose([...found.dx, ...found.dNumbers], numerical, 2e-3 * largest);
    }
  });
}

for (const [name, { row, count, positive }] of Object.entries(ROW_MOVES)) {
  Deno.test(`${name}: fused, its values and gradients are those of its loops in every bit, by kernels and without`, () => {
    const rows = 3, width = 2 * RINGS.of.length;
    const draws = (purpose: string, size: number) => normals(size, { seed: 1, purpose });
    const x = draws("x", rows * width), dz = draws("dz", rows * width), dLogDet = draws("dLogDet", rows);
    const numbers = Float32Array.from(
      range(0, rows).flatMap((sample) => [...toldOf(count, { positive, sample })]),
    );
    const expected = { z: x.slice(), logDet: dLogDet.slice(), dx: x.slice(), dNumbers: numbers.slice() };
    for (let i = 0; i < rows; i++) {
      const part = (of: Float32Array, size: number) => of.subarray(i * size, (i + 1) * size);
      const told = { x: part(x, width), numbers: part(numbers, count) }, dNumbers = new Float64Array(count);
      expected.logDet[i] = row.forward(told, part(expected.z, width));
      const given = { dz: part(dz, width), dLogDet: dLogDet[i] };
      row.backward(told, given, { dx: part(expected.dx, width), dNumbers });
      expected.dNumbers.set(dNumbers, i * count);
    }
    const check = () =>
      tf.tidy(() => {
        const shape = [rows, 2, width / 2] as [number, number, number];
        const inputs = [tf.tensor3d(x, shape), tf.tensor2d(numbers, [rows, count])] as const;
        const moved = fused(row, ...inputs);
        const [dx, dNumbers] = tf.grads((x, numbers) => {
          const { value, logDet } = fused(row, x as tf.Tensor3D, numbers as tf.Tensor2D);
          return tf.add(
            tf.sum(tf.mul(value, tf.tensor3d(dz, shape))),
            tf.sum(tf.mul(logDet, tf.tensor1d(dLogDet))),
          );
        })([...inputs]);
        const found = { z: moved.value, logDet: moved.logDet, dx, dNumbers };
        for (const [name, tensor] of Object.entries(found)) {
          deepStrictEqual(tensor.dataSync(), expected[name as keyof typeof found], name);
        }
      });
    check();
    withStockOperations(check);
  });
}

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

Deno.test("ringMove, radialMove and pointwiseMove are the identity where their numbers are 0", () => {
  tf.tidy(() => {
    const x = tf.tensor3d(normals(2 * 2 * 9, { seed: 1, purpose: "x" }), [2, 2, 9]);
    const rings = ringsOf(Array.from({ length: 9 }, (_, i) => [i % 3, Math.floor(i / 3)] as const));
    for (const move of [ringMove(rings), radialMove(rings), pointwiseMove()]) {
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

Deno.test("whitening: leaves two species uncorrelated, each of mean square 1, in every ring", () => {
  tf.tidy(() => {
    const rings = ringsOf(Array.from({ length: 16 }, (_, i) => [i % 4, Math.floor(i / 4)] as const));
    const rows = 300;
    const draws = normals(rows * 32, { seed: 1, purpose: "coefficients" });
    const data = draws.map((value, i) => {
      const cell = i % 16, isB = i % 32 >= 16;
      return (isB ? 0.3 * value - 0.8 * draws[i - 16] : value) * (1 + cell);
    });
    const move = ringMove(rings);
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

/** Rows (c, z) of fields whose waves are the stronger and whose mean the higher, the larger c is. */
function contextualRows(size: number, { rows, told }: { rows: number; told: number }) {
  const cells = size * size, n = 2 * cells, inner = cells / 4;
  const draws = normals(rows * (n + 1), { seed: 1, purpose: "rows" });
  const data = draws.map((value, i) => {
    const j = i % (n + 1) - 1, c = draws[i - j - 1];
    if (j < 0) return value;
    return Math.exp(0.4 * told * c) * value + (j === 0 || j === inner ? 2 * told * c : 0);
  });
  return matrix(Float32Array.from(data), n + 1);
}

const TRACED = 8, N = 2 * TRACED * TRACED;

/** Fits z ← z·e^(−slope c) − shift c in all waves and in the two means, by their traces alone. */
function tracesRemoved(told: number) {
  const traces = contextTraces({ size: TRACED, context: 1, predictor: { width: 16, hiddenLayers: 1 } });
  const rows = contextualRows(TRACED, { rows: 2000, told }), u = matrix(new Float32Array(rows.rows), 1);
  const isMean = Float32Array.from({ length: N }, (_, i) => i === 0 || i === N / 8 ? 1 : 0);
  const moved = (v: tf.Tensor2D, { slope, shift }: Record<string, tf.Tensor>) => {
    const [c, z] = tf.split(v, [1, N], 1) as tf.Tensor2D[];
    const centred = tf.sub(z, tf.mul(tf.mul(c, shift), tf.tensor1d(isMean)));
    return { c, z: tf.mul(centred, tf.exp(tf.neg(tf.mul(c, slope)))) as tf.Tensor2D };
  };
  const specs = {
    slope: { shape: [1], start: "zeros" },
    shift: { shape: [1], start: "zeros" },
    ...traces.parameters,
  } as const;
  const { parameters } = minimise({
    objective: {
      parameters: specs,
      loss(given, { v }) {
        const { c, z } = moved(v, given);
        return tf.addN(Object.values(traces.loss(z, c, given))) as tf.Scalar;
      },
    },
    train: { u, v: rows },
    validation: { u, v: rows },
    options: { seed: 1, batch: 64, steps: 1500, learningRate: 0.005, warmup: 10, clipNorm: 5, logEvery: 500 },
    purpose: "traces",
  });
  const { slope, shift } = unflatten(parameters, specs);
  return { slope: slope.dataSync()[0], shift: shift.dataSync()[0] };
}

Deno.test("contextTraces: by them alone a flow takes from strength and mean what the context tells of them", () => {
  tf.tidy(() => {
    const { slope, shift } = tracesRemoved(1);
    assertClose([slope, shift], [0.4, 2], 0.15);
    const none = tracesRemoved(0);
    assertClose([none.slope, none.shift], [0, 0], 0.05);
  });
});

Deno.test("contextTraces: the predictor is taught by the prediction alone, z by the trace alone", () => {
  tf.tidy(() => {
    const traces = contextTraces({ size: TRACED, context: 1, predictor: { width: 4, hiddenLayers: 1 } });
    const start = startVector(traces.parameters, { seed: 1, purpose: "start" }).map((value) => value + 0.1);
    const parameters = unflatten(start, traces.parameters);
    const c = tf.tensor2d([[0.3], [-1]]), z = tf.tensor2d(normals(2 * N, { seed: 1, purpose: "z" }), [2, N]);
    for (const [part, teaches] of [["prediction", "predictor"], ["trace", "z"]] as const) {
      const given = [z, ...Object.values(parameters)];
      const [ofZ, ...ofPredictor] = tf.grads((...given: tf.Tensor[]) => {
        const [z, ...values] = given;
        const named = Object.fromEntries(Object.keys(parameters).map((name, i) => [name, values[i]]));
        const term = traces.loss(z as tf.Tensor2D, c, named)[part];
        return tf.addN([term, ...given.map((tensor) => tf.mul(0, tf.sum(tensor)))]).asScalar();
      })(given);
      const isTaught = (tensor: tf.Tensor) => tensor.dataSync().some((value) => value !== 0);
      deepStrictEqual(isTaught(ofZ), teaches === "z");
      deepStrictEqual(ofPredictor.every(isTaught), teaches === "predictor");
    }
  });
});

Deno.test("contextTraces: of white noise there is none to tell, in any ring", () => {
  tf.tidy(() => {
    const traces = contextTraces({ size: TRACED, context: 1, predictor: { width: 4, hiddenLayers: 1 } });
    const rows = 4000;
    const parameters = unflatten(
      startVector(traces.parameters, { seed: 1, purpose: "start" }),
      traces.parameters,
    );
    const last = Object.keys(parameters).findLast((name) => name.endsWith("bias"))!;
    const z = tf.tensor2d(normals(rows * N, { seed: 1, purpose: "white" }), [rows, N]);
    const slope = tf.grad((bias) =>
      traces.loss(z, tf.zeros([rows, 1]), { ...parameters, [last]: bias }).prediction
    )(parameters[last]);
    // −2 / numbers · the mean of each number
    for (const value of slope.dataSync()) ok(Math.abs(value) < 0.01, `${value}`);
  });
});
