import { assertAlmostEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { Tensor2D } from "@tensorflow/tfjs";
import { useWasmBackend } from "../../macronet/backend.ts";
import { multilayerPerceptron } from "../../macronet/conditioner.ts";
import { SUMMARY_PARTS, SUMMARY_SIZE } from "../../systems/metrics/patterns.ts";
import { patternResemblance } from "../../systems/pattern_resemblance.ts";
import {
  assertTeachesDesigns,
  batchOf,
  EMULATOR,
  identity,
  movedStart,
  ROWS,
  RULE,
} from "../macronet/resemblance_cases.ts";

await useWasmBackend();

const LOOKS = SUMMARY_PARTS.spectra + SUMMARY_PARTS.minkowski, COLUMNS = SUMMARY_SIZE + RULE + 5;

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
      const { u, v, macrostate } = batchOf(d, COLUMNS);
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
  tf.tidy(() =>
    assertTeachesDesigns(
      (bijection, coordinates, weight) =>
        patternResemblance({
          bijection,
          macroDimension: 1,
          coordinates,
          emulator: EMULATOR,
          weights: { spectra: weight, minkowski: weight },
        }),
      COLUMNS,
    )
  );
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
    const { v } = batchOf(1, COLUMNS);
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
