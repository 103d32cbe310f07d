import { deepStrictEqual } from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { normals } from "../../kernels/philox/mod.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import { Evaluation, type Pairs } from "../../macronet/evaluation.ts";
import { asFlat, flatParameters, partOf } from "../../macronet/flat_parameters.ts";
import { loss } from "../../macronet/loss.ts";
import { toTensor } from "../../macronet/macrostate_map.ts";
import { matrix } from "../../macronet/matrix.ts";
import { count, flatten, startVector, unflatten } from "../../macronet/parameters.ts";
import { type Relation, relationParameters } from "../../macronet/relation.ts";
import { system as oscillator } from "../../systems/oscillator.ts";
import { system as turing } from "../../systems/turing.ts";
import { withStockOperations } from "./both_forms.ts";
import { assertClose } from "./numerical.ts";

await useWasmBackend();

const GAMMA = 0.3;
const ROWS = 21;

/** Relations of the smoke profile with rows for them: one network for both sides; and stock operations among ours. */
const CASES: Readonly<Record<string, () => { relation: Relation; pairs: Pairs }>> = {
  oscillator() {
    const { physics, network } = oscillator.profiles.smoke;
    const unit = matrix(Float32Array.of(0, 0, 0, 1, 1, 1), 3);
    const relation = oscillator.relation({ physics, network, seed: 1 }, { u: unit, v: unit });
    const draw = (purpose: string) => matrix(normals(3 * ROWS, { seed: 1, purpose }), 3);
    return { relation, pairs: { u: draw("u"), v: draw("v") } };
  },
  turing() {
    // Without the flow of patterns, of which this turn of training has no gradient.
    const network = { ...turing.profiles.smoke.network, patternLayers: 0 };
    const physics = { ...turing.profiles.smoke.physics, size: 8, steps: 5 };
    const unit = (columns: number) => matrix(new Float32Array(2 * columns).fill(1, columns), columns);
    const relation = turing.relation({ physics, network, seed: 1 }, { u: unit(4), v: unit(128) });
    const randomness = { seed: 1, purpose: "evaluation test", from: 0 };
    const u = turing.prior(physics, ROWS, randomness);
    return { relation, pairs: { u, v: relation.v.prepare(turing.grow(physics, u, randomness).v) } };
  },
};

/** Start values, each moved a little: what starts at zero has a gradient then. */
function someVector(relation: Relation): Float32Array {
  const specs = relationParameters(relation);
  const noise = normals(count(specs), { seed: 2, purpose: "noise" });
  return startVector(specs, { seed: 2, purpose: "start" }).map((value, i) => value + 0.1 * noise[i]);
}

for (const [name, make] of Object.entries(CASES)) {
  Deno.test(`Evaluation, ${name}: the gradient in the flat vector is that in every tensor by name`, () => {
    const { relation, pairs } = make();
    const specs = relationParameters(relation), vector = someVector(relation);
    const evaluation = new Evaluation(relation, GAMMA);
    evaluation.load(vector);
    const gradient = new Float32Array(vector.length);
    const value = evaluation.gradient(pairs, gradient);
    const terms = evaluation.terms(pairs);
    evaluation.dispose();
    deepStrictEqual(terms.total, value);
    tf.tidy(() => {
      const tensors = unflatten(vector, specs), names = Object.keys(tensors);
      const found = tf.valueAndGrads((...values: tf.Tensor[]) => {
        const named = Object.fromEntries(names.map((name, i) => [name, values[i]]));
        const { total } = loss(relation, named, { u: toTensor(pairs.u), v: toTensor(pairs.v) }, GAMMA);
        // tfjs refuses a tensor that no gradient reaches, such as the scale of looks.
        const none = tf.mul(0, tf.addN(values.map((tensor) => tf.sum(tensor))));
        return tf.add(total, none) as tf.Scalar;
      })(Object.values(tensors));
      assertClose([value], found.value.dataSync(), 1e-6);
      const expected = flatten(
        Object.fromEntries(names.map((name, i) => [name, found.grads[i]])),
        specs,
      );
      const size = expected.reduce((most, number) => Math.max(most, Math.abs(number)), 0);
      assertClose(gradient.map((g) => g / size), expected.map((g) => g / size), 1e-6);
    });
  });
}

for (const [name, make] of Object.entries(CASES)) {
  Deno.test(`Evaluation, ${name}: stock operations give the same, also where no gradient reaches`, () => {
    const { relation, pairs } = make(), vector = someVector(relation);
    const evaluated = () => {
      const evaluation = new Evaluation(relation, GAMMA), gradient = new Float32Array(vector.length);
      evaluation.load(vector);
      const value = evaluation.gradient(pairs, gradient);
      evaluation.dispose();
      const size = gradient.reduce((most, number) => Math.max(most, Math.abs(number)), 0);
      return [value, ...gradient.map((g) => g / size)];
    };
    assertClose(withStockOperations(evaluated), evaluated(), 1e-3);
  });
}

Deno.test("Evaluation leaves nothing behind but its own tensors, and those no longer than it lives", () => {
  const { relation, pairs } = CASES.oscillator();
  const before = tf.memory().numTensors;
  const evaluation = new Evaluation(relation, GAMMA);
  evaluation.load(someVector(relation));
  const own = tf.memory().numTensors;
  evaluation.gradient(pairs, new Float32Array(count(relationParameters(relation))));
  evaluation.terms(pairs);
  deepStrictEqual(tf.memory().numTensors, own);
  evaluation.dispose();
  deepStrictEqual(tf.memory().numTensors, before);
});

Deno.test("partOf: parts of parts are cut out of the one flat tensor, and asFlat says where they lie", () => {
  tf.tidy(() => {
    const zeros = (...shape: number[]) => ({ shape, start: "zeros" }) as const;
    const specs = { "u.0.weight": zeros(2, 2), "u.0.bias": zeros(2), "v.bias": zeros(1) };
    const parameters = flatParameters(tf.tensor1d([1, 2, 3, 4, 5, 6, 7]), specs);
    const layer = partOf("0", partOf("u", parameters));
    deepStrictEqual(Object.keys(layer), ["weight", "bias"]);
    deepStrictEqual((layer.weight as tf.Tensor2D).arraySync(), [[1, 2], [3, 4]]);
    deepStrictEqual(asFlat(layer, ["bias", "weight"]).offsets, [4, 0]);
    deepStrictEqual([...partOf("v", parameters).bias.dataSync()], [7]);
  });
});
