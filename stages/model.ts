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
import { type NamedArray, readSafetensors, writeSafetensors } from "../macronet/weights.ts";
import { quoted } from "../pipeline/quoted.ts";
import { parseStrictJson } from "../pipeline/strict_json.ts";
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

/**
 * The model that {@link writeModel} wrote, for the system it was trained on.
 *
 * @throws {RangeError} If the file is none, or its arrays do not have the shapes that its architecture asks for.
 */
export function readModel(bytes: Uint8Array, system: System): Model {
  const { tensors, metadata } = readSafetensors(bytes);
  const architecture = parseArchitecture(metadata);
  const values = (name: string, shape?: readonly number[]) => {
    const found = tensors[name];
    const isRight = found?.data instanceof Float32Array &&
      (shape === undefined ? found.shape.length === 2 : String(found.shape) === String(shape));
    if (isRight) return found as NamedArray<Float32Array>;
    const wanted = shape === undefined ? "a matrix" : `[${shape}]`;
    throw new RangeError(
      `Cannot read a model: ${quoted(name)} must be ${wanted} of float32, but ` +
        (found === undefined ? "there is none" : `is ${found.data.constructor.name} ${quoted(found.shape)}`),
    );
  };
  const scales = (name: "u" | "v") => {
    const { shape, data } = values(`normalisation.${name}`);
    return matrix(Float32Array.from(data), shape[1]);
  };
  const relation = system.relation(architecture, { u: scales("u"), v: scales("v") });
  const specs: ParameterSpecs = relationParameters(relation);
  const flat = Object.entries(specs).flatMap(([name, { shape }]) => Array.from(values(name, shape).data));
  const parameters: Record<string, Tensor> = unflatten(Float32Array.from(flat), specs);
  return { architecture, relation, parameters };
}

/**
 * What the networks of a model file were built from.
 *
 * @throws {RangeError} If the file is no model.
 */
export function architectureOf(bytes: Uint8Array): Architecture {
  return parseArchitecture(readSafetensors(bytes).metadata);
}

function parseArchitecture({ architecture: text = "" }: Readonly<Record<string, string>>): Architecture {
  let found: unknown;
  try {
    found = parseStrictJson(text, "a model");
  } catch {
    // As below: it is none.
  }
  const { physics, network, seed } = (found ?? {}) as Partial<Record<keyof Architecture, unknown>>;
  const isObject = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
  if (isObject(physics) && isObject(network) && Number.isSafeInteger(seed)) return found as Architecture;
  throw new RangeError(
    `Cannot read a model: its architecture must be JSON of physics, network and seed, but is ${quoted(text)}`,
  );
}
