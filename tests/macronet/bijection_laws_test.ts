/**
 * The laws of the contract in `macronet/bijection.ts`, for every bijection, at parameters that are random in each
 * number, those that start at zero included: else a log-determinant of the wrong sign would pass, being 0.
 */
import { deepStrictEqual, ok } from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { normals, uniforms } from "../../kernels/philox/mod.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import type { Bijection, Mapped, Parameters } from "../../macronet/bijection.ts";
import { startVector, unflatten } from "../../macronet/parameters.ts";
import { type Case, cases } from "./bijection_cases.ts";
import { assertClose, numericalLogDet } from "./numerical.ts";

await useWasmBackend();

const BATCH = 4;
const DIRECTIONS = ["forward", "inverse"] as const;
type Direction = typeof DIRECTIONS[number];
const opposite = { forward: "inverse", inverse: "forward" } as const;

for (const example of cases) {
  const { title, bijection } = example;
  const law = (name: string, check: (parameters: Parameters) => void) =>
    Deno.test(`${title}: ${name}`, () => tf.tidy(() => check(randomParameters(bijection))));

  for (const there of DIRECTIONS) {
    const back = opposite[there];

    law(`${back} undoes ${there}, and the log-determinants cancel`, (parameters) => {
      const x = points(example, there);
      const went = bijection[there](x, parameters);
      const came = bijection[back](went.value, parameters);
      assertClose(came.value.dataSync(), x.dataSync(), 2e-4);
      assertClose(tf.neg(came.logDet).dataSync(), went.logDet.dataSync(), 2e-4);
    });

    law(`${there} gives the log-determinant of its numerical Jacobian`, (parameters) => {
      const x = points(example, there);
      const logDet = bijection[there](x, parameters).logDet.dataSync();
      const map = (rows: Float32Array) => tf.tidy(() => apply(bijection, there, rows, parameters).value);
      const rows = x.arraySync().map((row) => numericalLogDet(map, Float32Array.from(row), example.step));
      assertClose(logDet, rows, 3e-3);
      if (!example.keepsVolume) {
        ok(logDet.every((value) => Math.abs(value) > 0.01), `too close to 0: ${logDet}`);
      } else ok(logDet.every((value) => value === 0));
    });

    law(`gradients of ${there} are those of its differences`, (parameters) => {
      assertGradients(bijection, there, { parameters, x: points(example, there) });
    });

    law(`${there} of far-away points is finite`, (parameters) => {
      if (example.unitBox && there === "forward") return;
      const x = far(bijection.dimension);
      const went = bijection[there](x, parameters);
      const came = bijection[back](went.value, parameters);
      for (const tensor of [went.value, went.logDet, came.value, came.logDet]) assertFinite(tensor);
      if (!example.unitBox) assertClose(came.value.dataSync(), x.dataSync(), 1);
    });
  }

  law("maps a batch of one as it maps the same row among others", (parameters) => {
    for (const direction of DIRECTIONS) {
      const x = points(example, direction);
      const all = bijection[direction](x, parameters);
      const one = bijection[direction](tf.slice(x, [1, 0], [1, -1]), parameters);
      deepStrictEqual([one.value.shape, one.logDet.shape], [[1, bijection.dimension], [1]]);
      assertClose(one.value.dataSync(), tf.slice(all.value, [1, 0], [1, -1]).dataSync(), 1e-5);
      assertClose(one.logDet.dataSync(), tf.slice(all.logDet, [1], [1]).dataSync(), 1e-5);
    }
  });

  law("keeps no tensor", (parameters) => {
    const x = points(example, "forward");
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const { value } = bijection.forward(x, parameters);
      bijection.inverse(value, parameters);
      tf.grad((x) => tf.sum(bijection.forward(x as tf.Tensor2D, parameters).value))(x);
      bijection.initialise?.(x, parameters);
    });
    deepStrictEqual(tf.memory().numTensors, before);
  });
}

