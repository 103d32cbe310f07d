/**
 * Parameters that are parts of one flat tensor.
 *
 * To differentiate in a hundred tensors, tfjs looks for each of them in every input of every operation, which takes
 * longer than to train a small network. In one it is soon done. So the tensors of a model are cut out of it by name
 * when someone asks for them, and the operations on flows and networks read it as it is.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor1D } from "@tensorflow/tfjs";
import type { Parameters, ParameterSpec } from "./bijection.ts";
import { unprefixed } from "./names.ts";
import { defineOperation, valuesOf } from "./native.ts";

/** Where a tensor lies in the flat one. */
interface Place {
  /** Floats before it. */
  readonly offset: number;
  readonly shape: readonly number[];
}

/** Behind parameters that are parts of a flat tensor. */
interface Source {
  readonly flat: Tensor1D;
  readonly places: Readonly<Record<string, Place>>;
  readonly parts: Map<string, Parameters>;
}

const sources = new WeakMap<Parameters, Source>();

/** The tensors by name that a flat one holds in the order of the specs. */
export function flatParameters(flat: Tensor1D, specs: Readonly<Record<string, ParameterSpec>>): Parameters {
  const places: Record<string, Place> = {};
  let offset = 0;
  for (const [name, { shape }] of Object.entries(specs)) {
    places[name] = { offset, shape };
    offset += tf.util.sizeFromShape([...shape]);
  }
  return parametersAt(flat, places);
}

function parametersAt(flat: Tensor1D, places: Readonly<Record<string, Place>>): Parameters {
  const parameters: Record<string, Tensor> = {};
  for (const [name, place] of Object.entries(places)) {
    Object.defineProperty(parameters, name, { enumerable: true, get: () => cut(flat, place) });
  }
  sources.set(parameters, { flat, places, parts: new Map() });
  return parameters;
}

/**
 * The parameters whose names start with `prefix.`, without it. Parts of a flat tensor stay such parts.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { useWasmBackend } from "./backend.ts";
 * import { flatParameters, partOf } from "./flat_parameters.ts";
 *
 * await useWasmBackend();
 * const specs = { "0.bias": { shape: [1], start: "zeros" }, "1.bias": { shape: [2], start: "zeros" } } as const;
 * const { bias } = partOf("1", flatParameters(tf.tensor1d([1, 2, 3]), specs));
 * assertEquals([...bias.dataSync()], [2, 3]);
 * ```
 */
export function partOf(prefix: string, parameters: Parameters): Parameters {
  const source = sources.get(parameters);
  if (source === undefined) return unprefixed(prefix, parameters);
  let part = source.parts.get(prefix);
  if (part === undefined) {
    part = parametersAt(source.flat, unprefixed(prefix, source.places));
    source.parts.set(prefix, part);
  }
  return part;
}

/** One tensor that holds the named parameters, and where each begins in it, in floats. Differentiable in them. */
export function asFlat(
  parameters: Parameters,
  names: readonly string[],
): { flat: Tensor; offsets: number[] } {
  const source = sources.get(parameters);
  if (source) return { flat: source.flat, offsets: names.map((name) => source.places[name].offset) };
  const tensors = names.map((name) => parameters[name]);
  const sizes = tensors.map(({ size }) => size);
  return { flat: pack(tensors, { shapes: tensors.map(({ shape }) => shape) })[0], offsets: starts(sizes) };
}

/** Where things of these sizes begin that lie one after the other. */
function starts(sizes: readonly number[]): number[] {
  let end = 0;
  return sizes.map((size) => (end += size) - size);
}

function cut(flat: Tensor1D, { offset, shape }: Place): Tensor {
  return cutOut([flat], { offset, shape: [...shape], count: flat.size })[0];
}

const cutOut = defineOperation<{ offset: number; shape: number[]; count: number }>(
  "CutOut",
  (call) => {
    const { memory, inputs: [flat], attributes: { offset, shape } } = call;
    const part = memory.allocate(shape);
    const values = valuesOf(call, part);
    values.set(valuesOf(call, flat).subarray(offset, offset + values.length));
    return [part];
  },
  { saves: [], of: ([dy], _saved, { offset, count }) => putIn([dy], { offset, count }) },
);

const putIn = defineOperation<{ offset: number; count: number }>("PutIn", (call) => {
  const { memory, inputs: [part], attributes: { offset, count } } = call;
  const flat = memory.allocate([count]);
  const values = valuesOf(call, flat);
  values.fill(0);
  values.set(valuesOf(call, part), offset);
  return [flat];
});

const pack = defineOperation<{ shapes: number[][] }>(
  "Pack",
  (call) => {
    const sizes = call.inputs.map(({ shape }) => tf.util.sizeFromShape(shape));
    const flat = call.memory.allocate([sizes.reduce((sum, size) => sum + size, 0)]);
    const values = valuesOf(call, flat);
    for (const [i, offset] of starts(sizes).entries()) values.set(valuesOf(call, call.inputs[i]), offset);
    return [flat];
  },
  { saves: [], of: ([dy], _saved, attributes) => unpack([dy], attributes) },
);

const unpack = defineOperation<{ shapes: number[][] }>("Unpack", (call) => {
  const { memory, inputs: [flat], attributes: { shapes } } = call;
  const parts = shapes.map((shape) => memory.allocate(shape));
  let end = 0;
  for (const part of parts) {
    const values = valuesOf(call, part);
    values.set(valuesOf(call, flat).subarray(end, end += values.length));
  }
  return parts;
});
