/**
 * The loss of a relation and its gradient, at parameters that come as one flat vector.
 *
 * @module
 */
import type { Scalar } from "@tensorflow/tfjs";
import { type Loss, loss } from "./loss.ts";
import { Differentiation, type Pairs } from "./objective.ts";
import { type Relation, relationParameters } from "./relation.ts";

export type { Pairs };

/** The terms of {@link Loss} as numbers. */
export type LossValues = { readonly [Term in keyof Loss]: number };

/** Evaluates the loss of a relation. Its tensors live until it is disposed of. */
export class Evaluation {
  readonly #relation: Relation;
  readonly #gamma: number;
  readonly #differentiation: Differentiation;

  /** @param gamma γ, the balance of prediction and distribution. */
  constructor(relation: Relation, gamma: number) {
    this.#relation = relation;
    this.#gamma = gamma;
    this.#differentiation = new Differentiation({
      parameters: relationParameters(relation),
      loss: (parameters, batch) => loss(relation, parameters, batch, gamma).total,
    });
  }

  /** Sets the parameters, flat in the order of {@link relationParameters}. */
  load(vector: Float32Array): void {
    this.#differentiation.load(vector);
  }

  /** The total loss of a batch. Puts its gradient, flat as the parameters are, into `gradient`. */
  gradient(batch: Pairs, gradient: Float32Array): number {
    return this.#differentiation.gradient(batch, gradient);
  }

  /** All terms of the loss of a batch. */
  terms(batch: Pairs): LossValues {
    return this.#differentiation.at(batch, (parameters, batch) => {
      const terms = loss(this.#relation, parameters, batch, this.#gamma);
      return Object.fromEntries(
        Object.entries(terms).map(([name, term]) => [name, (term as Scalar).dataSync()[0]]),
      ) as LossValues;
    });
  }

  /** Frees the tensors. */
  dispose(): void {
    this.#differentiation.dispose();
  }
}
