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
import { SUMMARY_PARTS, SUMMARY_SIZE } from "../../systems/metrics/patterns.ts";
import { patternResemblance } from "../../systems/pattern_resemblance.ts";

await useWasmBackend();

const RULE = 3, ROWS = 6, LOOKS = SUMMARY_PARTS.spectra + SUMMARY_PARTS.minkowski;
const EMULATOR = { width: 8, hiddenLayers: 1 };

const identity = standardise({ mean: new Float32Array(RULE), deviation: new Float32Array(RULE).fill(1) });

/** Pairs and macrostates, each number a draw of its own. */
function batchOf(d: number, columns = SUMMARY_SIZE + RULE + 5) {
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
  const parameters = Object.fromEntries(
    Object.keys(emulator.parameters).map((name) => [name, own[`emulator.${name}`]]),
  );
  return emulator.apply(rules, parameters).dataSync<"float32">();
}

for (const d of [1, 3]) {
  Deno.test(`patternResemblance, d = ${d}: the term is what the formula gives by hand`, () => {
    tf.tidy(() => {
      const weights = { spectra: 0.5, minkowski: 3 };
      const term = patternResemblance({
        bijection: identity,
        macroDimension: d,
        coordinates: identity,
        emulator: EMULATOR,
        weights,
      });
      const own = movedStart(term.parameters);
      const { u, v, macrostate } = batchOf(d);
      const scale = own["look.logScale"].dataSync<"float32">();
      const bias = own["look.bias"].dataSync<"float32">();
      const rows = v.arraySync();
      const looks = rows.map((row) => Array.from(scale, (s: number, j) => row[j] * Math.exp(s) + bias[j]));
      // f_u is the identity, so the design is (α, z), and z stands behind d noise coordinates.
      const latent = macrostate.arraySync()
        .map((alpha, i) => [...alpha, ...rows[i].slice(SUMMARY_SIZE + d, SUMMARY_SIZE + RULE)]);
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
        expected += weights.spectra * rms(0, SUMMARY_PARTS.spectra);
        expected += weights.minkowski * rms(SUMMARY_PARTS.spectra, LOOKS);
      }
      const found = term.loss({ u, v, macrostate }, { u: {}, own }).dataSync()[0];
      assertAlmostEquals(found, expected / ROWS, 1e-4);
    });
  });
}

Deno.test("patternResemblance: the designs' distance teaches f_u and φ_v, and the emulator nothing", () => {
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
    };
    const own = movedStart(
      patternResemblance({ ...options, weights: { spectra: 0, minkowski: 0 } }).parameters,
    );
    const ofFlow = movedStart(flow.parameters);
    const { u, v, macrostate } = batchOf(1);
    const tensors = { ...own, ...Object.fromEntries(Object.entries(ofFlow).map(([k, t]) => [`u.${k}`, t])) };
    const gradients = (weight: number) => {
      const term = patternResemblance({ ...options, weights: { spectra: weight, minkowski: weight } });
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
      if (name.startsWith("emulator.")) assert(without[name].size > 0, name);
      if (name.startsWith("look.")) assertEquals(without[name].size, 0, name);
    }
  });
});

Deno.test("patternResemblance: starts with looks of mean 0 and variance 1", () => {
  tf.tidy(() => {
    const term = patternResemblance({
      bijection: identity,
      macroDimension: 1,
      coordinates: identity,
      emulator: EMULATOR,
      weights: { spectra: 1, minkowski: 1 },
    });
    const { v } = batchOf(1);
    const found = term.initialise(tf.add(tf.mul(v, 7), 3) as Tensor2D, {});
    const looks = tf.slice(tf.add(tf.mul(v, 7), 3), [0, 0], [-1, LOOKS]);
    const { mean, variance } = tf.moments(
      tf.add(tf.mul(looks, tf.exp(found["look.logScale"])), found["look.bias"]),
      0,
    );
    mean.dataSync().forEach((value) => assertAlmostEquals(value, 0, 1e-5));
    variance.dataSync().forEach((value) => assertAlmostEquals(value, 1, 1e-5));
  });
});