/** Start values, each moved by a normal draw of deviation 0.4. */
function randomParameters({ parameters }: Bijection): Parameters {
  const vector = startVector(parameters, { seed: 3, purpose: "law test start" });
  const noise = normals(vector.length, { seed: 3, purpose: "law test noise" });
  return unflatten(vector.map((value, i) => value + 0.4 * noise[i]), parameters);
}

/** A small batch of ordinary points on the side that `direction` starts from, in multiples of 2⁻⁸. */
function points({ bijection: { dimension }, unitBox }: Case, direction: Direction): tf.Tensor2D {
  const draw = { seed: 5, purpose: `law test ${direction}` };
  const size = BATCH * dimension;
  const values = unitBox && direction === "forward"
    ? uniforms(size, draw).map((value) => 0.25 + 0.5 * value)
    : normals(size, draw);
  return tf.tensor2d(values.map((value) => Math.round(value * 256) / 256), [BATCH, dimension]);
}

/** Points with coordinates of up to 1,000 of either sign, and the origin. */
function far(dimension: number): tf.Tensor2D {
  const values = uniforms(BATCH * dimension, { seed: 5, purpose: "law test far" })
    .map((value, i) => i < dimension ? 0 : 2000 * (value - 0.5));
  return tf.tensor2d(values, [BATCH, dimension]);
}

function apply(bijection: Bijection, direction: Direction, rows: Float32Array, parameters: Parameters) {
  const x = tf.tensor2d(rows, [rows.length / bijection.dimension, bijection.dimension]);
  const { value, logDet } = bijection[direction](x, parameters);
  return { value: value.dataSync<"float32">(), logDet: logDet.dataSync<"float32">() };
}

/**
 * Holds the gradient of a random weighing of value and log-determinant against differences, along a random direction
 * in each parameter, and in x.
 */
function assertGradients(
  bijection: Bijection,
  direction: Direction,
  { parameters, x }: { parameters: Parameters; x: tf.Tensor2D },
): void {
  const weights = normals(x.size, { seed: 9, purpose: "value weights" });
  const logDetWeights = normals(BATCH, { seed: 9, purpose: "log-det weights" });
  const weigh = ({ value, logDet }: Mapped) =>
    tf.add(
      tf.sum(tf.mul(value, tf.tensor2d(weights, x.shape))),
      tf.sum(tf.mul(logDet, tf.tensor1d(logDetWeights))),
    ) as tf.Scalar;
  const names = Object.keys(parameters);
  const inputs = [x, ...Object.values(parameters)];
  const gradients = tf.grads((x, ...tensors) => {
    const named = Object.fromEntries(names.map((name, i) => [name, tensors[i]]));
    return weigh(bijection[direction](x as tf.Tensor2D, named));
  })(inputs);

  /** The same sum in 64 bits, of the inputs with one of them moved. */
  function moved(index: number, step: Float32Array, sign: number): number {
    const tensors = inputs.map((input, i) =>
      i === index ? tf.add(input, tf.tensor(step.map((s) => sign * s), input.shape)) : input
    );
    const named = Object.fromEntries(names.map((name, i) => [name, tensors[i + 1]]));
    const { value, logDet } = bijection[direction](tensors[0] as tf.Tensor2D, named);
    return dot(value.dataSync(), weights) + dot(logDet.dataSync(), logDetWeights);
  }
  for (const [index, gradient] of gradients.entries()) {
    const name = ["x", ...names][index];
    const unit = normals(gradient.size, { seed: 11, purpose: name });
    const length = Math.sqrt(dot(unit, unit));
    const derivative = (h: number) => {
      const step = unit.map((value) => h * value / length);
      return (moved(index, step, 1) - moved(index, step, -1)) / (2 * h);
    };
    const numerical = (4 * derivative(2 ** -7) - derivative(2 ** -6)) / 3;
    const exact = dot(gradient.dataSync(), unit) / length;
    assertClose([exact], [numerical], 3e-3, `gradient in ${name}`);
  }
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function assertFinite(tensor: tf.Tensor): void {
  ok(tensor.dataSync().every(Number.isFinite), "not finite");
}
