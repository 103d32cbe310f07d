/**
 * The loss of a batch and its gradient, at parameters that come as one flat vector.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Scalar, Tensor, Tensor1D } from "@tensorflow/tfjs";
import type { Parameters, ParameterSpec } from "./bijection.ts";
import { flatParameters } from "./flat_parameters.ts";
import { type Loss, loss } from "./loss.ts";
import { toTensor } from "./macrostate_map.ts";
import type { Matrix } from "./matrix.ts";
import { isNative, readValues, writeValues } from "./native.ts";
import { count, unflatten } from "./parameters.ts";
import { type Relation, relationParameters } from "./relation.ts";

/** Prepared pairs: row i of `u` belongs to row i of `v`. */
export interface Pairs {
  readonly u: Matrix;
  readonly v: Matrix;
}

/** The terms of {@link Loss} as numbers. */
export type LossValues = Readonly<Record<keyof Loss, number>>;

/** Evaluates the loss of a relation. Its tensors live until it is disposed of. */
export class Evaluation {
  readonly #relation: Relation;
  readonly #gamma: number;
  readonly #variables: Variables;

  /** @param gamma γ, the balance of prediction and distribution. */
  constructor(relation: Relation, gamma: number) {
    this.#relation = relation;
    this.#gamma = gamma;
    const specs = relationParameters(relation);
    this.#variables = isNative() ? flatVariable(specs) : variables(specs);
  }

  /** Sets the parameters, flat in the order of {@link relationParameters}. */
  load(vector: Float32Array): void {
    this.#variables.load(vector);
  }

  /** The total loss of a batch. Puts its gradient, flat as the parameters are, into `gradient`. */
  gradient(batch: Pairs, gradient: Float32Array): number {
    let value = NaN;
    // Nothing is returned from `tidy`: it would look for tensors in every element of the gradient, which takes longer
    // than the rest of the step.
    tf.tidy(() => {
      const { tensors, named } = this.#variables;
      const own = { u: toTensor(batch.u), v: toTensor(batch.v) };
      const found = tf.valueAndGrads((...tensors: Tensor[]) =>
        loss(this.#relation, named(tensors), own, this.#gamma).total
      )([...tensors]);
      value = (found.value as Scalar).dataSync()[0];
      let offset = 0;
      for (const tensor of found.grads) readValues(tensor, gradient.subarray(offset, offset += tensor.size));
    });
    return value;
  }

  /** All terms of the loss of a batch. */
  terms(batch: Pairs): LossValues {
    return tf.tidy(() => {
      const { tensors, named } = this.#variables;
      const own = { u: toTensor(batch.u), v: toTensor(batch.v) };
      const terms = loss(this.#relation, named(tensors), own, this.#gamma);
      return Object.fromEntries(
        Object.entries(terms).map(([name, term]) => [name, (term as Scalar).dataSync()[0]]),
      ) as LossValues;
    });
  }

  /** Frees the tensors. */
  dispose(): void {
    tf.dispose([...this.#variables.tensors]);
  }
}

/** What a loss is differentiated in. */
interface Variables {
  readonly tensors: readonly Tensor[];
  /** The parameters that they stand for. */
  named(tensors: readonly Tensor[]): Parameters;
  load(vector: Float32Array): void;
}

type Specs = Readonly<Record<string, ParameterSpec>>;

/** One tensor for all. */
function flatVariable(specs: Specs): Variables {
  const flat: Tensor1D = tf.zeros([count(specs)]);
  const parameters = flatParameters(flat, specs);
  return { tensors: [flat], named: () => parameters, load: (vector) => writeValues(flat, vector) };
}

/** One tensor for each, made anew with every vector. */
function variables(specs: Specs): Variables {
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
