import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { Tensor2D } from "@tensorflow/tfjs";
import { normals } from "../../kernels/philox/mod.ts";
import { useWasmBackend } from "../../macronet/backend.ts";
import { chain } from "../../macronet/chain.ts";
import { multilayerPerceptron } from "../../macronet/conditioner.ts";
import { toTensor } from "../../macronet/macrostate_map.ts";
import { matrix } from "../../macronet/matrix.ts";
import { startParameters } from "../../macronet/parameters.ts";
import { realNvp } from "../../macronet/real_nvp.ts";
import { standardise } from "../../macronet/standardise.ts";
import { emulatedResemblance } from "../../macronet/resemblance.ts";

await useWasmBackend();

/** Numbers in u and in each of two groups of looks, which are the first columns of v. */
const RULE = 3, SIZES = [4, 3], LOOKS = 7;
const ROWS = 6;
const looksOf = (v: Tensor2D) => tf.slice(v, [0, 0], [-1, LOOKS]);
const groupsOf = (...weights: [number, number]) => weights.map((weight, g) => ({ size: SIZES[g], weight }));
const EMULATOR = { width: 8, hiddenLayers: 1 };

const identity = standardise({ mean: new Float32Array(RULE), deviation: new Float32Array(RULE).fill(1) });

/** Pairs and macrostates, each number a draw of its own. */
function batchOf(d: number, columns = LOOKS + 2) {
  const draw = (purpose: string, width: number) =>
    toTensor(matrix(normals(ROWS * width, { seed: 1, purpose }), width));
  return { u: draw("u", RULE), v: draw("v", columns), macrostate: draw("α", d) };
}

/** Start values, each moved, so that no gradient is 0 for a layer that is. */
function movedStart(specs: Parameters<typeof startParameters>[0]): Record<string, tf.Tensor> {
  return Object.fromEntries(
    Object.entries(startParameters(specs, { seed: 1, purpose: "start" })).map(([name, tensor], sample) => {
      const noise = normals(tensor.size, { seed: 1, purpose: "scatter", sample });
      return [name, tf.add(tensor, tf.mul(0.3, tf.tensor(noise, tensor.shape)))];
    }),
  );
}

function emulated(rules: Tensor2D, own: Record<string, tf.Tensor>): Float32Array {
  const emulator = multilayerPerceptron({ inputs: RULE, outputs: LOOKS, ...EMULATOR });
  return emulator.apply(rules, own).dataSync<"float32">();
}

for (const d of [1, 2, 3]) {
  Deno.test(`emulatedResemblance, d = ${d}: the term is what the formula gives by hand`, () => {
    tf.tidy(() => {
      const groups = groupsOf(0.5, 3);
      const term = emulatedResemblance({
        bijection: identity,
        macroDimension: d,
        coordinates: identity,
        emulator: EMULATOR,
        looksOf,
        groups,
      });
      const own = movedStart(term.parameters);
      const { u, v, macrostate } = batchOf(d);
      const looks = v.arraySync().map((row) => row.slice(0, LOOKS));
      // f_u is the identity, so the design is (α, z), with the z of the rows from the last to the first.
      const rules = u.arraySync();
      const latent = macrostate.arraySync()
        .map((alpha, i) => [...alpha, ...rules[ROWS - 1 - i].slice(d)]);
      const [of, after] = [u, tf.tensor2d(latent)].map((rules) => emulated(rules, own));
      const squares = (found: Float32Array, row: number, from: number, to: number) =>
        looks[row].slice(from, to).reduce(
          (sum, look, j) => sum + (found[row * LOOKS + from + j] - look) ** 2,
          0,
        );
      let expected = 0;
      for (let row = 0; row < ROWS; row++) {
        const rms = (from: number, to: number) => Math.sqrt(squares(after, row, from, to) / (to - from));
        expected += squares(of, row, 0, LOOKS) / LOOKS;
        expected += groups[0].weight * rms(0, SIZES[0]) + groups[1].weight * rms(SIZES[0], LOOKS);
      }
      const found = term.loss({ u, v, macrostate }, { u: {}, own }).dataSync()[0];
      assertAlmostEquals(found, expected / ROWS, 1e-4);
    });
  });
}

Deno.test("emulatedResemblance: the designs' distance teaches f_u and φ_v, and the emulator nothing", () => {
  tf.tidy(() => {
    const conditioner = { width: 4, hiddenLayers: 1 };
    const flow = realNvp({
      dimension: RULE,
      blocks: 1,
      conditioner,
      logScaleBound: 2,
      seed: 1,
      purpose: "f",
    });
    const options = {
      bijection: flow,
      macroDimension: 1,
      coordinates: chain([identity]),
      emulator: EMULATOR,
      looksOf,
    };
    const own = movedStart(emulatedResemblance({ ...options, groups: groupsOf(0, 0) }).parameters);
    const ofFlow = movedStart(flow.parameters);
    const { u, v, macrostate } = batchOf(1);
    const tensors = { ...own, ...Object.fromEntries(Object.entries(ofFlow).map(([k, t]) => [`u.${k}`, t])) };
    const gradients = (weight: number) => {
      const term = emulatedResemblance({ ...options, groups: groupsOf(weight, weight) });
      const names = Object.keys(tensors);
      const found = tf.grads((alpha: tf.Tensor, ...values: tf.Tensor[]) => {
        const named = Object.fromEntries(names.map((name, i) => [name, values[i]]));
        const part = (prefix: string) =>
          Object.fromEntries(
            names.filter((name) => name.startsWith(prefix)).map((
              name,
            ) => [name.slice(prefix.length), named[name]]),
          );
        // Every tensor is on the way to the loss, so that those without a gradient have one of 0.
        const none = tf.mul(0, tf.addN([alpha, ...values].map((tensor) => tf.sum(tensor)))) as tf.Scalar;
        const loss = term.loss({ u, v, macrostate: alpha as Tensor2D }, {
          u: part("u."),
          own: { ...part(""), ...Object.fromEntries(Object.keys(own).map((name) => [name, named[name]])) },
        });
        return tf.add(loss, none);
      })([macrostate, ...Object.values(tensors)]);
      const sizes = found.map((gradient) => gradient.abs().max().dataSync()[0]);
      return Object.fromEntries(
        ["α", ...names].map((name, i) => [name, { size: sizes[i], gradient: found[i] }]),
      );
    };
    const without = gradients(0), withDistance = gradients(2);
    assertEquals(without["α"].size, 0);
    assert(withDistance["α"].size > 1e-3);
    for (const name of Object.keys(tensors)) {
      if (name.startsWith("u.")) {
        assertEquals(without[name].size, 0, name);
        assert(withDistance[name].size > 0, name);
      } else {
        assertEquals(
          [...withDistance[name].gradient.dataSync()],
          [...without[name].gradient.dataSync()],
          name,
        );
      }
      if (name in own) assert(without[name].size > 0, name);
    }
  });
});
