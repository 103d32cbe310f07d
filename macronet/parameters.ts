/**
 * Parameters of a model: their start, and one flat vector of them for the optimiser and the checkpoint.
 *
 * The order in the flat vector is the order of the names in the specs.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "@tensorflow/tfjs";
import { normals } from "../kernels/philox/mod.ts";
import type { Parameters, ParameterSpec } from "./bijection.ts";

/** Shapes and starts by name. */
export type ParameterSpecs = Readonly<Record<string, ParameterSpec>>;

/**
 * How many numbers the parameters are made of.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { count } from "./parameters.ts";
 *
 * assertEquals(count({ weight: { shape: [2, 3], start: "zeros" }, bias: { shape: [3], start: "zeros" } }), 9);
 * ```
 */
export function count(specs: ParameterSpecs): number {
  return Object.values(specs).reduce((sum, spec) => sum + sizeOf(spec), 0);
}

/**
 * Start values as one flat vector. Normal draws come from Philox under the purpose `${purpose}/${name}`: a name
 * always gets the same numbers, whatever other parameters there are.
 *
 * @throws {RangeError} If given values do not fill their shape.
 */
export function startVector(
  specs: ParameterSpecs,
  { seed, purpose }: { readonly seed: number; readonly purpose: string },
): Float32Array<ArrayBuffer> {
  const vector = new Float32Array(count(specs));
  let offset = 0;
  for (const [name, spec] of Object.entries(specs)) {
    const values = vector.subarray(offset, offset += sizeOf(spec));
    fillStart(values, { name, start: spec.start, draw: { seed, purpose: `${purpose}/${name}` } });
  }
  return vector;
}

/**
 * Start values as tensors by name: {@linkcode startVector}, unflattened. The caller disposes of them.
 *
 * @throws {RangeError} If given values do not fill their shape.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { useWasmBackend } from "./backend.ts";
 * import { startParameters } from "./parameters.ts";
 *
 * await useWasmBackend();
 * const { gain } = startParameters({ gain: { shape: [2], start: "ones" } }, { seed: 1, purpose: "start" });
 * assertEquals([...gain.dataSync()], [1, 1]);
 * ```
 */
export function startParameters(
  specs: ParameterSpecs,
  options: { readonly seed: number; readonly purpose: string },
): Record<string, Tensor> {
  return unflatten(startVector(specs, options), specs);
}

/**
 * Tensors by name as one flat vector, a copy.
 *
 * @throws {RangeError} If a parameter is missing or has another shape than its spec.
 */
export function flatten(parameters: Parameters, specs: ParameterSpecs): Float32Array<ArrayBuffer> {
  const vector = new Float32Array(count(specs));
  let offset = 0;
  for (const [name, spec] of Object.entries(specs)) {
    const tensor = parameters[name];
    if (tensor === undefined || tensor.shape.join() !== spec.shape.join()) {
      throw new RangeError(
        `Cannot flatten parameters: "${name}" must have shape [${spec.shape}], ` +
          `but ${tensor === undefined ? "it is missing" : `it has [${tensor.shape}]`}`,
      );
    }
    vector.set(tensor.dataSync(), offset);
    offset += tensor.size;
  }
  return vector;
}

/**
 * Tensors by name from one flat vector, copies. The caller disposes of them.
 *
 * @throws {RangeError} If the vector's length is not the specs' count.
 */
export function unflatten(vector: Float32Array, specs: ParameterSpecs): Record<string, Tensor> {
  if (vector.length !== count(specs)) {
    throw new RangeError(
      `Cannot unflatten parameters: the vector must have ${count(specs)} values, but it has ${vector.length}`,
    );
  }
  let offset = 0;
  const tensors: Record<string, Tensor> = {};
  for (const [name, spec] of Object.entries(specs)) {
    tensors[name] = tf.tensor(vector.slice(offset, offset += sizeOf(spec)), [...spec.shape], "float32");
  }
  return tensors;
}

/** The values of each parameter in one flat vector, where they are: to write to them is to write to the vector. */
export function valuesByName(vector: Float32Array, specs: ParameterSpecs): Record<string, Float32Array> {
  const values: Record<string, Float32Array> = {};
  let offset = 0;
  for (const [name, spec] of Object.entries(specs)) {
    values[name] = vector.subarray(offset, offset += sizeOf(spec));
  }
  return values;
}

function fillStart(
  values: Float32Array,
  { name, start, draw }: {
    name: string;
    start: ParameterSpec["start"];
    draw: { seed: number; purpose: string };
  },
): void {
  if (start === "zeros") return;
  if (start === "ones") {
    values.fill(1);
  } else if ("normal" in start) {
    const draws = normals(values.length, draw);
    for (let i = 0; i < values.length; i++) values[i] = draws[i] * start.normal;
  } else if (start.values.length === values.length) {
    values.set(start.values);
  } else {
    throw new RangeError(
      `Cannot start parameter "${name}": its shape takes ${values.length} values, but ${start.values.length} are given`,
    );
  }
}

function sizeOf({ shape }: ParameterSpec): number {
  return shape.reduce((size, length) => size * length, 1);
}
