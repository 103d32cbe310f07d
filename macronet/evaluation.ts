/**
 * The loss of a batch and its gradient, at parameters that come as one flat vector.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Scalar, Tensor, Tensor1D } from "@tensorflow/tfjs";
import type { ParameterSpec } from "./bijection.ts";
import { type Loss, loss } from "./loss.ts";
import { toTensor } from "./macrostate_map.ts";
import type { Matrix } from "./matrix.ts";
import { asFunctionsOf, isNative, readValues, writeValues } from "./native.ts";
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
  readonly #specs: Readonly<Record<string, ParameterSpec>>;
  #parameters: Readonly<Record<string, Tensor>>;
  /** Stands for all parameters where gradients are taken. */
  readonly #leaf: Tensor1D | undefined;

  /** @param gamma γ, the balance of prediction and distribution. */
  constructor(relation: Relation, gamma: number) {
    this.#relation = relation;
    this.#gamma = gamma;
    this.#specs = relationParameters(relation);
    this.#parameters = unflatten(new Float32Array(count(this.#specs)), this.#specs);
    this.#leaf = isNative() ? tf.zeros([count(this.#specs)]) : undefined;
  }

  /** Sets the parameters, flat in the order of {@link relationParameters}. */
  load(vector: Float32Array): void {
    if (!this.#leaf) {
      this.dispose();
      this.#parameters = unflatten(vector, this.#specs);
      return;
    }
    let offset = 0;
    for (const tensor of Object.values(this.#parameters)) {
      writeValues(tensor, vector.subarray(offset, offset += tensor.size));
    }
  }

  /** The total loss of a batch. Puts its gradient, flat as the parameters are, into `gradient`. */
  gradient(batch: Pairs, gradient: Float32Array): number {
    let value = NaN;
    // Nothing is returned from `tidy`: it would look for tensors in every element of the gradient, which takes longer
    // than the rest of the step.
    tf.tidy(() => {
      const names = Object.keys(this.#parameters);
      const tensors = { u: toTensor(batch.u), v: toTensor(batch.v) };
      const total = (...values: Tensor[]) => {
        const parameters = Object.fromEntries(names.map((name, i) => [name, values[i]]));
        return loss(this.#relation, parameters, tensors, this.#gamma).total;
      };
      const own = Object.values(this.#parameters);
      const found = this.#leaf
        ? tf.valueAndGrads((leaf) => total(...asFunctionsOf(leaf as Tensor1D, own)))([this.#leaf])
        : tf.valueAndGrads(total)(own);
      value = (found.value as Scalar).dataSync()[0];
      let offset = 0;
      for (const tensor of found.grads) readValues(tensor, gradient.subarray(offset, offset += tensor.size));
    });
    return value;
  }

  /** All terms of the loss of a batch. */
  terms(batch: Pairs): LossValues {
    return tf.tidy(() => {
      const tensors = { u: toTensor(batch.u), v: toTensor(batch.v) };
      const terms = loss(this.#relation, this.#parameters, tensors, this.#gamma);
      return Object.fromEntries(
        Object.entries(terms).map(([name, term]) => [name, (term as Scalar).dataSync()[0]]),
      ) as LossValues;
    });
  }

  /** Frees the tensors. */
  dispose(): void {
    tf.dispose([Object.values(this.#parameters), this.#leaf ?? []]);
  }
}
