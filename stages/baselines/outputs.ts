/**
 * What a trained perceptron gives.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Conditioner } from "../../macronet/conditioner.ts";
import { toTensor } from "../../macronet/macrostate_map.ts";
import { type Matrix, matrix, rowRange } from "../../macronet/matrix.ts";
import { unflatten } from "../../macronet/parameters.ts";

/** Rows that go through the network at once; bounds the memory, changes no bit. */
const ROWS_AT_ONCE = 512;

/** The outputs `[rows, outputs]` for inputs `[rows, inputs]`, at parameters that are flat in the network's order. */
export function outputsOf(network: Conditioner, vector: Float32Array, inputs: Matrix): Matrix {
  const parts: Float32Array[] = [];
  let columns = 1;
  for (let from = 0; from < inputs.rows; from += ROWS_AT_ONCE) {
    const rows = rowRange(inputs, from, Math.min(from + ROWS_AT_ONCE, inputs.rows));
    tf.tidy(() => {
      const output = network.apply(toTensor(rows), unflatten(vector, network.parameters));
      columns = output.shape[1];
      parts.push(Float32Array.from(output.dataSync()));
    });
  }
  return matrix(Float32Array.from(parts.flatMap((part) => Array.from(part))), columns);
}
