/**
 * A trained model as one safetensors file that carries all it takes to use it again.
 *
 * @module
 */
import type { Tensor } from "@tensorflow/tfjs";
import type { Parameters } from "../macronet/bijection.ts";
import { matrix } from "../macronet/matrix.ts";
import { type ParameterSpecs, unflatten } from "../macronet/parameters.ts";
import { type Relation, relationParameters } from "../macronet/relation.ts";
import { readSafetensors, writeSafetensors } from "../macronet/weights.ts";
import type { Architecture, Normalisation, System } from "../systems/system.ts";

/** Name of the file among the artifacts of the train stage. */
export const MODEL = "model.safetensors";

/** A relation with its trained parameters. */
export interface Model {
  readonly architecture: Architecture;
  readonly relation: Relation;
  /** Tensors that live as long as the caller keeps them. */
  readonly parameters: Parameters;
}

/** The file of a trained relation. */
export function writeModel(
  { architecture, normalisation, relation, vector }: {
    architecture: Architecture;
    normalisation: Normalisation;
    relation: Relation;
    /** All parameters, in the order of {@link relationParameters}. */
    vector: Float32Array;
  },
): Uint8Array {
  const specs: ParameterSpecs = relationParameters(relation);
  const tensors: Record<string, { shape: readonly number[]; data: Float32Array }> = {};
  let offset = 0;
  for (const [name, { shape }] of Object.entries(specs)) {
    const size = shape.reduce((product, side) => product * side, 1);
    tensors[name] = { shape, data: vector.subarray(offset, offset += size) };
  }
  for (const name of ["u", "v"] as const) {
    const { columns, data } = normalisation[name];
    tensors[`normalisation.${name}`] = { shape: [2, columns], data };
  }
  return writeSafetensors(tensors, { architecture: JSON.stringify(architecture) });
}

/** The model that {@link writeModel} wrote, for the system it was trained on. */
export function readModel(bytes: Uint8Array, system: System): Model {
  const { tensors } = readSafetensors(bytes);
  const architecture = architectureOf(bytes);
  const scales = (name: "u" | "v") => {
    const { shape, data } = tensors[`normalisation.${name}`];
    return matrix(Float32Array.from(data), shape[1]);
  };
  const relation = system.relation(architecture, { u: scales("u"), v: scales("v") });
  const specs: ParameterSpecs = relationParameters(relation);
  const flat = Object.keys(specs).flatMap((name) => {
    if (!(name in tensors)) {
      throw new Error(`Cannot read a model: it must have the parameter ${name}, but has none of that name`);
    }
    return Array.from(tensors[name].data);
  });
  const parameters: Record<string, Tensor> = unflatten(Float32Array.from(flat), specs);
  return { architecture, relation, parameters };
}

/** What the networks of a model file were built from. */
export function architectureOf(bytes: Uint8Array): Architecture {
  return JSON.parse(readSafetensors(bytes).metadata.architecture);
}
