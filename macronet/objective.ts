/**
 * A loss of pairs and its gradient, at parameters that come as one flat vector.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Scalar, Tensor, Tensor1D } from "@tensorflow/tfjs";
import type { Parameters } from "./bijection.ts";
import { flatParameters } from "./flat_parameters.ts";
import type { Batch } from "./loss.ts";
import { toTensor } from "./macrostate_map.ts";
import type { Matrix } from "./matrix.ts";
import { isNative, readValues, writeValues } from "./native.ts";
import { count, type ParameterSpecs, unflatten } from "./parameters.ts";

/** Prepared pairs: row i of `u` belongs to row i of `v`. */
export interface Pairs {
  readonly u: Matrix;
  readonly v: Matrix;
}

/** What a training minimises. */
export interface Objective {
  readonly parameters: ParameterSpecs;
  /** Differentiable in the parameters. */
  loss(parameters: Parameters, batch: Batch): Scalar;
}

/** Differentiates an objective. Its tensors live until it is disposed of. */
export class Differentiation {
  readonly #objective: Objective;
  readonly #variables: Variables;

  constructor(objective: Objective) {
    this.#objective = objective;
    this.#variables = isNative() ? flatVariable(objective.parameters) : variables(objective.parameters);
  }

  /** Sets the parameters, flat in the order of the objective's. */
  load(vector: Float32Array): void {
    this.#variables.load(vector);
  }

  /** The loss of a batch. Puts its gradient, flat as the parameters are, into `gradient`. */
  gradient(batch: Pairs, gradient: Float32Array): number {
    let value = NaN;
    // Nothing is returned from `tidy`: it would look for tensors in every element of the gradient, which takes longer
    // than the rest of the step.
    tf.tidy(() => {
      const { tensors, named } = this.#variables;
      const own = { u: toTensor(batch.u), v: toTensor(batch.v) };
      const found = tf.valueAndGrads((...tensors: Tensor[]) =>
        reaching(tensors, this.#objective.loss(named(tensors), own))
      )([...tensors]);
      value = (found.value as Scalar).dataSync()[0];
      let offset = 0;
      for (const tensor of found.grads) readValues(tensor, gradient.subarray(offset, offset += tensor.size));
    });
    return value;
  }

  /** What `of` makes of a batch at the parameters. Its tensors are gone afterwards. */
  at<T extends tf.TensorContainer>(batch: Pairs, of: (parameters: Parameters, batch: Batch) => T): T {
    return tf.tidy(() => {
      const { tensors, named } = this.#variables;
      return of(named(tensors), { u: toTensor(batch.u), v: toTensor(batch.v) });
    });
  }

  /** The loss of a batch. */
  value(batch: Pairs): number {
    return this.at(batch, (parameters, batch) => this.#objective.loss(parameters, batch).dataSync()[0]);
  }

  /** Frees the tensors. */
  dispose(): void {
    tf.dispose([...this.#variables.tensors]);
  }
}

/** A loss that each tensor has a part in, of 0, so that those that it does not depend on have a gradient too. */
function reaching(tensors: readonly Tensor[], loss: Scalar): Scalar {
  if (tensors.length === 1) return loss;
  return tf.add(loss, tf.mul(0, tf.addN(tensors.map((tensor) => tf.sum(tensor)))));
}

/** What a loss is differentiated in. */
interface Variables {
  readonly tensors: readonly Tensor[];
  /** The parameters that they stand for. */
  named(tensors: readonly Tensor[]): Parameters;
  load(vector: Float32Array): void;
}

/** One tensor for all. */
function flatVariable(specs: ParameterSpecs): Variables {
  const flat: Tensor1D = tf.zeros([count(specs)]);
  const parameters = flatParameters(flat, specs);
  return { tensors: [flat], named: () => parameters, load: (vector) => writeValues(flat, vector) };
}

/** One tensor for each, made anew with every vector. */
function variables(specs: ParameterSpecs): Variables {
  const names = Object.keys(specs);
  const tensors = Object.values(unflatten(new Float32Array(count(specs)), specs));
  return {
    tensors,
    named: (tensors) => Object.fromEntries(names.map((name, i) => [name, tensors[i]])),
    load(vector) {
      tf.dispose(tensors);
      tensors.splice(0, tensors.length, ...Object.values(unflatten(vector, specs)));
    },
  };
}
