/**
 * Baseline: a perceptron from features of v to the coordinates of u, by least squares. It gives the mean of the u that
 * there may be, one and the same at every draw.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Scalar } from "@tensorflow/tfjs";
import { multilayerPerceptron } from "../../macronet/conditioner.ts";
import { column, type Matrix, repeatRows } from "../../macronet/matrix.ts";
import { minimise } from "../../macronet/minimise.ts";
import { mean, variance } from "../../systems/metrics/statistics.ts";
import { lessonsOf, type Method } from "./method.ts";
import { outputsOf } from "./outputs.ts";

/** Regression on the coordinates. */
export const method: Method = {
  async propose(problem) {
    const { train, validation, test, examples, toU } = await lessonsOf(problem);
    const { sizes: { encoderWidth: width, hiddenLayers }, train: options } = problem.learning;
    const network = multilayerPerceptron({
      inputs: train.v.columns,
      outputs: train.u.columns,
      width,
      hiddenLayers,
    });
    const { parameters } = minimise({
      objective: {
        parameters: network.parameters,
        loss: (parameters, { u, v }) => tf.mean(tf.square(tf.sub(network.apply(v, parameters), u))) as Scalar,
      },
      train,
      validation,
      options,
      purpose: "baseline.regressor",
      onStep: (step) => problem.progress(step, "regressor"),
    });
    const found = (v: Matrix) => outputsOf(network, parameters, v);
    return {
      u: toU(repeatRows(found(examples), problem.draws)),
      metrics: { regression_r2: { value: explained(found(test.v), test.u) } },
    };
  },
};

/** R² of every column, their mean. */
function explained(found: Matrix, wanted: Matrix): number {
  return mean(Array.from({ length: wanted.columns }, (_, j) => {
    const own = column(found, j), target = column(wanted, j);
    return 1 - mean(target.map((value, i) => (value - own[i]) * (value - own[i]))) / variance(target);
  }));
}
