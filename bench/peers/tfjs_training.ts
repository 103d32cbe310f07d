/**
 * The oscillator's network as a user of tensorflow.js writes it: stock operations and its own Adam, on its WebAssembly
 * backend, one thread. Arguments: folder, steps of a turn.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import type { Scalar, Tensor, Tensor1D, Tensor2D, Variable } from "@tensorflow/tfjs";
import { stdin } from "node:process";
import { createInterface } from "node:readline";
import { pickRows } from "../../macronet/matrix.ts";
import { toTensor } from "../../macronet/macrostate_map.ts";
import { learningRateAt } from "../../macronet/schedule.ts";
import { readWork } from "../training_work.ts";

const [folder, turn] = Deno.args;
tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
await tf.setBackend("wasm");

const { work, pairs } = readWork(folder);
const { options, network } = work;
const rows = new BigInt64Array(Deno.readFileSync(`${folder}/rows.i64`).buffer);
const P = startParameters();
const rotations = new Map(
  Object.entries(work.rotations).map(([name, rows]) => [name, tf.tensor2d(rows as number[][])]),
);
const belowDiagonal = tf.tensor2d([[0, 0], [1, 0]]), aboveDiagonal = tf.tensor2d([[0, 1], [0, 0]]);
const unit = tf.eye(2);

function startParameters(): Record<string, Variable> {
  const start = new Float32Array(Deno.readFileSync(`${folder}/start.f32`).buffer);
  let offset = 0;
  return Object.fromEntries(
    Object.entries(work.shapes).map(([name, shape]) => {
      const size = shape.reduce((product, side) => product * side, 1);
      return [name, tf.variable(tf.tensor(start.slice(offset, offset += size), [...shape]))];
    }),
  );
}

/** A layer: what it makes of x, and its log-determinant, a number or one for each row. */
type Layer = (x: Tensor2D) => [Tensor2D, Tensor];

function perceptron(x: Tensor2D, prefix: string): Tensor2D {
  let y = x;
  for (let layer = 0; layer <= network.hiddenLayers; layer++) {
    y = tf.add(tf.matMul(y, P[`${prefix}.${layer}.weight`] as Tensor2D), P[`${prefix}.${layer}.bias`]);
    if (layer < network.hiddenLayers) y = tf.mul(y, tf.sigmoid(y));
  }
  return y;
}

const actnorm = (at: number): Layer => (x) => {
  const logScale = P[`u.${at}.logScale`];
  return [tf.add(tf.mul(x, tf.exp(logScale)), P[`u.${at}.bias`]), tf.sum(logScale)];
};

const magnified: Layer = (x) => {
  const scale = tf.tensor1d([work.magnification!, work.magnification!, 1]);
  return [tf.mul(x, scale), tf.sum(tf.log(scale))];
};

const coupling =
  (at: number, split: number, movesFirst: boolean, bound = network.logScaleBound): Layer => (x) => {
    const [a, b] = tf.split(x, [split, x.shape[1] - split], 1) as Tensor2D[];
    const [passes, moves] = movesFirst ? [b, a] : [a, b];
    const [raw, shift] = tf.split(perceptron(passes, `u.${at}.conditioner`), 2, 1);
    const logScale = tf.mul(bound, tf.tanh(tf.div(raw, bound)));
    const moved = tf.add(tf.mul(moves, tf.exp(logScale)), shift) as Tensor2D;
    return [tf.concat(movesFirst ? [moved, passes] : [passes, moved], 1), tf.sum(logScale, 1)];
  };

const linearOfTwo = (at: number, rotation: string): Layer => (x) => {
  const both = P[`u.${at}.inner.lowerUpper`] as Tensor2D;
  const diagonal = tf.mul(both, unit);
  const lower = tf.add(tf.mul(both, belowDiagonal), unit) as Tensor2D;
  const upper = tf.add(tf.mul(both, aboveDiagonal), tf.mul(tf.exp(diagonal), unit)) as Tensor2D;
  const matrix = tf.matMul(tf.matMul(rotations.get(rotation)!, lower), upper);
  const [first, rest] = tf.split(x, [2, x.shape[1] - 2], 1) as Tensor2D[];
  return [tf.concat([tf.matMul(first, matrix), rest], 1), tf.sum(diagonal)];
};

const layers: Layer[] = [magnified, coupling(1, 2, false, network.logScaleBoundMacro)];
for (let index = 0; index < network.blocks - 1; index++) {
  const at = 2 + 5 * index;
  layers.push(actnorm(at), linearOfTwo(at + 1, `rotation.${index}.0`), coupling(at + 2, 1, true));
  layers.push(linearOfTwo(at + 3, `rotation.${index}.1`), coupling(at + 4, 1, true));
}
layers.push(actnorm(2 + 5 * (network.blocks - 1)));

/** The macrostate, and the likelihood's part in the loss. */
function observe(x: Tensor2D): [Tensor2D, Scalar] {
  let z = x, logDet: Tensor = tf.zeros([x.shape[0]]);
  for (const layer of layers) {
    const [mapped, more] = layer(z);
    z = mapped;
    logDet = tf.add(logDet, more);
  }
  const [a, b, c] = tf.split(z, 3, 1);
  const event = tf.concat([c, a, b], 1);
  const normal = tf.add(tf.mul(0.5, tf.sum(tf.square(event), 1)), 3 * 0.9189385332046727) as Tensor1D;
  return [tf.slice(event, [0, 0], [-1, 1]) as Tensor2D, tf.div(tf.mean(tf.sub(normal, logDet)), 3) as Scalar];
}

function loss(u: Tensor2D, v: Tensor2D): Scalar {
  const [a, ofU] = observe(u), [b, ofV] = observe(v);
  const prediction = tf.mean(tf.sum(tf.square(tf.sub(a, b)), 1));
  return tf.add(prediction, tf.mul(options.gamma, tf.add(ofU, ofV))) as Scalar;
}

const optimiser = tf.train.adam(options.learningRate, 0.9, 0.99, 1e-8);
const losses: Record<number, number> = {};

function train(step: number): void {
  tf.tidy(() => {
    const chosen = Array.from(rows.subarray(step * options.batch, (step + 1) * options.batch), Number);
    const [u, v] = [pairs.u, pairs.v].map((side) => toTensor(pickRows(side, chosen)));
    const { value, grads } = tf.variableGrads(() => loss(u, v));
    const found = value.dataSync()[0];
    if (work.lossesAt.includes(step)) losses[step] = found;
    const norm = tf.sqrt(tf.addN(Object.values(grads).map((gradient) => tf.sum(tf.square(gradient)))));
    const scale = Math.min(1, options.clipNorm / norm.dataSync()[0]);
    for (const name in grads) grads[name] = tf.mul(grads[name], scale);
    (optimiser as unknown as { learningRate: number }).learningRate = learningRateAt(step, options);
    optimiser.applyGradients(grads as Parameters<typeof optimiser.applyGradients>[0]);
  });
}

let done = 0;
for await (const _ of createInterface({ input: stdin })) {
  const begun = performance.now();
  for (let step = done; step < done + Number(turn); step++) train(step);
  done += Number(turn);
  console.log(JSON.stringify({ seconds: (performance.now() - begun) / 1000, losses }));
}
